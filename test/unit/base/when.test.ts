import assert from 'node:assert/strict';
import { startWords } from '../../../src/base/when';

describe('words for a start', () => {
  it('are relative within the hour', () => {
    assert.equal(startWords(1000, 500), 'just now');
    assert.equal(startWords(1000, 43_000), '42 s ago');
    assert.equal(startWords(1_000_000, 1_240_500), '4 min ago');
    assert.equal(startWords(0, 7_200_000), new Date(0).toLocaleString());
  });
});
