import type { FixEdit } from '../../../model/finding';
import type { CodeImport } from '../../../syntax/code/code';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';

/** An edit of a piece of a file; an empty piece puts text in. */
export function editAt(source: SourceCode, piece: Piece, newText: string): FixEdit {
  return { file: source.path, range: source.range(piece), newText };
}

/** Puts text in at an offset. */
export function insertAt(source: SourceCode, offset: number, newText: string): FixEdit {
  return editAt(source, { start: offset, end: offset }, newText);
}

/** The blanks a line begins with. */
export function indentAt(source: SourceCode, offset: number): string {
  const { text } = source.code;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? '';
}

/** The line break of a file. */
export function lineBreak(source: SourceCode): string {
  return source.has('\r\n') ? '\r\n' : '\n';
}

/** Brings names of a module into reach in the file's own style; nothing for those that are there. */
export function importEdits(source: SourceCode, module: string, names: readonly string[]): FixEdit[] {
  const missing = names.filter((name) => !isInReach(source, name));
  if (missing.length === 0) return [];
  const { code } = source;
  const same = code.imports.find((one) => one.from === module && one.typeOnly !== true && hasBraces(source, one));
  if (same !== undefined) {
    const close = code.text.lastIndexOf('}', same.end);
    const brace = code.text.startsWith('import', same.start) ? close : code.text.indexOf('}', same.start);
    const before = code.text.slice(0, brace).trimEnd();
    const comma = before.endsWith(',') || before.endsWith('{') ? ' ' : ', ';
    return [insertAt(source, before.length, comma + missing.join(', '))];
  }
  const [first] = code.imports;
  const isEsm = first === undefined ? !/\brequire\(/.test(code.text) : isStatement(source, first);
  const last = code.imports.findLast(
    (one) => one.function === undefined && isStatement(source, one) === isEsm && isTopLevel(source, one),
  );
  const quote = /['"]/.exec(source.textOf(last ?? { start: 0, end: 400 }))?.[0] ?? "'";
  const end = last ? statementEnd(source, last) : 0;
  const semicolon = last === undefined || code.text.slice(0, end).trimEnd().endsWith(';') ? ';' : '';
  const list = `{ ${missing.join(', ')} }`;
  const written = isEsm
    ? `import ${list} from ${quote}${module}${quote}${semicolon}`
    : `const ${list} = require(${quote}${module}${quote})${semicolon}`;
  const newline = lineBreak(source);
  if (last === undefined || end === 0) return [insertAt(source, 0, written + newline)];
  // One of several in a statement: behind it the statement goes on, before it there is room.
  if (!/^[ \t]*(\/\/.*)?\r?$/.test(/^.*/.exec(code.text.slice(end))![0]))
    return [insertAt(source, statementStart(source, last), written + newline)];
  return [insertAt(source, end, newline + written)];
}

/** Where the declaration begins that a `require` is one part of. */
function statementStart({ code: { text } }: SourceCode, { start }: CodeImport): number {
  return [...text.slice(0, start).matchAll(/^(?:const|let|var|import)\b/gm)].at(-1)?.index ?? 0;
}

function isInReach(source: SourceCode, name: string): boolean {
  return source.code.imports.some((one) => one.typeOnly !== true && Object.hasOwn(one.names, name));
}

function isStatement(source: SourceCode, one: CodeImport): boolean {
  return source.code.text.startsWith('import', one.start);
}

function hasBraces(source: SourceCode, one: CodeImport): boolean {
  return source.textOf(one).includes('{') && (isStatement(source, one) || isTopLevel(source, one));
}

/** A `require` in a branch is no place for one that the whole file needs. */
function isTopLevel(source: SourceCode, one: CodeImport): boolean {
  return indentAt(source, one.start) === '';
}

/** Past what is taken from a module as it is required: `require('m').default`, `require('m')(options)`. */
function statementEnd({ code: { text } }: SourceCode, { end }: CodeImport): number {
  return end + /^(\s*\??\.\s*[\w$]+|\([^()]*\)|\[[^[\]]*\])*;?/.exec(text.slice(end, end + 400))![0].length;
}
