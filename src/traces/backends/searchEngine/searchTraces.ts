import type { TraceId } from '../../../model/ids';
import type { TimeWindow } from '../../../model/time';
import { MOST_MATCHED, type TraceSummary } from '../../../model/traceSource';
import { searchedPipeline } from '../../traceql/evaluate/evaluateTraces';
import type { PreparedSearch } from '../../traceql/plan/prepareSearch';
import { readsEvents } from '../../traceql/plan/fieldsRead';
import { bestGroup } from '../../traceql/plan/narrowing';
import type { SimpleCondition } from '../../traceql/plan/pushdown';
import { latestFirst } from '../foundTraces';
import { SpanCollector } from '../spanCollector';
import { summariseTrace } from '../../../model/traceSummary';
import { allOf, known, terms, type Clause } from './clauses';
import { conditionClauses } from './conditionClauses';
import { foundTraceIds, tracesWith, type FoundTraceId } from './foundTraceIds';
import { sourceFor } from './searchSource';
import { collectSpans, type SpanIndex } from './spanPages';
import type { SpanSchema } from './spanSchema';

/** Traces whose spans are fetched at once. */
const LARGEST_PAGE = 100;
const SMALLEST_PAGE = 20;

/** A search made ready. */
export interface TraceSearch {
  readonly prepared: PreparedSearch;
  readonly anySemconv: boolean;
  readonly window: TimeWindow;
  readonly limit: number;
  /** What every matching span must meet besides: the environment. */
  readonly always: readonly Clause[];
  /** Told of spans that could not be read. */
  readonly onRejected: (reason: string) => void;
}

/**
 * Traces that a query finds, the latest first. The server is asked for traces with a span that meets the conditions it
 * understands; their spans are then fetched, no more of each than the query reads, and the query evaluated on them.
 */
export async function* searchTraces(
  index: SpanIndex,
  search: TraceSearch,
  signal: AbortSignal,
): AsyncGenerator<TraceSummary> {
  const { prepared, anySemconv, window, limit, always } = search;
  const [first, ...others] = groupClauses(index.schema, prepared, anySemconv);
  const source = sourceFor(index.dialect, searchedPipeline(prepared.query), anySemconv);
  const starts = new Map<TraceId, bigint>();
  const pageSize = Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, limit));
  const request = { clause: allOf([...always, ...(first ?? [])]), window, pageSize };
  let left = limit;
  for await (const page of foundTraceIds(index, request, (id) => starts.get(id), signal)) {
    let ids = page;
    for (const group of others) ids = await tracesWith(index, ids, allOf(group), signal);
    // Without conditions every trace that was named is found: no more are fetched than are wanted.
    if (prepared.isEmpty) ids = ids.slice(0, left);
    const summaries = await summarise(index, search, ids, source, starts, signal);
    for (const summary of summaries.slice(0, left)) yield summary;
    left -= summaries.length;
    if (left <= 0) return;
  }
}

async function summarise(
  index: SpanIndex,
  { prepared, onRejected }: TraceSearch,
  ids: readonly FoundTraceId[],
  source: readonly string[],
  starts: Map<TraceId, bigint>,
  signal: AbortSignal,
): Promise<TraceSummary[]> {
  if (ids.length === 0) return [];
  const traceIds = ids.map(({ text }) => text);
  const isRead = index.events !== undefined && readsEvents(searchedPipeline(prepared.query));
  const events = isRead ? await index.events?.find({ traceIds, which: 'all' }, signal) : undefined;
  const collector = new SpanCollector();
  const clause = terms(index.schema.traceId, traceIds);
  const request = { clause, source, ...(events === undefined ? {} : { events }) };
  await collectSpans(index, request, collector, signal);
  const summaries: TraceSummary[] = [];
  for (const trace of collector.traces()) {
    starts.set(trace.id, trace.startNs);
    const matched = prepared.isEmpty ? [] : prepared.match(trace)?.spanIds.slice(0, MOST_MATCHED);
    if (matched !== undefined) summaries.push(summariseTrace(trace, matched));
  }
  if (collector.rejection !== undefined) onRejected(collector.rejection);
  return summaries.sort(latestFirst);
}

/**
 * For each span that a trace must have, the clauses it must meet; the span that narrows the most comes first. Conditions
 * on the trace itself, as far as one span can tell, are among those of the first.
 */
export function groupClauses(schema: SpanSchema, prepared: PreparedSearch, anySemconv: boolean): Clause[][] {
  const { pushdown } = prepared;
  const best = bestGroup(pushdown);
  const clausesOf = (group: readonly SimpleCondition[]): Clause[] => conditionClauses(schema, group, anySemconv);
  const others = pushdown.groups.filter((group) => group !== best).map(clausesOf);
  const ofTrace = known(pushdown.trace.map((condition) => traceClause(schema, condition)));
  return [[...clausesOf(best), ...ofTrace], ...others.filter((group) => group.length > 0)];
}

/** Of a trace's fields, spans know its id. */
function traceClause({ traceId }: SpanSchema, { field, operator, value }: SimpleCondition): Clause | undefined {
  const text = value?.value;
  if (field.name !== 'trace:id' || operator !== '=' || typeof text !== 'string') return undefined;
  return /^[0-9a-f]{1,32}$/.test(text) ? terms(traceId, [text.padStart(32, '0')]) : undefined;
}
