import type { TraceColumns } from '../../protocol/traceView';

/** Stretches of time in nanoseconds from the trace's start: sorted, and none touches the next. */
export interface Intervals {
  readonly count: number;
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** What is seen of the time axis, nanoseconds from the trace's start. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Below this distance in pixels two stretches are drawn as one. */
const GAP = 0.5;

/** Joins stretches that overlap or touch. Precondition: `from` ascends. */
export function mergeIntervals(from: ArrayLike<number>, to: ArrayLike<number>): Intervals {
  const mergedFrom = new Float64Array(from.length);
  const mergedTo = new Float64Array(from.length);
  let count = 0;
  for (let i = 0; i < from.length; i++) {
    const start = from[i]!;
    const end = to[i]!;
    if (end < start) continue;
    if (count > 0 && start <= mergedTo[count - 1]!) {
      if (end > mergedTo[count - 1]!) mergedTo[count - 1] = end;
    } else {
      mergedFrom[count] = start;
      mergedTo[count++] = end;
    }
  }
  return { count, from: mergedFrom.slice(0, count), to: mergedTo.slice(0, count) };
}

/**
 * The time that children of `row` cover, clipped to the row's own: while it waits for them. Siblings are sorted by start
 * (model/trace.ts), so one pass over the direct children does.
 */
export function childIntervals(columns: TraceColumns, row: number): Intervals {
  const begin = columns.start[row]!;
  const end = begin + columns.duration[row]!;
  const from: number[] = [];
  const to: number[] = [];
  for (let child = row + 1; child < columns.subtreeEnd[row]!; child = columns.subtreeEnd[child]!) {
    const childEnd = Math.min(end, columns.start[child]! + columns.duration[child]!);
    const childStart = Math.max(begin, columns.start[child]!);
    if (childEnd <= childStart) continue;
    from.push(childStart);
    to.push(childEnd);
  }
  return mergeIntervals(from, to);
}

/** The members of a run of siblings from row `first` up to row `end`. */
export function siblingIntervals(columns: TraceColumns, first: number, end: number): Intervals {
  const from: number[] = [];
  const to: number[] = [];
  for (let row = first; row < end; row = columns.subtreeEnd[row]!) {
    from.push(columns.start[row]!);
    to.push(columns.start[row]! + columns.duration[row]!);
  }
  return mergeIntervals(from, to);
}

/**
 * The stretches as runs of pixels `[x0, x1, x0, x1, …]` inside `0..width`. Runs closer than half a pixel become one, and
 * what lies between is skipped by binary search, so the cost is O(width · log count) for any number of stretches.
 */
export function pixelRuns(intervals: Intervals, window: TimeWindow, width: number): number[] {
  const scale = width / (window.to - window.from);
  const runs: number[] = [];
  let i = lowerBound(intervals.to, intervals.count, window.from);
  while (i < intervals.count && intervals.from[i]! <= window.to) {
    const x0 = (intervals.from[i]! - window.from) * scale;
    let x1 = (intervals.to[i]! - window.from) * scale;
    for (i++; i < intervals.count;) {
      const near = lowerBound(intervals.from, intervals.count, window.from + (x1 + GAP) / scale, i);
      if (near === i) break;
      x1 = (intervals.to[near - 1]! - window.from) * scale;
      i = near;
    }
    runs.push(Math.max(0, x0), Math.min(width, x1));
  }
  return runs;
}

/** Index of the first entry that is not below `value`. Precondition: `values` ascends. */
export function lowerBound(values: ArrayLike<number>, count: number, value: number, begin = 0): number {
  let low = begin;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
