import type { Language, Node, TreeCursor } from 'web-tree-sitter';
import type { PlainNode } from './plainNode';
import { ReusedNodes, type EarlierTree } from './reusedNodes';

export type { PlainNode } from './plainNode';

const COMMENTS = new Set(['comment', 'line_comment', 'block_comment', 'line_continuation']);
/** Values that C#'s grammar has as mere tokens. */
const TOKENS = new Set(['this', 'base']);

/** Which nodes of a language's tree are kept. */
export interface TreeShape {
  /** Types of nodes that are only ever taken as text, so that nothing in them is needed. */
  readonly closed: ReadonlySet<string>;
  /** Tokens in a field, such as operators, are left out too. */
  readonly namedOnly?: boolean;
}

interface OpenNode extends PlainNode {
  readonly kids: PlainNode[];
}

/**
 * The tree under `root`. Iterates, as generated code nests without bound.
 *
 * @param earlier the tree before an edit, read in the same shape: what is not touched is taken from it.
 */
export function plainTree(root: Node, shape: TreeShape, earlier?: EarlierTree): PlainNode {
  const { closed } = shape;
  const cursor = root.walk();
  const nodes = new NodeReader(root.tree.language, cursor);
  const reused = earlier && new ReusedNodes(earlier);
  try {
    const top = nodes.node();
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
      descend = false;
      const within = open.at(-1)!;
      const typeId = cursor.nodeTypeId;
      if (!nodes.isNamed(typeId)) {
        const token = shape.namedOnly === true ? undefined : nodes.token(typeId);
        if (token !== undefined) within.kids.push(token);
      } else {
        const node = nodes.node(typeId);
        const same = reused?.same(node, were.at(-1));
        if (!COMMENTS.has(node.type)) within.kids.push(same ?? node);
        if (same === undefined && !closed.has(node.type) && cursor.gotoFirstChild()) {
          open.push(node);
          were.push(reused?.before(node, were.at(-1)));
          descend = true;
        }
      }
      descend ||= cursor.gotoNextSibling();
    }
    return top;
  } finally {
    cursor.delete();
  }
}

/** By the number of a type, 1 for those that the grammar names; asked of each language once. */
const namedTypes = new WeakMap<Language, Uint8Array>();

/** Reads the node that a cursor is at. Each question crosses into WebAssembly, so that tokens are asked no more than needed. */
class NodeReader {
  private readonly types: readonly string[];
  private readonly fields: readonly (string | null)[];
  private readonly named: Uint8Array;

  constructor(
    language: Language,
    private readonly cursor: TreeCursor,
  ) {
    this.types = language.types;
    this.fields = language.fields;
    let named = namedTypes.get(language);
    if (named === undefined) {
      named = Uint8Array.from(language.types, (_, id) => (language.nodeTypeIsNamed(id) ? 1 : 0));
      namedTypes.set(language, named);
    }
    this.named = named;
  }

  /** What the parser could not make out (`ERROR`) has a number beyond all types, and is named. */
  isNamed(typeId: number): boolean {
    return this.named[typeId] !== 0;
  }

  node(typeId = this.cursor.nodeTypeId, field = this.field()): OpenNode {
    const { startIndex: start, endIndex: end } = this.cursor;
    return { type: this.types[typeId] ?? 'ERROR', field, start, end, kids: [] };
  }

  /** A token that is kept: one in a field, or one that stands for a value. */
  token(typeId: number): OpenNode | undefined {
    const field = this.field();
    return field === '' && !TOKENS.has(this.types[typeId] ?? '') ? undefined : this.node(typeId, field);
  }

  private field(): string {
    return this.fields[this.cursor.currentFieldId] ?? '';
  }
}

/** The child in a field. */
export function fieldOf(node: PlainNode, field: string): PlainNode | undefined {
  return node.kids.find((kid) => kid.field === field);
}

/** The first child of a type. */
export function kidOf(node: PlainNode, type: string): PlainNode | undefined {
  return node.kids.find((kid) => kid.type === type);
}
