import { Edit, type Tree } from 'web-tree-sitter';
import type { EditedSource, TreeChange } from './edited/editedSource';

interface OpenDocument {
  text: string;
  tree: Tree;
  source: EditedSource | undefined;
}

/** Of so many documents that are edited in turn more than the tree is kept. */
const MOST_EDITED = 4;

/**
 * Trees of open documents, the only ones that outlive a parse: WebAssembly memory never shrinks again, so everything
 * else is deleted at once.
 */
export class OpenDocuments {
  private readonly documents = new Map<string, OpenDocument>();

  /** The last tree of a document, told of the difference between its text and `text`; undefined for a new document. */
  edited(path: string, text: string): TreeChange | undefined {
    const open = this.documents.get(path);
    if (open === undefined) return undefined;
    const edit = editBetween(open.text, text);
    if (edit !== undefined) open.tree.edit(edit);
    open.text = text;
    const { tree: before, source } = open;
    // Its nodes become those of the next tree.
    open.source = undefined;
    return { before, edit, source };
  }

  /** Takes over a tree and what was read of it, and deletes the one before. */
  keep(path: string, text: string, tree: Tree, source?: EditedSource): void {
    this.forget(path);
    this.documents.set(path, { text, tree, source });
    const edited = [...this.documents.values()].filter((document) => document.source !== undefined);
    for (const document of edited.slice(0, -MOST_EDITED)) document.source = undefined;
  }

  forget(path: string): void {
    this.documents.get(path)?.tree.delete();
    this.documents.delete(path);
  }

  dispose(): void {
    for (const path of [...this.documents.keys()]) this.forget(path);
  }
}

/** Texts are compared so many characters at once: one by one a long file took a millisecond. */
const BLOCK = 512;

/** The one edit that turns `before` into `after`: what lies between their common start and end. */
export function editBetween(before: string, after: string): Edit | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start + BLOCK <= shorter && before.startsWith(after.slice(start, start + BLOCK), start)) start += BLOCK;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let tail = 0;
  while (tail + BLOCK <= shorter - start && isSameTail(before, after, tail, tail + BLOCK)) tail += BLOCK;
  while (
    tail < shorter - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  ) {
    tail++;
  }
  const oldEndIndex = before.length - tail;
  const newEndIndex = after.length - tail;
  const startPosition = pointAt(before, start);
  return new Edit({
    startIndex: start,
    oldEndIndex,
    newEndIndex,
    startPosition,
    oldEndPosition: pointAt(before, oldEndIndex, start, startPosition),
    newEndPosition: pointAt(after, newEndIndex, start, startPosition),
  });
}

/** Whether texts are the same between two distances from their ends. */
function isSameTail(one: string, other: string, from: number, to: number): boolean {
  return one.startsWith(other.slice(other.length - to, other.length - from), one.length - to);
}

/** @param from an offset before it, which lies at `known`. */
function pointAt(
  text: string,
  index: number,
  from = 0,
  known = { row: 0, column: 0 },
): { row: number; column: number } {
  let row = known.row;
  let lineStart = from - known.column;
  for (let at = text.indexOf('\n', from); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) {
    row++;
    lineStart = at + 1;
  }
  return { row, column: index - lineStart };
}
