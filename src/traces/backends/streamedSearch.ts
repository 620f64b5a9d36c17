import type { SpanId, TraceId } from '../../model/ids';
import type { TimeWindow } from '../../model/time';
import type { Trace } from '../../model/trace';
import type { TraceSummary } from '../../model/traceSource';
import { summariesOf, type FoundTraces } from './foundTraces';

/** A search in a backend that gives whole traces page by page. */
export interface StreamedSearch {
  readonly window: TimeWindow;
  /** Traces wanted. */
  readonly limit: number;
  /** The pages, the latest traces first. */
  readonly traces: AsyncIterable<FoundTraces>;
  /** The spans that match; undefined: the trace does not, although the backend found it. */
  readonly matches: (trace: Trace) => readonly SpanId[] | undefined;
}

/**
 * Finds as many traces as are wanted, or all, each once, the latest of a page first. A trace is within the window if a span
 * of it begins there: backends go by seconds, or by what ids say.
 */
export async function* streamedSearch(search: StreamedSearch, signal: AbortSignal): AsyncGenerator<TraceSummary> {
  const { window, matches } = search;
  const seen = new Set<TraceId>();
  let left = search.limit;
  if (left <= 0) return;
  for await (const page of search.traces) {
    signal.throwIfAborted();
    const summaries = summariesOf(page, { seen, matches, isWanted: (trace) => beginsWithin(trace, window) });
    for (const summary of summaries.slice(0, left)) yield summary;
    left -= summaries.length;
    if (left <= 0) return;
  }
}

/** Whether a span of a trace begins within a window. */
export function beginsWithin(trace: Trace, { from, to }: TimeWindow): boolean {
  const [first, end] = [Number(from - trace.startNs), Number(to - trace.startNs)];
  return trace.start.some((start) => start >= first && start < end);
}
