import type { Node } from 'web-tree-sitter';
import type { Piece } from '../piece';

/** A node with what lowering asks of it, fetched once: each question to the parser crosses into WebAssembly. */
export interface Branch extends Piece {
  readonly type: string;
  readonly node: Node;
}

/** A node as a branch. */
export function branch(node: Node): Branch {
  return { node, type: node.type, start: node.startIndex, end: node.endIndex };
}

/** The named children, without comments. */
export function branches(of: Branch): Branch[] {
  const found: Branch[] = [];
  for (const node of of.node.namedChildren) {
    const type = node.type;
    if (type !== 'comment') found.push({ node, type, start: node.startIndex, end: node.endIndex });
  }
  return found;
}

/** A child by its field in the grammar: for the few kinds in which types and order do not tell the children apart. */
export function fieldOf(of: Branch, field: string): Branch | undefined {
  const node = of.node.childForFieldName(field);
  return node === null ? undefined : branch(node);
}
