import { spanIdAt, traceIdAt, type SpanId, type TraceId } from './ids';
import type { OperationTable } from './operationTable';
import type { Nanos } from './time';

/**
 * Decoded spans as columns, one row a span, in the order in which they arrived. The hot columns are what search,
 * statistics and the waterfall need; everything else of a span is kept as the bytes it came in (`cold`) and decoded when
 * somebody opens it.
 */
export interface SpanBatch {
  readonly count: number;
  /** 16 bytes a row. */
  readonly traceIds: Uint8Array;
  /** 8 bytes a row. */
  readonly spanIds: Uint8Array;
  /** 8 bytes a row; zeros: no parent. */
  readonly parentIds: Uint8Array;
  /** Epoch nanoseconds; 0: the span has none. */
  readonly startNs: BigUint64Array;
  /** Epoch nanoseconds; 0: the span has none (still running, or never ended). */
  readonly endNs: BigUint64Array;
  /** Index in `operations`: gives service, scope name, kind, name and the identifying attributes. */
  readonly operation: Uint32Array;
  /** Index in `resources`. */
  readonly resource: Uint32Array;
  /** Index in `scopes`. */
  readonly scope: Uint32Array;
  /** OTLP StatusCode: 0 unset, 1 ok, 2 error. */
  readonly status: Uint8Array;
  /** Saturates at 65,535. */
  readonly eventCount: Uint16Array;
  /** Saturates at 65,535. */
  readonly linkCount: Uint16Array;
  /** `count + 1` offsets: row `r` owns `cold[coldStart[r] .. coldStart[r + 1])`. */
  readonly coldStart: Uint32Array;
  /**
   * The rest of each span as OTLP protobuf fields of `Span` (trace_state, attributes, events, links, status, flags …);
   * the fields that have a column are left out. `name` is left out too, unless the operation is the table's overflow. An
   * attribute may say its key by a number, in a form of our own (`traces/otlp/knownKeys.ts`).
   */
  readonly cold: Uint8Array;
  /** Distinct `Resource` messages of this batch, as OTLP protobuf bytes. */
  readonly resources: readonly Uint8Array[];
  /** Distinct `InstrumentationScope` messages of this batch, as OTLP protobuf bytes. */
  readonly scopes: readonly Uint8Array[];
  readonly operations: OperationTable;
}

/** An index column; narrow where its values are. */
export type IndexColumn = Uint8Array | Uint16Array | Uint32Array;

/** A batch as it is kept for long: without the trace ids, which its keeper knows, and with narrow index columns. */
export interface SpanColumns extends Omit<SpanBatch, 'traceIds' | 'resource' | 'scope' | 'eventCount' | 'linkCount'> {
  readonly resource: IndexColumn;
  readonly scope: IndexColumn;
  readonly eventCount: IndexColumn;
  readonly linkCount: IndexColumn;
}

/** The trace id of a row. */
export function traceIdOf(batch: SpanBatch, row: number): TraceId {
  return traceIdAt(batch.traceIds, row);
}

/** The span id of a row; undefined for all zeros. */
export function spanIdOf(batch: SpanColumns, row: number): SpanId | undefined {
  return spanIdAt(batch.spanIds, row);
}

/** The parent's span id; undefined for a root. */
export function parentIdOf(batch: SpanColumns, row: number): SpanId | undefined {
  return spanIdAt(batch.parentIds, row);
}

/** The start of a row; 0n if the span has none. */
export function startOf(batch: SpanColumns, row: number): Nanos {
  return batch.startNs[row]! as Nanos;
}

/** Bytes that a batch keeps alive, its trace ids left out. */
export function columnBytes(batch: SpanColumns): number {
  // Cold bytes may be the larger part of an array.
  let bytes = batch.cold.buffer.byteLength + batch.coldStart.byteLength + batch.status.byteLength;
  for (const column of [batch.spanIds, batch.parentIds, batch.startNs, batch.endNs]) {
    bytes += column.byteLength;
  }
  for (const column of [batch.operation, batch.resource, batch.scope, batch.eventCount, batch.linkCount]) {
    bytes += column.byteLength;
  }
  for (const message of batch.resources) bytes += message.byteLength;
  for (const message of batch.scopes) bytes += message.byteLength;
  return bytes;
}
