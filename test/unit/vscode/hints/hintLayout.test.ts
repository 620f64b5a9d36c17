import assert from 'node:assert/strict';
import { line0 } from '../../../../src/base/positions';
import type { Hint } from '../../../../src/protocol/engine';
import { columnsOf, hintText, layoutHints } from '../../../../src/vscode/hints/hintLayout';

function hint(line: number, parts: readonly [string, Hint['severity']][], more: Partial<Hint> = {}): Hint {
  return {
    line: line0(line),
    anchor: 'owner',
    parts: parts.map(([text, severity]) => ({ text, severity })),
    trend: '',
    severity: 'normal',
    states: [],
    symbol: 'create',
    operations: [],
    ...more,
  };
}

/** `line│gap│words` as a person sees it: one row a hint. */
function drawn(hints: readonly Hint[], ends: Readonly<Record<number, number>>): string[] {
  return layoutHints(hints, (line) => ends[line] ?? 0).map(
    (placed) => `${placed.line}│${placed.margin}│${placed.parts.map((part) => part.text).join('|')}`,
  );
}

describe('hint layout', () => {
  it('leaves three columns after the code', () => {
    assert.deepEqual(drawn([hint(4, [['p50 12 ms', 'normal']])], { 4: 40 }), ['4│3│p50 12 ms']);
  });

  it('aligns neighbours with the longest of them', () => {
    const hints = [hint(4, [['a', 'normal']]), hint(6, [['b', 'normal']]), hint(9, [['c', 'normal']])];
    assert.deepEqual(drawn(hints, { 4: 40, 6: 52, 9: 20 }), ['4│15│a', '6│3│b', '9│35│c']);
  });

  it('does not align what is far away', () => {
    const hints = [hint(4, [['a', 'normal']]), hint(20, [['b', 'normal']])];
    assert.deepEqual(drawn(hints, { 4: 40, 20: 60 }), ['4│3│a', '20│3│b']);
  });

  it('lets a line that runs past the block stand alone', () => {
    const hints = [hint(4, [['a', 'normal']]), hint(5, [['b', 'normal']])];
    assert.deepEqual(drawn(hints, { 4: 40, 5: 160 }), ['4│3│a', '5│3│b']);
    const near = [hint(4, [['a', 'normal']]), hint(5, [['b', 'normal']])];
    assert.deepEqual(drawn(near, { 4: 80, 5: 117 }), ['4│40│a', '5│3│b']);
    assert.deepEqual(drawn(near, { 4: 80, 5: 118 }), ['4│3│a', '5│3│b']);
  });

  it('does not push a hint far from its code for the sake of a long neighbour', () => {
    const hints = [hint(4, [['a', 'normal']]), hint(5, [['b', 'normal']]), hint(6, [['c', 'normal']])];
    assert.deepEqual(drawn(hints, { 4: 30, 5: 94, 6: 40 }), ['4│13│a', '5│3│b', '6│3│c']);
  });

  it('joins parts of one colour and appends the trend', () => {
    const parts: [string, Hint['severity']][] = [
      ['p50 12 ms', 'normal'],
      [' · ', 'normal'],
      ['p95 1.84 s', 'warning'],
      [' · 62', 'normal'],
    ];
    const coloured = hint(1, parts, { trend: '▁▂▇', severity: 'warning' });
    assert.deepEqual(drawn([coloured], { 1: 10 }), ['1│3│p50 12 ms · |p95 1.84 s| · 62\u00a0\u00a0▁▂▇']);
    assert.equal(hintText(coloured), 'p50 12 ms · p95 1.84 s · 62  ▁▂▇');
  });

  it('marks what was measured on other code, and what is old', () => {
    const [drifted, stale, sampled] = layoutHints(
      [
        hint(1, [['a', 'normal']], { states: ['drifted'] }),
        hint(2, [['b', 'normal']], { states: ['stale'] }),
        hint(3, [['c', 'normal']], { states: ['sampled'] }),
      ],
      () => 0,
    );
    assert.deepEqual([drifted!.italic, drifted!.dimmed], [true, true]);
    assert.deepEqual([stale!.italic, stale!.dimmed], [false, true]);
    assert.deepEqual([sampled!.italic, sampled!.dimmed], [false, false]);
  });

  it('has nothing to place without hints', () => {
    assert.deepEqual(
      layoutHints([], () => 0),
      [],
    );
  });

  it('counts columns as the editor shows them', () => {
    assert.equal(columnsOf('\tif (x)', 4), 10);
    assert.equal(columnsOf('ab\tc', 4), 5);
    assert.equal(columnsOf('注文', 4), 4);
    assert.equal(columnsOf('', 4), 0);
  });
});
