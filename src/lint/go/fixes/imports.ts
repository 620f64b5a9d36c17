import type { FixEdit } from '../../../model/finding';
import type { CodeImport } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import { insertAt, newlineOf } from './edits';

/** How a fix calls a package in a file, and the edit that imports it where it is not yet. */
export interface ImportedPackage {
  readonly name: string;
  readonly edits: readonly FixEdit[];
}

/**
 * Imports a package in a file: by the name it is imported with already, or in the group of imports that it resembles most,
 * in alphabetical order as gofmt keeps it. `name` is the package's own name.
 */
export function importPackage(source: SourceCode, from: string, name: string): ImportedPackage {
  const known = source.code.imports.find((one) => one.from === from && Object.keys(one.names).length > 0);
  if (known) return { name: Object.hasOwn(known.names, name) ? name : Object.keys(known.names)[0]!, edits: [] };
  const taken = source.code.imports.some((one) => one.from !== from && Object.hasOwn(one.names, name));
  const local = taken ? `otel${name}` : name;
  const isNamedSo = from.split('/').at(-1) === local;
  const line = isNamedSo ? `"${from}"` : `${local} "${from}"`;
  return { name: local, edits: [insertion(source, from, line)] };
}

/** Several packages at once: edits at one place are joined, so that they come in order. */
export function mergeEdits(edits: readonly FixEdit[]): FixEdit[] {
  const merged: FixEdit[] = [];
  for (const edit of edits) {
    const same = merged.findIndex(
      (other) =>
        other.file === edit.file &&
        other.range.startLine === edit.range.startLine &&
        other.range.startColumn === edit.range.startColumn &&
        isEmpty(other) &&
        isEmpty(edit),
    );
    if (same < 0) merged.push(edit);
    else if (merged[same]!.newText !== edit.newText)
      merged[same] = { ...merged[same]!, newText: merged[same]!.newText + edit.newText };
  }
  return merged;
}

function isEmpty({ range }: FixEdit): boolean {
  return range.startLine === range.endLine && range.startColumn === range.endColumn;
}

function insertion(source: SourceCode, from: string, line: string): FixEdit {
  const newline = newlineOf(source);
  const { text, imports } = source.code;
  const written = imports.filter((one) => one.from !== 'C');
  const inBlock = written.filter((one) => isInBlock(text, one));
  if (inBlock.length === 0) {
    const last = written.at(-1);
    if (last !== undefined) return insertAt(source, lineEndOf(text, last.end), `${newline}import ${line}`);
    const clause = /^package[ \t]+\w+[^\r\n]*/m.exec(text);
    const at = clause === null ? 0 : clause.index + clause[0].length;
    return insertAt(source, at, `${newline}${newline}import ${line}`);
  }
  const group = groupFor(text, inBlock, from);
  const before = group.filter((one) => one.from < from).at(-1);
  if (before !== undefined) return insertAt(source, lineEndOf(text, before.end), `${newline}\t${line}`);
  return insertAt(source, text.lastIndexOf('\n', group[0]!.start) + 1, `\t${line}${newline}`);
}

/** The imports between blank lines that a new one belongs to: those of the same kind of path, else the last. */
function groupFor(text: string, imports: readonly CodeImport[], from: string): readonly CodeImport[] {
  const groups: CodeImport[][] = [];
  imports.forEach((one, i) => {
    const before = imports[i - 1];
    if (before === undefined || /\n[ \t]*\r?\n/.test(text.slice(before.end, one.start))) groups.push([one]);
    else groups.at(-1)!.push(one);
  });
  const host = from.split('/')[0]!;
  const same = groups.find((group) => group.some((one) => one.from.split('/')[0] === host));
  const isStandard = (path: string): boolean => !path.split('/')[0]!.includes('.');
  const alike = groups.filter((group) => group.some((one) => isStandard(one.from) === isStandard(from)));
  return same ?? alike[0] ?? groups.at(-1)!;
}

function isInBlock(text: string, one: CodeImport): boolean {
  const line = text.slice(text.lastIndexOf('\n', one.start - 1) + 1, one.start);
  return !/\bimport\b/.test(line);
}

function lineEndOf(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return text.charAt(end - 1) === '\r' ? end - 1 : end;
}
