import assert from 'node:assert/strict';
import { stableOrder } from '../../../src/base/stableOrder';

function words(keys: readonly bigint[]): Uint32Array {
  return new Uint32Array(BigUint64Array.from(keys).buffer);
}

describe('stableOrder', () => {
  it('sorts 64-bit keys and leaves equal ones in their order, few or many', () => {
    for (const count of [0, 1, 2, 100, 5_000, 70_000]) {
      let seed = 99n;
      const keys = Array.from({ length: count }, (_, i) => {
        seed = BigInt.asUintN(64, seed * 6364136223846793005n + 1442695040888963407n);
        return i % 3 === 0 ? seed % 50n : seed;
      });
      const expected = keys
        .map((_, row) => row)
        .sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
      assert.deepEqual([...stableOrder(words(keys))], expected);
    }
  });

  it('leaves sorted keys alone and turns reversed ones round', () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => 1_795_219_200_000_000_000n + BigInt(i) * 1_000_000_000n);
    assert.deepEqual(
      [...stableOrder(words(keys))],
      keys.map((_, i) => i),
    );
    assert.deepEqual(
      [...stableOrder(words(keys.toReversed()))],
      keys.map((_, i) => 9_999 - i),
    );
  });
});
