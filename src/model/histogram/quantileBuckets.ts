import type { Bucket } from './bucketHistogram';

/** What is known of durations that somebody else has counted and told the percentiles of; in nanoseconds. */
export interface KnownQuantiles {
  readonly count: number;
  readonly minNs: number;
  readonly maxNs: number;
  /** In any order; values that are no numbers are left out. */
  readonly percentiles: readonly { readonly percent: number; readonly ns: number }[];
}

/** Percentiles worth asking for: those that hints and hovers show, and the shape around them. */
export const SHAPE_PERCENTS: readonly number[] = [5, 10, 25, 50, 75, 90, 95, 99, 99.9];

/** Shares are rounded to this part of a call, so that their sums stay whole. */
const PART = 1 / 1024;

/**
 * Buckets between neighbouring percentiles, so that a `BucketHistogram` of them gives the same percentiles again. What is
 * estimated need not be in order: a percentile that lies beyond its neighbours counts as the nearer of them.
 */
export function quantileBuckets({ count, minNs, maxNs, percentiles }: KnownQuantiles): Bucket[] {
  if (count <= 0) return [];
  const known = percentiles
    .filter(({ percent, ns }) => Number.isFinite(ns) && percent > 0 && percent < 100)
    .sort((a, b) => a.percent - b.percent)
    .map(({ percent, ns }) => ({ below: Math.round(((percent / 100) * count) / PART) * PART, ns }));
  const buckets: Bucket[] = [];
  let [lower, counted] = [minNs, 0];
  for (const { below, ns } of [...known, { below: count, ns: maxNs }]) {
    const upper = Math.min(maxNs, Math.max(lower, ns));
    const own = below - counted;
    if (own <= 0) continue;
    addBucket(buckets, { lowerNs: lower, upperNs: upper, count: own });
    [lower, counted] = [upper, below];
  }
  return buckets;
}

/** Durations that are all the same have a bucket of one nanosecond, which the next bucket does not reach into. */
function addBucket(buckets: Bucket[], bucket: Bucket): void {
  const last = buckets.at(-1);
  if (bucket.upperNs > bucket.lowerNs) buckets.push(bucket);
  else if (last === undefined) buckets.push({ ...bucket, lowerNs: bucket.upperNs - 1 });
  else buckets[buckets.length - 1] = { ...last, count: last.count + bucket.count };
}
