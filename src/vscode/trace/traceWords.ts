/** A trace in a list, in words: pure. */
import { formatCount, formatDuration } from '../../base/format';
import { startWords } from '../../base/when';
import type { TraceListItem } from '../../protocol/engine';

/** What stands behind and below a trace's name. */
export function traceItemWords(trace: TraceListItem, nowMs: number): { description: string; detail: string } {
  const parts = [formatDuration(trace.durationNs), plural(trace.spanCount, 'span')];
  if (trace.errorCount > 0) parts.push(plural(trace.errorCount, 'error'));
  return { description: parts.join(' · '), detail: `${startWords(trace.startMs, nowMs)} · ${trace.traceId}` };
}

/**
 * What stands in place of a trace that the engine does not have.
 * @param origin `restored`: it was open before the window was reloaded.
 */
export function notKeptWords(traceId: string, origin: 'opened' | 'restored'): string {
  const why =
    origin === 'restored'
      ? `Trace ${traceId} was open before the window was reloaded. Spanlight keeps traces in memory, and they went with the old window.`
      : `Trace ${traceId} is not kept here: it never arrived, was dropped as the oldest, or was collected before a restart.`;
  return `${why} If its spans arrive again, they are shown here.`;
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
