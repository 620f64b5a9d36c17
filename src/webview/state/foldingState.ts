import { type Folding } from '../layout/visibleRows';
import type { TraceIndex } from '../layout/traceIndex';

/** Which rows are collapsed and which groups unfolded; small however large the trace is. */
export class FoldingState implements Folding {
  /** Rows at this level and deeper are collapsed unless toggled. */
  private level = Number.POSITIVE_INFINITY;
  private readonly toggled = new Set<number>();
  private readonly unfolded = new Set<number>();

  constructor(private readonly index: TraceIndex) {}

  isCollapsed(row: number): boolean {
    return this.index.hasChildren(row) && this.index.columns.depth[row]! >= this.level !== this.toggled.has(row);
  }

  isUnfolded(group: number): boolean {
    return this.unfolded.has(group);
  }

  setCollapsed(row: number, collapsed: boolean): void {
    if (!this.index.hasChildren(row) || this.isCollapsed(row) === collapsed) return;
    if (!this.toggled.delete(row)) this.toggled.add(row);
  }

  setUnfolded(group: number, unfolded: boolean): void {
    if (unfolded) this.unfolded.add(group);
    else this.unfolded.delete(group);
  }

  /** Shows `level` levels of rows: 1 the roots alone. Groups stay as they are. */
  expandToLevel(level: number): void {
    this.level = level - 1;
    this.toggled.clear();
  }

  collapseAll(): void {
    this.expandToLevel(1);
    this.unfolded.clear();
  }

  /** Expands every row and unfolds every group. */
  expandAll(): void {
    this.expandToLevel(Number.POSITIVE_INFINITY);
    for (let group = 0; group < this.index.groups.count; group++) this.unfolded.add(group);
  }

  /** Opens whatever hides `row`. */
  reveal(row: number): void {
    const { columns, groups } = this.index;
    for (let at = row; at >= 0; at = columns.parent[at]!) {
      if (at !== row) this.setCollapsed(at, false);
      const group = groups.memberOf[at]!;
      if (group >= 0) this.unfolded.add(group);
    }
  }

  /** For {@link WebviewState}; a group is named by its first row. Long lists are not worth keeping and are left out. */
  save(): { collapsed: number[]; expandedLevel?: number; unfoldedGroups: number[] } {
    return {
      collapsed: this.toggled.size > MOST_KEPT ? [] : [...this.toggled],
      ...(Number.isFinite(this.level) ? { expandedLevel: this.level } : {}),
      unfoldedGroups:
        this.unfolded.size > MOST_KEPT ? [] : [...this.unfolded].map((group) => this.index.groups.first[group]!),
    };
  }

  /** The reverse of {@link save}; rows the trace does not have are ignored. */
  restore(collapsed: readonly number[], expandedLevel: number | undefined, unfoldedGroups: readonly number[]): void {
    this.level = expandedLevel ?? Number.POSITIVE_INFINITY;
    for (const row of collapsed) if (row < this.index.count) this.toggled.add(row);
    for (const row of unfoldedGroups) {
      const group = this.index.groups.memberOf[row] ?? -1;
      if (group >= 0) this.unfolded.add(group);
    }
  }
}

const MOST_KEPT = 5000;
