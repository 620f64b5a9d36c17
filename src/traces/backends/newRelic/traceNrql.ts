import type { TraceId } from '../../../model/ids';
import { nanos, type TimeWindow } from '../../../model/time';
import { traceIdOf } from '../../formats/recordIds';
import { newRelicSpans } from '../../formats/newRelicSpans';
import { nanosOf, MILLIS_POWER } from '../../formats/recordTimes';
import type { JsonObject } from '../../otlp/jsonFields';
import type { CandidatePage } from '../candidateSearch';
import { SpanCollector } from '../spanCollector';
import type { NerdGraph } from './nerdGraph';
import { timeRange } from './nrql';
import { whereSpans } from './spanNrql';

/** The most rows of one answer. */
const MAX_ROWS = 5_000;
/** Traces named at once; more are asked for by parts of the window. */
const MOST_CANDIDATES = 2_000;
const FEWEST_CANDIDATES = 100;
/** A trace may begin, and go on, beyond the part of a window that it was found in. */
const MARGIN_NS = 3_600_000_000_000n;
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
  const most = Math.min(MOST_CANDIDATES, Math.max(FEWEST_CANDIDATES, limit * 2));
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
  const wide = { from: nanos(window.from - MARGIN_NS), to: nanos(window.to + MARGIN_NS) };
  const selected = columns === undefined ? '*' : columns.map((name) => `\`${name}\``).join(', ');
  const spans = new Pages(`SELECT ${selected} FROM Span${where}`, wide);
  const events = new Pages(`SELECT * FROM SpanEvent${where}`, wide);
  if (!withEvents) events.goesOn = false;
  for (let page = 0; page < MAX_PAGES && (spans.goesOn || events.goesOn); page++) {
    const queries: Record<string, string> = {};
    if (spans.goesOn) queries.spans = spans.nrql;
    if (events.goesOn) queries.events = events.nrql;
    const found: Readonly<Record<string, readonly JsonObject[] | undefined>> = await api.rows(queries, signal, options);
    if (found.spans !== undefined) spans.take(found.spans, (row) => `${String(row['trace.id'])} ${String(row.id)}`);
    if (found.events !== undefined) events.take(found.events, JSON.stringify);
  }
  collector.addRecords(newRelicSpans([...spans.rows, ...events.rows]));
  return { collector, rows: spans.rows.length, isCut: spans.goesOn || events.goesOn };
}

/** Rows that come the latest first, as many as fit into an answer at once: the next ones end where the last ones began. */
class Pages {
  readonly rows: JsonObject[] = [];
  goesOn = true;
  private readonly seen = new Set<string>();

  constructor(
    private readonly select: string,
    private window: TimeWindow,
  ) {}

  get nrql(): string {
    return `${this.select} LIMIT ${MAX_ROWS}${timeRange(this.window)}`;
  }

  take(rows: readonly JsonObject[], keyOf: (row: JsonObject) => string): void {
    const before = this.rows.length;
    let earliest: bigint | undefined;
    for (const row of rows) {
      const time = nanosOf(row.timestamp, MILLIS_POWER);
      if (time !== undefined && (earliest === undefined || time < earliest)) earliest = time;
      const key = keyOf(row);
      if (this.seen.has(key)) continue;
      this.seen.add(key);
      this.rows.push(row);
    }
    // Rows of the same millisecond may be in either page.
    const isNew = this.rows.length > before;
    this.goesOn = rows.length >= MAX_ROWS && earliest !== undefined && isNew;
    if (earliest !== undefined) this.window = { from: this.window.from, to: nanos(earliest + NS_PER_MS) };
  }
}

/** Ids of 64 bits are written with and without the zeros in front. */
function spellings(id: TraceId): string[] {
  const short = id.replace(/^0{16}/, '');
  return short === id ? [`'${id}'`] : [`'${id}'`, `'${short}'`];
}
