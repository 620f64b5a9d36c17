import { firstFrom } from '../../base/search';
import type { PlainNode } from './plainNode';

/** UTF-16 offsets in the new text, half open. */
export interface ChangedRange {
  readonly start: number;
  readonly end: number;
}

/** What is known of a file's tree before an edit. */
export interface EarlierTree {
  readonly root: PlainNode;
  /** Text from here on was replaced; up to `newEnd` of the new text, which was `oldEnd` of the old. */
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
  /** Where the parser says that the structure is another, besides the edit itself. */
  readonly changed: readonly ChangedRange[];
}

/** A node of the new tree, as far as it is read: without what is in it. */
type NewNode = Omit<PlainNode, 'kids'>;

/**
 * Finds for the nodes of an edited tree those they were before the edit. Outside of the edit and of the ranges that the
 * parser calls changed, a tree has the same nodes as before (that is what `ts_tree_get_changed_ranges` promises), so that
 * they need not be read again.
 */
export class ReusedNodes {
  private readonly dirty: readonly ChangedRange[];
  private readonly delta: number;

  constructor(private readonly earlier: EarlierTree) {
    const { start, oldEnd, newEnd, changed } = earlier;
    this.dirty = [{ start, end: newEnd }, ...changed];
    this.delta = newEnd - oldEnd;
  }

  /** The node with all that is in it, if it is as it was; `within` is what the node around it was, if that is known. */
  same(node: NewNode, within: PlainNode | undefined): PlainNode | undefined {
    if (within === undefined || this.dirty.some(({ start, end }) => start <= node.end && node.start <= end))
      return undefined;
    const shift = node.start > this.earlier.newEnd ? this.delta : 0;
    const found = kidAt(within, node, shift);
    if (found === undefined || found.end !== node.end - shift || found.field !== node.field) return undefined;
    return shift === 0 ? found : shifted(found, shift);
  }

  /** What a node was that has changed inside. */
  before(node: NewNode, within: PlainNode | undefined): PlainNode | undefined {
    const { start, newEnd } = this.earlier;
    if (within === undefined || (node.start > start && node.start < newEnd)) return undefined;
    // What begins where the new text ends began where the old one did, as a rule: what is not found there is read anew.
    return kidAt(within, node, node.start > start ? this.delta : 0);
  }
}

/** The kid of a type that begins at a place. Several may begin there, as what is missing has no length. */
function kidAt({ kids }: PlainNode, { type, start }: NewNode, shift: number): PlainNode | undefined {
  const at = start - shift;
  let first = firstFrom(kids, (kid) => kid.start < at);
  for (; kids[first]?.start === at; first++) if (kids[first]!.type === type) return kids[first];
  return undefined;
}

/** A copy that stands elsewhere. Iterates, as generated code nests without bound. */
function shifted(node: PlainNode, shift: number): PlainNode {
  interface Copy extends PlainNode {
    kids: readonly PlainNode[];
  }
  const copyOf = ({ type, field, start, end, kids }: PlainNode): Copy => ({
    type,
    field,
    start: start + shift,
    end: end + shift,
    kids,
  });
  const top = copyOf(node);
  const pending = [top];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const kids = at.kids.map(copyOf);
    at.kids = kids;
    for (const kid of kids) if (kid.kids.length > 0) pending.push(kid);
  }
  return top;
}
