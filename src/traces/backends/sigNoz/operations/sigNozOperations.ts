import type { Logger } from '../../../../base/logger';
import { NO_ATTRIBUTES } from '../../../../model/attributes';
import type { ErrorExemplar, OperationStats } from '../../../../model/operation';
import { OperationTable } from '../../../../model/operationTable';
import type { OperationQuery } from '../../../../model/traceSource';
import { hasFault } from '../../backendError';
import type { FieldKeys } from '../fieldKeys';
import { allOf, inTexts, quotedText } from '../filterText';
import type { Results, SigNozApi } from '../sigNozApi';
import {
  countedOperations,
  errorLatencyOf,
  identityText,
  latencyOf,
  NO_SERVICE,
  operationKey,
  type CountedOperation,
} from './countedOperation';
import {
  exemplarQueries,
  failureQueries,
  foundExemplars,
  toldFailures,
  type ExemplarRequest,
  type FoundExemplars,
} from './exemplars';
import { countQuery, identityFields, MAX_OPERATIONS, trendQuery } from './operationQuery';
import { stepSeconds, trendsOf, type Trends } from './trends';

/** What one call may pull over the wire: well below a file's megabyte, as answers are cut off piece by piece. */
const BUDGET_BYTES = 832 * 1024;
/** Its parts: numbers, and of what they leave, trends and what failed spans say. */
const COUNT_SHARE = 0.35;
const TREND_SHARE = 0.2;
const FAILURE_SHARE = 0.4;
/** Operations that are asked for where all of them are too much. */
const FEW_OPERATIONS = 200;
/** From here on ClickHouse takes percentiles of a sample of so many spans. */
const RESERVOIR = 8192;
const ESTIMATED = 'the server takes percentiles of a sample of the calls';
const cutTo = (count: number): string => `SigNoz told of the ${count} operations with the most time, and has more`;

/** Operations as SigNoz counts them: every span of a window, grouped by what identifies an operation. */
export class SigNozOperations {
  constructor(
    private readonly name: string,
    private readonly api: SigNozApi,
    private readonly logger: Logger,
  ) {}

  /**
   * Four requests at most: numbers, trends, spans worth opening, and what failed ones say.
   * @param always what every span must meet besides: the environment.
   * @throws BackendError.
   */
  async find(
    { window, service, names }: OperationQuery,
    keys: FieldKeys,
    always: string | undefined,
    signal: AbortSignal,
  ): Promise<OperationStats[]> {
    const fields = identityFields(keys);
    const filter = allOf([
      service === undefined ? undefined : serviceFilter(service),
      names === undefined || names.length === 0 ? undefined : inTexts('name', names),
      always,
    ]);
    const query = (limit: number) => [countQuery(fields, filter, limit)];
    const { counted, wireBytes, isSecond, isCut } = await this.count(window, fields, query, signal);
    if (counted.length === 0) return [];
    const left = BUDGET_BYTES - wireBytes;
    const services = [...new Set(counted.flatMap(({ identity }) => identity[0] ?? []))];
    const request = { counted, fields, filter, services };
    const stepS = stepSeconds(window);
    const series = { type: 'time_series' as const, queries: [trendQuery(filter, stepS)] };
    const rows = { type: 'raw' as const, queries: exemplarQueries(request) };
    const [trendResults, exemplarResults] = await Promise.all([
      this.extra(window, { ...series, maxWireBytes: left * TREND_SHARE }, signal),
      this.extra(window, { ...rows, maxWireBytes: left * (1 - TREND_SHARE - FAILURE_SHARE) }, signal),
    ]);
    const trends = trendsOf(trendResults.get('A'), window, stepS);
    const found = foundExemplars(exemplarResults, request);
    const { byOperation, resources } = found;
    // Hints cost no more than five requests.
    const failures = isSecond
      ? new Map<string, ErrorExemplar>()
      : await this.failures(window, request, found, left * FAILURE_SHARE, signal);
    const table = new OperationTable();
    const shared = sharedNames(counted);
    return counted.map((one) => {
      const { identity, numbers } = one;
      const key = operationKey(identity, fields, keys, (of) => resources.get(of) ?? NO_ATTRIBUTES);
      const { count, errorCount, totalNs } = numbers;
      return {
        id: table.id(table.intern(key)),
        ...{ key, count, errorCount: Math.min(count, errorCount || 0), totalNs: totalNs || 0 },
        latency: latencyOf(numbers),
        ...(errorCount > 0 ? { errorLatency: errorLatencyOf(numbers) } : {}),
        trend: trendOf(identity, trends, shared),
        exemplars: withFailure(byOperation.get(identityText(identity)) ?? {}, failures.get(identityText(identity))),
        exact: !isCut,
        ...(isCut ? { estimate: cutTo(counted.length) } : count > RESERVOIR ? { estimate: ESTIMATED } : {}),
      };
    });
  }

