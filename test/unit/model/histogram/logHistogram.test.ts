import assert from 'node:assert/strict';
import { LogHistogram, mergeHistograms } from '../../../../src/model/histogram/logHistogram';

/** The bound that the type promises. */
const BOUND = 0.01;

function randomSource(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

const DISTRIBUTIONS: Readonly<Record<string, (random: () => number) => number>> = {
  uniform: (random) => Math.floor(random() * 1e9),
  exponential: (random) => Math.floor(-Math.log(1 - random()) * 5e6),
  pareto: (random) => Math.floor(1000 / (1 - random()) ** 2),
  'two humps': (random) => Math.floor((random() < 0.7 ? 2e6 : 80e6) * (0.5 + random())),
  'a few small integers': (random) => Math.floor(random() * 5),
  'one value': () => 123_456_789,
  'hours and nanoseconds': (random) => Math.floor(10 ** (random() * 13)),
};

function filled(values: Iterable<number>): LogHistogram {
  const histogram = new LogHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

function assertClose(histogram: LogHistogram, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  for (let q = 0; q <= 1; q += 0.01) {
    const exact = sorted[Math.floor(q * (sorted.length - 1))]!;
    const found = histogram.quantile(q);
    assert.ok(
      Math.abs(found - exact) <= BOUND * exact,
      `q ${q}: ${found} instead of ${exact}, ${values.length} values`,
    );
  }
  assert.equal(histogram.min, sorted[0]);
  assert.equal(histogram.max, sorted.at(-1));
  assert.equal(histogram.count, sorted.length);
}

describe('LogHistogram', () => {
  for (const [name, draw] of Object.entries(DISTRIBUTIONS)) {
    it(`keeps quantiles within 1 % of the exact ones: ${name}`, () => {
      const random = randomSource(7);
      for (const size of [1, 2, 7, 8, 9, 100, 511, 512, 513, 514, 20_000]) {
        const values = Array.from({ length: size }, () => draw(random));
        assertClose(filled(values), values);
      }
    });
  }

  it('merges to what adding everything gives, in any order and at any size', () => {
    const random = randomSource(11);
    for (const [left, right] of [
      [0, 5],
      [5, 0],
      [3, 4],
      [300, 300],
      [600, 3],
      [3, 600],
      [5_000, 7_000],
    ] as const) {
      const a = Array.from({ length: left }, () => Math.floor(10 ** (random() * 10)));
      const b = Array.from({ length: right }, () => Math.floor(10 ** (2 + random() * 4)));
      const one = filled(a);
      one.merge(filled(b));
      const other = mergeHistograms([filled(b), filled(a)]);
      assertClose(one, [...a, ...b]);
      for (let q = 0; q <= 1; q += 0.05) assert.equal(one.quantile(q), other.quantile(q));
      one.add(17);
      assertClose(one, [...a, ...b, 17]);
    }
  });

  it('can be merged with itself and leaves what it merges as it was', () => {
    const values = Array.from({ length: 400 }, (_, i) => (i + 1) * 1000);
    const histogram = filled(values);
    histogram.merge(histogram);
    assertClose(histogram, [...values, ...values]);
    const source = filled(values);
    new LogHistogram().merge(source);
    assertClose(source, values);
  });

  it('counts between two durations, all of them between 0 and infinity', () => {
    for (const size of [100, 10_000]) {
      const histogram = filled(Array.from({ length: size }, (_, i) => (i % 100) * 1_000_000));
      assert.equal(histogram.countBetween(0, Infinity), size);
      assert.equal(histogram.countBetween(0, 1), size / 100);
      assert.equal(histogram.countBetween(1, 1e15), size - size / 100);
      assert.equal(histogram.countBetween(5, 5), 0);
      const parts = [0, 1e6, 1e7, 3.3e7, 9e7, Infinity];
      const sum = parts.slice(1).reduce((total, to, i) => total + histogram.countBetween(parts[i]!, to), 0);
      assert.equal(sum, size);
    }
  });

  it('takes zero, negative, fractional, huge and nonsensical durations', () => {
    const histogram = filled([0, -5, NaN, 0.25, 1, 2 ** 62, 2 ** 63, 1e300, Infinity]);
    assert.equal(histogram.count, 9);
    assert.equal(histogram.min, 0);
    assert.equal(histogram.max, 2 ** 63);
    assert.equal(histogram.quantile(0), 0);
    assert.equal(histogram.quantile(1), 2 ** 63);
    assert.equal(histogram.quantile(0.3), 0);
    assert.equal(histogram.countBetween(0, Infinity), 9);
  });

  it('says that it knows nothing while it is empty', () => {
    const empty = new LogHistogram();
    assert.ok(Number.isNaN(empty.quantile(0.5)));
    assert.ok(Number.isNaN(empty.min) && Number.isNaN(empty.max));
    assert.equal(empty.countBetween(0, Infinity), 0);
  });

  it('stays small for few durations and bounded for any', () => {
    assert.ok(filled([5e6, 6e6, 7e6]).byteLength < 400);
    const random = randomSource(3);
    const wide = filled(Array.from({ length: 50_000 }, () => 10 ** (random() * 19)));
    assert.ok(wide.byteLength < 20_000, `${wide.byteLength} bytes`);
  });

  it('is the same when somebody else has counted its buckets', () => {
    for (const [name, distribution] of Object.entries(DISTRIBUTIONS)) {
      const random = randomSource(5);
      const durations = Array.from({ length: 3000 }, () => distribution(random));
      const own = filled(durations);
      const counts = new Map<number, number>();
      for (const duration of durations) {
        // As SQL has it: the first bits of the double.
        const bits = new BigUint64Array(Float64Array.of(duration).buffer)[0]!;
        const bucket = duration < 1 ? 0 : Number(bits >> 46n) - 65_471;
        counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
      }
      const other = LogHistogram.ofBuckets(counts, own.min, own.max);
      for (const q of [0, 0.1, 0.5, 0.9, 0.99, 1]) assert.equal(other.quantile(q), own.quantile(q), `${name} ${q}`);
      assert.equal(other.countBetween(0, 5e6), own.countBetween(0, 5e6), name);
      const merged = mergeHistograms([own, other]);
      assert.deepEqual([merged.count, merged.quantile(0.5)], [6000, own.quantile(0.5)], name);
    }
    assert.ok(Number.isNaN(LogHistogram.ofBuckets([], 0, 0).max));
  });
});
