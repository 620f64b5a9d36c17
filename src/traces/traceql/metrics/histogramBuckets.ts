/** Counts by the upper bound of their bucket. */
export type Buckets = ReadonlyMap<number, number>;

/** The power of two that a whole number is rounded up to; undefined below 2, which Tempo leaves out. */
export function bucketOf(value: number): number | undefined {
  return value < 2 ? undefined : 2 ** Math.ceil(Math.log2(Math.floor(value)));
}

/**
 * The value below which a share of the counts lies, interpolated exponentially within its bucket, as Tempo does it for
 * the powers of two. 0 without counts.
 *
 * @param share 0 to 1.
 */
export function bucketQuantile(share: number, buckets: Buckets): number {
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return 0;
  const wanted = Math.max(1, Math.ceil(share * total));
  let before = 0;
  for (const [index, [bound, count]] of sorted.entries()) {
    if (before + count === wanted) return bound;
    if (before + count > wanted) {
      const high = Math.log2(bound);
      const low = index === 0 ? high - 1 : Math.log2(sorted[index - 1]![0]);
      return 2 ** (low + ((high - low) * (wanted - before)) / count);
    }
    before += count;
  }
  return sorted.at(-1)![0];
}
