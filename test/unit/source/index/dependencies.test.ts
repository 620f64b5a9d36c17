import assert from 'node:assert/strict';
import { Dependencies } from '../../../../src/source/index/dependencies';

describe('dependencies of answers', () => {
  it('tell which answers were made from a key, once each', () => {
    const dependencies = new Dependencies<string>();
    dependencies.set('a', new Set(['x', 'y']));
    dependencies.set('b', new Set(['y']));
    assert.deepEqual([...dependencies.affectedBy(['x', 'y'])].sort(), ['a', 'b']);
    assert.deepEqual([...dependencies.affectedBy(['z'])], []);
  });

  it('know no longer what was let go of, or is made from other keys now', () => {
    const dependencies = new Dependencies<string>();
    dependencies.set('a', new Set(['x', 'y']));
    dependencies.set('b', new Set(['x']));
    dependencies.set('a', new Set(['y']));
    assert.deepEqual([...dependencies.affectedBy(['x'])], ['b']);
    dependencies.forget('b');
    assert.deepEqual([...dependencies.affectedBy(['x'])], []);
    assert.equal(dependencies.has('b'), false);
    assert.equal(dependencies.has('a'), true);
  });

  it('stay right however often answers are made anew', () => {
    const dependencies = new Dependencies<string>();
    const ids = Array.from({ length: 40 }, (_, i) => `id${i}`);
    for (let round = 0; round < 50; round++) {
      for (const [i, id] of ids.entries()) {
        dependencies.forget(id);
        dependencies.set(id, new Set(['all', `of ${(i + round) % 7}`]));
      }
      const third = ids.filter((_, i) => (i + round) % 7 === 3);
      assert.deepEqual([...dependencies.affectedBy(['of 3'])].sort(), [...third].sort());
      assert.equal(dependencies.affectedBy(['all']).size, ids.length);
    }
  });
});
