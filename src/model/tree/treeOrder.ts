/** Rows of a forest in pre-order. All indices but those in `order` are positions in the new order. */
export interface TreeOrder {
  /** The old row at each position. */
  readonly order: Uint32Array;
  /** -1 for roots. */
  readonly parent: Int32Array;
  readonly depth: Uint32Array;
  /** The position after the last descendant. */
  readonly subtreeEnd: Uint32Array;
}

/**
 * Puts a forest into pre-order in linear time, without a stack: siblings, and the roots, come in the order `siblings`
 * has them.
 *
 * @param parent the row of each row's parent; negative for roots. There must be no cycles.
 * @param siblings all rows, in the order in which siblings are to come.
 */
export function preOrder(parent: Int32Array, siblings: Uint32Array): TreeOrder {
  const count = parent.length;
  const firstChild = new Int32Array(count).fill(-1);
  const nextSibling = new Int32Array(count).fill(-1);
  let firstRoot = -1;
  for (let i = count - 1; i >= 0; i--) {
    const row = siblings[i]!;
    const above = parent[row]!;
    nextSibling[row] = above < 0 ? firstRoot : firstChild[above]!;
    if (above < 0) firstRoot = row;
    else firstChild[above] = row;
  }
  const tree: TreeOrder = {
    order: new Uint32Array(count),
    parent: new Int32Array(count),
    depth: new Uint32Array(count),
    subtreeEnd: new Uint32Array(count),
  };
  const position = new Int32Array(count);
  let row = firstRoot;
  let next = 0;
  while (row >= 0) {
    const above = parent[row]!;
    tree.order[next] = row;
    tree.parent[next] = above < 0 ? -1 : position[above]!;
    tree.depth[next] = above < 0 ? 0 : tree.depth[position[above]!]! + 1;
    position[row] = next++;
    if (firstChild[row]! >= 0) {
      row = firstChild[row]!;
      continue;
    }
    while (row >= 0) {
      tree.subtreeEnd[position[row]!] = next;
      if (nextSibling[row]! >= 0) break;
      row = parent[row]! < 0 ? -1 : parent[row]!;
    }
    if (row >= 0) row = nextSibling[row]!;
  }
  return tree;
}
