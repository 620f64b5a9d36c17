import type { TraceId } from '../../model/ids';
import type { OperationTable } from '../../model/operationTable';
import { SpanBatchBuilder } from '../../model/spanBatchBuilder';
import type { TraceRows } from '../../model/tree/traceRows';
import { takeRows } from './keptColumns';
import { MemorySegment, openSegment, type Segment } from './segment';
import { TraceIndex } from './traceIndex';

const MAX_SEGMENT_ROWS = 65_536;
/** A sealed span's columns, its trace number and its share of the index. */
const ROW_BYTES = 45 + 4 + 8;
/** Copying a segment to get rid of dropped traces pays from this share of dead rows on. */
const DEAD_SHARE = 1 / 4;
/** Room for so many is made beforehand; a usual request has fewer new ones. */
const MOST_NEW_TRACES = 256;
/** What comes next is rarely larger than what came last by more than this. */
const LIKELY_MORE = 9 / 8;
/** A builder that one huge request has blown up beyond this many segments gives its room back. */
const ROOMY_SEGMENTS = 4;

/** The spans that are held: an open batch that grows, and sealed segments; with the index from trace to number. */
export class SpanSegments {
  readonly builder: SpanBatchBuilder;
  readonly index = new TraceIndex();
  private sealed: MemorySegment[] = [];
  private sealedBytes = 0;
  /** The trace number of every row of the open batch. */
  private openTraces = new Uint32Array(256);
  /** The least and the greatest of them. */
  private openOldest = Infinity;
  private openNewest = -1;

  /** @param segmentBytes cold bytes from which on the open batch is sealed. */
  constructor(
    operations: OperationTable,
    private readonly segmentBytes: number,
  ) {
    this.builder = new SpanBatchBuilder(operations);
  }

  /** Memory held, in bytes. */
  get byteLength(): number {
    return this.sealedBytes + this.builder.heldBytes + this.openTraces.byteLength + this.index.byteLength;
  }

  /** All rows, oldest first; rows of traces below `index.oldest` are dropped. Valid until the next span is appended. */
  all(): Segment[] {
    return [...this.sealed, openSegment(this.builder, this.openTraces)];
  }

  /**
   * Gives the rows from `fromRow` on of the open batch their traces. No branch of the loop waits long for its first use:
   * code that was optimised without having seen one is thrown away and compiled again when it comes to it.
   */
  indexRows(fromRow: number): void {
    const { builder, index } = this;
    const { traceWords: words, coldStart, count } = builder;
    if (this.openTraces.length < count) this.growOpenTraces(count);
    index.reserve(Math.min(count - fromRow, MOST_NEW_TRACES));
    const { openTraces } = this;
    let [trace, oldest, newest] = [-1, this.openOldest, this.openNewest];
    for (let row = fromRow; row < count; row++) {
      // Spans of a trace mostly come together: compare with the row before, then look in the table.
      if (trace < 0 || !sameId(words, row)) {
        trace = index.intern(words, row * 4);
        oldest = Math.min(oldest, trace);
        newest = Math.max(newest, trace);
      }
      openTraces[row] = trace;
      index.count(trace, ROW_BYTES + coldStart[row + 1]! - coldStart[row]!);
    }
    this.openOldest = oldest;
    this.openNewest = newest;
  }

  /**
   * Seals the open batch if it has grown to a segment.
   * @param fromRow where the rows begin that came last: as much is expected to come next.
   */
  sealIfLarge(fromRow: number): void {
    const { coldLength, coldStart, count } = this.builder;
    const last = coldLength - coldStart[fromRow]!;
    if (coldLength + last * LIKELY_MORE > this.segmentBytes || count >= MAX_SEGMENT_ROWS) this.seal();
  }

  /** Where the rows of a trace are; the rows stay valid. */
  rowsOf(trace: number): TraceRows[] {
    const parts: TraceRows[] = [];
    for (const segment of this.all()) {
      if (trace < segment.oldestTrace || trace > segment.newestTrace) continue;
      const rows: number[] = [];
      for (let row = 0; row < segment.traces.length; row++) if (segment.traces[row] === trace) rows.push(row);
      if (rows.length > 0) parts.push(segment.select(Uint32Array.from(rows)));
    }
    return parts;
  }

  /**
   * Drops the oldest traces and frees their memory as long as `excess` is positive.
   * @param excess bytes above the bound, as they are now.
   * @param slack bytes to free beyond, so that not every commit has to drop something.
   * @param dropped told of every trace that goes.
   */
  makeRoom(excess: () => number, slack: number, dropped: (id: TraceId, spans: number) => void): void {
    const { index } = this;
    for (let over = excess(); over > 0 && index.size > 0; over = excess()) {
      for (let left = over + slack; left > 0 && index.size > 0;) {
        const id = index.id(index.oldest);
        const trace = index.dropOldest();
        left -= trace.bytes;
        dropped(id, trace.spans);
      }
      this.compact();
    }
  }

  clear(): void {
    while (this.index.size > 0) this.index.dropOldest();
    this.compact();
  }

  private seal(): void {
    const { builder } = this;
    const traces = this.openTraces.slice(0, builder.count);
    this.add(
      new MemorySegment(takeRows(builder, this.segmentBytes), traces, {
        oldest: this.openOldest,
        newest: this.openNewest,
      }),
    );
    this.openOldest = Infinity;
    this.openNewest = -1;
    if (builder.heldBytes > ROOMY_SEGMENTS * this.segmentBytes) builder.releaseRoom();
  }

  private add(segment: MemorySegment): void {
    this.sealed.push(segment);
    this.sealedBytes += segment.byteLength;
  }

  /** Frees what dropped traces take, where that is a good part of a segment. */
  private compact(): void {
    const { oldest } = this.index;
    const open = openSegment(this.builder, this.openTraces);
    let dead = 0;
    for (const trace of open.traces) if (trace < oldest) dead++;
    if (dead > open.traces.length * DEAD_SHARE) this.seal();
    const segments = this.sealed;
    this.sealed = [];
    this.sealedBytes = 0;
    for (const segment of segments) {
      const live = segment.oldestTrace >= oldest ? segment.traces.length : segment.liveRows(oldest);
      if (live === 0) continue;
      const rewrite = segment.traces.length - live > segment.traces.length * DEAD_SHARE;
      this.add(rewrite ? segment.without(oldest) : segment);
    }
  }

  private growOpenTraces(count: number): void {
    const larger = new Uint32Array(Math.max(count, this.openTraces.length * 2));
    larger.set(this.openTraces);
    this.openTraces = larger;
  }
}

/** Whether a row has the trace id of the row before it. */
function sameId(words: Uint32Array, row: number): boolean {
  const at = row * 4;
  return (
    words[at] === words[at - 4] &&
    words[at + 1] === words[at - 3] &&
    words[at + 2] === words[at - 2] &&
    words[at + 3] === words[at - 1]
  );
}
