import type { FixEdit } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import { statementOf } from '../names/statements';

/** Replaces a piece; an empty one only takes the text in. */
export function replaced(source: SourceCode, piece: Piece, newText: string): FixEdit {
  return { file: source.path, range: source.range(piece), newText };
}

/** Puts text in at an offset. */
export function inserted(source: SourceCode, offset: number, newText: string): FixEdit {
  return replaced(source, { start: offset, end: offset }, newText);
}

/** Adds an argument at the end of a call, in the style of the others. */
export function withArgument(source: SourceCode, call: Call, argument: string): FixEdit {
  const inside = source.textOf(call.argsAt);
  const used = inside.trimEnd();
  const at = call.argsAt.start + used.length;
  if (used === '') return inserted(source, call.argsAt.start, argument);
  const last = call.args.at(-1);
  const ownLine = last !== undefined && /\n\s*$/.test(source.code.text.slice(0, last.start));
  const indent = last === undefined ? '' : indentAt(source, last.start);
  const comma = used.endsWith(',') ? '' : ',';
  return inserted(source, at, ownLine ? `${comma}\n${indent}${argument},` : `${comma} ${argument}`);
}

/** The white space that the line of an offset begins with. */
export function indentAt(source: SourceCode, offset: number): string {
  const { text } = source.code;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))![0];
}

/** Puts lines before the statement that an offset lies in; undefined where that does not stand on a line of its own. */
export function linesBefore(
  source: SourceCode,
  fn: CodeFunction,
  offset: number,
  lines: readonly string[],
): FixEdit | undefined {
  const statement = statementOf(fn, offset);
  if (statement === undefined) return undefined;
  const indent = indentAt(source, statement.start);
  const isAlone = source.code.text.slice(0, statement.start).endsWith(`\n${indent}`);
  if (!isAlone) return undefined;
  return inserted(source, statement.start, lines.map((line) => `${line}\n${indent}`).join(''));
}

/**
 * Imports a name as `from module import name` after the last import at the top, or nothing where it is imported.
 *
 * @returns the edits, and the name it has in the file.
 */
export function imported(
  source: SourceCode,
  module: string,
  name: string,
): { readonly edits: readonly FixEdit[]; readonly local: string } {
  for (const { from, names } of source.code.imports) {
    if (from !== module) continue;
    const local = Object.keys(names).find((one) => names[one] === name);
    if (local !== undefined) return { edits: [], local };
  }
  return { edits: [importLine(source, `from ${module} import ${name}`)], local: name };
}

/** Imports a module by its name. */
export function importedModule(source: SourceCode, module: string): readonly FixEdit[] {
  const isThere = source.code.imports.some(({ names }) => names[module] === '*');
  return isThere ? [] : [importLine(source, `import ${module}`)];
}

function importLine(source: SourceCode, line: string): FixEdit {
  const { text, imports } = source.code;
  const top = imports.filter(
    ({ start, function: fn }) => fn === undefined && (start === 0 || text[start - 1] === '\n'),
  );
  const last = top.filter(({ from }) => from !== '__future__').at(-1) ?? top.at(-1);
  if (last !== undefined) return inserted(source, last.end, `\n${line}`);
  const doc = /^(?:\s*(?:#[^\n]*)?\n)*(?:[rR]?("""|''')[\s\S]*?\1[^\n]*\n)?/.exec(text)![0];
  return inserted(source, doc.length, `${line}\n`);
}

/** Whether a name of the function is free for a new variable. */
export function freeName(source: SourceCode, fn: CodeFunction, name: string): string {
  const body = source.code.text.slice(fn.start, fn.end);
  for (let i = 1; ; i++) {
    const candidate = i === 1 ? name : `${name}_${i}`;
    if (!new RegExp(`\\b${candidate}\\b`).test(body)) return candidate;
  }
}

/** Puts a call around an expression. */
export function wrapped(source: SourceCode, expression: Expression, callee: string): readonly FixEdit[] {
  return [inserted(source, expression.start, `${callee}(`), inserted(source, expression.end, ')')];
}
