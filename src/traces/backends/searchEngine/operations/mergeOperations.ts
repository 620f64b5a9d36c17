import { BucketHistogram } from '../../../../model/histogram/bucketHistogram';
import type { Exemplar, OperationId, OperationStats, TrendPoint } from '../../../../model/operation';
import { latencyBuckets, type LatencyExtremes } from './latencyRanges';

/** An operation as it was counted, with what its histogram was made of. */
export interface CountedOperation {
  readonly stats: OperationStats;
  /** Of {@link latencyBuckets}. */
  readonly counts: readonly number[];
  readonly extremes: LatencyExtremes;
}

/**
 * One entry for each operation. Where the indices hold several formats, the spans of one operation have their attributes in
 * different fields, and were counted apart; together they have the buckets that all count by, without percentiles.
 */
export function mergeOperations(counted: readonly CountedOperation[]): OperationStats[] {
  const byId = new Map<OperationId, CountedOperation>();
  for (const one of counted) {
    const first = byId.get(one.stats.id);
    byId.set(one.stats.id, first === undefined ? one : merged(first, one));
  }
  return [...byId.values()].map(({ stats }) => stats);
}

function merged(a: CountedOperation, b: CountedOperation): CountedOperation {
  const counts = a.counts.map((count, index) => count + (b.counts[index] ?? 0));
  const extremes = {
    minNs: Math.min(a.extremes.minNs, b.extremes.minNs),
    maxNs: Math.max(a.extremes.maxNs, b.extremes.maxNs),
  };
  const { stats } = a;
  const other = b.stats;
  const slowest = most(stats.exemplars.slowest, other.exemplars.slowest, ({ durationNs }) => durationNs);
  const error = most(stats.exemplars.error, other.exemplars.error, ({ startNs }) => Number(startNs));
  const typical = stats.exemplars.typical ?? other.exemplars.typical;
  return {
    counts,
    extremes,
    stats: {
      ...stats,
      count: stats.count + other.count,
      errorCount: stats.errorCount + other.errorCount,
      totalNs: stats.totalNs + other.totalNs,
      latency: new BucketHistogram(latencyBuckets(counts, extremes), extremes.maxNs),
      trend: stats.trend.map((point, index) => together(point, other.trend[index])),
      exemplars: {
        ...(slowest === undefined ? {} : { slowest }),
        ...(error === undefined ? {} : { error }),
        ...(typical === undefined ? {} : { typical }),
      },
      exact: stats.exact && other.exact,
    },
  };
}

/** The p95 of two parts lies between theirs; the higher one is shown. */
function together(a: TrendPoint, b: TrendPoint | undefined): TrendPoint {
  if (b === undefined || b.count === 0) return a;
  const p95Ns = Math.max(a.p95Ns ?? 0, b.p95Ns ?? 0);
  return {
    count: a.count + b.count,
    errorCount: a.errorCount + b.errorCount,
    p95Ns: a.p95Ns === undefined && b.p95Ns === undefined ? undefined : p95Ns,
  };
}

function most<E extends Exemplar>(a: E | undefined, b: E | undefined, score: (exemplar: E) => number): E | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return score(b) > score(a) ? b : a;
}
