import { formatCount, formatDuration } from './format';

/** How often a service may still be asked before it refuses. */
export interface RequestsLeft {
  readonly remaining: number;
  /** How often in all within a period, where it is known. */
  readonly limit?: number;
  /** Epoch milliseconds at which there are more. */
  readonly resetMs: number;
}

/** `287 of 300 requests left, more in 43 min`; undefined once there are more. @param nowMs epoch milliseconds. */
export function requestsLeftWords({ remaining, limit, resetMs }: RequestsLeft, nowMs: number): string | undefined {
  if (resetMs <= nowMs) return undefined;
  const of = limit === undefined ? '' : ` of ${formatCount(limit)}`;
  const requests = (limit ?? remaining) === 1 ? 'request' : 'requests';
  return `${formatCount(remaining)}${of} ${requests} left, more in ${waitWords(resetMs - nowMs)}`;
}

/** Whole seconds below two minutes, whole minutes from there on. */
export function waitWords(milliseconds: number): string {
  const unit = milliseconds < 120_000 ? 1_000 : 60_000;
  return formatDuration(Math.ceil(milliseconds / unit) * unit * 1e6);
}
