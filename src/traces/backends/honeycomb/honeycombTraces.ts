import type { TraceId } from '../../../model/ids';
import { nanos, type TimeWindow } from '../../../model/time';
import { HONEYCOMB_START, honeycombSpans } from '../../formats/honeycombSpans';
import { traceIdOf } from '../../formats/recordIds';
import { textOf } from '../../formats/recordValues';
import type { JsonObject } from '../../otlp/jsonFields';
import type { Pipeline } from '../../traceql/language/ast';
import { otherNames } from '../../traceql/language/semconv';
import { fieldsOf, readsEvents, scopeOf } from '../../traceql/plan/fieldsRead';
import { candidateLimit, type CandidatePage } from '../candidateSearch';
import { SpanCollector } from '../spanCollector';
import { MAX_GROUPS, type HoneycombApi } from './honeycombApi';
import type { HoneycombScope } from './honeycombSchema';
import { absoluteTimes, START_FIELD, type QueryFilter } from './querySpec';

/** What a query may be grouped by. */
const MOST_BREAKDOWNS = 100;
/** Queries for one trace: few may be run in a minute. */
const MOST_QUERIES = 3;
/** Traces named at once; more are asked for by parts of the window. */
const MOST_CANDIDATES = 1_000;
/** Ids in one filter. */
const IDS_AT_ONCE = 100;
/** A trace may begin, and go on, beyond the part of a window that it was found in. */
const MARGIN_NS = 1_800_000_000_000n;

/** Columns without which a row is no span. */
const SPAN_COLUMNS: readonly string[] = [
  'trace.trace_id',
  'trace.span_id',
  'trace.parent_id',
  'name',
  'duration_ms',
  'service.name',
  'span.kind',
  'type',
  'error',
  'status_code',
  'status_message',
];
const SCOPE_COLUMNS = ['library.name', 'library.version'];
/** What tells the rows of a trace apart. */
const ROW_KEYS = ['trace.span_id', 'trace.parent_id', 'name', 'meta.annotation_type', 'trace.link.span_id'];
const ANNOTATION_COLUMNS = ['meta.annotation_type', 'trace.link.trace_id', 'trace.link.span_id'];
const BASE = [...SPAN_COLUMNS, ...SCOPE_COLUMNS, ...ANNOTATION_COLUMNS];
/** Of an event, what is worth a column where there is not one for every attribute. */
const FIRST =
  /^(trace|exception|code|http|url|db|rpc|messaging|service|server|deployment|telemetry|process|host|k8s)\./;

/** What is asked, and of what. */
export interface HoneycombSource {
  readonly api: HoneycombApi;
  readonly scope: HoneycombScope;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** Traces that have a span which meets some conditions, the latest first. */
export async function candidates(
  { api, scope, nowMs }: HoneycombSource,
  filters: readonly QueryFilter[],
  window: TimeWindow,
  limit: number,
  signal: AbortSignal,
): Promise<CandidatePage> {
  const times = absoluteTimes(window, nowMs);
  if (times === undefined) return { ids: [], isCut: false };
  const most = candidateLimit(limit, MOST_CANDIDATES);
  const spec = {
    breakdowns: ['trace.trace_id'],
    calculations: [{ op: 'MAX', column: HONEYCOMB_START }],
    calculated_fields: [START_FIELD],
    filters,
    orders: [{ op: 'MAX', column: HONEYCOMB_START, order: 'descending' as const }],
    ...{ limit: most, ...times },
  };
  const rows = await api.run(spec, { dataset: scope.dataset }, signal);
  const ids = rows.flatMap((row) => traceIdOf(row['trace.trace_id']) ?? []);
  return { ids: [...new Set(ids)], isCut: rows.length >= most };
}

/** What of some traces is fetched. */
export interface SpanRequest {
  readonly ids: readonly TraceId[];
  readonly window: TimeWindow;
  readonly columns: readonly string[];
  /** Events and links come as rows of their own. */
  readonly withAnnotations: boolean;
  readonly maxWireBytes?: number;
}

/** Collects the spans of some traces: groups of one row each, by all that is asked for. */
export async function collectTraces(
  source: HoneycombSource,
  { ids, window, columns, withAnnotations, maxWireBytes }: SpanRequest,
  signal: AbortSignal,
): Promise<{ readonly collector: SpanCollector; readonly rows: number; readonly isCut: boolean }> {
  const collector = new SpanCollector();
  let [rows, isCut] = [0, false];
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
    const isSpan = source.scope.columns.has('meta.annotation_type') && !withAnnotations;
    const only = isSpan ? [{ column: 'meta.annotation_type', op: 'does-not-exist' }] : [];
    const some = ids.slice(at, at + IDS_AT_ONCE);
    const found = await traceRows(source, some, window, columns, signal, { only, maxWireBytes });
    rows += found.length;
    isCut ||= found.length >= MAX_GROUPS;
    collector.addRecords(honeycombSpans({ results: found }));
  }
  return { collector, rows, isCut };
}

