/** A trace in a list, in words: pure. */
import { formatCount, formatDuration } from '../../base/format';
import type { TraceListItem } from '../../protocol/engine';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

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

/** A start within the hour as "4 min ago", else in the locale's date and time. */
export function startWords(startMs: number, nowMs: number): string {
  const ago = nowMs - startMs;
  // Clocks of other machines may run ahead a little.
  if (ago < SECOND_MS && ago > -MINUTE_MS) return 'just now';
  if (ago >= SECOND_MS && ago < MINUTE_MS) return `${Math.floor(ago / SECOND_MS)} s ago`;
  if (ago >= MINUTE_MS && ago < HOUR_MS) return `${Math.floor(ago / MINUTE_MS)} min ago`;
  return new Date(startMs).toLocaleString();
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
