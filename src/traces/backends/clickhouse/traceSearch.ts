import type { SpanId, TraceId } from '../../../model/ids';
import { nanos, type TimeWindow } from '../../../model/time';
import { MOST_MATCHED, type TraceQuery, type TraceSummary } from '../../../model/traceSource';
import { compares } from '../../traceql/language/operations';
import { prepareSearch, type PreparedSearch } from '../../traceql/plan/prepareSearch';
import { SpanCollector } from '../spanCollector';
import type { ClickhouseClient } from './clickhouseClient';
import { candidateSql, matchedSql } from './searchSql';
import { integer } from './spanRows';
import { SqlParameters } from './sql';
import { START_NS } from './spanSql';
import { SpanStore, spellings } from './spanStore';
import type { SpanTable } from './spanTable';
import { readSummary, summaryColumns, timesOf, traceIds } from './traceSummaries';

/** The latest part of a window is searched first; each further part is this much longer than the one before. */
const GROWTH = 8n;
const PARTS = 3;
/** Candidates of one request. */
const MAX_CANDIDATES = 10_000;
/** Traces summed up at once at first, and at the most: all that were looked at before, so that what is rare takes few requests. */
const FIRST_PAGE = 100;
const LARGEST_PAGE = 2_000;
/** Spans fetched at once to be evaluated. */
const SPANS_AT_ONCE = 20_000;

/** What a search is done with. */
export interface SearchSetup {
  readonly client: ClickhouseClient;
  readonly table: SpanTable;
  readonly environment: string | undefined;
  /** Told of spans that cannot be read. */
  readonly warn: (message: string) => void;
}

type Search = SearchSetup & {
  readonly prepared: PreparedSearch;
  readonly anySemconv: boolean;
  readonly store: SpanStore;
};

/**
 * Finds traces: SQL names candidates, the latest first, and sums them up. Where SQL says all that the query says, that is
 * all; otherwise the spans of candidates are fetched and the query evaluated on them.
 */
export async function* searchTraces(
  query: TraceQuery & { readonly window: TimeWindow },
  setup: SearchSetup,
  signal: AbortSignal,
): AsyncGenerator<TraceSummary> {
  const { client, table } = setup;
  const anySemconv = query.anySemconv ?? false;
  const prepared = prepareSearch({ text: query.text, anySemconv, textValues: table.attributes === 'map' });
  const search: Search = { ...setup, prepared, anySemconv, store: new SpanStore(client, table) };
  const seen = new Set<TraceId>();
  let left = query.limit;
  for (const part of partsOf(query.window)) {
    for await (const page of candidatePages(search, part, Math.min(left, MAX_CANDIDATES), seen, signal)) {
      for await (const summary of examined(search, page, signal)) {
        yield summary;
        if (--left <= 0) return;
      }
    }
  }
}

/** A window in parts that grow backwards: who wants the latest few does not make the server read all. */
export function partsOf({ from, to }: TimeWindow): TimeWindow[] {
  const shares = Array.from({ length: PARTS }, (_, index) => GROWTH ** BigInt(index + 1));
  const most = GROWTH ** BigInt(PARTS);
  const parts: TimeWindow[] = [];
  let end: bigint = to;
  for (const share of shares) {
    const start = share === most ? from : to - ((to - from) * share) / most;
    if (start < end) parts.push({ from: nanos(start), to: nanos(end) });
    end = start;
  }
  return parts;
}

