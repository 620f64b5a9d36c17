import { mixHash } from '../../base/tables/byteInterner';

/** {@link ParentLinks.parent} of a span that names no parent. */
export const NO_PARENT = -1;
/** {@link ParentLinks.parent} of a span whose parent is not among the rows. */
export const ORPHAN = -2;

/** 8-byte ids as pairs of 32-bit words, a row each; both words 0: no id. */
export interface IdWords {
  readonly ids: Uint32Array;
  readonly parents: Uint32Array;
  /** Only rows of the same group can be parent and child; one group where left out. */
  readonly group?: Uint32Array;
}

/** Who is whose parent. */
export interface ParentLinks {
  /** The row of the parent, {@link NO_PARENT} or {@link ORPHAN}. Of rows with one id the first is the parent. */
  readonly parent: Int32Array;
  /** 1 for rows that share their id with another row. */
  readonly duplicate: Uint8Array;
  /** Rows whose id an earlier row has. */
  readonly duplicates: number;
  /** 1 for rows on a cycle of parents, or below one. */
  readonly cyclic: Uint8Array;
  /** One row of each cycle. */
  readonly cycles: readonly number[];
  /** Edges to the root or orphan at the top; 0 for cyclic rows. */
  readonly depth: Uint32Array;
}

/** Finds every row's parent in linear time, whatever the order of the rows. */
export function linkParents(words: IdWords): ParentLinks {
  const index = new IdIndex(words);
  const count = words.ids.length >>> 1;
  const parent = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const low = words.parents[2 * row]!;
    const high = words.parents[2 * row + 1]!;
    if (low === 0 && high === 0) parent[row] = NO_PARENT;
    else {
      const found = index.find(low, high, words.group?.[row] ?? 0);
      parent[row] = found < 0 ? ORPHAN : found;
    }
  }
  return { parent, duplicate: index.duplicate, duplicates: index.duplicates, ...walkUp(parent) };
}

/** An open-addressing table from (group, id) to the first row that has it. */
export class IdIndex {
  readonly duplicate: Uint8Array;
  duplicates = 0;
  private readonly slots: Int32Array;
  private readonly mask: number;
  /** Random, so that nobody can send ids that all fall into one slot. */
  private readonly seed = (Math.random() * 2 ** 32) >>> 0;

  constructor(private readonly words: Pick<IdWords, 'ids' | 'group'>) {
    const count = words.ids.length >>> 1;
    const size = 2 ** Math.ceil(Math.log2(Math.max(8, count * 2)));
    this.slots = new Int32Array(size).fill(-1);
    this.mask = size - 1;
    this.duplicate = new Uint8Array(count);
    for (let row = 0; row < count; row++) this.insert(row);
  }

  /** The first row with this id, -1 if there is none. */
  find(low: number, high: number, group = 0): number {
    if (low === 0 && high === 0) return -1;
    return this.slots[this.slotOf(low, high, group)]!;
  }

  private insert(row: number): void {
    const low = this.words.ids[2 * row]!;
    const high = this.words.ids[2 * row + 1]!;
    if (low === 0 && high === 0) return;
    const slot = this.slotOf(low, high, this.words.group?.[row] ?? 0);
    const first = this.slots[slot]!;
    if (first < 0) this.slots[slot] = row;
    else {
      this.duplicate[first] = 1;
      this.duplicate[row] = 1;
      this.duplicates++;
    }
  }

  /** The slot that holds the id, or the free one where it belongs. */
  private slotOf(low: number, high: number, group: number): number {
    const { ids, group: groups } = this.words;
    let slot = mixHash(low ^ mixHash(high ^ mixHash(group + this.seed))) & this.mask;
    for (;;) {
      const row = this.slots[slot]!;
      if (row < 0 || (ids[2 * row] === low && ids[2 * row + 1] === high && (groups?.[row] ?? 0) === group)) return slot;
      slot = (slot + 1) & this.mask;
    }
  }
}

const UNSEEN = 0;
const ON_PATH = 1;
const REACHES_TOP = 2;
const CYCLIC = 3;

/** Follows parents from every row until something known; every row is on one path only. */
function walkUp(parent: Int32Array): Pick<ParentLinks, 'cyclic' | 'cycles' | 'depth'> {
  const count = parent.length;
  const state = new Uint8Array(count);
  const depth = new Uint32Array(count);
  const cyclic = new Uint8Array(count);
  const cycles: number[] = [];
  const path = new Uint32Array(count);
  for (let start = 0; start < count; start++) {
    let length = 0;
    let row = start;
    while (row >= 0 && state[row] === UNSEEN) {
      state[row] = ON_PATH;
      path[length++] = row;
      row = parent[row]!;
    }
    if (row >= 0 && state[row] === ON_PATH) cycles.push(row);
    const broken = row >= 0 && state[row] !== REACHES_TOP;
    let level = row >= 0 && !broken ? depth[row]! + 1 : 0;
    for (let i = length - 1; i >= 0; i--) {
      const on = path[i]!;
      state[on] = broken ? CYCLIC : REACHES_TOP;
      if (broken) cyclic[on] = 1;
      else depth[on] = level++;
    }
  }
  return { cyclic, cycles, depth };
}
