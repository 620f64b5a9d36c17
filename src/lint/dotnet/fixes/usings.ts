import type { FixEdit } from '../../../model/finding';
import { insertAt, newlineOf } from '../../code/edits';
import type { SourceCode } from '../../code/sourceCode';

/**
 * Makes namespaces known to a file: a `using` for each that it does not have yet, in alphabetical order among those at its
 * top, `System` first where the file has it so. Namespaces that the file itself lies in need none.
 */
export function addUsings(source: SourceCode, namespaces: readonly string[]): FixEdit[] {
  const { imports, namespace } = source.code;
  const known = new Set(imports.map(({ from }) => from));
  const missing = namespaces
    .filter((name) => !known.has(name) && namespace !== name && !namespace.startsWith(`${name}.`))
    .sort(bySystemFirst);
  const newline = newlineOf(source);
  const { text } = source.code;
  const plain = imports.filter((one) => one.all && /^using\s+[\w.]+\s*;/.test(text.slice(one.start, one.end)));
  const first = plain[0];
  const edits = new Map<number, string>();
  for (const name of missing) {
    const before = plain.filter(({ from }) => bySystemFirst(from, name) < 0).at(-1);
    const indentation = first ? indentationAt(text, first.start) : '';
    const line = `${indentation}using ${name};`;
    const at = before ? before.end : first ? first.start - indentation.length : firstLine(text);
    edits.set(at, (edits.get(at) ?? '') + (before ? newline + line : line + newline));
  }
  return [...edits].map(([at, newText]) => insertAt(source, at, newText));
}

/** Files sort either all by name or System before the rest; what is new follows the more usual way. */
function bySystemFirst(a: string, b: string): number {
  const [left, right] = [isSystem(a), isSystem(b)];
  if (left !== right) return left ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function isSystem(name: string): boolean {
  return name === 'System' || name.startsWith('System.');
}

/** Behind a byte order mark and the comment that a file begins with. */
function firstLine(text: string): number {
  return /^\uFEFF?(?:[ \t]*\/\/[^\n]*\n)*/.exec(text)![0].length;
}

function indentationAt(text: string, at: number): string {
  return /[ \t]*$/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))![0];
}
