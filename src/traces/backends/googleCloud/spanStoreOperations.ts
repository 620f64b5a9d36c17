import type { Logger } from '../../../base/logger';
import { NO_ATTRIBUTES, type Attributes, type AttributeValue } from '../../../model/attributes';
import { BucketHistogram } from '../../../model/histogram/bucketHistogram';
import { quantileBuckets, SHAPE_PERCENTS } from '../../../model/histogram/quantileBuckets';
import { parseSpanId, parseTraceId } from '../../../model/ids';
import {
  OPERATION_ATTRIBUTES,
  SPAN_KINDS,
  type Exemplar,
  type OperationStats,
  type TrendPoint,
} from '../../../model/operation';
import { OperationTable } from '../../../model/operationTable';
import { nanos, type DurationNs, type TimeWindow } from '../../../model/time';
import type { OperationQuery } from '../../../model/traceSource';
import { googleSpanRows } from '../../formats/googleSpanRows';
import { itemsOf, textAttributes, textOf } from '../../formats/recordValues';
import { isBadRecord, type SpanRecord } from '../../formats/spanRecord';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { parseJsonLossless } from '../../otlp/losslessJson';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import { hasFault } from '../backendError';
import { errorExemplar } from '../spanExemplars';
import type { BigQuery } from './bigQuery';
import { exemplarSql, operationSql, STEPS } from './operationSql';
import type { SpanScope } from './spanSql';

/** Operations told of at once, the ones with the most time; and where those are more than fit. */
const MOST_OPERATIONS = 300;
const FEWER_OPERATIONS = 60;
const COUNT_BYTES = 512 * 1024;
const FEWER_BYTES = 256 * 1024;
/** Failures whose words are asked for, and what that may bring. */
const MOST_FAILURES = 20;
const FAILURE_BYTES = 160 * 1024;
/** What hints may take, with the requests for the progress of queries. */
const MAX_REQUESTS = 5;
const COUNT_REQUESTS = 3;
const ESTIMATED = 'BigQuery estimates percentiles';

/** Operations as SQL counts them, all in one query; a second one reads the failures that are shown. */
export class SpanStoreOperations {
  constructor(
    private readonly api: BigQuery,
    private readonly logger: Logger,
  ) {}

  /** @throws BackendError. */
  async find(scope: SpanScope, query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    const before = this.api.traffic.requests - this.api.traffic.retries;
    const { rows, limit } = await this.count(scope, query, signal);
    const table = new OperationTable();
    const total = Number(rows[0]?.total ?? 0);
    const sum = rows.reduce((all, row) => all + Number(row.n), 0);
    const partial =
      sum < total
        ? `BigQuery told of the ${limit} operations that take the most time, which have ${sum} of ${total} calls`
        : undefined;
    if (partial !== undefined) this.logger.info(`${partial}.`);
    const stats = rows.map((row) => statsOf(row, table, partial));
    const used = this.api.traffic.requests - this.api.traffic.retries - before;
    return this.withFailures(scope, query.window, stats, MAX_REQUESTS - used, signal);
  }

