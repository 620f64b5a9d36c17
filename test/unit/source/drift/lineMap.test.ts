import assert from 'node:assert/strict';
import { compareLines, likeness } from '../../../../src/source/drift/compareLines';
import { lineHashes } from '../../../../src/source/drift/codeVersion';
import { LineMap, parseHunks } from '../../../../src/source/drift/lineMap';

function lines(...texts: string[]): number[] {
  return lineHashes(texts.join('\n'), 'typescript');
}

/** Where each line went: its new number, or `x` for an edited one. */
function carried(map: LineMap, count: number): string {
  return Array.from({ length: count }, (_, line) => map.carry(line))
    .map(({ line, edited }) => (edited ? 'x' : String(line)))
    .join(' ');
}

describe('lines through a change', () => {
  it('moves what stands below an insertion or a removal', () => {
    assert.equal(carried(compareLines(lines('a', 'b', 'c'), lines('a', 'new', 'b', 'c')), 3), '0 2 3');
    assert.equal(carried(compareLines(lines('a', 'b', 'c'), lines('b', 'c')), 3), 'x 0 1');
    assert.equal(carried(compareLines(lines('a', 'b', 'c'), lines('a', 'B', 'c')), 3), '0 x 2');
    assert.equal(carried(compareLines([], lines('a')), 1), '1');
  });

  it('reads the hunks of git, where a side without lines names the line before', () => {
    const map = LineMap.of(parseHunks('@@ -1,0 +2,2 @@ f\n+x\n+y\n@@ -4 +6 @@\n-d\n+D\n@@ -6,2 +7,0 @@\n-f\n-g\n'));
    assert.equal(carried(map, 8), '0 3 4 x 6 x x 7');
    assert.equal(carried(map.inverse(), 8), '0 x x 1 2 x 4 7');
  });

  it('goes through versions one after the other, and back', () => {
    const [a, b, c] = [lines('1', '2', '3', '4'), lines('0', '1', '2', '3', '4'), lines('0', '1', '3', '4', '5')];
    const map = compareLines(a, b).then(compareLines(b, c));
    assert.equal(carried(map, 4), '1 x 2 3');
    assert.equal(carried(map.inverse(), 5), 'x 0 2 3 x');
  });

  it('takes lines as equal whatever ends them or, but in Python, begins them', () => {
    const unix = 'a {\n  b\n}\n';
    assert.deepEqual(lineHashes(unix, 'go'), lineHashes('a {\r\n\tb  \r\n}\r\n', 'go'));
    assert.notDeepEqual(lineHashes('if a:\n  b\n', 'python'), lineHashes('if a:\nb\n', 'python'));
  });

  it('gives up on the middle of texts that have little in common', () => {
    const all = (prefix: string): number[] =>
      lines('head', ...Array.from({ length: 6_000 }, (_, i) => `${prefix}${i}`), 'tail');
    const map = compareLines(all('a'), all('b'));
    assert.equal(map.hunkCount, 1);
    assert.deepEqual(map.carry(6_001), { line: 6_001, edited: false });
    assert.equal(map.carry(3_000).edited, true);
  });

  it('counts what texts have in common', () => {
    assert.equal(likeness(lines('a', 'b', 'c', 'd'), lines('a', 'b', 'x', 'd')), 0.75);
    assert.equal(likeness(lines(''), lines('')), 0);
  });
});
