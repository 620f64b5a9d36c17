/** When and how often a request is repeated. */
export interface RetryPolicy {
  /** Requests in all, the first included. */
  readonly attempts: number;
  /** Milliseconds before the first repetition; doubles each time. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** A backend that asks for a longer pause than this gets no second request. */
  readonly maxRetryAfterMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 4,
  firstDelayMs: 250,
  maxDelayMs: 5_000,
  maxRetryAfterMs: 30_000,
};

/** Statuses that promise a better answer later (opentelemetry-proto/docs/specification.md names the same). */
export const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Milliseconds that a Retry-After header asks for: seconds, or an HTTP date (RFC 9110, 10.2.3). Undefined where there is
 * none, or none that can be read.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/**
 * Milliseconds to wait before repetition `retry` (1 is the first): doubling, and spread over the upper half so that
 * clients that failed together do not come back together.
 */
export function backoffMs(retry: number, policy: RetryPolicy, random: () => number = Math.random): number {
  const delay = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (retry - 1));
  return delay / 2 + (delay / 2) * random();
}

/** Waits; rejects with the signal's reason as soon as that aborts. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', abort, { once: true });
  });
}
