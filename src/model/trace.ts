import type { Attributes } from './attributes';
import type { SpanId, TraceId } from './ids';
import type { OperationId, OperationKey } from './operation';
import type { DurationNs, Nanos } from './time';

/** Bits of {@link Trace.flags}. */
export const ROW = {
  /** The span names a parent that is not in the trace. */
  orphan: 1,
  /** No start, or no end: shown with a length of 0. */
  unfinished: 2,
  /** Ends before it starts: shown with a length of 0. */
  negative: 4,
  /** Starts before its parent or ends after it by more than clocks explain; times are shown as sent. */
  skewed: 8,
  /** On a cycle of parents, or below one; the cycle was cut at the earliest span. */
  cycle: 16,
  /** Another span of the trace has the same span id; children went to the first. */
  duplicate: 32,
  /** Its code is known (set by the engine, not by the trace). */
  mapped: 64,
} as const;

/** What was found wrong with a trace, by count; said in one line above the waterfall. */
export interface TraceProblems {
  readonly roots: number;
  readonly orphans: number;
  readonly unfinished: number;
  readonly negative: number;
  readonly skewed: number;
  readonly cycles: number;
  readonly duplicates: number;
}

/**
 * One trace as a tree in columns: rows in pre-order, siblings by start time. Nothing is "fixed": orphans, several roots
 * and clock skew are flagged. Children always have a higher row than their parent, and a subtree is a run of rows.
 */
export interface Trace {
  readonly id: TraceId;
  readonly count: number;
  /** The earliest start of a span that has one. */
  readonly startNs: Nanos;
  /** From there to the latest end. */
  readonly durationNs: DurationNs;
  /** Nanoseconds from `startNs`. */
  readonly start: Float64Array;
  /** Nanoseconds; 0 for unfinished and negative spans. */
  readonly duration: Float64Array;
  /** Row of the parent, -1 for roots and orphans. */
  readonly parent: Int32Array;
  /** 0 for roots and orphans. */
  readonly depth: Uint32Array;
  /** The row after the last descendant. */
  readonly subtreeEnd: Uint32Array;
  /** OTLP SpanKind. */
  readonly kind: Uint8Array;
  /** OTLP StatusCode. */
  readonly status: Uint8Array;
  /** Bits of {@link ROW}. */
  readonly flags: Uint16Array;
  /** Index in `services`. */
  readonly service: Uint32Array;
  readonly services: readonly string[];
  /** Index in `names`. */
  readonly name: Uint32Array;
  readonly names: readonly string[];
  /** Index in `operationIds` and `operationKeys`. */
  readonly operation: Uint32Array;
  readonly operationIds: readonly OperationId[];
  readonly operationKeys: readonly OperationKey[];
  readonly eventCount: Uint16Array;
  readonly linkCount: Uint16Array;
  /** 8 bytes a row; zeros: the span came without an id. */
  readonly spanIds: Uint8Array;
  readonly problems: TraceProblems;
  /** The id of a row; undefined if the span came without one. */
  spanId(row: number): SpanId | undefined;
  /** The row of a span id, -1 if the trace does not have it. */
  rowOf(spanId: SpanId): number;
  /** Decodes what has no column. */
  details(row: number): SpanDetails;
}

/** Everything about one span that is shown when it is opened. */
export interface SpanDetails {
  readonly spanId: SpanId | undefined;
  readonly parentSpanId: SpanId | undefined;
  readonly name: string;
  readonly startNs: Nanos;
  readonly endNs: Nanos;
  readonly traceState: string;
  readonly statusMessage: string;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  readonly scope: { readonly name: string; readonly version: string; readonly attributes: Attributes };
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** Log records that carry this span's id. */
  readonly logs: readonly LogRecord[];
  /** Attributes, events and links that the SDK dropped before sending. */
  readonly droppedAttributes: number;
  readonly droppedEvents: number;
  readonly droppedLinks: number;
}

export interface SpanEvent {
  readonly timeNs: Nanos;
  readonly name: string;
  readonly attributes: Attributes;
}

export interface SpanLink {
  readonly traceId: TraceId | undefined;
  readonly spanId: SpanId | undefined;
  readonly attributes: Attributes;
}

export interface LogRecord {
  readonly timeNs: Nanos;
  readonly traceId: TraceId | undefined;
  readonly spanId: SpanId | undefined;
  /** `ERROR`, `info`, … as sent, or the name of the severity number. */
  readonly severity: string;
  readonly body: string;
  readonly attributes: Attributes;
}
