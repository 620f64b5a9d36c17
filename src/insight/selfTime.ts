import type { Trace } from '../model/trace';

/**
 * Nanoseconds of every span in which none of its children was running: its length without the union of its children,
 * as far as they lie within it. Linear: rows are in pre-order with siblings by start, so a parent's children come by.
 */
export function selfTime(trace: Trace): Float64Array {
  const self = trace.duration.slice();
  forEachUncovered(trace, (_, parent, length) => {
    self[parent]! -= length;
  });
  return self;
}

/**
 * Calls back for every child with the part of its parent's time that it covers and no earlier sibling does; together
 * with the parent's self time these lengths are the parent's duration.
 */
export function forEachUncovered(trace: Trace, covered: (row: number, parent: number, length: number) => void): void {
  const until = trace.start.slice();
  for (let row = 0; row < trace.count; row++) {
    const parent = trace.parent[row]!;
    if (parent < 0) continue;
    const from = Math.max(trace.start[row]!, until[parent]!);
    const to = Math.min(trace.start[row]! + trace.duration[row]!, trace.start[parent]! + trace.duration[parent]!);
    if (to <= from) continue;
    until[parent] = to;
    covered(row, parent, to - from);
  }
}
