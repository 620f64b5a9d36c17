import assert from 'node:assert/strict';
import { formatCount, formatDuration, formatErrorRate } from '../../../src/base/format';

/** The narrow no-break space as a plain one, so that the expectations can be read. */
const plain = (text: string | undefined): string | undefined => text?.replaceAll('\u202f', ' ');

describe('formatDuration', () => {
  const cases: readonly [number, string][] = [
    [0, '0 ns'],
    [840, '840 ns'],
    [999.6, '1 µs'],
    [12_400, '12.4 µs'],
    [3_210_000, '3.21 ms'],
    [48_000_000, '48 ms'],
    [999_600_000, '1 s'],
    [1_840_000_000, '1.84 s'],
    [59_960_000_000, '1 min'],
    [125_000_000_000, '2 min 5 s'],
    [3_599_700_000_000, '1 h'],
    [11_220_000_000_000, '3 h 7 min'],
    [-48_000_000, '−48 ms'],
    [Number.NaN, '–'],
  ];
  for (const [nanoseconds, words] of cases) {
    it(`${nanoseconds} is ${words}`, () => assert.equal(plain(formatDuration(nanoseconds)), words));
  }
});

describe('formatCount', () => {
  const cases: readonly [number, string][] = [
    [7, '7'],
    [999, '999'],
    [1_204, '1.2k'],
    [99_960, '100k'],
    [999_960, '1M'],
    [3_400_000, '3.4M'],
    [1_100_000_000, '1.1G'],
  ];
  for (const [count, words] of cases) it(`${count} is ${words}`, () => assert.equal(formatCount(count), words));
});

describe('formatErrorRate', () => {
  const cases: readonly [number, number, string | undefined][] = [
    [0, 100, undefined],
    [4, 1_000, '0.4 % err'],
    [12, 100, '12 % err'],
    [1, 100_000, '<0.1 % err'],
    [99_999, 100_000, '>99 % err'],
    [5, 5, 'all failed'],
  ];
  for (const [errors, count, words] of cases) {
    it(`${errors} of ${count} is ${words ?? 'nothing'}`, () =>
      assert.equal(plain(formatErrorRate(errors, count)), words));
  }
});
