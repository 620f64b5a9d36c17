/** A trace as the webview gets it: the columns of model/trace.ts, plus what insight/ found. */

/** Bits of {@link TraceColumns.flags}; the page cannot reach model/. */
export { ROW } from '../model/trace';

export interface TraceView {
  readonly traceId: string;
  readonly count: number;
  /** Epoch milliseconds of the trace's start, for display. */
  readonly startMs: number;
  /** Epoch nanoseconds of the same, in decimal: a number would lose digits. */
  readonly startNs: string;
  readonly durationNs: number;
  readonly services: readonly string[];
  readonly names: readonly string[];
  readonly columns: TraceColumns;
  /** Rows on the critical path with the stretch of time they cover, nanoseconds from the start. */
  readonly criticalPath: CriticalPathColumns;
  /** Sentences about orphans, skew and the like, in plain words. */
  readonly notices: readonly string[];
}

/** See model/trace.ts for meaning and units. Pre-order; all arrays have `count` entries. */
export interface TraceColumns {
  readonly start: Float64Array;
  readonly duration: Float64Array;
  /** Time in the span itself, not in its children, in nanoseconds. */
  readonly self: Float64Array;
  readonly parent: Int32Array;
  readonly depth: Uint32Array;
  readonly subtreeEnd: Uint32Array;
  readonly kind: Uint8Array;
  readonly status: Uint8Array;
  readonly flags: Uint16Array;
  readonly service: Uint32Array;
  readonly name: Uint32Array;
  readonly eventCount: Uint16Array;
  readonly linkCount: Uint16Array;
  /** 8 bytes a row. */
  readonly spanIds: Uint8Array;
}

export interface CriticalPathColumns {
  readonly row: Uint32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
}

export interface AttributeView {
  readonly key: string;
  readonly value: string;
  readonly type: 'string' | 'int' | 'double' | 'bool' | 'bytes' | 'array' | 'map' | 'empty';
}

/** Everything about one span, as text ready for display. */
export interface SpanDetailsView {
  readonly row: number;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly service: string;
  readonly kind: string;
  readonly startNs: string;
  readonly endNs: string;
  readonly traceState: string;
  readonly statusMessage: string;
  readonly attributes: readonly AttributeView[];
  readonly resource: readonly AttributeView[];
  readonly scope: { readonly name: string; readonly version: string; readonly attributes: readonly AttributeView[] };
  readonly events: readonly {
    readonly offsetNs: number;
    readonly name: string;
    readonly attributes: readonly AttributeView[];
  }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: readonly AttributeView[];
  }[];
  readonly logs: readonly {
    readonly offsetNs: number;
    readonly severity: string;
    readonly body: string;
    readonly attributes: readonly AttributeView[];
  }[];
  readonly dropped: { readonly attributes: number; readonly events: number; readonly links: number };
  /** The code, or why it is not known. */
  readonly source:
    | { readonly uri: string; readonly line: number; readonly symbol: string; readonly why: string }
    | { readonly reason: string };
  /** Of a span without a parent: where lint finds that it may have lost it. */
  readonly suspects?: readonly SuspectView[];
}

/** A place where the context of a span may have been lost. */
export interface SuspectView {
  /** Absolute. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}
