import { hasName } from '../../base/texts/hasName';
import { LineTable } from '../../base/texts/lineTable';
import type { FixEdit } from '../../model/finding';
import type { Code, CodeFunction } from '../../syntax/code/code';
import type { EditedText } from './editedText';

/** A line that imports something: what is there need not come twice. */
const IMPORT =
  /^\s*(?:import\b|from\s+\S+\s+import\b|using\s+[\w.]+;|(?:[\w.]+\s+)?"[^"]+"$|(?:const|var|let)\s.*\brequire\()/;

/** Names that edits bring into a function. */
const DECLARES = /\b(?:var|const|let)\s+([A-Za-z_]\w*)|\b([A-Za-z_]\w*)\s*:=|^[ \t]*([A-Za-z_]\w*)\s*=(?!=)/gm;

/**
 * The edits of a fix of the text as it was, for the text as other fixes left it: without the imports that these added, and
 * with other names where theirs are taken in the same function.
 *
 * @param codeNow the text as it is now, read.
 * @returns undefined where a fix changed the same code: this one, or another.
 */
export function besideOthers(edits: readonly FixEdit[], text: EditedText, codeNow: Code): FixEdit[] | undefined {
  const now = text.text;
  const lines = new Set(now.split(/\r?\n/).map((line) => line.trim()));
  const fresh = edits.map((edit) => ({ ...edit, newText: withoutKnownImports(edit, lines) }));
  const left = fresh.filter(({ newText, range }, i) => newText !== '' || !isEmpty(range) || edits[i]!.newText === '');
  const isMade = left.some(({ newText, range }) => isEmpty(range) && !isImports(newText) && text.hasPutAt(range));
  const moved = isMade ? undefined : text.moved(left);
  if (moved === undefined) return undefined;
  const places = new LineTable(now);
  const names = new Map<string, string>();
  for (const { newText, range } of moved) {
    const around = functionAt(codeNow, places.offset(range.startLine, range.startColumn));
    const there = around === undefined ? now : now.slice(around.start, around.end);
    for (const [, a, b, c] of newText.matchAll(DECLARES)) {
      const name = (a ?? b ?? c)!;
      if (!names.has(name) && hasName(there, name)) names.set(name, freeName(there, name));
    }
  }
  return moved.map((edit) => ({ ...edit, newText: renamed(edit.newText, names) }));
}

function withoutKnownImports({ newText, range }: FixEdit, known: ReadonlySet<string>): string {
  if (!isEmpty(range)) return newText;
  if (!isImports(newText)) return newText;
  const parts = newText.split(/(?<=\n)/);
  const fresh = parts.filter((part) => part.trim() !== '' && !known.has(part.trim()));
  if (fresh.length === 0) return '';
  return parts.filter((part) => part.trim() === '' || fresh.includes(part)).join('');
}

function isImports(newText: string): boolean {
  return newText.split('\n').every((line) => line.trim() === '' || IMPORT.test(line.trimEnd()));
}

function isEmpty({ startLine, startColumn, endLine, endColumn }: FixEdit['range']): boolean {
  return startLine === endLine && startColumn === endColumn;
}

/** The inmost function around an offset. */
function functionAt({ functions }: Code, offset: number): CodeFunction | undefined {
  let inmost: CodeFunction | undefined;
  for (const one of functions) {
    const isAround = one.start <= offset && offset <= one.end;
    if (isAround && (inmost === undefined || one.end - one.start < inmost.end - inmost.start)) inmost = one;
  }
  return inmost;
}

function freeName(text: string, name: string): string {
  for (let i = 2; ; i++) if (!hasName(text, `${name}${i}`)) return `${name}${i}`;
}

function renamed(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(/(?<![\w.])[A-Za-z_]\w*/g, (word) => names.get(word) ?? word);
}
