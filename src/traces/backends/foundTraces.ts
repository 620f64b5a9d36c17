import type { SpanId, TraceId } from '../../model/ids';
import type { Trace } from '../../model/trace';
import type { TraceSummary } from '../../model/traceSource';
import { summariseTrace } from '../../model/traceSummary';

/** What one request found. */
export interface FoundTraces {
  readonly size: number;
  [Symbol.iterator](): Iterator<Trace>;
}

/** What makes summaries of the traces that a backend finds, whichever way it is asked. */
export interface TraceExamination {
  /** Traces that were examined before; those of this page are added. */
  readonly seen: Set<TraceId>;
  /** The spans that match; undefined: the trace does not, although the backend found it. */
  readonly matches: (trace: Trace) => readonly SpanId[] | undefined;
  /** Whether a trace is to be examined at all; all are where it is left out. */
  readonly isWanted?: (trace: Trace) => boolean;
}

/** The traces of a page that match and were not seen before, the latest first. */
export function summariesOf(page: Iterable<Trace>, { seen, matches, isWanted }: TraceExamination): TraceSummary[] {
  const summaries: TraceSummary[] = [];
  for (const trace of page) {
    if (seen.has(trace.id) || isWanted?.(trace) === false) continue;
    seen.add(trace.id);
    const matched = matches(trace);
    if (matched !== undefined) summaries.push(summariseTrace(trace, matched));
  }
  return summaries.sort(latestFirst);
}

/** Orders lists of traces. */
export function latestFirst(a: TraceSummary, b: TraceSummary): number {
  return a.startNs < b.startNs ? 1 : a.startNs > b.startNs ? -1 : 0;
}
