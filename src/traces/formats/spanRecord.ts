import type { AttributeValue, Attributes } from '../../model/attributes';
import type { SpanId, TraceId } from '../../model/ids';

/**
 * One span as plain values: what every foreign format is turned into before it becomes a row. The vocabulary is OTLP's
 * `Span`; a format that cannot say something leaves it empty. Records are made in one literal that names each field:
 * one that spreads another object into itself took two fifths of the time of reading a trace.
 */
export interface SpanRecord {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly parentSpanId?: SpanId | undefined;
  /** W3C `tracestate`. */
  readonly traceState?: string | undefined;
  readonly name: string;
  /** OTLP SpanKind: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  /** Epoch nanoseconds; 0 where the format has none. */
  readonly startNs: bigint;
  /** Epoch nanoseconds; 0 where the format has none. */
  readonly endNs: bigint;
  readonly attributes: Attributes;
  readonly events: readonly RecordEvent[];
  readonly links: readonly RecordLink[];
  readonly status: RecordStatus;
  /** W3C trace flags and OTLP's "parent is remote" bits. */
  readonly flags?: number | undefined;
  /** Spans of one process should share one object: it is encoded once. */
  readonly resource: Attributes;
  /** Spans of one scope should share one object: it is encoded once. */
  readonly scope: RecordScope;
  /** An id was not of OpenTelemetry's form and stands for what was written. */
  readonly idsMended?: boolean | undefined;
}

export interface RecordEvent {
  /** Epoch nanoseconds. */
  readonly timeNs: bigint;
  readonly name: string;
  readonly attributes: Attributes;
}

/** An event that came by itself, and the span it belongs to. */
export interface EventOfSpan {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly event: RecordEvent;
}

export interface RecordLink {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly traceState?: string | undefined;
  readonly attributes: Attributes;
}

export interface RecordStatus {
  /** OTLP StatusCode: 0 unset, 1 ok, 2 error. */
  readonly code: 0 | 1 | 2;
  readonly message?: string | undefined;
}

export interface RecordScope {
  readonly name: string;
  readonly version: string;
  readonly attributes?: Attributes | undefined;
}

/** A span that cannot be read; the others of its file or answer are not concerned. */
export interface BadRecord {
  /** Why, without a full stop: reasons are counted. */
  readonly problem: string;
}

/** What a converter yields, one for each span of its format. */
export type ConvertedSpan = SpanRecord | BadRecord;

/** Attributes while they are put together. */
export type MutableAttributes = Map<string, AttributeValue>;

export const NO_SCOPE: RecordScope = { name: '', version: '' };

export const STATUS_UNSET: RecordStatus = { code: 0 };

/** Whether a converter could not read a span. */
export function isBadRecord(span: ConvertedSpan): span is BadRecord {
  return 'problem' in span;
}
