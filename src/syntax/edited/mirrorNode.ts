import { firstFrom } from '../../base/search';
import type { Readings, SyntaxNode } from '../syntaxNode';

const NONE: readonly MirrorNode[] = [];

/**
 * A node of the parser's tree as plain data, with all that extractors ask of a node: each question to the parser crosses
 * into WebAssembly, and the file that is edited is asked the same with every key. What an edit does not touch stays, and
 * moves with the text.
 */
export class MirrorNode implements SyntaxNode {
  parent: MirrorNode | null = null;
  children: readonly MirrorNode[] = NONE;
  /** Only of the root. */
  hasError = false;
  private named: readonly MirrorNode[] | undefined;
  private read: Readings | undefined;

  constructor(
    /** Tells nodes of one tree apart. */
    readonly id: number,
    readonly type: string,
    readonly isNamed: boolean,
    /** Its field in the node around it; '' where it has none. */
    readonly field: string,
    /** Where it begins, counted from the beginning of the node around it: what moves as a whole is moved once. */
    public offset: number,
    readonly length: number,
  ) {}

  get startIndex(): number {
    let start = this.offset;
    for (let at = this.parent; at !== null; at = at.parent) start += at.offset;
    return start;
  }

  get endIndex(): number {
    return this.startIndex + this.length;
  }

  get namedChildren(): readonly MirrorNode[] {
    return (this.named ??= this.children.every((child) => child.isNamed)
      ? this.children
      : this.children.filter((child) => child.isNamed));
  }

  get firstNamedChild(): MirrorNode | null {
    return this.namedChildren[0] ?? null;
  }

  get lastNamedChild(): MirrorNode | null {
    return this.namedChildren.at(-1) ?? null;
  }

  get nextNamedSibling(): MirrorNode | null {
    return this.sibling(1);
  }

  get previousNamedSibling(): MirrorNode | null {
    return this.sibling(-1);
  }

  /** A node is taken over by the next tree only where no text in it changed. */
  get readings(): Readings {
    return (this.read ??= new Map());
  }

  childForFieldName(field: string): MirrorNode | null {
    // A loop, as this is what is asked most.
    for (const child of this.children) if (child.field === field) return child;
    return null;
  }

  childrenForFieldName(field: string): MirrorNode[] {
    return this.children.filter((child) => child.field === field);
  }

  /** In the order of the text, itself among them. Iterates, as generated code nests without bound. */
  descendantsOfType(types: string | readonly string[]): MirrorNode[] {
    const wanted = new Set(typeof types === 'string' ? [types] : types);
    const found: MirrorNode[] = [];
    const pending: MirrorNode[] = [this];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (wanted.has(at.type)) found.push(at);
      for (let i = at.children.length - 1; i >= 0; i--) pending.push(at.children[i]!);
    }
    return found;
  }

  /** The innermost node at an offset, as the parser understands that. */
  descendantForIndex(index: number): MirrorNode {
    return innermostAt(this, index);
  }

  /** Whether a node lies in the tree of this root. */
  holds(node: MirrorNode): boolean {
    let at = node;
    while (at.parent !== null) at = at.parent;
    return at === this;
  }

  private sibling(step: 1 | -1): MirrorNode | null {
    const all = this.parent?.children;
    if (all === undefined) return null;
    for (let i = all.indexOf(this) + step; i >= 0 && i < all.length; i += step) if (all[i]!.isNamed) return all[i]!;
    return null;
  }
}

function innermostAt(root: MirrorNode, index: number): MirrorNode {
  let inner = root;
  for (let within = index - root.startIndex; ; within -= inner.offset) {
    const next = inner.children.find(({ offset, length }) => offset + length > within - (length === 0 ? 1 : 0));
    if (next === undefined || next.offset > within) return inner;
    inner = next;
  }
}

/** The node of a type that spans exactly this text, the outermost of several. */
export function nodeSpanning(root: MirrorNode, type: string, start: number, end: number): MirrorNode | undefined {
  let at: MirrorNode | undefined = root;
  const length = end - start;
  for (let within = start - root.startIndex; at !== undefined; within -= at.offset) {
    if (within === 0 && at.length === length && at.type === type) return at;
    at = around(at.children, within, within + length);
    if (at === undefined) return undefined;
  }
  return undefined;
}

/** The first child that spans a piece of the text, both counted from the same place. */
function around(children: readonly MirrorNode[], start: number, end: number): MirrorNode | undefined {
  let first = firstFrom(children, ({ offset, length }) => offset + length < end);
  for (; first < children.length && children[first]!.offset <= start; first++) {
    if (children[first]!.offset + children[first]!.length >= end) return children[first];
  }
  return undefined;
}
