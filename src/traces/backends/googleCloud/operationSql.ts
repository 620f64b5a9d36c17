import { SHAPE_PERCENTS } from '../../../model/histogram/quantileBuckets';
import { OPERATION_ATTRIBUTES } from '../../../model/operation';
import type { TimeWindow } from '../../../model/time';
import { labelsOfAttribute } from '../../formats/googleTraceSpans';
import { QueryParameters } from './queryParameters';
import { IS_ERROR, jsonOf, SERVICE, serviceSql, whereSpans, type SpanScope } from './spanSql';

/** Steps of the trend: the words draw eight. */
export const STEPS = 8;
/** Parts that durations are cut into: one per mille each. */
const PARTS = 1_000;
/** Of the latest spans one is typical. */
const LATEST = 5;
const EXEMPLAR = 'STRUCT(trace_id AS trace_id, span_id AS span_id, start_us AS us, ns AS ns)';

/** Operations to be counted. */
export interface CountedOperations {
  readonly scope: SpanScope;
  readonly window: TimeWindow;
  readonly service: string | undefined;
  readonly names: readonly string[] | undefined;
  readonly limit: number;
}

/** Calls, failures, durations, trend and some spans by operation, those that take the most time first: one row each. */
export function operationSql({ scope, window, service, names, limit }: CountedOperations) {
  const parameters = new QueryParameters();
  const conditions = [
    ...(service === undefined ? [] : [serviceSql(service, parameters)]),
    ...(names === undefined ? [] : [`name IN UNNEST(${parameters.add(names)})`]),
  ];
  const from = parameters.add(window.from / 1_000n);
  const step = parameters.add((window.to - window.from + 999n) / 1_000n / BigInt(STEPS) + 1n);
  const where = whereSpans(scope, window, parameters, conditions);
  const spans = `SELECT ${SERVICE} AS service, name, kind, ${SCOPE} AS scope, ${IDENTITY} AS identity, duration_nano AS ns, ${IS_ERROR} AS failed, trace_id, span_id, UNIX_MICROS(start_time) AS start_us, DIV(UNIX_MICROS(start_time) - ${from}, ${step}) AS step FROM ${scope.view} WHERE ${where}`;
  const operations = `SELECT ${GROUPED.join(', ')}, ${COUNTS.join(', ')} FROM (${spans}) GROUP BY ${GROUPED.join(', ')}`;
  const columns = [...GROUPED, ...TOLD, 'SUM(n) OVER () AS total'].map((one) =>
    / AS /.test(one) ? one : `${one} AS ${one}`,
  );
  const sql = `SELECT TO_JSON_STRING(STRUCT(${columns.join(', ')})) AS row FROM (${operations}) ORDER BY total_ns DESC LIMIT ${limit}`;
  return { sql, parameters };
}

/** Spans by their ids, with what they say of their failure and their process. */
export function exemplarSql(
  scope: SpanScope,
  window: TimeWindow,
  traceIds: readonly string[],
  spanIds: readonly string[],
) {
  const parameters = new QueryParameters();
  const conditions = [
    `trace_id IN UNNEST(${parameters.add(traceIds)})`,
    `span_id IN UNNEST(${parameters.add(spanIds)})`,
  ];
  const where = whereSpans(scope, window, parameters, conditions);
  return {
    sql: `SELECT TO_JSON_STRING((SELECT AS STRUCT t.* EXCEPT (links))) AS row FROM ${scope.view} AS t WHERE ${where}`,
    parameters,
  };
}

/** The attributes that tell operations apart, by {@link OPERATION_ATTRIBUTES}' order. */
const IDENTITY = `TO_JSON_STRING(STRUCT(${OPERATION_ATTRIBUTES.map((attribute, at) => `${identified(attribute)} AS a${at}`).join(', ')}))`;
const SCOPE = "COALESCE(instrumentation_scope.name, '')";
const GROUPED = ['service', 'name', 'kind', 'scope', 'identity'];
const STEP_NUMBERS = Array.from({ length: STEPS }, (_, step) => step);

/** What is counted of an operation. */
const COUNTS: readonly string[] = [
  'COUNT(*) AS n',
  'COUNTIF(failed) AS e',
  'SUM(ns) AS total_ns',
  'MIN(ns) AS lo',
  'MAX(ns) AS hi',
  `APPROX_QUANTILES(ns, ${PARTS}) AS q`,
  'MIN(IF(failed, ns, NULL)) AS elo',
  'MAX(IF(failed, ns, NULL)) AS ehi',
  `APPROX_QUANTILES(IF(failed, ns, NULL), ${PARTS} IGNORE NULLS) AS eq`,
  ...STEP_NUMBERS.flatMap((step) => [
    `COUNTIF(step = ${step}) AS n${step}`,
    `COUNTIF(step = ${step} AND failed) AS e${step}`,
    `APPROX_QUANTILES(IF(step = ${step}, ns, NULL), 100 IGNORE NULLS) AS q${step}`,
  ]),
  `ARRAY_AGG(${EXEMPLAR} ORDER BY ns DESC LIMIT 1) AS slow`,
  `ARRAY_AGG(IF(failed, ${EXEMPLAR}, NULL) IGNORE NULLS ORDER BY start_us DESC LIMIT 1) AS bad`,
  `ARRAY_AGG(${EXEMPLAR} ORDER BY start_us DESC LIMIT ${LATEST}) AS latest`,
];

/** What of it is told: of the parts of durations those that are shown. */
const TOLD: readonly string[] = [
  ...['n', 'e', 'total_ns', 'lo', 'hi', 'elo', 'ehi', 'slow', 'bad', 'latest'],
  `${shape('q')} AS p`,
  `${shape('eq')} AS ep`,
  `[${STEP_NUMBERS.map((step) => `n${step}`).join(', ')}] AS tn`,
  `[${STEP_NUMBERS.map((step) => `e${step}`).join(', ')}] AS te`,
  // A list of BigQuery's cannot hold NULL where it is the result, but a text of JSON can.
  `[${STEP_NUMBERS.map((step) => `IFNULL(q${step}[SAFE_OFFSET(95)], -1)`).join(', ')}] AS tp`,
];

function shape(column: string): string {
  const offsets = SHAPE_PERCENTS.map((percent) => Math.round((percent / 100) * PARTS));
  return `[${offsets.map((offset) => `IFNULL(${column}[SAFE_OFFSET(${offset})], -1)`).join(', ')}]`;
}

/** Spans of Google's exporters have some of them as labels. */
function identified(attribute: string): string {
  const values = [attribute, ...labelsOfAttribute(attribute)].map((key) => jsonOf('attributes', key)!);
  return values.length === 1 ? values[0]! : `COALESCE(${values.join(', ')})`;
}