/** Ids of traces that may be found, a page at a time; none twice. */
async function* candidatePages(
  search: Search,
  window: TimeWindow,
  wanted: number,
  seen: Set<TraceId>,
  signal: AbortSignal,
): AsyncGenerator<TraceId[]> {
  const { client, prepared, table, environment, anySemconv } = search;
  const isSure =
    prepared.pushdown.trace.length === 0 && matchedSql(prepared, search, new SqlParameters()) !== undefined;
  // Of candidates that are none, many may be needed.
  const limit = isSure ? wanted : MAX_CANDIDATES;
  let to: bigint = window.to;
  while (to > window.from) {
    const scope = { table, environment, anySemconv, window: { from: window.from, to: nanos(to) } };
    const parameters = new SqlParameters();
    const where = candidateSql(prepared, scope, parameters);
    const sql = `SELECT TraceId AS id, max(${START_NS}) AS latest FROM ${table.name}
WHERE ${where}
GROUP BY TraceId ORDER BY latest DESC, id LIMIT ${limit}`;
    const rows = await client.list(sql, parameters, signal);
    const fresh = traceIds(rows).filter((id) => !seen.has(id));
    for (let at = 0; at < fresh.length;) {
      const page = fresh.slice(at, at + Math.min(LARGEST_PAGE, Math.max(FIRST_PAGE, seen.size)));
      for (const id of page) seen.add(id);
      at += page.length;
      yield page;
    }
    if (rows.length < limit) return;
    const latest = integer(rows.at(-1)?.latest) ?? window.from;
    // Others may have begun at the same nanosecond as the last one.
    to = fresh.length > 0 && latest + 1n < to ? latest + 1n : latest;
  }
}

/** The candidates of a page that the query finds. */
async function* examined(search: Search, ids: readonly TraceId[], signal: AbortSignal): AsyncGenerator<TraceSummary> {
  const { client, table, store, prepared } = search;
  const spelled = spellings(ids);
  const times = await store.times(spelled, ids.length, signal);
  const parameters = new SqlParameters();
  const matched = matchedSql(prepared, search, parameters);
  const sql = `SELECT ${summaryColumns(prepared.isEmpty ? undefined : matched)}
FROM ${table.name} WHERE ${store.tracesSql(spelled, times, parameters)} GROUP BY TraceId`;
  const summaries: TraceSummary[] = [];
  for await (const row of client.rows(sql, parameters, signal)) {
    const summary = readSummary(row);
    if (summary !== undefined && mayBe(summary, prepared)) summaries.push(summary);
  }
  const order = new Map(ids.map((id, index) => [id, index]));
  summaries.sort((a, b) => order.get(a.traceId)! - order.get(b.traceId)!);
  if (matched !== undefined && prepared.pushdown.trace.every(isTraceDuration)) yield* summaries;
  else for (const batch of batchesOf(summaries)) yield* evaluated(search, batch, signal);
}

function isTraceDuration({ field }: PreparedSearch['pushdown']['trace'][number]): boolean {
  return field.name === 'traceDuration';
}

/** Whether the trace as a whole is as the query wants it, as far as its summary tells. */
function mayBe({ durationNs }: TraceSummary, { pushdown }: PreparedSearch): boolean {
  return pushdown.trace.every((condition) => {
    const { operator, value } = condition;
    return !isTraceDuration(condition) || value === undefined ? true : compares(operator, durationNs, value.value);
  });
}

/** Traces that are fetched together. */
function* batchesOf(summaries: readonly TraceSummary[]): Generator<TraceSummary[]> {
  let batch: TraceSummary[] = [];
  let spans = 0;
  for (const summary of summaries) {
    if (batch.length > 0 && spans + summary.spanCount > SPANS_AT_ONCE) {
      yield batch;
      [batch, spans] = [[], 0];
    }
    batch.push(summary);
    spans += summary.spanCount;
  }
  if (batch.length > 0) yield batch;
}

/** Fetches whole traces and asks the query of each. */
async function* evaluated(
  { store, prepared, warn }: Search,
  batch: readonly TraceSummary[],
  signal: AbortSignal,
): AsyncGenerator<TraceSummary> {
  const collector = new SpanCollector();
  const ids = batch.map(({ traceId }) => traceId);
  await store.collect(spellings(ids), timesOf(batch), collector, signal);
  const traces = collector.traces();
  if (collector.rejection !== undefined) warn(collector.rejection);
  for (const summary of batch) {
    const trace = traces.trace(summary.traceId);
    const spanIds: readonly SpanId[] | undefined = trace === undefined ? undefined : prepared.match(trace)?.spanIds;
    if (spanIds !== undefined) yield { ...summary, matched: spanIds.slice(0, MOST_MATCHED) };
  }
}
