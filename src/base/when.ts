const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** A start within the hour as "4 min ago", else in the locale's time, with the day where it is another one. */
export function startWords(startMs: number, nowMs: number): string {
  const ago = nowMs - startMs;
  // Clocks of other machines may run ahead a little.
  if (ago < SECOND_MS && ago > -MINUTE_MS) return 'just now';
  if (ago >= SECOND_MS && ago < MINUTE_MS) return `${Math.floor(ago / SECOND_MS)} s ago`;
  if (ago >= MINUTE_MS && ago < HOUR_MS) return `${Math.floor(ago / MINUTE_MS)} min ago`;
  const [start, now] = [new Date(startMs), new Date(nowMs)];
  if (start.toDateString() === now.toDateString()) return start.toLocaleTimeString();
  const year = start.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return start.toLocaleString(undefined, {
    ...year,
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}
