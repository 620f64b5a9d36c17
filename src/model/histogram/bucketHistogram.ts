import type { LatencyHistogram } from './histogram';

/** Durations of one bucket: above `lowerNs`, up to `upperNs`. */
export interface Bucket {
  readonly lowerNs: number;
  readonly upperNs: number;
  readonly count: number;
}

/**
 * A histogram that somebody else has counted, in buckets of their own. Within a bucket durations are taken to lie evenly
 * on a logarithmic scale, so quantiles are as good as the buckets are narrow.
 */
export class BucketHistogram implements LatencyHistogram {
  readonly count: number;
  private readonly buckets: readonly Bucket[];

  /**
   * @param buckets in any order, none overlapping another.
   * @param longestNs the longest duration, where it is known better than by its bucket.
   */
  constructor(
    buckets: readonly Bucket[],
    private readonly longestNs?: number,
  ) {
    this.buckets = buckets.filter(({ count }) => count > 0).sort((a, b) => a.upperNs - b.upperNs);
    this.count = this.buckets.reduce((sum, { count }) => sum + count, 0);
  }

  get min(): number {
    return this.buckets[0]?.lowerNs ?? NaN;
  }

  get max(): number {
    const last = this.buckets.at(-1);
    if (last === undefined) return NaN;
    const longest = this.longestNs ?? last.upperNs;
    return Math.min(Math.max(longest, last.lowerNs), last.upperNs);
  }

  /** Sum of all durations, as far as the buckets tell. */
  get totalNs(): number {
    return this.buckets.reduce(
      (sum, { lowerNs, upperNs, count }) => sum + count * Math.sqrt(positive(lowerNs) * upperNs),
      0,
    );
  }

  quantile(q: number): number {
    let left = Math.min(1, Math.max(0, q)) * this.count;
    for (const { lowerNs, upperNs, count } of this.buckets) {
      if (left <= count) {
        const value = positive(lowerNs) * (upperNs / positive(lowerNs)) ** (left / count);
        return Math.min(value, this.max);
      }
      left -= count;
    }
    return this.max;
  }

  /** Of a bucket that a bound cuts, its share; so neighbouring ranges together count every duration once. */
  countBetween(from: number, to: number): number {
    return Math.round(this.countBelow(to)) - Math.round(this.countBelow(from));
  }

  private countBelow(value: number): number {
    let sum = 0;
    for (const { lowerNs, upperNs, count } of this.buckets) {
      // The longest lies in its bucket, wherever a range ends beyond it.
      if (value > this.max || value >= upperNs) sum += count;
      else if (value > lowerNs) {
        sum += (count * Math.log(value / positive(lowerNs))) / Math.log(upperNs / positive(lowerNs));
      }
    }
    return Math.min(sum, this.count);
  }
}

/** Logarithms begin at 1 ns. */
function positive(ns: number): number {
  return Math.max(1, ns);
}
