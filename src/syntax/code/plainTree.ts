import type { Language, Node } from 'web-tree-sitter';
import { TreeWalk } from '../memory/treeWalk';
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

interface NewNode extends PlainNode {
  kids: readonly PlainNode[];
}

/** Most nodes have none. */
const NO_KIDS: readonly PlainNode[] = [];

/** A node whose children are being read. */
interface OpenNode {
  readonly node: NewNode;
  /** Where its children begin among those of all open nodes. */
  readonly from: number;
  /** What it was before the edit, where that is known. */
  readonly was: PlainNode | undefined;
}

/**
 * The tree under `root`. Iterates, as generated code nests without bound.
 *
 * @param earlier the tree before an edit, read in the same shape: what is not touched is taken from it.
 */
export function plainTree(root: Node, shape: TreeShape, earlier?: EarlierTree): PlainNode {
  const { closed } = shape;
  const walk = new TreeWalk(root);
  const nodes = new NodeReader(root.tree.language, walk);
  const reused = earlier && new ReusedNodes(earlier);
  const top = nodes.node();
  const open: OpenNode[] = [{ node: top, from: 0, was: earlier?.root }];
  /** The children that the open nodes have so far: lists that grow by themselves would be longer than what is in them. */
  const kids: PlainNode[] = [];
  walk.enter();
  while (open.length > 0) {
    const { node: within, from, was } = open.at(-1)!;
    if (!walk.next()) {
      if (kids.length > from) within.kids = kids.splice(from);
      open.pop();
      continue;
    }
    if (!nodes.isNamed()) {
      const token = shape.namedOnly === true ? undefined : nodes.token();
      if (token !== undefined) kids.push(token);
      continue;
    }
    const node = nodes.node();
    const same = reused?.same(node, was);
    if (!COMMENTS.has(node.type)) kids.push(same ?? node);
    if (same !== undefined || closed.has(node.type) || !walk.hasChildren) continue;
    open.push({ node, from: kids.length, was: reused?.before(node, was) });
    walk.enter();
  }
  return top;
}

/** By the number of a type, 1 for those that the grammar names; asked of each language once. */
const namedTypes = new WeakMap<Language, Uint8Array>();

/** Reads the node that a walk is at. */
class NodeReader {
  private readonly types: readonly string[];
  private readonly fields: readonly (string | null)[];
  private readonly named: Uint8Array;

  constructor(
    language: Language,
    private readonly walk: TreeWalk,
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
  isNamed(): boolean {
    return this.named[this.walk.typeId] !== 0;
  }

  node(field = this.field()): NewNode {
    const { typeId, start, end } = this.walk;
    return { type: this.types[typeId] ?? 'ERROR', field, start, end, kids: NO_KIDS };
  }

  /** A token that is kept: one in a field, or one that stands for a value. */
  token(): NewNode | undefined {
    const field = this.field();
    return field === '' && !TOKENS.has(this.types[this.walk.typeId] ?? '') ? undefined : this.node(field);
  }

  private field(): string {
    return this.fields[this.walk.fieldId] ?? '';
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
