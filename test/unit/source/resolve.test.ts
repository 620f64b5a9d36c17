import assert from 'node:assert/strict';
import { line0 } from '../../../src/base/positions';
import type { EvidenceKind } from '../../../src/model/location';
import type { Candidate } from '../../../src/source/candidate';
import { resolve } from '../../../src/source/resolve';

function candidate(kind: EvidenceKind, confidence: number, index: number, secondary = false): Candidate {
  const row = line0(index * 10);
  return {
    kind,
    confidence,
    text: kind,
    file: { path: '/w/a.ts', folder: '/w', relative: 'a.ts' },
    function: index,
    anchor: 'owner',
    range: { startLine: row, startColumn: 0, endLine: line0(index * 10 + 5), endColumn: 0 },
    line: row,
    symbol: `f${index}`,
    secondary,
  };
}

/** `f1 0.9`, or the status. */
function answer(...candidates: Candidate[]): string {
  const mapping = resolve(candidates, []);
  if (mapping.status !== 'mapped') return `${mapping.status} ${mapping.reason.code}`;
  return `${mapping.location.symbol} ${mapping.location.confidence.toFixed(2)}`;
}

describe('resolving', () => {
  it('takes the strongest and adds a little where kinds agree', () => {
    assert.equal(answer(candidate('route', 0.85, 1)), 'f1 0.85');
    assert.equal(answer(candidate('route', 0.85, 1), candidate('span-name', 0.7, 1)), 'f1 0.90');
    assert.equal(answer(candidate('file-line', 0.98, 1), candidate('function', 0.9, 1)), 'f1 0.99');
    assert.equal(answer(candidate('route', 0.85, 1), candidate('route', 0.85, 1)), 'f1 0.85');
  });

  it('does not choose between places of like strength', () => {
    assert.equal(answer(candidate('route', 0.5, 1), candidate('route', 0.5, 2)), 'ambiguous ambiguous');
    assert.equal(answer(candidate('function', 0.9, 1), candidate('route', 0.85, 2)), 'ambiguous ambiguous');
    assert.equal(answer(candidate('file-line', 0.98, 1), candidate('route', 0.85, 2)), 'f1 0.98');
    assert.equal(answer(candidate('function', 0.8, 1), candidate('span-name', 0.7, 2)), 'f1 0.80');
  });

  it('lets a second kind decide', () => {
    const routes = [candidate('route', 0.5, 1), candidate('route', 0.5, 2)];
    assert.equal(answer(...routes, candidate('span-name', 0.7, 2)), 'f2 0.75');
    assert.equal(
      answer(candidate('route', 0.72, 1), candidate('rpc', 0.7, 2), candidate('span-name', 0.7, 1)),
      'f1 0.77',
    );
  });

  it('shows nothing weak', () => {
    assert.equal(answer(candidate('route', 0.6, 1)), 'unmapped low-confidence');
    assert.equal(answer(candidate('route', 0.3, 1)), 'unmapped no-evidence');
    assert.equal(answer(), 'unmapped no-evidence');
  });

  it('lets the place of an error count only where nothing else speaks', () => {
    assert.equal(answer(candidate('exception', 0.9, 1, true)), 'f1 0.75');
    assert.equal(answer(candidate('exception', 0.75, 1, true)), 'unmapped low-confidence');
    assert.equal(answer(candidate('exception', 0.9, 1, true), candidate('route', 0.85, 2)), 'f2 0.85');
    assert.equal(answer(candidate('exception', 0.9, 1, true), candidate('route', 0.85, 1)), 'f1 0.90');
  });

  it('names the places of an ambiguity so that they can be told apart', () => {
    const nameless = { ...candidate('route', 0.5, 1), symbol: '(anonymous)' };
    const mapping = resolve([nameless, candidate('route', 0.5, 2), candidate('span-name', 0.4, 3)], []);
    assert.ok(mapping.status === 'ambiguous');
    assert.equal(mapping.candidates.length, 3);
    assert.equal(mapping.reason.text, '2 places fit equally well: a.ts:11, f2 (a.ts:21).');
  });

  it('tells the most specific reason', () => {
    const mapping = resolve(
      [],
      [
        { code: 'no-evidence', text: 'a' },
        { code: 'library-code', text: 'b' },
        { code: 'file-not-found', text: 'c', cure: 'd' },
      ],
    );
    assert.deepEqual(mapping, {
      status: 'unmapped',
      candidates: [],
      reason: { code: 'file-not-found', text: 'c', cure: 'd' },
    });
  });
});
