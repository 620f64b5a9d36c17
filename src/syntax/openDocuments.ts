import { Edit, type Tree } from 'web-tree-sitter';

interface OpenDocument {
  text: string;
  tree: Tree;
}

/**
 * Trees of open documents, the only ones that outlive a parse: WebAssembly memory never shrinks again, so everything
 * else is deleted at once.
 */
export class OpenDocuments {
  private readonly documents = new Map<string, OpenDocument>();

  /** The last tree of a document, told of the difference between its text and `text`; undefined for a new document. */
  editedTree(path: string, text: string): Tree | undefined {
    const open = this.documents.get(path);
    if (open === undefined) return undefined;
    const edit = editBetween(open.text, text);
    if (edit !== undefined) open.tree.edit(edit);
    open.text = text;
    return open.tree;
  }

  /** Takes over a tree, and deletes the one before. */
  keep(path: string, text: string, tree: Tree): void {
    this.forget(path);
    this.documents.set(path, { text, tree });
  }

  forget(path: string): void {
    this.documents.get(path)?.tree.delete();
    this.documents.delete(path);
  }

  dispose(): void {
    for (const path of [...this.documents.keys()]) this.forget(path);
  }
}

/** The one edit that turns `before` into `after`: what lies between their common start and end. */
export function editBetween(before: string, after: string): Edit | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let tail = 0;
  while (
    tail < shorter - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  ) {
    tail++;
  }
  const oldEndIndex = before.length - tail;
  const newEndIndex = after.length - tail;
  return new Edit({
    startIndex: start,
    oldEndIndex,
    newEndIndex,
    startPosition: pointAt(before, start),
    oldEndPosition: pointAt(before, oldEndIndex),
    newEndPosition: pointAt(after, newEndIndex),
  });
}

function pointAt(text: string, index: number): { row: number; column: number } {
  let row = 0;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) {
    row++;
    lineStart = at + 1;
  }
  return { row, column: index - lineStart };
}
