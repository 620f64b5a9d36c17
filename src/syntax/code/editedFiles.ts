import type { Tree } from 'web-tree-sitter';
import { editBetween } from '../openDocuments';
import { plainTree, type PlainNode, type TreeShape } from './plainTree';
import type { EarlierTree } from './reusedNodes';

/** So many files are edited in turn; of others the trees are made anew. */
const MOST_FILES = 8;

interface EditedFile {
  readonly text: string;
  readonly tree: Tree;
  readonly plain: PlainNode | undefined;
}

/**
 * The trees of the files that were edited last, so that the next edit costs what it changes and not what the file is
 * long. All other trees are deleted at once: WebAssembly memory never shrinks again.
 */
export class EditedFiles {
  private readonly files = new Map<string, EditedFile>();

  /**
   * Parses a file and gives what `use` makes of its tree.
   *
   * @param parse the tree of the text, from the earlier one where there is one; undefined if it takes too long.
   * @param use what it is given reads the tree as plain data, {@link plainTree}.
   */
  read<T>(
    path: string,
    text: string,
    parse: (before: Tree | undefined) => Tree | undefined,
    use: (tree: Tree, plain: (shape: TreeShape) => PlainNode) => T,
  ): T | undefined {
    const before = this.files.get(path);
    this.files.delete(path);
    try {
      const edit = before && editBetween(before.text, text);
      if (before !== undefined && edit !== undefined) before.tree.edit(edit);
      const tree = parsed(parse, before?.tree);
      if (tree === undefined) return undefined;
      let known: PlainNode | undefined;
      const plain = (shape: TreeShape): PlainNode => {
        const earlier = before?.plain && earlierOf(before.plain, before.tree, tree, edit);
        return (known = plainTree(tree.rootNode, shape, earlier));
      };
      try {
        return use(tree, plain);
      } finally {
        this.keep(path, { text, tree, plain: known });
      }
    } finally {
      before?.tree.delete();
    }
  }

  dispose(): void {
    for (const { tree } of this.files.values()) tree.delete();
    this.files.clear();
  }

  private keep(path: string, file: EditedFile): void {
    this.files.set(path, file);
    for (const [oldest, { tree }] of this.files) {
      if (this.files.size <= MOST_FILES) return;
      tree.delete();
      this.files.delete(oldest);
    }
  }
}

/**
 * How the parser gets over what it does not know depends on the tree it begins with, and findings must not depend on the
 * edits that led to a text: what has errors is parsed anew.
 */
function parsed(parse: (before: Tree | undefined) => Tree | undefined, before: Tree | undefined): Tree | undefined {
  if (before === undefined || before.rootNode.hasError) return parse(undefined);
  const tree = parse(before);
  if (tree?.rootNode.hasError !== true) return tree;
  tree.delete();
  return parse(undefined);
}

/** Where the text is as it was nothing has changed: the edit is empty, at its end. */
function earlierOf(root: PlainNode, before: Tree, now: Tree, edit: ReturnType<typeof editBetween>): EarlierTree {
  const { startIndex: start, oldEndIndex: oldEnd, newEndIndex: newEnd } = edit ?? nowhere(root.end);
  const changed = before
    .getChangedRanges(now)
    .map(({ startIndex, endIndex }) => ({ start: startIndex, end: endIndex }));
  return { root, start, oldEnd, newEnd, changed };
}

function nowhere(at: number): { startIndex: number; oldEndIndex: number; newEndIndex: number } {
  return { startIndex: at, oldEndIndex: at, newEndIndex: at };
}