  /** Counts; again with fewer operations where the answer was too large. */
  private async count(
    scope: SpanScope,
    { window, service, names }: OperationQuery,
    signal: AbortSignal,
  ): Promise<{ readonly rows: readonly JsonObject[]; readonly limit: number }> {
    const ask = async (limit: number, maxWireBytes: number) => {
      const sql = operationSql({ scope, window, service, names, limit });
      const bounds = { maxWireBytes, isBackground: true, maxRequests: COUNT_REQUESTS };
      return { rows: await this.api.rows({ ...sql, ...bounds }, signal), limit };
    };
    try {
      return await ask(MOST_OPERATIONS, COUNT_BYTES);
    } catch (error) {
      if (!hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
      return ask(FEWER_OPERATIONS, FEWER_BYTES);
    }
  }

  /** Adds what failed spans say, and a process of each service. */
  private async withFailures(
    scope: SpanScope,
    window: TimeWindow,
    stats: readonly OperationStats[],
    requests: number,
    signal: AbortSignal,
  ): Promise<OperationStats[]> {
    const failures = stats.flatMap(({ exemplars }) => exemplars.error ?? []).slice(0, MOST_FAILURES);
    const first = new Map(stats.map(({ key, exemplars }) => [key.service, exemplars.slowest] as const).reverse());
    const wanted = [...failures, ...[...first.values()].flatMap((one) => one ?? [])];
    if (wanted.length === 0 || requests <= 0) return [...stats];
    const ids = (of: 'traceId' | 'spanId'): string[] => [...new Set(wanted.map((one) => one[of]))];
    const sql = exemplarSql(scope, window, ids('traceId'), ids('spanId'));
    const spans = await this.spans({ ...sql, maxRequests: requests }, signal);
    const byId = new Map(spans.map((span) => [`${span.traceId} ${span.spanId}`, span]));
    const resources = new Map(spans.map(({ resource }) => [resource.get('service.name') ?? UNKNOWN_SERVICE, resource]));
    return stats.map((one) => {
      const { error } = one.exemplars;
      const span = error === undefined ? undefined : byId.get(`${error.traceId} ${error.spanId}`);
      const exemplars = span === undefined ? one.exemplars : { ...one.exemplars, error: errorExemplar(span) };
      const resource = resources.get(one.key.service) ?? one.key.resource;
      return { ...one, key: { ...one.key, resource }, exemplars };
    });
  }

  private async spans(
    query: Omit<Parameters<BigQuery['rows']>[0], 'maxWireBytes'>,
    signal: AbortSignal,
  ): Promise<SpanRecord[]> {
    try {
      const rows = await this.api.rows({ ...query, maxWireBytes: FAILURE_BYTES, isBackground: true }, signal);
      return [...googleSpanRows(rows)].flatMap((span) => (isBadRecord(span) ? [] : [span]));
    } catch (error) {
      // Counts are worth more than words.
      if (!hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
      return [];
    }
  }
}

function statsOf(row: JsonObject, table: OperationTable, partial: string | undefined): OperationStats {
  const key = {
    ...{
      service: textOf(row.service) ?? UNKNOWN_SERVICE,
      resource: NO_ATTRIBUTES,
      attributes: identityOf(row.identity),
    },
    scope: textOf(row.scope) ?? '',
    kind: SPAN_KINDS[Number(row.kind ?? 0)] ?? SPAN_KINDS[0],
    name: textOf(row.name) ?? '',
  };
  const [count, errorCount] = [Number(row.n), Number(row.e)];
  const latency = histogramOf(count, row.lo, row.hi, row.p);
  const [slowest] = exemplarsIn(row.slow);
  const [error] = exemplarsIn(row.bad);
  const median = latency.quantile(0.5);
  const distance = ({ durationNs }: Exemplar): number => Math.abs(Math.log((durationNs + 1) / (median + 1)));
  const [typical] = exemplarsIn(row.latest).sort((a, b) => distance(a) - distance(b));
  return {
    id: table.id(table.intern(key)),
    ...{ key, count, errorCount, latency, totalNs: Number(row.total_ns) },
    ...(errorCount === 0 ? {} : { errorLatency: histogramOf(errorCount, row.elo, row.ehi, row.ep) }),
    trend: trendOf(row),
    exemplars: {
      ...(slowest === undefined ? {} : { slowest }),
      ...(error === undefined ? {} : { error }),
      ...(typical === undefined ? {} : { typical }),
    },
    exact: partial === undefined,
    estimate: partial ?? ESTIMATED,
  };
}

/** The attributes of an operation out of their text of JSON, in the types they have. */
function identityOf(text: unknown): Attributes {
  const value = typeof text === 'string' ? parseJsonLossless(text) : undefined;
  const attributes = new Map<string, AttributeValue>();
  if (!isObject(value)) return attributes;
  const named = OPERATION_ATTRIBUTES.map((name, at) => [name, value[`a${at}`]] as const);
  return textAttributes(Object.fromEntries(named.filter(([, one]) => one !== null && one !== undefined)), attributes);
}

function histogramOf(count: number, least: unknown, most: unknown, percentiles: unknown): BucketHistogram {
  const [minNs, maxNs] = [Number(least ?? 0), Number(most ?? 0)];
  const values = itemsOf(percentiles).map(Number);
  const known = SHAPE_PERCENTS.map((percent, at) => ({ percent, ns: values[at] ?? -1 })).filter(({ ns }) => ns >= 0);
  return new BucketHistogram(quantileBuckets({ count, minNs, maxNs, percentiles: known }), maxNs);
}

function trendOf(row: JsonObject): TrendPoint[] {
  const [counts, failures, percentiles] = [row.tn, row.te, row.tp].map((list) => itemsOf(list).map(Number));
  return Array.from({ length: STEPS }, (_, step) => {
    const [count, errorCount, p95] = [counts?.[step] ?? 0, failures?.[step] ?? 0, percentiles?.[step] ?? -1];
    return { count, errorCount, p95Ns: count > 0 && p95 >= 0 ? p95 : undefined };
  });
}

function exemplarsIn(list: unknown): Exemplar[] {
  return itemsOf(list)
    .filter(isObject)
    .flatMap((row) => {
      const [traceId, spanId] = [parseTraceId(textOf(row.trace_id) ?? ''), parseSpanId(textOf(row.span_id) ?? '')];
      const us = textOf(row.us);
      if (traceId === undefined || spanId === undefined || us === undefined) return [];
      return [{ traceId, spanId, startNs: nanos(BigInt(us) * 1_000n), durationNs: Number(row.ns) as DurationNs }];
    });
}
