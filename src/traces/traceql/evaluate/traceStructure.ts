import { ROW, type Trace } from '../../../model/trace';

/** What {@link TraceStructure.parent} holds for a root. */
const NO_PARENT = -1;

/**
 * How spans lie to one another, as Tempo numbers them (nested sets: each span two numbers, with those of its descendants
 * in between). Only what hangs on a span without a parent is numbered: of an orphan and what is below it nothing is
 * known, so that it stands in no relation to anything.
 */
export class TraceStructure {
  /** From 1 on; 0 where nothing is known. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** The left number of the parent; -1 for roots, 0 where nothing is known. */
  readonly parent: Int32Array;
  readonly childCount: Int32Array;

  constructor(private readonly trace: Trace) {
    const { count } = trace;
    this.left = new Int32Array(count);
    this.right = new Int32Array(count);
    this.parent = new Int32Array(count);
    this.childCount = new Int32Array(count);
    this.number();
    if (this.left.some((value) => value > 0)) this.countChildren();
  }

  /** Whether the place of a row is known. */
  isPlaced(row: number): boolean {
    return this.left[row]! > 0;
  }

  private number(): void {
    const { parent, flags, subtreeEnd, count } = this.trace;
    const open: number[] = [];
    let next = 1;
    const close = (row: number) => {
      while (open.length > 0 && subtreeEnd[open.at(-1)!]! <= row) this.right[open.pop()!] = next++;
    };
    for (let row = 0; row < count; row++) {
      close(row);
      const isRoot = parent[row]! < 0 && (flags[row]! & (ROW.orphan | ROW.cycle)) === 0;
      if (!isRoot && (parent[row]! < 0 || !this.isPlaced(parent[row]!))) continue;
      this.parent[row] = isRoot ? NO_PARENT : this.left[parent[row]!]!;
      this.left[row] = next++;
      open.push(row);
    }
    close(count);
  }

  private countChildren(): void {
    for (const parent of this.trace.parent) if (parent >= 0) this.childCount[parent]!++;
  }
}
