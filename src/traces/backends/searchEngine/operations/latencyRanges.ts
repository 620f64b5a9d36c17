import type { Bucket } from '../../../../model/histogram/bucketHistogram';
import type { Clause } from '../clauses';

/** Buckets per power of two: each is 19 % wider than the one before. */
const PER_DOUBLING = 4;
/** From 1 µs to 137 s; what is shorter or longer shares a bucket each, whose far bound is what occurred. */
const FIRST_POWER = 10;
const LAST_POWER = 37;

/** Upper bounds in nanoseconds of all buckets but the last, ascending. */
const BOUNDS_NS: readonly number[] = Array.from({ length: (LAST_POWER - FIRST_POWER) * PER_DOUBLING + 1 }, (_, step) =>
  Math.round(2 ** (FIRST_POWER + step / PER_DOUBLING)),
);

/** How many buckets there are. */
export const LATENCY_BUCKETS = BOUNDS_NS.length + 1;

/** What of the shape of latencies is known besides the buckets; in nanoseconds. */
export interface LatencyExtremes {
  readonly minNs: number;
  readonly maxNs: number;
}

/**
 * An aggregation of durations in buckets whose bounds are the same everywhere, so that counts of several indices, pages and
 * operations can be added. A server's own `histogram` has buckets of equal width only.
 *
 * @param unitNs nanoseconds that one unit of the field lasts.
 */
export function latencyRanges(field: string, unitNs: number): Clause {
  // From is inclusive and to exclusive there; buckets here are above their lower bound, up to their upper one.
  const bounds = BOUNDS_NS.map((bound) => Math.floor(bound / unitNs) + 1);
  const ranges = [
    { to: bounds[0] },
    ...bounds.slice(1).map((to, index) => ({ from: bounds[index], to })),
    { from: bounds.at(-1) },
  ];
  return { range: { field, ranges } };
}

/** The buckets that were counted, in the order of {@link latencyRanges}; those at the ends are cut to what occurred. */
export function latencyBuckets(counts: readonly number[], { minNs, maxNs }: LatencyExtremes): Bucket[] {
  const buckets = counts.map((count, index) => ({
    lowerNs: BOUNDS_NS[index - 1] ?? 0,
    upperNs: BOUNDS_NS[index] ?? Math.max(maxNs, BOUNDS_NS.at(-1)! + 1),
    count,
  }));
  return buckets
    .filter(({ count }) => count > 0)
    .map(({ lowerNs, upperNs, count }) => {
      const lower = Math.max(lowerNs, Math.min(upperNs, minNs) - 1);
      return { lowerNs: lower, upperNs: Math.max(lower + 1, Math.min(upperNs, maxNs)), count };
    });
}
