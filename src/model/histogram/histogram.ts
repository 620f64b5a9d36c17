/**
 * Latencies in logarithmic buckets. Quantiles have a relative error of at most 1 %; merging is adding, exact and in any
 * order.
 */
export interface LatencyHistogram {
  readonly count: number;
  /** Nanoseconds, exact; NaN when empty. */
  readonly min: number;
  /** Nanoseconds, exact; NaN when empty. */
  readonly max: number;
  /** The value below which the share `q` (0 to 1) of the durations lies, in nanoseconds; NaN when empty. */
  quantile(q: number): number;
  /** Durations counted in `[from, to)` nanoseconds, by whole buckets: for drawing. */
  countBetween(from: number, to: number): number;
}