/** The spans of some traces: groups of one row each, by all that is asked for. */
async function traceRows(
  { api, scope, nowMs }: HoneycombSource,
  ids: readonly TraceId[],
  window: TimeWindow,
  columns: readonly string[],
  signal: AbortSignal,
  {
    only = [],
    maxWireBytes,
  }: { readonly only?: readonly QueryFilter[]; readonly maxWireBytes?: number | undefined } = {},
): Promise<JsonObject[]> {
  const wide = { from: nanos(window.from - MARGIN_NS), to: nanos(window.to + MARGIN_NS) };
  const times = absoluteTimes(wide, nowMs);
  if (times === undefined) return [];
  const spec = {
    breakdowns: [...columns, HONEYCOMB_START],
    calculations: [{ op: 'COUNT' }],
    calculated_fields: [START_FIELD],
    filters: [{ column: 'trace.trace_id', op: 'in', value: ids.flatMap(spellings) }, ...only],
    ...{ limit: MAX_GROUPS, ...times },
  };
  const options = { dataset: scope.dataset, ...(maxWireBytes === undefined ? {} : { maxWireBytes }) };
  return api.run(spec, options, signal);
}

/** The columns without which a query cannot be evaluated on the spans that come back. */
export function columnsFor(pipeline: Pipeline | undefined, { columns }: HoneycombScope, anySemconv: boolean): string[] {
  const wanted = new Set(SPAN_COLUMNS);
  const fields = pipeline === undefined ? [] : fieldsOf(pipeline);
  if (fields.some((field) => scopeOf(field) === 'instrumentation')) for (const name of SCOPE_COLUMNS) wanted.add(name);
  if (pipeline !== undefined && readsAnnotations(pipeline)) for (const name of ANNOTATION_COLUMNS) wanted.add(name);
  for (const field of fields) {
    if (field.node !== 'attribute') continue;
    for (const name of [field.name, ...(anySemconv ? otherNames(field.name) : [])]) wanted.add(name);
  }
  return [...wanted].filter((name) => columns.has(name));
}

/** A trace with every column, as far as a few queries bring them. */
export interface WholeTrace {
  readonly collector: SpanCollector;
  readonly rows: number;
  readonly isCut: boolean;
  /** Columns that were not asked for. */
  readonly left: number;
}

/**
 * Collects one trace with all its columns: those that most spans have first, and then, as a query is grouped by a hundred at
 * the most, what else the services of the trace have.
 *
 * @param columnsOf the columns of a service.
 */
export async function collectWholeTrace(
  source: HoneycombSource,
  id: TraceId,
  window: TimeWindow,
  columnsOf: (service: string, signal: AbortSignal) => Promise<HoneycombScope>,
  signal: AbortSignal,
): Promise<WholeTrace> {
  const { columns } = source.scope;
  const weight = (name: string): number => (BASE.includes(name) ? 0 : FIRST.test(name) ? 1 : 2);
  const all = [...columns.keys()].sort((a, b) => weight(a) - weight(b));
  const first = all.slice(0, MOST_BREAKDOWNS - 1);
  const rows = await traceRows(source, [id], window, first, signal);
  const services = new Set(rows.map((row) => textOf(row['service.name']) ?? ''));
  const scopes = await Promise.all([...services].filter((name) => name !== '').map((name) => columnsOf(name, signal)));
  const had = new Set(scopes.flatMap((scope) => [...scope.columns.keys()]));
  const others = all.slice(first.length).filter((name) => had.has(name));
  const keys = ROW_KEYS.filter((name) => columns.has(name));
  const keyOf = (row: JsonObject): string =>
    JSON.stringify([...keys, HONEYCOMB_START].map((name) => row[name] ?? null));
  let asked = 0;
  let whole = rows;
  for (let query = 1; query < MOST_QUERIES && asked < others.length && rows.length > 0; query++) {
    const next = others.slice(asked, asked + MOST_BREAKDOWNS - 1 - keys.length);
    const more = new Map(
      (await traceRows(source, [id], window, [...keys, ...next], signal)).map((row) => [keyOf(row), row]),
    );
    whole = whole.map((row) => ({ ...more.get(keyOf(row)), ...row }));
    asked += next.length;
  }
  const collector = new SpanCollector();
  collector.addRecords(honeycombSpans({ results: whole }));
  return { collector, rows: rows.length, isCut: rows.length >= MAX_GROUPS, left: others.length - asked };
}

/** Whether a query reads events or links of spans. */
export function readsAnnotations(pipeline: Pipeline): boolean {
  return readsEvents(pipeline) || fieldsOf(pipeline).some((field) => scopeOf(field) === 'link');
}

/** Ids of 64 bits are written with and without the zeros in front. */
function spellings(id: TraceId): string[] {
  const short = id.replace(/^0{16}/, '');
  return short === id ? [id] : [id, short];
}
