import assert from 'node:assert/strict';
import { BucketHistogram } from '../../../../../../src/model/histogram/bucketHistogram';
import { cutAtPercentiles, PERCENTS } from '../../../../../../src/traces/backends/percentileBuckets';
import {
  LATENCY_BUCKETS,
  latencyBuckets,
  latencyRanges,
} from '../../../../../../src/traces/backends/searchEngine/operations/latencyRanges';

interface Range {
  readonly from?: number;
  readonly to?: number;
}

function rangesOf(unitNs: number): readonly Range[] {
  const { ranges } = latencyRanges('duration', unitNs)['range'] as { ranges: readonly Range[] };
  return ranges;
}

/** Counts as the server does: from is inclusive, to exclusive. */
function counted(durations: readonly number[], unitNs: number): number[] {
  return rangesOf(unitNs).map(
    ({ from = -Infinity, to = Infinity }) => durations.filter((one) => one >= from && one < to).length,
  );
}

function extremes(durations: readonly number[]) {
  return { minNs: Math.min(...durations), maxNs: Math.max(...durations) };
}

describe('Ranges of latencies', () => {
  it('count every duration once, from nothing to hours', () => {
    const durations = [0, 1, 1023, 1024, 1025, 999_999, 1_000_000, 2 ** 20, 2 ** 37, 2 ** 37 + 1, 3.6e12];
    const counts = counted(durations, 1);
    assert.equal(counts.length, LATENCY_BUCKETS);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      durations.length,
    );
    const buckets = latencyBuckets(counts, extremes(durations));
    for (const duration of durations) {
      assert.ok(buckets.some(({ lowerNs, upperNs }) => duration > lowerNs && duration <= upperNs) || duration === 0);
    }
    assert.equal(buckets.at(-1)?.upperNs, 3.6e12);
  });

  it('have bounds that ascend, in microseconds too', () => {
    for (const unit of [1, 1_000]) {
      const tos = rangesOf(unit)
        .slice(0, -1)
        .map(({ to }) => to!);
      assert.deepEqual(
        [...tos].sort((a, b) => a - b),
        tos,
      );
    }
  });

  it('are cut to what occurred, so that one duration stays what it is', () => {
    const durations = [5_123_456, 5_123_456, 5_123_456];
    const histogram = new BucketHistogram(latencyBuckets(counted(durations, 1), extremes(durations)), 5_123_456);
    assert.equal(histogram.count, 3);
    assert.ok(Math.abs(histogram.quantile(0.5) - 5_123_456) <= 1);
    assert.equal(histogram.max, 5_123_456);
  });

  it('give percentiles as exact as the server knows them', () => {
    const durations = Array.from({ length: 10_000 }, (_, index) => Math.round(1e6 * 1.0005 ** index));
    const at = (q: number): number => durations[Math.min(9_999, Math.floor(q * 10_000))]!;
    const coarse = latencyBuckets(counted(durations, 1), extremes(durations));
    const cut = cutAtPercentiles(
      coarse,
      PERCENTS.map((percent) => at(percent / 100)),
    );
    const histogram = new BucketHistogram(cut, durations.at(-1));
    assert.equal(histogram.count, 10_000);
    for (const percent of PERCENTS) {
      assert.ok(Math.abs(Math.log(histogram.quantile(percent / 100) / at(percent / 100))) < 0.001, `p${percent}`);
    }
    assert.ok(Math.abs(Math.log(histogram.quantile(0.97) / at(0.97))) < 0.1);
  });

  it('believe the counted buckets where percentiles contradict them, or are missing', () => {
    const counts = counted([1_000_000, 1_000_001, 64_000_000], 1);
    const coarse = latencyBuckets(counts, { minNs: 1_000_000, maxNs: 64_000_000 });
    assert.deepEqual(cutAtPercentiles(coarse, [NaN, NaN]), coarse);
    const cut = cutAtPercentiles(
      coarse,
      PERCENTS.map(() => 63_000_000),
    );
    assert.equal(
      cut.reduce((sum, { count }) => sum + count, 0),
      3,
    );
    assert.ok(cut.every(({ count, lowerNs, upperNs }) => count > 0 && lowerNs < upperNs));
    assert.deepEqual(cutAtPercentiles([], []), []);
  });
});
