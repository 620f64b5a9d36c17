import type { FixEdit } from '../../../model/finding';
import type { Piece } from '../../../syntax/code/piece';
import { replace } from '../../code/edits';
import type { SourceCode } from '../../code/sourceCode';

/** Takes a piece away, with its line where nothing else is on it. */
export function removeLine(source: SourceCode, { start, end }: Piece): FixEdit {
  const { text } = source.code;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const found = text.indexOf('\n', end);
  const lineEnd = found < 0 ? text.length : found + 1;
  const isAlone = text.slice(lineStart, start).trim() === '' && text.slice(end, lineEnd).trim() === '';
  return replace(source, isAlone ? { start: lineStart, end: lineEnd } : { start, end }, '');
}

/** One more level, as the file indents. */
export function indentationStep({ code }: SourceCode): string {
  return /^\t/m.test(code.text) ? '\t' : '    ';
}
