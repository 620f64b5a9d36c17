import type { Language, Node, TreeCursor } from 'web-tree-sitter';
import { firstFrom } from '../../base/search';
import { MirrorNode } from './mirrorNode';

/** UTF-16 offsets in the new text, and rows; both ends are in it. */
export interface Dirty {
  readonly start: number;
  readonly end: number;
  readonly startRow: number;
  readonly endRow: number;
}

/** What is known of a file before an edit. */
export interface EarlierMirror {
  readonly root: MirrorNode;
  /** Text from `start` to `oldEnd` was replaced; up to `newEnd` of the new text. */
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
  /** What was replaced, and where the parser says that the structure is another. */
  readonly dirty: readonly Dirty[];
}

export interface Mirror {
  readonly root: MirrorNode;
  /** Whether all that did not change was taken over from the earlier tree. */
  readonly hasAll: boolean;
}

/** Whether a piece of the new text touches one that is another now. */
export function isDirty(dirty: readonly Pick<Dirty, 'start' | 'end'>[], start: number, end: number): boolean {
  return dirty.some((range) => range.start <= end && start <= range.end);
}

/**
 * Reads the tree under `root`. Outside of the edit and of the ranges that the parser calls changed, a tree has the same
 * nodes as before (that is what `ts_tree_get_changed_ranges` promises): these are taken over from the earlier tree, which
 * is of no use any more. Iterates, as generated code nests without bound.
 */
export function mirrorTree(root: Node, earlier?: EarlierMirror): Mirror {
  const cursor = root.walk();
  try {
    const reader = new MirrorReader(root.tree.language, cursor, earlier);
    return { root: reader.read(), hasAll: reader.hasAll };
  } finally {
    cursor.delete();
  }
}

let lastId = 0;

interface Open {
  readonly node: MirrorNode;
  /** Where it begins in the text. */
  readonly start: number;
  readonly children: MirrorNode[];
  /** What it was before the edit, where that is known. */
  readonly was: MirrorNode | undefined;
}

/** By the number of a type, whether the grammar names it; asked of each language once. */
const namedTypes = new WeakMap<Language, Uint8Array>();

class MirrorReader {
  private readonly named: Uint8Array;
  hasAll: boolean;
  /** What is taken over, and where it is in the node around it now. */
  private readonly moved: (readonly [MirrorNode, number])[] = [];

  constructor(
    private readonly language: Language,
    private readonly cursor: TreeCursor,
    private readonly earlier: EarlierMirror | undefined,
  ) {
    this.hasAll = earlier !== undefined;
    let named = namedTypes.get(language);
    if (named === undefined) {
      named = Uint8Array.from(language.types, (_, id) => (language.nodeTypeIsNamed(id) ? 1 : 0));
      namedTypes.set(language, named);
    }
    this.named = named;
  }

  read(): MirrorNode {
    const { cursor } = this;
    const top = this.node(cursor.startIndex, 0);
    const open: Open[] = [];
    const enter = (node: MirrorNode, start: number, was: MirrorNode | undefined): boolean => {
      if (!cursor.gotoFirstChild()) return false;
      const children: MirrorNode[] = [];
      node.children = children;
      open.push({ node, start, children, was });
      return true;
    };
    enter(top, top.offset, this.earlier?.root);
    for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
      const { node: parent, start: outer, children, was } = at;
      const start = cursor.startIndex;
      const fresh = this.node(start, outer);
      const same = this.same(fresh, start, was);
      const node = same ?? fresh;
      node.parent = parent;
      children.push(node);
      if (same === undefined && enter(node, start, this.before(fresh, start, was))) continue;
      while (open.length > 0 && !cursor.gotoNextSibling()) {
        open.pop();
        cursor.gotoParent();
      }
    }
    for (const [node, offset] of this.moved) node.offset = offset;
    return top;
  }

  /** @param outer where the node around it begins. */
  private node(start: number, outer: number): MirrorNode {
    const { cursor, language } = this;
    const typeId = cursor.nodeTypeId;
    const field = language.fields[cursor.currentFieldId] ?? '';
    // What the parser could not make out (`ERROR`) has a number beyond all types, and is named.
    const isNamed = this.named[typeId] !== 0;
    return new MirrorNode(
      ++lastId,
      language.types[typeId] ?? 'ERROR',
      isNamed,
      field,
      start - outer,
      cursor.endIndex - start,
    );
  }

  /** The node with all that is in it, if it is as it was. Is moved in the end: until then it is found by where it was. */
  private same(node: MirrorNode, start: number, within: MirrorNode | undefined): MirrorNode | undefined {
    const { earlier } = this;
    if (earlier === undefined || isDirty(earlier.dirty, start, start + node.length)) return undefined;
    const shift = start > earlier.newEnd ? earlier.newEnd - earlier.oldEnd : 0;
    const found = within && childAt(within, node.type, start - shift);
    if (found?.length !== node.length || found.field !== node.field) {
      this.hasAll = false;
      return undefined;
    }
    this.moved.push([found, node.offset]);
    return found;
  }

  /** What a node was that has changed inside. */
  private before(node: MirrorNode, at: number, within: MirrorNode | undefined): MirrorNode | undefined {
    const { earlier } = this;
    if (earlier === undefined || within === undefined) return undefined;
    const { start, oldEnd, newEnd } = earlier;
    if (at > start && at < newEnd) return undefined;
    // What begins where the new text ends began where the old one did, as a rule: what is not found there is read anew.
    return childAt(within, node.type, at > start ? at - (newEnd - oldEnd) : at);
  }
}

/** The child of a type that begins at a place. Several may begin there, as what is missing has no length. */
function childAt(within: MirrorNode, type: string, start: number): MirrorNode | undefined {
  const { children } = within;
  const at = start - within.startIndex;
  let first = firstFrom(children, ({ offset }) => offset < at);
  for (; children[first]?.offset === at; first++) if (children[first]!.type === type) return children[first];
  return undefined;
}
