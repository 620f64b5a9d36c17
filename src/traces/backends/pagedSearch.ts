import type { SpanId, TraceId } from '../../model/ids';
import { nanos, type TimeWindow } from '../../model/time';
import type { Trace } from '../../model/trace';
import type { TraceSummary } from '../../model/traceSource';
import { summariesOf, type FoundTraces } from './foundTraces';

/** Windows shorter than this are not halved any more: 10 µs. */
const SHORTEST_NS = 10_000n;

/** A search in a backend that answers with whole traces, at most so many at once, and has no pages. */
export interface PagedSearch {
  readonly window: TimeWindow;
  /** Traces wanted. */
  readonly limit: number;
  /** Traces asked for at once. */
  readonly pageSize: number;
  /** Some traces of a window: all of them, if there are fewer than `limit`. */
  readonly fetch: (window: TimeWindow, limit: number, signal: AbortSignal) => Promise<FoundTraces>;
  /** The spans that match; undefined: the trace does not, although the backend found it. */
  readonly matches: (trace: Trace) => readonly SpanId[] | undefined;
}

/**
 * Finds as many traces as are wanted, or all: where an answer is as long as it may be, its window is cut in two and each
 * half asked for by itself, the later one first. So nothing depends on the order in which a backend gives traces, which
 * differs by storage. Every trace comes once.
 */
export async function* pagedSearch(search: PagedSearch, signal: AbortSignal): AsyncGenerator<TraceSummary> {
  const seen = new Set<TraceId>();
  const windows: TimeWindow[] = [search.window];
  let left = search.limit;
  for (let window = windows.pop(); window !== undefined && left > 0; window = windows.pop()) {
    signal.throwIfAborted();
    const found = await search.fetch(window, search.pageSize, signal);
    const summaries = summariesOf(found, { seen, matches: search.matches });
    for (const summary of summaries.slice(0, left)) yield summary;
    left -= summaries.length;
    const middle = nanos((window.from + window.to) / 2n);
    if (found.size < search.pageSize || middle - window.from < SHORTEST_NS) continue;
    windows.push({ from: window.from, to: middle }, { from: middle, to: window.to });
  }
}
