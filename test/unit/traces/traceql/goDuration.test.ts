import assert from 'node:assert/strict';
import { goDuration } from '../../../../src/traces/traceql/metrics/goDuration';

/** Expected texts are those of Go's documentation and of its tests of `Duration.String`. */
describe('goDuration', () => {
  for (const [ns, text] of [
    [0n, '0s'],
    [1n, '1ns'],
    [1_100n, '1.1µs'],
    [2_200_000n, '2.2ms'],
    [3_300_000_000n, '3.3s'],
    [245_000_000_000n, '4m5s'],
    [245_001_000_000n, '4m5.001s'],
    [18_367_001_000_000n, '5h6m7.001s'],
    [480_000_000_001n, '8m0.000000001s'],
    [9_223_372_036_854_775_807n, '2562047h47m16.854775807s'],
    [-9_223_372_036_854_775_808n, '-2562047h47m16.854775808s'],
  ] as const) {
    it(`writes ${ns} ns as ${text}`, () => {
      assert.equal(goDuration(ns), text);
    });
  }
});
