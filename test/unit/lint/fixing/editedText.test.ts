import assert from 'node:assert/strict';
import { line0 } from '../../../../src/base/positions';
import { EditedText } from '../../../../src/lint/fixing/editedText';
import type { FixEdit } from '../../../../src/model/finding';

function edit(startLine: number, startColumn: number, endLine: number, endColumn: number, newText: string): FixEdit {
  const range = { startLine: line0(startLine), startColumn, endLine: line0(endLine), endColumn };
  return { file: '/a.go', range, newText };
}

/** The text with edits made at once, as an editor does. */
function made(text: string, edits: readonly FixEdit[]): string {
  return EditedText.of('/a.go', text).with(edits).text;
}

const TEXT = 'one\r\ntwo\nthree\n';

describe('a text that is edited again and again', () => {
  it('comes to edits of the text as it was', () => {
    const once = EditedText.of('/a.go', TEXT).with([edit(0, 0, 0, 0, 'zero\n'), edit(1, 0, 1, 3, 'zwei')]);
    assert.equal(once.text, 'zero\none\r\nzwei\nthree\n');
    const twice = once.with([edit(2, 0, 2, 2, 'Z'), edit(3, 5, 4, 0, '!\n')]);
    assert.equal(twice.text, 'zero\none\r\nZei\nthree!\n');
    assert.equal(made(TEXT, twice.edits()), twice.text);
    assert.deepEqual(
      twice.edits().map(({ range }) => [range.startLine, range.startColumn, range.endLine, range.endColumn]),
      [
        [0, 0, 0, 0],
        [1, 0, 1, 3],
        [2, 5, 3, 0],
      ],
    );
  });

  it('keeps the order of what is put in at one place', () => {
    const both = EditedText.of('/a.go', 'x').with([edit(0, 0, 0, 0, 'a'), edit(0, 0, 0, 0, 'b')]);
    assert.equal(both.text, 'abx');
    assert.equal(both.with([edit(0, 1, 0, 1, '-')]).text, 'a-bx');
    assert.equal(made('x', both.edits()), 'abx');
  });

  it('has no edits where nothing changed, and none of what was undone', () => {
    const text = EditedText.of('/a.go', TEXT);
    assert.deepEqual(text.edits(), []);
    assert.deepEqual(
      text
        .with([edit(0, 0, 0, 1, '')])
        .undone()
        .edits(),
      [],
    );
    assert.equal(text.with([edit(9, 0, 9, 0, 'end')]).text, `${TEXT}end`);
  });
});
