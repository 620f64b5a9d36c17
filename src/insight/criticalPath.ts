import { stableOrder } from '../base/stableOrder';
import { ROW, type Trace } from '../model/trace';

/** Stretches of the critical path, in the order of time; nanoseconds from the start of the trace. */
export interface CriticalPath {
  readonly row: Uint32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
}

const SERVER = 2;
const CLIENT = 3;
/** The trace as a whole: the parent of all roots. */
const WHOLE = -1;

/**
 * A child that ends after its parent by no more than this share of its own length (a parent ended in a `finally`, clocks
 * of two processes) still counts as something that the parent waited for.
 */
const LATE_SHARE = 0.01;

/**
 * The spans that decided when the trace could end: walk back from the end; a span waits for the child that finished last,
 * that child for its own last one, and so on until its start, from where the parent goes on. That is Jaeger's definition
 * (https://www.jaegertracing.io/docs/latest/frontend-ui/, "critical path"; cf. CRISP, Zhang et al., USENIX ATC 2022), with
 * two differences:
 *
 * - A child that goes on after its parent has ended did not hold it up. It counts for the nearest ancestor that outlasts
 *   it; when it outlasts its root as well, only what it did after the root had ended is on the path.
 * - The answer to a call (SERVER below CLIENT) is always waited for; what lies outside of the call is cut off.
 *
 * Iterative, O(n log n). At no time is more than one span on the path.
 */
export function criticalPath(trace: Trace): CriticalPath {
  return new PathWalk(trace).walk();
}

class PathWalk {
  /** Start and end of each span as the walk sees them. */
  private readonly start: Float64Array;
  private readonly end: Float64Array;
  /** Ends before anything was cut off. */
  private readonly sentEnd: Float64Array;
  /** For which row a span counts: its parent, or the nearest ancestor that outlasts it. */
  private readonly waiting: Int32Array;
  /** Where the walk goes on before a span: its parent, or its root if it outlasts that. */
  private readonly cause: Int32Array;
  /** Short cuts up `waiting`, at `row + 1`, and the levels they lead to. */
  private readonly jump: Int32Array;
  private readonly level: Int32Array;
  private readonly rows: number[] = [];
  private readonly froms: number[] = [];
  private readonly tos: number[] = [];

  constructor(private readonly trace: Trace) {
    this.start = trace.start.slice();
    this.end = trace.start.map((start, row) => start + trace.duration[row]!);
    this.waiting = trace.parent.slice();
    this.cause = trace.parent.slice();
    this.jump = new Int32Array(trace.count + 1).fill(WHOLE);
    this.level = new Int32Array(trace.count + 1);
    this.openUnfinished();
    this.sentEnd = this.end.slice();
    this.attach();
  }

  walk(): CriticalPath {
    const { first, order } = this.byEnd();
    const next = first.map((_, slot) => (slot + 1 < first.length ? first[slot + 1]! : order.length) - 1);
    let row = WHOLE;
    let time = this.trace.durationNs as number;
    for (;;) {
      const child = this.lastBefore(row, time, first, next, order);
      const from = child < 0 ? this.startOf(row) : this.end[child]!;
      if (row >= 0 && time > from) this.add(row, from, time);
      time = Math.min(time, from);
      if (child >= 0) row = child;
      else if (row < 0) break;
      else {
        row = this.cause[row]!;
        if (row >= 0) time = Math.min(time, this.end[row]!);
      }
    }
    return {
      row: Uint32Array.from(this.rows.reverse()),
      from: Float64Array.from(this.froms.reverse()),
      to: Float64Array.from(this.tos.reverse()),
    };
  }

  /** The child of `row` that ended last up to `time`; each child is given once. */
  private lastBefore(row: number, time: number, first: Int32Array, next: Int32Array, order: Uint32Array): number {
    const slot = row + 1;
    while (next[slot]! >= first[slot]!) {
      const child = order[next[slot]!]!;
      next[slot]!--;
      // What takes no time decides nothing; and the walk may have come in before this child had ended.
      if (this.end[child]! <= time && this.end[child]! > this.start[child]!) return child;
    }
    return -1;
  }

  private add(row: number, from: number, to: number): void {
    this.rows.push(row);
    this.froms.push(from);
    this.tos.push(to);
  }

  private startOf(row: number): number {
    return row < 0 ? 0 : this.start[row]!;
  }

  /** A span without an end lasts, as far as anybody knows, as long as what happens below it. */
  private openUnfinished(): void {
    const { flags, parent } = this.trace;
    for (let row = this.trace.count - 1; row >= 0; row--) {
      const above = parent[row]!;
      if (above >= 0 && (flags[above]! & ROW.unfinished) !== 0 && this.end[row]! > this.end[above]!) {
        this.end[above] = this.end[row]!;
      }
    }
  }

  /** Parents come before their children, so their times are final when a child looks at them. */
  private attach(): void {
    const { parent, count } = this.trace;
    const root = new Int32Array(count);
    for (let row = 0; row < count; row++) {
      const above = parent[row]!;
      root[row] = above < 0 ? row : root[above]!;
      if (above >= 0) this.attachTo(above, row, root[row]!);
      this.addJump(row);
    }
  }

  private attachTo(above: number, row: number, root: number): void {
    const { kind, duration } = this.trace;
    this.start[row] = Math.max(this.start[row]!, this.start[above]!);
    const late = this.sentEnd[row]! - this.sentEnd[above]!;
    const isAnswer = kind[row] === SERVER && kind[above] === CLIENT;
    if (isAnswer || late <= LATE_SHARE * duration[row]!) {
      this.end[row] = Math.min(this.end[row]!, this.end[above]!);
      return;
    }
    this.waiting[row] = this.outlasting(this.waiting[above]!, this.end[row]!);
    if (this.waiting[row] !== WHOLE) return;
    this.cause[row] = root;
    this.start[row] = Math.max(this.start[row], this.end[root]!);
  }

  /** The first row from `above` on upwards that ends no earlier than `end`: ends only grow on the way up. */
  private outlasting(above: number, end: number): number {
    let row = above;
    while (row >= 0 && this.end[row]! < end) {
      const far = this.jump[row + 1]!;
      row = far >= 0 && this.end[far]! < end ? far : this.waiting[row]!;
    }
    return row;
  }

  /** Jump pointers of Myers ("An applicative random-access stack", 1983): an ancestor is at most O(log n) steps away. */
  private addJump(row: number): void {
    const above = this.waiting[row]!;
    const far = this.jump[above + 1]!;
    const { level } = this;
    level[row + 1] = level[above + 1]! + 1;
    const even = level[above + 1]! - level[far + 1]! === level[far + 1]! - level[this.jump[far + 1]! + 1]!;
    this.jump[row + 1] = even ? this.jump[far + 1]! : above;
  }

  /** Children of each row (at `row + 1`; of the whole at 0) as runs of `order`, by their end. */
  private byEnd(): { first: Int32Array; order: Uint32Array } {
    const { count } = this.trace;
    const words = new Uint32Array(count * 2);
    for (let row = 0; row < count; row++) {
      words[2 * row] = this.end[row]! % 2 ** 32;
      words[2 * row + 1] = this.end[row]! / 2 ** 32;
    }
    const first = new Int32Array(count + 2);
    for (let row = 0; row < count; row++) first[this.waiting[row]! + 2]!++;
    for (let slot = 1; slot < first.length; slot++) first[slot]! += first[slot - 1]!;
    const place = first.slice();
    const order = new Uint32Array(count);
    for (const row of stableOrder(words)) order[place[this.waiting[row]! + 1]!++] = row;
    return { first: first.subarray(0, count + 1), order };
  }
}
