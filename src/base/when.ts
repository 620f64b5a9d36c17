const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** A start within the hour as "4 min ago", else in the locale's date and time. */
export function startWords(startMs: number, nowMs: number): string {
  const ago = nowMs - startMs;
  // Clocks of other machines may run ahead a little.
  if (ago < SECOND_MS && ago > -MINUTE_MS) return 'just now';
  if (ago >= SECOND_MS && ago < MINUTE_MS) return `${Math.floor(ago / SECOND_MS)} s ago`;
  if (ago >= MINUTE_MS && ago < HOUR_MS) return `${Math.floor(ago / MINUTE_MS)} min ago`;
  return new Date(startMs).toLocaleString();
}
