import assert from 'node:assert/strict';
import { BucketHistogram } from '../../../../src/model/histogram/bucketHistogram';
import { quantileBuckets, SHAPE_PERCENTS } from '../../../../src/model/histogram/quantileBuckets';

function percentiles(...values: readonly number[]) {
  return SHAPE_PERCENTS.map((percent, at) => ({ percent, ns: values[at] ?? NaN }));
}

describe('buckets between percentiles', () => {
  it('give the percentiles again that they were made of', () => {
    const told = percentiles(10, 20, 30, 50, 70, 90, 95, 99, 100);
    const latency = new BucketHistogram(quantileBuckets({ count: 1000, minNs: 1, maxNs: 120, percentiles: told }));
    assert.equal(latency.count, 1000);
    for (const { percent, ns } of told) assert.ok(Math.abs(latency.quantile(percent / 100) - ns) < 1, `p${percent}`);
    assert.equal(latency.max, 120);
    assert.equal(latency.countBetween(0, 1e9), 1000);
  });

  it('hold one duration in one nanosecond', () => {
    const buckets = quantileBuckets({
      count: 3,
      minNs: 7,
      maxNs: 7,
      percentiles: percentiles(7, 7, 7, 7, 7, 7, 7, 7, 7),
    });
    assert.deepEqual(buckets, [{ lowerNs: 6, upperNs: 7, count: 3 }]);
  });

  it('stay in order where estimates are not, and where none are known', () => {
    const odd = percentiles(50, 40, 200, NaN, 30);
    const buckets = quantileBuckets({ count: 10, minNs: 10, maxNs: 100, percentiles: odd });
    for (const [at, { lowerNs, upperNs }] of buckets.entries()) {
      assert.ok(lowerNs < upperNs);
      assert.ok(at === 0 || buckets[at - 1]!.upperNs <= lowerNs);
    }
    assert.equal(new BucketHistogram(buckets).count, 10);
    assert.deepEqual(quantileBuckets({ count: 2, minNs: 1, maxNs: 3, percentiles: [] }), [
      { lowerNs: 1, upperNs: 3, count: 2 },
    ]);
    assert.deepEqual(quantileBuckets({ count: 0, minNs: 0, maxNs: 0, percentiles: [] }), []);
  });
});
