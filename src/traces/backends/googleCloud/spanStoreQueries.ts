import type { TraceId } from '../../../model/ids';
import { nanosFromMillis, type TimeWindow } from '../../../model/time';
import type { ServiceGraph, ServiceSummary } from '../../../model/traceSource';
import { googleSpanRows } from '../../formats/googleSpanRows';
import { traceIdOf } from '../../formats/recordIds';
import { isGoogleField, isGoogleResource } from '../../formats/googleTraceSpans';
import { textOf } from '../../formats/recordValues';
import { isObject } from '../../otlp/jsonFields';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import type { AttributeQuery } from '../backend';
import { withMargin, type CandidatePage } from '../candidateSearch';
import { SpanCollector } from '../spanCollector';
import { intrinsicValues, INTRINSIC_NAMES, spanAttribute } from '../suggestedAttributes';
import type { BigQuery } from './bigQuery';
import { QueryParameters } from './queryParameters';
import { IS_ERROR, SERVICE, serviceSql, textOfJson, whereSpans, type SpanScope } from './spanSql';

/** Traces that one query names; more are asked for by parts of the window. */
const MOST_CANDIDATES = 2_000;
const FEWEST_CANDIDATES = 500;
const MAX_SERVICES = 5_000;
const MAX_EDGES = 5_000;
const MAX_VALUES = 200;
/** Spans whose attributes are looked at for names. */
const NAMED_SPANS = 200;

