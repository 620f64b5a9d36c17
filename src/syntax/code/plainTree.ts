import type { Node } from 'web-tree-sitter';
import type { Piece } from './piece';

/**
 * A node of the grammar as plain data. One pass with a cursor costs a third of asking for types, fields and children
 * node by node while lowering, as each of those crosses into WebAssembly. Comments and tokens without a field are left out.
 */
export interface PlainNode extends Piece {
  readonly type: string;
  /** Its field in the node around it; '' where it has none. */
  readonly field: string;
  readonly kids: readonly PlainNode[];
}

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
 */
export function plainTree(root: Node, closed: ReadonlySet<string>): PlainNode {
  const { types, fields } = root.tree.language;
  const cursor = root.walk();
  try {
    const read = (): OpenNode => {
      const type = types[cursor.nodeTypeId] ?? 'ERROR';
      const field = fields[cursor.currentFieldId] ?? '';
      return { type, field, start: cursor.startIndex, end: cursor.endIndex, kids: [] };
    };
    const top = read();
    const open: OpenNode[] = [top];
    let descend = cursor.gotoFirstChild();
    while (open.length > 0) {
      if (!descend) {
        open.pop();
        if (open.length === 0 || !cursor.gotoParent()) break;
        descend = cursor.gotoNextSibling();
        continue;
      }
      const node = read();
      if (keeps(node, cursor.nodeIsNamed)) open.at(-1)!.kids.push(node);
      if (!closed.has(node.type) && cursor.gotoFirstChild()) {
        open.push(node);
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