  private async count(
    window: OperationQuery['window'],
    fields: ReturnType<typeof identityFields>,
    query: (limit: number) => ReturnType<typeof countQuery>[],
    signal: AbortSignal,
  ): Promise<{ counted: CountedOperation[]; wireBytes: number; isSecond: boolean; isCut: boolean }> {
    const most = BUDGET_BYTES * COUNT_SHARE;
    for (const limit of [MAX_OPERATIONS, FEW_OPERATIONS]) {
      try {
        const { results, wireBytes } = await this.api.results('scalar', window, query(limit), signal, most);
        const counted = countedOperations(results.get('A'), fields);
        const isCut = counted.length >= limit;
        if (isCut) this.logger.warn(`${this.name} has more operations: the ${limit} with the most time are here.`);
        const isSecond = limit < MAX_OPERATIONS;
        return { counted, wireBytes: isSecond ? wireBytes + most : wireBytes, isSecond, isCut };
      } catch (error) {
        // With a status it is the server that finds something too large.
        if (!hasFault(error, 'tooLarge') || error.status !== undefined || limit === FEW_OPERATIONS) throw error;
      }
    }
    return { counted: [], wireBytes: 0, isSecond: true, isCut: false };
  }

  private async failures(
    window: OperationQuery['window'],
    request: ExemplarRequest,
    found: FoundExemplars,
    maxWireBytes: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ErrorExemplar>> {
    const queries = failureQueries(request, found);
    if (queries.length === 0) return new Map();
    return toldFailures(await this.extra(window, { type: 'raw', queries, maxWireBytes }, signal), request, found);
  }

  /** What is nice to have, and done without where it is too large. */
  private async extra(
    window: OperationQuery['window'],
    { type, queries, maxWireBytes }: ExtraRequest,
    signal: AbortSignal,
  ): Promise<Results> {
    try {
      return (await this.api.results(type, window, queries, signal, maxWireBytes)).results;
    } catch (error) {
      if (!hasFault(error, 'tooLarge')) throw error;
      this.logger.info(`${this.name} has too much of ${type === 'raw' ? 'examples' : 'trends'}: they are left out.`);
      return new Map();
    }
  }
}

interface ExtraRequest {
  readonly type: 'time_series' | 'raw';
  readonly queries: Parameters<SigNozApi['results']>[2];
  readonly maxWireBytes: number;
}

function withFailure(
  exemplars: OperationStats['exemplars'],
  error: ErrorExemplar | undefined,
): OperationStats['exemplars'] {
  return error === undefined ? exemplars : { ...exemplars, error };
}

/** Spans of a service; those without one have no such attribute. */
export function serviceFilter(service: string): string | undefined {
  if (service === NO_SERVICE) return 'resource.service.name NOT EXISTS';
  const quoted = quotedText(service);
  return quoted === undefined ? undefined : `resource.service.name = ${quoted}`;
}

/** Service, name and kind of operations that attributes alone tell apart. */
function sharedNames(counted: readonly CountedOperation[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { identity } of counted) {
    const id = identityText(identity.slice(0, 3));
    if (seen.has(id)) shared.add(id);
    seen.add(id);
  }
  return shared;
}

/** Where several operations have one name, nothing is known of the trend of each. */
function trendOf(identity: CountedOperation['identity'], trends: Trends, shared: ReadonlySet<string>) {
  const id = identityText(identity.slice(0, 3));
  return shared.has(id) ? [] : (trends.get(id) ?? []);
}
