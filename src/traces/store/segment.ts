import { columnBytes, type SpanColumns } from '../../model/spanBatch';
import type { SpanBatchBuilder } from '../../model/spanBatchBuilder';
import { wordsOf, type TraceRows } from '../../model/tree/traceRows';
import { copyRows } from './copyRows';
import { narrowed } from './keptColumns';

/**
 * A run of spans that no longer changes. Statistics and search read the hot columns of `batch`; only {@link select} may
 * be used to reach cold bytes. That is the seam for segments on disk: they keep the hot columns in memory, leave
 * `batch.cold` empty, and read the cold bytes of the rows asked for in `select`.
 */
export interface Segment {
  readonly batch: SpanColumns;
  /** The trace number (see `TraceIndex`) of every row. */
  readonly traces: Uint32Array;
  /** No trace has a number below or above these: most segments need not be looked through for one trace. */
  readonly oldestTrace: number;
  readonly newestTrace: number;
  /** Start times as pairs of 32-bit words, low word first; and end times. */
  readonly startWords: Uint32Array;
  readonly endWords: Uint32Array;
  /** Memory held, in bytes. */
  readonly byteLength: number;
  /** Rows with everything that belongs to them, in memory that stays as it is. */
  select(rows: Uint32Array): TraceRows;
}

/** Numbers between which all traces of a segment lie. */
export interface TraceRange {
  readonly oldest: number;
  readonly newest: number;
}

/** A segment whose cold bytes are in memory as well. */
export class MemorySegment implements Segment {
  readonly oldestTrace: number;
  readonly newestTrace: number;
  readonly startWords: Uint32Array;
  readonly endWords: Uint32Array;
  readonly byteLength: number;

  constructor(
    readonly batch: SpanColumns,
    readonly traces: Uint32Array,
    range: TraceRange,
  ) {
    this.oldestTrace = range.oldest;
    this.newestTrace = range.newest;
    this.startWords = wordsOf(batch.startNs);
    this.endWords = wordsOf(batch.endNs);
    this.byteLength = columnBytes(batch) + traces.byteLength;
  }

  select(rows: Uint32Array): TraceRows {
    return { batch: this.batch, rows };
  }

  /** Rows of traces from number `oldest` on. */
  liveRows(oldest: number): number {
    let live = 0;
    for (const trace of this.traces) if (trace >= oldest) live++;
    return live;
  }

  /** A segment without the traces below number `oldest`. */
  without(oldest: number): MemorySegment {
    const rows = new Uint32Array(this.liveRows(oldest));
    let at = 0;
    for (let row = 0; row < this.traces.length; row++) if (this.traces[row]! >= oldest) rows[at++] = row;
    const traces = Uint32Array.from(rows, (row) => this.traces[row]!);
    const range = { oldest: Math.max(oldest, this.oldestTrace), newest: this.newestTrace };
    return new MemorySegment(narrowed(copyRows(this.batch, rows)), traces, range);
  }
}

/** The rows of the open batch, as they are now: valid until the next span is appended. */
export function openSegment(builder: SpanBatchBuilder, traces: Uint32Array): Segment {
  const batch = builder.view();
  return {
    batch,
    traces: traces.subarray(0, batch.count),
    oldestTrace: 0,
    newestTrace: Infinity,
    startWords: builder.startWords,
    endWords: builder.endWords,
    byteLength: builder.heldBytes + traces.byteLength,
    select: (rows) => ({ batch: copyRows(batch, rows), rows: Uint32Array.from(rows, (_, index) => index) }),
  };
}
