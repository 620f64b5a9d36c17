import assert from 'node:assert/strict';
import { startWords } from '../../../src/base/when';

const NOON = new Date(2026, 4, 12, 12, 0, 0).getTime();
const HOUR = 3_600_000;

describe('words for a start', () => {
  it('are relative within the hour', () => {
    assert.equal(startWords(1000, 500), 'just now');
    assert.equal(startWords(1000, 43_000), '42 s ago');
    assert.equal(startWords(1_000_000, 1_240_500), '4 min ago');
  });

  it('name the time, and the day and the year where they are others', () => {
    const words = (startMs: number): string => startWords(startMs, NOON);
    assert.equal(words(NOON - 2 * HOUR), new Date(NOON - 2 * HOUR).toLocaleTimeString());
    assert.match(words(NOON - 48 * HOUR), /10/);
    assert.doesNotMatch(words(NOON - 48 * HOUR), /2026/);
    assert.match(words(NOON - 400 * 24 * HOUR), /2025/);
  });
});
