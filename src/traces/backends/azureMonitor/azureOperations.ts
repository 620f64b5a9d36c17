import type { Logger } from '../../../base/logger';
import type { Attributes } from '../../../model/attributes';
import type { OperationStats } from '../../../model/operation';
import { OperationTable } from '../../../model/operationTable';
import { nanos, type TimeWindow } from '../../../model/time';
import type { OperationQuery } from '../../../model/traceSource';
import { azureEvents } from '../../formats/azure/azureEvents';
import { azureIdentity } from '../../formats/azure/azureSpans';
import { textOf } from '../../formats/recordValues';
import type { JsonObject } from '../../otlp/jsonFields';
import { hasFault } from '../backendError';
import { joinedOperations } from '../joinedOperations';
import { SharedWork } from '../sharedWork';
import { toldFailures } from '../toldFailures';
import { isOneOf } from './kql';
import type { LogRows, LogsApi, RowsOptions } from './logsApi';
import { countKql, exceptionKql, resourceKql, type CountedSpans } from './operationKql';
import { countedOperation, type CountedOperation, type WrittenSpan } from './operationRows';
import { serviceCondition } from './spanKql';

/** What processes say of themselves changes with a deployment, not from minute to minute. */
const RESOURCES_TTL_MS = 5 * 60_000;
/** Bytes that the questions of one call may bring, together less than a file's hints may cost. */
const RESOURCE_BYTES = 96 * 1024;
const COUNT_BYTES = 480 * 1024;
const FEWER_BYTES = 220 * 1024;
const EXCEPTION_BYTES = 96 * 1024;
/** Operations counted at once, the most frequent ones; and where those are more than fit. */
const MOST_OPERATIONS = 300;
const FEWER_OPERATIONS = 60;
const MOST_SERVICES = 50;
/** Failures whose exception is asked for. */
const MOST_FAILURES = 20;
const MOST_EXCEPTIONS = 60;
/** A span's events come after its start. */
const MARGIN_NS = 600_000_000_000n;

interface Counted {
  readonly rows: readonly JsonObject[];
  readonly partial: string | undefined;
}

/** Operations as Azure Monitor counts them, in KQL: three questions. */
export class AzureOperations {
  private readonly resources = new SharedWork<ReadonlyMap<string, Attributes>>(RESOURCES_TTL_MS);

  constructor(
    private readonly api: LogsApi,
    private readonly logger: Logger,
    private readonly always: readonly string[],
  ) {}

  /** @throws BackendError. */
  async find({ window, service, names }: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    const ofService = service === undefined ? undefined : serviceCondition(service);
    const spans = { dialect: this.api.place.dialect, window, conditions: [...this.always, ofService] };
    const read = (own: AbortSignal) => this.findResources(spans, own);
    const resources = await this.resources.get(JSON.stringify(service ?? null), read, signal);
    const ofNames = names === undefined ? undefined : isOneOf('Name', names);
    const { rows, partial } = await this.count({ ...spans, conditions: [...spans.conditions, ofNames] }, signal);
    const context = { table: new OperationTable(), resources, partial };
    const counted = rows
      .flatMap((row) => countedOperation(row, context) ?? [])
      .filter(({ stats: { key } }) => {
        const isOfService = service === undefined || key.service === service;
        return isOfService && (names === undefined || names.includes(key.name));
      })
      .sort((a, b) => b.stats.totalNs - a.stats.totalNs);
    const stats = joinedOperations(counted.map((one) => one.stats));
    return this.withExceptions(stats, counted, window, signal);
  }

  private async findResources(
    spans: Pick<CountedSpans, 'dialect' | 'window' | 'conditions'>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Attributes>> {
    const query = resourceKql({ ...spans, limit: MOST_SERVICES });
    const rows = await this.rowsOrNone(query, RESOURCE_BYTES, signal);
    return new Map(
      rows.map((row) => [textOf(row.Service) ?? '', azureIdentity({ ...row, ParentId: '-' }, 'dependency').resource]),
    );
  }

  /** Counts; again with fewer operations where the answer was too large. */
  private async count(spans: Omit<CountedSpans, 'limit'>, signal: AbortSignal): Promise<Counted> {
    try {
      return await this.countAtMost(spans, MOST_OPERATIONS, COUNT_BYTES, signal);
    } catch (error) {
      if (!hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
      return this.countAtMost(spans, FEWER_OPERATIONS, FEWER_BYTES, signal);
    }
  }

  private async countAtMost(
    spans: Omit<CountedSpans, 'limit'>,
    limit: number,
    maxWireBytes: number,
    signal: AbortSignal,
  ): Promise<Counted> {
    const query = countKql({ ...spans, limit: limit + 1 });
    const { rows, partial }: LogRows = await this.api.rows(query, signal, hinting(maxWireBytes));
    if (rows.length <= limit) return { rows, partial };
    const reason = `Azure Monitor counted the ${limit} most frequent operations, and there are more`;
    this.logger.info(`${reason}.`);
    return { rows: rows.slice(0, limit), partial: partial ?? reason };
  }

  /** Adds what the exceptions of failed spans say, which are rows of their own, to the failures shown most likely. */
  private async withExceptions(
    stats: readonly OperationStats[],
    counted: readonly CountedOperation[],
    window: TimeWindow,
    signal: AbortSignal,
  ): Promise<OperationStats[]> {
    const failures = counted.flatMap(({ failure }): WrittenSpan[] => (failure === undefined ? [] : [failure]));
    const wide = { from: window.from, to: nanos(window.to + MARGIN_NS) };
    const { dialect } = this.api.place;
    const query = exceptionKql(dialect, wide, failures.slice(0, MOST_FAILURES), MOST_EXCEPTIONS);
    if (query === undefined) return [...stats];
    return toldFailures(stats, azureEvents(await this.rowsOrNone(query, EXCEPTION_BYTES, signal)));
  }

  /** Rows that hints can do without, where they are too many. */
  private async rowsOrNone(query: string, maxWireBytes: number, signal: AbortSignal): Promise<readonly JsonObject[]> {
    try {
      return (await this.api.rows(query, signal, hinting(maxWireBytes))).rows;
    } catch (error) {
      if (!hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
      return [];
    }
  }
}

/** Hints are asked for again and again, and nobody waits for them. */
function hinting(maxWireBytes: number): RowsOptions {
  return { maxWireBytes, isBackground: true };
}
