import { OPERATION_ATTRIBUTES } from '../../../model/operation';
import type { OperationQuery } from '../../../model/traceSource';
import type { SqlParameters } from './sql';
import { attributeSql, DURATION_NS, environmentSql, IS_ERROR, serviceSql, START_NS, windowSql } from './spanSql';
import type { SpanTable } from './spanTable';

/** Steps of the trend: the words draw eight. */
export const STEPS = 8;
/** Operations in one answer, those with the most time first. */
const MAX_OPERATIONS = 600;
/** Of these, durations are counted in every bucket; of the others in fewer, so that a file's hints fit into a megabyte. */
const FINE_OPERATIONS = 150;
/** Buckets that are counted as one then. */
export const COARSE = 8;
/** Spans of an operation and step of which the typical one is chosen. */
const SAMPLES = 6;

/**
 * The bucket of `LogHistogram` that a duration belongs to, out of the same bits: exponent and six bits of the mantissa of
 * it as a double, so that histograms of here and there are one.
 */
const BUCKET = `toUInt16(if(ns < 1, 0, bitShiftRight(reinterpretAsUInt64(toFloat64(ns)), 46) - 65471))`;

/** What operations are asked for. */
export interface OperationScope {
  readonly table: SpanTable;
  readonly environment: string | undefined;
  readonly query: OperationQuery;
}

/** Which spans are counted. */
export function operationWhere({ table, environment, query }: OperationScope, parameters: SqlParameters): string {
  const { window, service, names } = query;
  const where = [windowSql(window, parameters)];
  if (service !== undefined) where.unshift(serviceSql(service, parameters));
  if (names !== undefined) where.push(`SpanName IN ${parameters.texts(names)}`);
  if (environment !== undefined) where.push(environmentSql(table, environment, parameters));
  return where.join(' AND ');
}

/** Identifying attributes as a list of pairs in a fixed order: equal for the spans of one operation. */
function identitySql(table: SpanTable, parameters: SqlParameters): string {
  if (table.attributes === 'map') {
    const pairs = 'arrayZip(mapKeys(SpanAttributes), mapValues(SpanAttributes))';
    return `arraySort(arrayFilter(a -> has(${parameters.texts(OPERATION_ATTRIBUTES)}, a.1), ${pairs}))`;
  }
  const { text } = attributeSql(table, 'SpanAttributes', parameters);
  const pairs = OPERATION_ATTRIBUTES.map((name) => `(${parameters.text(name)}, ${text(name)})`);
  return `arrayFilter(a -> a.2 != '', [${pairs.join(', ')}])`;
}

/**
 * Operations of a window in one pass over its spans, a row each: counted by step of the window first, so that the trend
 * has its own percentiles, then added up. Exemplars come along: the slowest span, the latest that failed (one that says
 * why before others), and the one in the middle of a sample of those that did not.
 */
export function operationsSql(scope: OperationScope, parameters: SqlParameters): string {
  const { table, query } = scope;
  const { from, to } = query.window;
  const length = to - from;
  const stepNs = length > 0n ? (length + BigInt(STEPS) - 1n) / BigInt(STEPS) : 1n;
  const keys = 'service, scope, kind, name, attributes';
  const spans = `SELECT ServiceName AS service, ${table.hasScope ? 'ScopeName' : `''`} AS scope, SpanKind AS kind,
    SpanName AS name, ${identitySql(table, parameters)} AS attributes,
    ${START_NS} AS start, ${DURATION_NS} AS ns, ${BUCKET} AS bucket, ${IS_ERROR} AS failed,
    intDiv(start - ${parameters.integer(from)}, ${parameters.integer(stepNs)}) AS step,
    (TraceId, SpanId, start, ns) AS exemplar, StatusMessage AS message
  FROM ${table.name} WHERE ${operationWhere(scope, parameters)}`;
  const steps = `SELECT ${keys}, step, count() AS n, countIf(failed) AS e, sum(toFloat64(ns)) AS time,
    min(ns) AS low, max(ns) AS high, minIf(ns, failed) AS errorLow, maxIf(ns, failed) AS errorHigh,
    sumMap([bucket], [toUInt64(1)]) AS h, sumMapIf([bucket], [toUInt64(1)], failed) AS eh,
    toUInt64(quantileTDigest(0.95)(ns)) AS p95, argMax(exemplar, ns) AS slow,
    maxIf((message != '', start), failed) AS errorRank,
    argMaxIf((exemplar.1, exemplar.2, start, ns, message), (message != '', start), failed) AS error,
    groupArraySampleIf(${SAMPLES})(exemplar, NOT failed) AS samples
  FROM (${spans}) GROUP BY ${keys}, step`;
  const operations = `SELECT ${keys}, sum(n) AS calls, sum(e) AS errors, sum(time) AS total,
    min(low) AS least, max(high) AS most, minIf(errorLow, e > 0) AS leastError, maxIf(errorHigh, e > 0) AS mostError,
    sumMap(h.1, h.2) AS allBuckets, sumMap(eh.1, eh.2) AS badBuckets,
    groupArray((step, n, e, p95)) AS trend, argMax(slow, high) AS slowest, argMaxIf(error, errorRank, e > 0) AS failure,
    arraySort(s -> s.4, groupArrayArray(samples)) AS sample
  FROM (${steps}) GROUP BY ${keys} ORDER BY total DESC LIMIT ${MAX_OPERATIONS}`;
  return `SELECT ${keys}, calls, errors, total, least, most, leastError, mostError,
  row_number() OVER (ORDER BY total DESC) <= ${FINE_OPERATIONS} AS fine,
  if(fine, allBuckets, ${coarse('allBuckets')}) AS counted, if(fine, badBuckets, ${coarse('badBuckets')}) AS countedErrors,
  counted.1 AS buckets, counted.2 AS counts, countedErrors.1 AS errorBuckets, countedErrors.2 AS errorCounts,
  trend.1 AS steps, trend.2 AS stepCalls, trend.3 AS stepErrors, trend.4 AS stepP95,
  ${exemplarColumns('slowest', 'slow')}, ${exemplarColumns('failure', 'error')}, failure.5 AS errorMessage,
  sample[intDiv(length(sample) + 1, 2)] AS middle, ${exemplarColumns('middle', 'typical')}
FROM (${operations})`;
}

/** Eight buckets as one, named by the one in their middle. */
function coarse(histogram: string): string {
  return `arrayReduce('sumMap', arrayMap(b -> [toUInt16(intDiv(b, ${COARSE}) * ${COARSE} + ${COARSE / 2})], ${histogram}.1),
    arrayMap(c -> [c], ${histogram}.2))`;
}

/** The fields of a tuple by names of their own: as a whole its form depends on the server's settings. */
function exemplarColumns(tuple: string, name: string): string {
  const fields = ['Trace', 'Span', 'Start', 'Ns'];
  return fields.map((field, index) => `${tuple}.${index + 1} AS ${name}${field}`).join(', ');
}