/** Every service with spans in a window. */
export async function listedServices(
  api: BigQuery,
  scope: SpanScope,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<ServiceSummary[]> {
  const parameters = new QueryParameters();
  const where = whereSpans(scope, window, parameters);
  const spans = `SELECT ${SERVICE} AS service, ${IS_ERROR} AS failed, UNIX_MICROS(start_time) AS start_us FROM ${scope.view} WHERE ${where}`;
  const services = `SELECT service, COUNT(*) AS n, COUNTIF(failed) AS e, MAX(start_us) AS us FROM (${spans}) GROUP BY service`;
  const sql = `SELECT TO_JSON_STRING(STRUCT(service AS service, n AS n, e AS e, us AS us)) AS row FROM (${services}) ORDER BY n DESC LIMIT ${MAX_SERVICES}`;
  const rows = await api.rows({ sql, parameters }, signal);
  return rows.map(({ service, n, e, us }) => ({
    service: textOf(service) || UNKNOWN_SERVICE,
    spanCount: Number(n),
    errorCount: Number(e),
    lastSeen: nanosFromMillis(Math.floor(Number(us) / 1000)),
  }));
}

/** Traces with a span that meets all conditions, the latest first. */
export async function candidates(
  api: BigQuery,
  scope: SpanScope,
  window: TimeWindow,
  conditions: (parameters: QueryParameters) => readonly string[],
  wanted: number,
  signal: AbortSignal,
): Promise<CandidatePage> {
  const limit = Math.min(MOST_CANDIDATES, Math.max(FEWEST_CANDIDATES, wanted));
  const parameters = new QueryParameters();
  const where = whereSpans(scope, window, parameters, conditions(parameters));
  const traces = `SELECT trace_id, MAX(start_time) AS latest FROM ${scope.view} WHERE ${where} GROUP BY trace_id`;
  const sql = `SELECT TO_JSON_STRING(STRUCT(trace_id AS id)) AS row FROM (${traces}) ORDER BY latest DESC LIMIT ${limit + 1}`;
  const rows = await api.rows({ sql, parameters }, signal);
  const isCut = rows.length > limit;
  return { ids: rows.slice(0, limit).flatMap(({ id }) => traceIdOf(id) ?? []), isCut };
}

/** Which spans, and how much of them. */
export interface WantedTraces {
  readonly ids: readonly TraceId[];
  readonly window: TimeWindow;
  /** Columns that nobody reads, and that are billed if they are. */
  readonly without?: readonly string[];
  readonly maxWireBytes?: number;
}

/** Whole traces. @returns their spans, and how many rows they were. */
export async function collectTraces(
  api: BigQuery,
  scope: SpanScope,
  { ids, window, without = [], maxWireBytes }: WantedTraces,
  signal: AbortSignal,
): Promise<{ readonly collector: SpanCollector; readonly rows: number }> {
  const collector = new SpanCollector();
  if (ids.length === 0) return { collector, rows: 0 };
  const parameters = new QueryParameters();
  // The environment is the trace's: spans of another one belong to it as well.
  const where = whereSpans({ ...scope, environment: undefined }, withMargin(window), parameters, [
    `trace_id IN UNNEST(${parameters.add(ids)})`,
  ]);
  const span = without.length === 0 ? 't' : `(SELECT AS STRUCT t.* EXCEPT (${without.join(', ')}))`;
  const sql = `SELECT TO_JSON_STRING(${span}) AS row FROM ${scope.view} AS t WHERE ${where}`;
  const rows = await api.rows({ sql, parameters, ...(maxWireBytes === undefined ? {} : { maxWireBytes }) }, signal);
  collector.addRecords(googleSpanRows(rows));
  return { collector, rows: rows.length };
}

/** Calls between services: spans whose parent belongs to another one, joined with it. */
export async function countedGraph(
  api: BigQuery,
  scope: SpanScope,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<ServiceGraph> {
  const parameters = new QueryParameters();
  const where = whereSpans(scope, window, parameters);
  const unknown = parameters.add(UNKNOWN_SERVICE);
  const own = `SELECT COALESCE(${SERVICE}, ${unknown}) AS service, trace_id, span_id, parent_span_id, ${IS_ERROR} AS failed FROM ${scope.view} WHERE ${where}`;
  const calls = `SELECT p.service AS caller, c.service AS callee, c.failed AS failed FROM (${own}) AS c JOIN (${own}) AS p ON c.trace_id = p.trace_id AND c.parent_span_id = p.span_id WHERE p.service != c.service`;
  const edges = `SELECT caller, callee, COUNT(*) AS n, COUNTIF(failed) AS e FROM (${calls}) GROUP BY caller, callee`;
  const sql = `SELECT TO_JSON_STRING(STRUCT(caller AS caller, callee AS callee, n AS n, e AS e)) AS row FROM (${edges}) ORDER BY n DESC LIMIT ${MAX_EDGES}`;
  const rows = await api.rows({ sql, parameters }, signal);
  return {
    edges: rows.map(({ caller, callee, n, e }) => ({
      ...{ caller: textOf(caller) ?? UNKNOWN_SERVICE, callee: textOf(callee) ?? UNKNOWN_SERVICE },
      ...{ count: Number(n), errorCount: Number(e) },
    })),
  };
}

/** Names to search by: those of the attributes that the latest spans have. */
export async function attributeNames(
  api: BigQuery,
  scope: SpanScope,
  { window, service }: AttributeQuery,
  signal: AbortSignal,
): Promise<string[]> {
  const parameters = new QueryParameters();
  const where = whereSpans(scope, window, parameters, ofService(service, parameters));
  const sql = `SELECT TO_JSON_STRING(STRUCT(attributes AS span, resource.attributes AS resource)) AS row FROM ${scope.view} WHERE ${where} ORDER BY start_time DESC LIMIT ${NAMED_SPANS}`;
  const rows = await api.rows({ sql, parameters }, signal);
  const names = new Set(INTRINSIC_NAMES);
  for (const { span, resource } of rows) {
    if (isObject(span)) {
      for (const name of Object.keys(span)) {
        if (!isGoogleField(name)) names.add(`${isGoogleResource(name) ? 'resource' : 'span'}.${name}`);
      }
    }
    if (isObject(resource)) for (const name of Object.keys(resource)) names.add(`resource.${name}`);
  }
  return [...names];
}

/** The most frequent values of an attribute. */
export async function attributeValues(
  api: BigQuery,
  scope: SpanScope,
  name: string,
  { window, service }: AttributeQuery,
  signal: AbortSignal,
): Promise<string[]> {
  const known = intrinsicValues(name);
  if (known !== undefined) return known;
  const value = valueSql(name);
  if (value === undefined) return [];
  const parameters = new QueryParameters();
  const where = whereSpans(scope, window, parameters, ofService(service, parameters));
  const values = `SELECT v, COUNT(*) AS n FROM (SELECT ${value} AS v FROM ${scope.view} WHERE ${where}) WHERE v IS NOT NULL GROUP BY v`;
  const sql = `SELECT TO_JSON_STRING(STRUCT(v AS v)) AS row FROM (${values}) ORDER BY n DESC LIMIT ${MAX_VALUES}`;
  const rows = await api.rows({ sql, parameters }, signal);
  return rows.flatMap(({ v }) => textOf(v) ?? []);
}

function valueSql(name: string): string | undefined {
  if (name === 'name') return 'name';
  if (name === 'resource.service.name') return SERVICE;
  const attribute = spanAttribute(name);
  if (attribute === undefined) return undefined;
  return textOfJson(attribute.scope === 'resource' ? 'resource.attributes' : 'attributes', attribute.key);
}

function ofService(service: string | undefined, parameters: QueryParameters): string[] {
  return service === undefined ? [] : [serviceSql(service, parameters)];
}
