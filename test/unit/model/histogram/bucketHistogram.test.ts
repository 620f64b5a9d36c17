import assert from 'node:assert/strict';
import { BucketHistogram } from '../../../../src/model/histogram/bucketHistogram';

const MS = 1e6;

describe('bucket histogram', () => {
  const histogram = new BucketHistogram(
    [
      { lowerNs: 64 * MS, upperNs: 128 * MS, count: 1 },
      { lowerNs: 1 * MS, upperNs: 2 * MS, count: 50 },
      { lowerNs: 2 * MS, upperNs: 4 * MS, count: 49 },
      { lowerNs: 4 * MS, upperNs: 8 * MS, count: 0 },
    ],
    100 * MS,
  );

  it('finds quantiles within the right bucket, and the known maximum', () => {
    assert.equal(histogram.count, 100);
    assert.equal(histogram.quantile(0.5), 2 * MS);
    assert.ok(histogram.quantile(0.25) > 1.3 * MS && histogram.quantile(0.25) < 1.5 * MS);
    assert.ok(histogram.quantile(0.95) > 3.5 * MS && histogram.quantile(0.95) <= 4 * MS);
    assert.deepEqual([histogram.quantile(1), histogram.max, histogram.min], [100 * MS, 100 * MS, 1 * MS]);
  });

  it('counts every duration once over neighbouring ranges', () => {
    let sum = 0;
    for (let from = 0.5 * MS; from < 200 * MS; from *= 1.3) sum += histogram.countBetween(from, from * 1.3);
    assert.equal(sum, 100);
    assert.equal(histogram.countBetween(2 * MS, 4 * MS), 49);
    assert.equal(histogram.countBetween(4 * MS, 64 * MS), 0);
  });

  it('is empty without durations, and takes a bucket that begins at nothing', () => {
    const empty = new BucketHistogram([]);
    assert.deepEqual([empty.count, empty.quantile(0.5), empty.max], [0, NaN, NaN]);
    const tiny = new BucketHistogram([{ lowerNs: 0, upperNs: 1, count: 3 }]);
    assert.deepEqual([tiny.quantile(0.5), tiny.countBetween(0, 10), tiny.totalNs], [1, 3, 3]);
  });
});
