import assert from 'node:assert/strict';
import { isSameValue } from '../../../src/base/sameValue';

describe('values of plain data', () => {
  it('are the same if they say the same, however they are written', () => {
    assert.equal(isSameValue({ a: [1, { b: 'x' }], c: undefined }, { a: [1, { b: 'x' }] }), true);
    assert.equal(isSameValue([], []), true);
    assert.equal(isSameValue(undefined, undefined), true);
  });

  it('are not if anything differs', () => {
    const pairs = [
      [{ a: 1 }, { a: 2 }],
      [{ a: 1 }, { a: 1, b: 2 }],
      [{ a: 1, b: 2 }, { a: 1 }],
      [[1, 2], [1]],
      [[1], { 0: 1, length: 1 }],
      [{}, []],
      [null, {}],
      [0, false],
    ];
    for (const [a, b] of pairs) assert.equal(isSameValue(a, b), false, JSON.stringify([a, b]));
  });
});
