import type { TraceId } from '../../../model/ids';
import type { TimeWindow } from '../../../model/time';
import { traceIdOf } from '../../formats/recordIds';
import { newRelicSpans } from '../../formats/newRelicSpans';
import { nanosOf, MILLIS_POWER } from '../../formats/recordTimes';
import type { JsonObject } from '../../otlp/jsonFields';
import { candidateLimit, withMargin, type CandidatePage } from '../candidateSearch';
import { LatestRows } from '../latestRows';
import { SpanCollector } from '../spanCollector';
import type { NerdGraph } from './nerdGraph';
import { timeRange } from './nrql';
import { whereSpans } from './spanNrql';

/** The most rows of one answer. */
const MAX_ROWS = 5_000;
/** Pages of a trace's spans: 250,000 of them are 50. */
const MAX_PAGES = 50;
const NS_PER_MS = 1_000_000n;

/** Traces that have a span which meets some conditions, the latest first. */
export async function candidates(
  api: NerdGraph,
  where: string,
  window: TimeWindow,
  limit: number,
  signal: AbortSignal,
): Promise<CandidatePage> {
  const most = candidateLimit(limit);
  const nrql = `SELECT max(timestamp) AS 'latest' FROM Span${where} FACET trace.id LIMIT ${most}${timeRange(window)}`;
  const { found } = await api.rows({ found: nrql }, signal);
  const ids = [...found]
    .sort((a, b) => Number(b.latest) - Number(a.latest))
    .flatMap((row) => traceIdOf(row['trace.id'] ?? row.facet) ?? []);
  return { ids: [...new Set(ids)], isCut: found.length >= most };
}

/** What of some traces is fetched. */
export interface SpanRequest {
  readonly ids: readonly TraceId[];
  /** Where they were found. */
  readonly window: TimeWindow;
  /** Columns of spans; all where left out. */
  readonly columns?: readonly string[];
  readonly withEvents: boolean;
  readonly maxWireBytes?: number;
}

/** Collects the spans of some traces, and their events: both in one request, as long as they fit into one answer. */
export async function collectTraces(
  api: NerdGraph,
  { ids, window, columns, withEvents, maxWireBytes }: SpanRequest,
  signal: AbortSignal,
): Promise<{ readonly collector: SpanCollector; readonly rows: number; readonly isCut: boolean }> {
  const collector = new SpanCollector();
  const options = maxWireBytes === undefined ? {} : { maxWireBytes };
  if (ids.length === 0) return { collector, rows: 0, isCut: false };
  const where = whereSpans([{ nrql: `trace.id IN (${ids.flatMap(spellings).join(', ')})`, exact: true }], []);
  const wide = withMargin(window);
  const selected = columns === undefined ? '*' : columns.map((name) => `\`${name}\``).join(', ');
  const spans = paged(wide, (row) => `${String(row['trace.id'])} ${String(row.id)}`);
  const events = paged(wide, JSON.stringify);
  if (!withEvents) events.goesOn = false;
  for (let page = 0; page < MAX_PAGES && (spans.goesOn || events.goesOn); page++) {
    const queries: Record<string, string> = {};
    if (spans.goesOn) queries.spans = pageNrql(`SELECT ${selected} FROM Span${where}`, spans);
    if (events.goesOn) queries.events = pageNrql(`SELECT * FROM SpanEvent${where}`, events);
    const found: Readonly<Record<string, readonly JsonObject[] | undefined>> = await api.rows(queries, signal, options);
    if (found.spans !== undefined) spans.take(found.spans);
    if (found.events !== undefined) events.take(found.events);
  }
  collector.addRecords(newRelicSpans([...spans.rows, ...events.rows]));
  return { collector, rows: spans.rows.length, isCut: spans.goesOn || events.goesOn };
}

function pageNrql(select: string, { window }: LatestRows): string {
  return `${select} LIMIT ${MAX_ROWS}${timeRange(window)}`;
}

function paged(window: TimeWindow, keyOf: (row: JsonObject) => string): LatestRows {
  const timeOf = ({ timestamp }: JsonObject) => nanosOf(timestamp, MILLIS_POWER);
  return new LatestRows({ window, pageSize: MAX_ROWS, tickNs: NS_PER_MS, timeOf, keyOf });
}

/** Ids of 64 bits are written with and without the zeros in front. */
function spellings(id: TraceId): string[] {
  const short = id.replace(/^0{16}/, '');
  return short === id ? [`'${id}'`] : [`'${id}'`, `'${short}'`];
}
