import type { Brand } from '../base/brand';

/** Nanoseconds since the Unix epoch. 1.7e18 exceeds 2^53, so never a `number`. */
export type Nanos = Brand<bigint, 'Nanos'>;

/** A span of time in nanoseconds; exact as a `number` up to 104 days. */
export type DurationNs = Brand<number, 'DurationNs'>;

/** From inclusive, to exclusive. */
export interface TimeWindow {
  readonly from: Nanos;
  readonly to: Nanos;
}

/** Brands epoch nanoseconds. */
export function nanos(value: bigint): Nanos {
  return value as Nanos;
}

/** Epoch milliseconds (as `Date.now()` gives them) in nanoseconds. */
export function nanosFromMillis(milliseconds: number): Nanos {
  return (BigInt(Math.trunc(milliseconds)) * 1_000_000n) as Nanos;
}

/** Epoch milliseconds; lossy: drops what is below a millisecond. */
export function millisLossy(time: Nanos): number {
  return Number((time as bigint) / 1_000_000n);
}

/** RFC 3339 with nanoseconds, in UTC: `2026-11-21T15:00:00.000000001Z`. */
export function rfc3339(time: Nanos): string {
  const seconds = new Date(Number(time / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(time % 1_000_000_000n).padStart(9, '0')}Z`;
}
