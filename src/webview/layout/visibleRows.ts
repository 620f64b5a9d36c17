import type { TraceColumns } from '../../protocol/traceView';
import { groupAt, type SiblingGroups } from './siblingGroups';

/** The lines of the waterfall from top to bottom: spans, and headers of groups of alike siblings. */
export interface VisibleRows {
  readonly count: number;
  /** Row of the trace; for a header the group's first row. */
  readonly row: Uint32Array;
  /** Indentation, 0 for roots; members of an unfolded group are one deeper than their header. */
  readonly level: Uint32Array;
  /** Index of the group if the line is its header, else -1. */
  readonly group: Int32Array;
  /** Per row of the trace: its line, -1 if it is not shown. A header does not count as its first member's line. */
  readonly lineOf: Int32Array;
  /** Per group: its header's line, -1 if it has none. */
  readonly lineOfGroup: Int32Array;
}

/** What decides which rows are lines. */
export interface Folding {
  isCollapsed(row: number): boolean;
  isUnfolded(group: number): boolean;
  /** Per row: 1 if it is kept by the filter. With a filter nothing is grouped or collapsed. */
  readonly keep?: Uint8Array;
}

/**
 * Computes the lines in one pass. Preconditions: rows are in pre-order; a kept row's ancestors are kept
 * ({@link withAncestors}).
 */
export function visibleRows(
  columns: TraceColumns,
  count: number,
  groups: SiblingGroups,
  folding: Folding,
): VisibleRows {
  const capacity = count + groups.count;
  const row = new Uint32Array(capacity);
  const level = new Uint32Array(capacity);
  const group = new Int32Array(capacity).fill(-1);
  const lineOf = new Int32Array(count).fill(-1);
  const lineOfGroup = new Int32Array(groups.count).fill(-1);
  const openGroups: number[] = [];
  let lines = 0;
  for (let i = 0; i < count;) {
    if (folding.keep !== undefined && folding.keep[i] === 0) {
      i = columns.subtreeEnd[i]!;
      continue;
    }
    while (openGroups.length > 0 && i >= openGroups.at(-1)!) openGroups.pop();
    const begins = folding.keep === undefined ? groupAt(groups, i) : -1;
    if (begins >= 0) {
      row[lines] = i;
      level[lines] = columns.depth[i]! + openGroups.length;
      group[lines] = begins;
      lineOfGroup[begins] = lines++;
      if (!folding.isUnfolded(begins)) {
        i = groups.end[begins]!;
        continue;
      }
      openGroups.push(groups.end[begins]!);
    }
    row[lines] = i;
    level[lines] = columns.depth[i]! + openGroups.length;
    lineOf[i] = lines++;
    i = folding.keep === undefined && folding.isCollapsed(i) ? columns.subtreeEnd[i]! : i + 1;
  }
  return {
    count: lines,
    row: row.subarray(0, lines),
    level: level.subarray(0, lines),
    group: group.subarray(0, lines),
    lineOf,
    lineOfGroup,
  };
}

/** Marks the ancestors of every marked row as well. A parent's row is below its children's, so one pass suffices. */
export function withAncestors(columns: TraceColumns, count: number, marked: Uint8Array): Uint8Array {
  const keep = marked.slice(0, count);
  for (let row = count - 1; row >= 0; row--) {
    const parent = columns.parent[row]!;
    if (keep[row] === 1 && parent >= 0) keep[parent] = 1;
  }
  return keep;
}

/** The line that shows `row`: its own, else the header of its folded group, else its nearest ancestor's; -1 if none. */
export function lineShowing(rows: VisibleRows, columns: TraceColumns, groups: SiblingGroups, row: number): number {
  for (let at = row; at >= 0; at = columns.parent[at]!) {
    const line = rows.lineOf[at]!;
    if (line >= 0) return line;
    const group = groups.memberOf[at]!;
    if (group >= 0 && rows.lineOfGroup[group]! >= 0) return rows.lineOfGroup[group]!;
  }
  return -1;
}
