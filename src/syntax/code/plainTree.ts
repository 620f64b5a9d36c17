import type { Node } from 'web-tree-sitter';
import type { PlainNode } from './plainNode';
import { ReusedNodes, type EarlierTree } from './reusedNodes';

export type { PlainNode } from './plainNode';

const COMMENTS = new Set(['comment', 'line_comment', 'block_comment']);
/** Values that C#'s grammar has as mere tokens. */
const TOKENS = new Set(['this', 'base']);

interface OpenNode extends PlainNode {
  readonly kids: PlainNode[];
}

/**
 * The tree under `root`. Iterates, as generated code nests without bound.
 *
 * @param closed types of nodes that are only ever taken as text, so that nothing in them is needed.
 * @param earlier the tree before an edit, read with the same `closed`: what is not touched is taken from it.
 */
export function plainTree(root: Node, closed: ReadonlySet<string>, earlier?: EarlierTree): PlainNode {
  const { types, fields } = root.tree.language;
  const cursor = root.walk();
  const reused = earlier && new ReusedNodes(earlier);
  try {
    const read = (): OpenNode => {
      const type = types[cursor.nodeTypeId] ?? 'ERROR';
      const field = fields[cursor.currentFieldId] ?? '';
      return { type, field, start: cursor.startIndex, end: cursor.endIndex, kids: [] };
    };
    const top = read();
    const open: OpenNode[] = [top];
    /** What the open nodes were before the edit, where that is known. */
    const were = [earlier?.root];
    let descend = cursor.gotoFirstChild();
    while (open.length > 0) {
      if (!descend) {
        open.pop();
        were.pop();
        if (open.length === 0 || !cursor.gotoParent()) break;
        descend = cursor.gotoNextSibling();
        continue;
      }
      const node = read();
      const same = reused?.same(node, were.at(-1));
      if (same !== undefined || keeps(node, cursor.nodeIsNamed)) open.at(-1)!.kids.push(same ?? node);
      if (same === undefined && !closed.has(node.type) && cursor.gotoFirstChild()) {
        open.push(node);
        were.push(reused?.before(node, were.at(-1)));
        descend = true;
      } else descend = cursor.gotoNextSibling();
    }
    return top;
  } finally {
    cursor.delete();
  }
}

function keeps(node: PlainNode, isNamed: boolean): boolean {
  return !COMMENTS.has(node.type) && (isNamed || node.field !== '' || TOKENS.has(node.type));
}

/** The child in a field. */
export function fieldOf(node: PlainNode, field: string): PlainNode | undefined {
  return node.kids.find((kid) => kid.field === field);
}

/** The first child of a type. */
export function kidOf(node: PlainNode, type: string): PlainNode | undefined {
  return node.kids.find((kid) => kid.type === type);
}
