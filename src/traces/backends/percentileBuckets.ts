import type { Bucket } from '../../model/histogram/bucketHistogram';

/** Percentiles that are asked for besides the buckets: those that hints and hovers show, and the shape around them. */
export const PERCENTS: readonly number[] = [5, 10, 25, 50, 75, 90, 95, 99, 99.9];

/** Shares of spans are rounded to this part, so that their sums stay whole. */
const PART = 1 / 1024;

/**
 * Buckets cut where percentiles lie, so that these are as exact as the server's own estimate and not as wide as
 * a bucket. Where the two disagree, the buckets, which were counted, are right.
 *
 * @param buckets ascending, none overlapping another.
 * @param valuesNs of {@link PERCENTS}.
 */
export function cutAtPercentiles(buckets: readonly Bucket[], valuesNs: readonly number[]): Bucket[] {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  const cuts = PERCENTS.map((percent, index) => ({
    at: valuesNs[index] ?? NaN,
    below: Math.round(((percent / 100) * total) / PART) * PART,
  }));
  let below = 0;
  return buckets.flatMap(({ lowerNs, upperNs, count }) => {
    const end = below + count;
    const parts: Bucket[] = [];
    let lower = lowerNs;
    for (const cut of cuts) {
      if (!(cut.at > lower && cut.at < upperNs)) continue;
      const own = Math.min(end, Math.max(below, cut.below)) - below;
      if (own > 0) parts.push({ lowerNs: lower, upperNs: cut.at, count: own });
      below += own;
      lower = cut.at;
    }
    if (end > below) parts.push({ lowerNs: lower, upperNs, count: end - below });
    below = end;
    return parts;
  });
}
