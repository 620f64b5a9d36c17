import type { TraceColumns, TraceView } from '../../protocol/traceView';
import { childIntervals, mergeIntervals, siblingIntervals, type Intervals } from './intervals';
import { remembered } from './remembered';
import { findSiblingGroups, type SiblingGroups } from './siblingGroups';

export const STATUS_ERROR = 2;
/** More remembered rows, groups and stretches than this are forgotten together. */
const MOST_REMEMBERED = 20_000;

export interface ServiceShare {
  readonly name: string;
  readonly index: number;
  readonly spans: number;
  readonly errors: number;
  /** Sum of self times in nanoseconds. */
  readonly selfNs: number;
}

/** The critical path's stretches of row `r` lie at `begin[r]` up to `begin[r + 1]`. */
interface CriticalByRow {
  readonly begin: Uint32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** Everything derived from a trace once, so that a frame costs what it shows and not what the trace holds. */
export class TraceIndex {
  readonly count: number;
  readonly columns: TraceColumns;
  readonly groups: SiblingGroups;
  /** At least 1, so that a trace without length has an axis. */
  readonly totalNs: number;
  readonly errors: number;
  readonly maxDepth: number;
  /** Most self time first. */
  readonly services: readonly ServiceShare[];
  /** Failed spans among the rows before a row; one entry more than rows. */
  private readonly errorsBefore: Uint32Array;
  private critical: CriticalByRow | undefined;
  private readonly waiting = new Map<number, Intervals>();
  private readonly members = new Map<number, Intervals>();
  private readonly totals = new Map<number, number>();
  private readonly criticalRanges = new Map<string, Intervals>();

  /** Precondition: {@link checkTrace} found nothing. */
  constructor(readonly trace: TraceView) {
    const { columns, count } = trace;
    this.count = count;
    this.columns = columns;
    this.totalNs = Math.max(1, trace.durationNs);
    this.errorsBefore = new Uint32Array(count + 1);
    let maxDepth = 0;
    const shares = trace.services.map((name, index) => ({ name, index, spans: 0, errors: 0, selfNs: 0 }));
    for (let row = 0; row < count; row++) {
      const failed = columns.status[row] === STATUS_ERROR ? 1 : 0;
      this.errorsBefore[row + 1] = this.errorsBefore[row]! + failed;
      if (columns.depth[row]! > maxDepth) maxDepth = columns.depth[row]!;
      const share = shares[columns.service[row]!]!;
      share.spans++;
      share.errors += failed;
      share.selfNs += columns.self[row]!;
    }
    this.errors = this.errorsBefore[count]!;
    this.maxDepth = maxDepth;
    this.services = shares.filter((s) => s.spans > 0).sort((a, b) => b.selfNs - a.selfNs || b.spans - a.spans);
    this.groups = findSiblingGroups(columns, count);
  }

  /** Failed spans among the rows `from` (inclusive) to `to` (exclusive). */
  errorsIn(from: number, to: number): number {
    return this.errorsBefore[to]! - this.errorsBefore[from]!;
  }

  hasChildren(row: number): boolean {
    return this.columns.subtreeEnd[row]! > row + 1;
  }

  /** While `row` waits for its children; worked out at first sight. */
  waitingOf(row: number): Intervals {
    return remembered(this.waiting, row, MOST_REMEMBERED, () => childIntervals(this.columns, row));
  }

  membersOf(group: number): Intervals {
    return remembered(this.members, group, MOST_REMEMBERED, () =>
      siblingIntervals(this.columns, this.groups.first[group]!, this.groups.end[group]!),
    );
  }

  /** Sum of the members' durations in nanoseconds. */
  totalOf(group: number): number {
    return remembered(this.totals, group, MOST_REMEMBERED, () => {
      let sum = 0;
      const { duration, subtreeEnd } = this.columns;
      for (let row = this.groups.first[group]!; row < this.groups.end[group]!; row = subtreeEnd[row]!)
        sum += duration[row]!;
      return sum;
    });
  }

  /** The stretches of the critical path that lie on the rows `from` to `to` (exclusive). */
  criticalIn(from: number, to: number): Intervals {
    return remembered(this.criticalRanges, `${from}-${to}`, MOST_REMEMBERED, () => {
      const critical = (this.critical ??= sortByRow(this.trace));
      const begin = critical.begin[from]!;
      const end = critical.begin[to]!;
      return union(critical.from.subarray(begin, end), critical.to.subarray(begin, end));
    });
  }
}

/** Counting sort: a critical path of a million stretches must not cost a comparison sort before the first picture. */
function sortByRow(trace: TraceView): CriticalByRow {
  const { row, from, to } = trace.criticalPath;
  const begin = new Uint32Array(trace.count + 1);
  const valid = (i: number) => row[i]! < trace.count;
  for (let i = 0; i < row.length; i++) if (valid(i)) begin[row[i]! + 1]!++;
  for (let r = 0; r < trace.count; r++) begin[r + 1]! += begin[r]!;
  const next = begin.slice();
  const sorted = { begin, from: new Float64Array(row.length), to: new Float64Array(row.length) };
  for (let i = 0; i < row.length; i++) {
    if (!valid(i)) continue;
    const at = next[row[i]!]!++;
    sorted.from[at] = from[i]!;
    sorted.to[at] = to[i]!;
  }
  return sorted;
}

/**
 * The union of stretches in any order. Starts and ends may be sorted each by itself: there is a gap before the k-th
 * start exactly if k stretches have ended before it.
 */
function union(from: Float64Array, to: Float64Array): Intervals {
  return mergeIntervals(from.slice().sort(), to.slice().sort());
}
