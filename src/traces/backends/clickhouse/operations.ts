import type { Logger } from '../../../base/logger';
import { NO_ATTRIBUTES, type Attributes } from '../../../model/attributes';
import type { OperationStats } from '../../../model/operation';
import { OperationTable } from '../../../model/operationTable';
import { nanos, type TimeWindow } from '../../../model/time';
import { textOf } from '../../formats/recordValues';
import type { JsonObject } from '../../otlp/jsonFields';
import { hasFault } from '../backendError';
import { SharedWork } from '../sharedWork';
import type { ClickhouseClient } from './clickhouseClient';
import { readOperation } from './operationRows';
import { operationsSql, type OperationScope } from './operationSql';
import { attributesOf } from './spanRows';
import { windowSql } from './spanSql';
import type { SpanTable } from './spanTable';
import { SqlParameters } from './sql';
import { serviceName } from './traceSummaries';

/** What one call may pull, a little below the megabyte that a file's hints may cost. */
const BUDGET_BYTES = 832 * 1024;
const RESOURCE_BYTES = 96 * 1024;
const STACK_BYTES = 64 * 1024;
/** Failed spans whose stack is asked for, and how much of it. */
const MAX_STACKS = 16;
const STACK_CHARACTERS = 2500;
const MAX_RESOURCES = 50;
/** Operations and steps that are counted at the same time, a few kilobytes each: `OperationTable` holds as many. */
const MAX_GROUPS = 50_000;
/** What a service's resource says changes with a deployment, not from minute to minute. */
const RESOURCE_TTL_MS = 5 * 60_000;

interface CountedRows {
  readonly rows: readonly JsonObject[];
  /** Some spans are not counted. */
  readonly overflowed: boolean;
}

type Resources = ReadonlyMap<string, Attributes>;

/** Operations of services, counted by ClickHouse. */
export class ClickhouseOperations {
  private readonly resources = new SharedWork<Resources>(RESOURCE_TTL_MS);

  constructor(
    private readonly client: ClickhouseClient,
    private readonly logger: Logger,
  ) {}

  /** Every operation of the scope, those with the most time first. @throws BackendError. */
  async find(scope: OperationScope, signal: AbortSignal): Promise<OperationStats[]> {
    const { rows, overflowed } = await this.rows(scope, signal);
    const services = [...new Set(rows.map((row) => textOf(row.service) ?? ''))].sort();
    const resources = await this.resourcesOf(services, scope, signal);
    const table = new OperationTable();
    const resourceOf = (service: string) => resources.get(service) ?? NO_ATTRIBUTES;
    const stats = rows.flatMap((row) => readOperation(row, { table, resourceOf, overflowed }) ?? []);
    return this.withStacks(stats, scope.table, signal);
  }

  /** Where names hold ids there is no end of operations: the server then counts those that it met first. */
  private async rows(scope: OperationScope, signal: AbortSignal): Promise<CountedRows> {
    try {
      return { rows: await this.boundedRows(scope, 'throw', signal), overflowed: false };
    } catch (error) {
      if (!hasFault(error, 'tooLarge') || error.status === undefined) throw error;
      this.logger.info(`${this.client.name} has too many operations to count them all (${error.message})`);
      return { rows: await this.boundedRows(scope, 'any', signal), overflowed: true };
    }
  }

  private async boundedRows(
    scope: OperationScope,
    group_by_overflow_mode: 'throw' | 'any',
    signal: AbortSignal,
  ): Promise<JsonObject[]> {
    const rows: JsonObject[] = [];
    const parameters = new SqlParameters();
    const sql = operationsSql(scope, parameters);
    const settings = { max_rows_to_group_by: String(MAX_GROUPS), group_by_overflow_mode };
    const limits = { maxWireBytes: BUDGET_BYTES, settings };
    try {
      for await (const row of this.client.rows(sql, parameters, signal, limits)) rows.push(row);
    } catch (error) {
      // With a status it is the server that finds something too large.
      if (rows.length === 0 || !hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
      this.logger.info(`${this.client.name}: of all operations the ${rows.length} with the most time are shown.`);
    }
    return rows;
  }

  /** One resource of each service, which says what it is written in and where it runs. */
  private async resourcesOf(
    services: readonly string[],
    scope: OperationScope,
    signal: AbortSignal,
  ): Promise<Resources> {
    const asked = services.slice(0, MAX_RESOURCES);
    if (asked.length === 0) return new Map();
    return this.resources.get(JSON.stringify(asked), (shared) => this.readResources(asked, scope, shared), signal);
  }

  private async readResources(
    services: readonly string[],
    { table, query }: OperationScope,
    signal: AbortSignal,
  ): Promise<Resources> {
    const parameters = new SqlParameters();
    const column = table.attributes === 'json' ? 'toString(ResourceAttributes)' : 'ResourceAttributes';
    const sql = `SELECT ServiceName AS service, ${column} AS resource FROM ${table.name}
WHERE ServiceName IN ${parameters.texts(services)} AND ${windowSql(query.window, parameters)}
LIMIT 1 BY ServiceName LIMIT ${services.length}`;
    const found = new Map<string, Attributes>();
    try {
      for await (const row of this.client.rows(sql, parameters, signal, { maxWireBytes: RESOURCE_BYTES })) {
        found.set(serviceName(row.service), attributesOf(row.resource));
      }
    } catch (error) {
      if (!hasFault(error, 'tooLarge')) throw error;
    }
    return found;
  }

  /** Adds the stacks of the exceptions of the failed spans that are shown most likely. */
  private async withStacks(stats: OperationStats[], table: SpanTable, signal: AbortSignal): Promise<OperationStats[]> {
    const failures = stats.flatMap(({ exemplars }) => exemplars.error ?? []).slice(0, MAX_STACKS);
    if (failures.length === 0) return stats;
    const parameters = new SqlParameters();
    const starts = failures.map(({ startNs }) => startNs);
    const times: TimeWindow = {
      from: starts.reduce((a, b) => (a < b ? a : b)),
      to: nanos(starts.reduce((a, b) => (a > b ? a : b)) + 1n),
    };
    const key = parameters.text('exception.stacktrace');
    const stack = table.attributes === 'json' ? `ifNull(toString(getSubcolumn(a, ${key})), '')` : `a[${key}]`;
    const sql = `SELECT SpanId AS span,
  leftUTF8(arrayFirst(s -> s != '', arrayMap(a -> ${stack}, \`Events.Attributes\`)), ${STACK_CHARACTERS}) AS stack
FROM ${table.name} WHERE TraceId IN ${parameters.texts(failures.map(({ traceId }) => traceId))}
  AND SpanId IN ${parameters.texts(failures.map(({ spanId }) => spanId))} AND ${windowSql(times, parameters)}
  AND stack != ''`;
    const stacks = new Map<string, string>();
    try {
      for await (const row of this.client.rows(sql, parameters, signal, { maxWireBytes: STACK_BYTES })) {
        stacks.set(textOf(row.span) ?? '', textOf(row.stack) ?? '');
      }
    } catch (error) {
      if (!hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
    }
    return stats.map((one) => withStack(one, stacks));
  }
}

function withStack(stats: OperationStats, stacks: ReadonlyMap<string, string>): OperationStats {
  const { error } = stats.exemplars;
  const stack = error === undefined ? undefined : stacks.get(error.spanId);
  if (error === undefined || stack === undefined) return stats;
  return { ...stats, exemplars: { ...stats.exemplars, error: { ...error, stack } } };
}
