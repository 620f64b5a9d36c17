import type { FixEdit } from '../../model/finding';
import type { CodeFunction } from '../../syntax/code/code';
import type { SourceCode } from './sourceCode';

/** Puts text in at an offset. */
export function insertAt(source: SourceCode, offset: number, newText: string): FixEdit {
  return { file: source.path, range: source.range({ start: offset, end: offset }), newText };
}

/** Replaces a piece. */
export function replace(source: SourceCode, piece: { start: number; end: number }, newText: string): FixEdit {
  return { file: source.path, range: source.range(piece), newText };
}

/** The white space a line begins with. */
export function indentAt(source: SourceCode, offset: number): string {
  const { text } = source.code;
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, offset))![0];
}

/** What ends the file's lines. */
export function newlineOf(source: SourceCode): string {
  return source.code.text.includes('\r\n') ? '\r\n' : '\n';
}

/** Where a new statement after the one at `offset` begins: the end of that statement's line. */
export function lineEnd(source: SourceCode, offset: number): number {
  const { text } = source.code;
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return text.charAt(end - 1) === '\r' ? end - 1 : end;
}

/** A name that nothing in the function means yet. */
export function freeName(source: SourceCode, fn: CodeFunction, wanted: string): string {
  const inside = source.code.text.slice(fn.start, fn.end);
  for (let i = 1; ; i++) {
    const name = i === 1 ? wanted : `${wanted}${i}`;
    if (!new RegExp(`\\b${name}\\b`).test(inside)) return name;
  }
}
