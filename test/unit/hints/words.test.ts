import assert from 'node:assert/strict';
import type { HintSettings } from '../../../src/model/hint';
import { callsiteWords, listWords, ownerWords, partsText } from '../../../src/hints/words';
import { madeKey, madeStats, plainSpaces, SETTINGS, spread } from './madeStats';

const POST = madeKey('POST /orders');

function owner(...args: Parameters<typeof madeStats>): string {
  return plainSpaces(partsText(ownerWords(madeStats(...args), SETTINGS, []).parts));
}

describe('words of a hint', () => {
  it('says percentiles, count and error rate', () => {
    assert.equal(
      owner(POST, [...spread(1195, 10, 14), ...spread(9, 40, 50)], { errors: 5 }),
      'p50 12 ms · p95 13.8 ms · 1.2k · 0.4 % err',
    );
  });

  it('says calls and maximum below the fewest calls for any percentile', () => {
    assert.equal(owner(POST, [10, 48, 20]), '3 calls · max 48 ms');
    assert.equal(owner(POST, [48]), '1 call · 48 ms');
  });

  it('says the maximum in place of a percentile that has too few calls', () => {
    assert.match(owner(POST, [10, 10, 10, 10, 10, 10, 10, 30]), /^p50 10 ms · max 30 ms · 8$/);
  });

  it('colours only the word that is over the line', () => {
    const words = ownerWords(madeStats(POST, [...spread(80, 10, 12), ...spread(20, 600, 700)]), SETTINGS, []);
    const colours = words.parts.map((part) => `${plainSpaces(part.text)}:${part.severity}`);
    assert.equal(colours[0]!.split(':')[1], 'normal');
    assert.match(colours[2]!, /^p95 .*:warning$/);
    assert.equal(words.severity, 'warning');
    assert.equal(words.parts.filter((part) => part.severity !== 'normal').length, 1);
  });

  it('colours failures by their share and says when all failed', () => {
    const some = ownerWords(madeStats(POST, spread(50, 1, 2), { errors: 1 }), SETTINGS, []);
    assert.deepEqual([plainSpaces(some.parts.at(-1)!.text), some.severity], ['2 % err', 'warning']);
    const all = ownerWords(madeStats(POST, spread(3, 1, 2), { errors: 3 }), SETTINGS, []);
    assert.deepEqual([all.parts.at(-1)!.text, all.severity], ['all failed', 'error']);
  });

  it('judges spans of a kind by the thresholds of that kind', () => {
    const byKind = { CLIENT: { warningMs: 10, errorErrorPercent: 50 } } as const;
    const call = madeStats(madeKey('GET', 'CLIENT'), spread(30, 20, 22), { errors: 4 });
    const judged = (settings: HintSettings): string[] =>
      ownerWords(call, settings, []).parts.flatMap(({ text, severity }) =>
        severity === 'normal' ? [] : [`${plainSpaces(text).split(' ')[0]} ${severity}`],
      );
    assert.deepEqual(judged(SETTINGS), ['13 error']);
    assert.deepEqual(judged({ ...SETTINGS, byKind }), ['p50 warning', 'p95 warning', '13 warning']);
    const server = madeStats(POST, spread(30, 20, 22));
    assert.equal(ownerWords(server, { ...SETTINGS, byKind }, []).severity, 'normal');
  });

  it('does not judge p99 by the line that is meant for p95', () => {
    const settings = { ...SETTINGS, percentiles: [95, 99] };
    const words = ownerWords(madeStats(POST, [...spread(985, 10, 12), ...spread(15, 3000, 3100)]), settings, []);
    assert.equal(words.severity, 'normal');
    assert.match(plainSpaces(partsText(words.parts)), /p99 3(\.\d+)? s/);
  });

  it('puts the signs before the numbers', () => {
    const stats = madeStats(POST, spread(30, 10, 12), { exact: false });
    const text = (states: readonly ('sampled' | 'inside')[]): string =>
      partsText(ownerWords(stats, SETTINGS, states).parts);
    assert.ok(text(['sampled']).startsWith('≈ p50'));
    assert.ok(text(['inside']).startsWith('~ p50'));
    assert.ok(partsText(listWords(stats, SETTINGS).parts).startsWith('≈ p95'));
  });

  it('names the callee at a call, with one percentile', () => {
    const stats = madeStats(madeKey('POST', 'CLIENT'), spread(62, 100, 1900));
    const words = callsiteWords(stats, SETTINGS, [], 'payment-api', 0);
    assert.match(plainSpaces(partsText(words.parts)), /^→ payment-api p95 1\.[78]\d? s · 62$/);
  });

  it('says how many handle a message instead of how long sending took', () => {
    const stats = madeStats(madeKey('send orders', 'PRODUCER'), spread(1200, 1, 2));
    assert.equal(
      partsText(callsiteWords(stats, SETTINGS, [], 'orders (kafka)', 2).parts),
      '→ orders (kafka) 1.2k · 2 consumers',
    );
  });
});
