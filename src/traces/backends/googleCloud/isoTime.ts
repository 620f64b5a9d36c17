import type { Nanos } from '../../../model/time';

/** A time as RFC 3339 writes it, to the nanosecond. */
export function isoTime(time: Nanos): string {
  const second = new Date(Number(time / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(time % 1_000_000_000n).padStart(9, '0')}Z`;
}
