import assert from 'node:assert/strict';
import { traceIdAt } from '../../../../src/model/ids';
import { NO_TRACE, TraceIndex } from '../../../../src/traces/store/traceIndex';

describe('TraceIndex', () => {
  it('numbers traces as a map would, while the oldest go', () => {
    const index = new TraceIndex();
    const known = new Map<string, number>();
    const words = new Uint32Array(4);
    const bytes = new Uint8Array(words.buffer);
    let seed = 17;
    const next = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0);
    for (let step = 0; step < 60_000; step++) {
      // Few distinct ids, most bits alike: many collisions, and ids that come back after they were dropped.
      words.set([1, 2, 3, next() % 9_000]);
      const id = traceIdAt(bytes, 0);
      const held = known.get(id);
      assert.equal(index.find(words, 0), held ?? NO_TRACE);
      const number = index.intern(words, 0);
      if (held === undefined) known.set(id, number);
      assert.equal(number, known.get(id));
      index.count(number, 10);
      assert.equal(index.id(number), id);
      assert.equal(index.findId(id), number);
      while (index.size > 3_000 + (next() % 2_000)) {
        const oldest = index.id(index.oldest);
        const dropped = index.dropOldest();
        assert.equal(known.get(oldest), dropped.number);
        assert.equal(dropped.bytes, dropped.spans * 10);
        known.delete(oldest);
      }
    }
    assert.equal(index.size, known.size);
    assert.ok(index.byteLength < 100 * 5_000, `${index.byteLength} bytes`);
  });

  it('finds nothing while it is empty, and nothing for what is no id', () => {
    const index = new TraceIndex();
    assert.equal(index.find(new Uint32Array(4), 0), NO_TRACE);
    assert.equal(index.findId('abc' as Parameters<TraceIndex['findId']>[0]), NO_TRACE);
    assert.equal(index.size, 0);
  });
});
