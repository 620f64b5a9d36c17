import assert from 'node:assert/strict';
import { LineTable } from '../../../../src/base/texts/lineTable';

describe('lines of a text', () => {
  it('end with a line feed, with both, and with a lone carriage return', () => {
    const text = 'one\r\ntwo\rthree\n\nfive';
    const lines = new LineTable(text);
    for (const [line, word] of [
      [0, 'one'],
      [1, 'two'],
      [2, 'three'],
      [4, 'five'],
    ] as const) {
      const start = text.indexOf(word);
      const { startLine, startColumn, endLine, endColumn } = lines.range(start, start + word.length);
      assert.deepEqual([startLine, startColumn, endLine, endColumn], [line, 0, line, word.length], word);
      assert.equal(lines.offset(line, 0), start, word);
    }
  });

  it('count columns in UTF-16 units, from the line of each end', () => {
    const { startLine, startColumn, endLine, endColumn } = new LineTable('😀 a\nb').range(3, 6);
    assert.deepEqual([startLine, startColumn, endLine, endColumn], [0, 3, 1, 1]);
  });

  it('end where the text does', () => {
    assert.equal(new LineTable('').offset(0, 0), 0);
    assert.equal(new LineTable('ab\nc').offset(1, 9), 4);
    assert.equal(new LineTable('ab\nc').offset(7, 0), 4);
  });
});
