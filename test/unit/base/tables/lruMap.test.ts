import assert from 'node:assert/strict';
import { LruMap } from '../../../../src/base/tables/lruMap';

describe('LRU map', () => {
  it('lets go what was used least recently', () => {
    const map = new LruMap<string, string>(2);
    map.set('a', 'A');
    map.set('b', 'B');
    map.get('a');
    map.set('c', 'C');
    assert.deepEqual([map.get('a'), map.get('b'), map.get('c')], ['A', undefined, 'C']);
  });

  it('keeps the last entry however heavy it is, and weighs a replaced one once', () => {
    const map = new LruMap<string, number>(10, (weight) => weight);
    map.set('light', 1);
    map.set('heavy', 50);
    assert.deepEqual([map.get('light'), map.get('heavy')], [undefined, 50]);
    map.set('heavy', 9);
    map.set('light', 1);
    assert.deepEqual([map.get('heavy'), map.get('light')], [9, 1]);
  });
});
