import assert from 'node:assert/strict';
import { firstFrom } from '../../../src/base/search';

describe('halving', () => {
  it('finds the first that is not before, be it none, the first or behind all', () => {
    for (let length = 0; length < 9; length++) {
      const items = Array.from({ length }, (_, i) => i >> 1);
      for (let wanted = -1; wanted <= length; wanted++) {
        const expected = items.findIndex((item) => item >= wanted);
        const found = firstFrom(items, (item) => item < wanted);
        assert.equal(found, expected < 0 ? length : expected, `${wanted} in ${items.join()}`);
      }
    }
  });
});
