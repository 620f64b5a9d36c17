import type { FixEdit } from '../../../model/finding';
import { insertAt, newlineOf } from '../../code/edits';
import type { SourceCode } from '../../code/sourceCode';
import { isType, lastPart } from '../typeNames';

/** How a file may write a class, and the import that needs. */
export interface ImportedClass {
  readonly name: string;
  readonly edits: readonly FixEdit[];
}

/** Imports a class where it is not yet in reach; one whose name is taken is written in full. */
export function importClass(source: SourceCode, full: string): ImportedClass {
  const name = lastPart(full);
  if (isType(source, name, full)) return { name, edits: [] };
  const { imports, text } = source.code;
  if (imports.some(({ names }) => Object.hasOwn(names, name))) return { name: full, edits: [] };
  const line = `import ${full};`;
  const newline = newlineOf(source);
  const plain = imports.filter(
    ({ start, all }) => all !== true && !/^import\s+static/.test(text.slice(start, start + 20)),
  );
  const next = plain.find((one) => `${one.from}.${Object.keys(one.names)[0]}` > full);
  const isSorted = plain.every((one, i) => i === 0 || nameOf(plain[i - 1]!) <= nameOf(one));
  if (next !== undefined && isSorted) return { name, edits: [insertAt(source, next.start, line + newline)] };
  const last = plain.at(-1) ?? imports.at(-1);
  if (last !== undefined) return { name, edits: [insertAt(source, last.end, newline + line)] };
  const declaration = /^\s*package\s[^;]*;/m.exec(text);
  const at = declaration === null ? 0 : declaration.index + declaration[0].length;
  return { name, edits: [insertAt(source, at, at === 0 ? line + newline : newline + newline + line)] };
}

function nameOf(one: { readonly from: string; readonly names: Readonly<Record<string, string>> }): string {
  return `${one.from}.${Object.keys(one.names)[0] ?? '*'}`;
}
