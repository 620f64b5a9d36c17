import assert from 'node:assert/strict';
import { Fingerprint } from '../../../../src/base/tables/fingerprint';
import { FingerprintTable } from '../../../../src/base/tables/fingerprintTable';
import { WordArena } from '../../../../src/base/tables/wordArena';

function take(fingerprint: Fingerprint, text: string, offset = 0): void {
  const bytes = new Uint8Array([...new Array<number>(offset).fill(7), ...Buffer.from(text)]);
  fingerprint.start();
  fingerprint.number(text.length);
  fingerprint.bytes(new DataView(bytes.buffer), offset, bytes.length);
  fingerprint.finish();
}

describe('Fingerprint', () => {
  it('is the same for the same bytes wherever they lie, and differs for similar ones', () => {
    const fingerprint = new Fingerprint();
    const seen = new Set<string>();
    const texts = ['', '0', '\0', '\0\0', 'abcd', 'abcde', 'abced', 'dcba', 'abcdabcd', ...orders(20_000)];
    for (const [index, text] of texts.entries()) {
      take(fingerprint, text);
      const { first, second } = fingerprint;
      take(fingerprint, text, 1 + (index % 3));
      assert.deepEqual([fingerprint.first, fingerprint.second], [first, second], text);
      seen.add(`${first} ${second}`);
    }
    assert.equal(seen.size, texts.length);
  });

  it('spreads similar texts over each of its halves as chance would', () => {
    const fingerprint = new Fingerprint();
    const halves = [new Set<number>(), new Set<number>()] as const;
    for (const text of orders(20_000)) {
      take(fingerprint, text);
      halves[0].add(fingerprint.first & 0xffff);
      halves[1].add(fingerprint.second & 0xffff);
    }
    // 20,000 balls in 65,536 bins hit 17,230 of them on average, with a deviation of 46.
    for (const half of halves) assert.ok(Math.abs(half.size - 17_230) < 500, `${half.size} bins`);
  });
});

describe('FingerprintTable', () => {
  it('finds what was added, and nothing else', () => {
    const fingerprint = new Fingerprint();
    const table = new FingerprintTable();
    const texts = orders(5_000);
    for (const [index, text] of texts.entries()) {
      take(fingerprint, text);
      assert.equal(table.find(fingerprint), -1);
      table.add(fingerprint, index);
    }
    for (const [index, text] of texts.entries()) {
      take(fingerprint, text);
      assert.equal(table.find(fingerprint), index);
    }
    take(fingerprint, 'another');
    assert.equal(table.find(fingerprint), -1);
  });

  it('starts anew beyond its limit', () => {
    const fingerprint = new Fingerprint();
    const table = new FingerprintTable(100);
    const { byteLength } = table;
    for (const [index, text] of orders(1_000).entries()) {
      take(fingerprint, text);
      table.add(fingerprint, index);
      assert.equal(table.find(fingerprint), index);
    }
    take(fingerprint, orders(1)[0]!);
    assert.equal(table.find(fingerprint), -1);
    assert.equal(table.byteLength, byteLength);
  });
});

describe('WordArena', () => {
  it('gives back what it was given, also where a chunk ends', () => {
    const arena = new WordArena();
    const value = (i: number, word: number): number => (i * 7919 + word * 2654435761) >>> 0;
    const counts = [0, 1, 40_000, 25_533, 3, 0xffff, 0, 0xffff, 7];
    const places = counts.map((count, i) => {
      arena.room(count);
      for (let word = 0; word < count; word++) arena.view.setUint32(arena.offset + word * 4, value(i, word), true);
      return arena.keep(count);
    });
    for (const [i, place] of places.entries()) {
      assert.deepEqual(
        arena.at(place),
        Uint32Array.from({ length: counts[i]! }, (_, word) => value(i, word)),
      );
    }
  });
});

function orders(count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => `/srv/shop/src/orders${i % 97}.ts:${i} GET /orders/{id}/part${i % 40}`,
  );
}
