import type { TraceColumns } from '../../protocol/traceView';

/** Runs of siblings that look alike (same service, name and kind, one after the other), foldable to one row. */
export interface SiblingGroups {
  readonly count: number;
  /** First row of a group. */
  readonly first: Uint32Array;
  /** The row after the last member's last descendant. */
  readonly end: Uint32Array;
  /** Number of members. */
  readonly size: Uint32Array;
  /** Per row: the group it is a member of, -1 for none. Descendants of members are not members. */
  readonly memberOf: Int32Array;
}

/** Fewer alike siblings than this stay rows of their own. */
export const SMALLEST_GROUP = 5;

/** Finds the groups in O(rows): every row is looked at once as a child and once as a parent. */
export function findSiblingGroups(columns: TraceColumns, count: number): SiblingGroups {
  const memberOf = new Int32Array(count).fill(-1);
  const first: number[] = [];
  const end: number[] = [];
  const size: number[] = [];
  const scan = (from: number, to: number) => {
    for (let start = from; start < to;) {
      let length = 1;
      let next = columns.subtreeEnd[start]!;
      while (next < to && alike(columns, start, next)) {
        length++;
        next = columns.subtreeEnd[next]!;
      }
      if (length >= SMALLEST_GROUP) {
        for (let row = start; row < next; row = columns.subtreeEnd[row]!) memberOf[row] = first.length;
        first.push(start);
        end.push(next);
        size.push(length);
      }
      start = next;
    }
  };
  scan(0, count);
  for (let row = 0; row < count; row++) {
    if (columns.subtreeEnd[row]! - row > SMALLEST_GROUP) scan(row + 1, columns.subtreeEnd[row]!);
  }
  return {
    count: first.length,
    first: Uint32Array.from(first),
    end: Uint32Array.from(end),
    size: Uint32Array.from(size),
    memberOf,
  };
}

/** The group that begins at `row`, -1 if none does. */
export function groupAt(groups: SiblingGroups, row: number): number {
  const group = groups.memberOf[row]!;
  return group >= 0 && groups.first[group] === row ? group : -1;
}

function alike(columns: TraceColumns, a: number, b: number): boolean {
  return (
    columns.name[a] === columns.name[b] &&
    columns.service[a] === columns.service[b] &&
    columns.kind[a] === columns.kind[b] &&
    columns.parent[a] === columns.parent[b]
  );
}
