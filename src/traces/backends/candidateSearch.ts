import type { TraceId } from '../../model/ids';
import { nanos, type TimeWindow } from '../../model/time';
import { MOST_MATCHED, type TraceSummary } from '../../model/traceSource';
import { summariseTrace } from '../../model/traceSummary';
import type { PreparedSearch } from '../traceql/plan/prepareSearch';
import { latestFirst } from './foundTraces';
import type { SpanCollector } from './spanCollector';
import { beginsWithin } from './streamedSearch';

/** The latest part of a window is looked through first; each further part is this much longer. */
const GROWTH = 8n;
const PARTS = 3;
/** Traces whose spans are fetched at once. */
const LARGEST_PAGE = 100;
const SMALLEST_PAGE = 20;

/** Traces that a query names; more are asked for by parts of the window. */
const MOST_CANDIDATES = 2_000;
const FEWEST_CANDIDATES = 100;
/** A trace may begin, and go on, beyond the part of a window that it was found in. */
const MARGIN_NS = 3_600_000_000_000n;

/** A search in a backend that names the traces with spans that may match, and gives the spans of traces by their ids. */
export interface CandidateSearch {
  readonly prepared: PreparedSearch;
  readonly window: TimeWindow;
  /** Traces wanted. */
  readonly limit: number;
  /** The backend tells times so coarsely that traces beyond the window are among what it names. */
  readonly isCoarse?: boolean;
  /** Traces whose spans are fetched at once; as many as are wanted, within bounds, where left out. */
  readonly pageSize?: number;
  /** Windows shorter than this are not cut any more. */
  readonly shortestNs: bigint;
  /** The ids of traces with a span that may match in a part of the window, the latest first. */
  readonly candidates: (window: TimeWindow, limit: number, signal: AbortSignal) => Promise<CandidatePage>;
  /** The whole traces, as much of each span as the query reads. */
  readonly collect: (ids: readonly TraceId[], window: TimeWindow, signal: AbortSignal) => Promise<SpanCollector>;
  /** Told of spans that could not be read. */
  readonly warn: (reason: string) => void;
}

/** What a backend names at once. */
export interface CandidatePage {
  readonly ids: readonly TraceId[];
  /** There are more: the same is asked again of half the time. */
  readonly isCut: boolean;
}

/** How many traces one query names where so many are wanted. */
export function candidateLimit(wanted: number, most = MOST_CANDIDATES): number {
  return Math.min(most, Math.max(FEWEST_CANDIDATES, wanted * 2));
}

/** Where the spans of traces are that were found in a part of a window. */
export function withMargin({ from, to }: TimeWindow): TimeWindow {
  return { from: nanos(from - MARGIN_NS), to: nanos(to + MARGIN_NS) };
}

/**
 * Finds as many traces as are wanted, or all, each once, and evaluates the query on their spans. Where a backend names only
 * some of the candidates of a window, the window is cut in two, so nothing depends on which ones it names.
 */
export async function* candidateSearch(search: CandidateSearch, signal: AbortSignal): AsyncGenerator<TraceSummary> {
  const seen = new Set<TraceId>();
  const pageSize = search.pageSize ?? Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, search.limit));
  const windows = parts(search.window);
  let left = search.limit;
  for (let window = windows.pop(); window !== undefined && left > 0; window = windows.pop()) {
    const { ids, isCut } = await search.candidates(window, left, signal);
    const middle = nanos((window.from + window.to) / 2n);
    if (isCut && middle - window.from >= search.shortestNs) {
      windows.push({ from: window.from, to: middle }, { from: middle, to: window.to });
      continue;
    }
    const fresh = ids.filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    while (fresh.length > 0 && left > 0) {
      // Without conditions every trace that was named is found: no more are fetched than are wanted.
      const page = fresh.splice(0, search.prepared.isEmpty ? Math.min(left, pageSize) : pageSize);
      const summaries = await examine(search, page, window, signal);
      for (const summary of summaries.slice(0, left)) yield summary;
      left -= summaries.length;
    }
  }
}

async function examine(
  { prepared, collect, warn, isCoarse = false, window: whole }: CandidateSearch,
  ids: readonly TraceId[],
  window: TimeWindow,
  signal: AbortSignal,
): Promise<TraceSummary[]> {
  const wanted = new Set(ids);
  const collector = await collect(ids, window, signal);
  const summaries: TraceSummary[] = [];
  for (const trace of collector.traces()) {
    if (isCoarse && !beginsWithin(trace, whole)) continue;
    const matched = prepared.isEmpty ? [] : prepared.match(trace)?.spanIds.slice(0, MOST_MATCHED);
    if (matched !== undefined && wanted.has(trace.id)) summaries.push(summariseTrace(trace, matched));
  }
  if (collector.rejection !== undefined) warn(collector.rejection);
  return summaries.sort(latestFirst);
}

/** Parts of a window, the latest and shortest of them last. */
function parts({ from, to }: TimeWindow): TimeWindow[] {
  const windows: TimeWindow[] = [];
  let end = from;
  for (let part = PARTS - 1; part >= 0; part--) {
    const start = end;
    end = part === 0 ? to : nanos(to - ((to - from) * (GROWTH ** BigInt(part) - 1n)) / (GROWTH ** BigInt(PARTS) - 1n));
    if (end > start) windows.push({ from: start, to: end });
  }
  return windows;
}
