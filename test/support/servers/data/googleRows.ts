import { isoNanos } from './googleTraces';
import { placedSpans, type AnyValue, type Attribute, type OtlpTraces, type PlacedSpan } from './otlpTraces';

/** A row of `_AllSpans`. Timestamps are texts here, which order as they do; large integers likewise. */
export interface GoogleRow {
  readonly trace_id: string;
  readonly span_id: string;
  readonly trace_state: string | null;
  readonly parent_span_id: string | null;
  readonly name: string;
  readonly kind: number;
  readonly start_time: string;
  readonly start_time_unix_nano: string;
  readonly end_time: string;
  readonly end_time_unix_nano: string;
  readonly duration_nano: number;
  readonly attributes: JsonColumn;
  readonly events: readonly object[];
  readonly links: readonly object[];
  readonly status: { readonly code: number; readonly message: string };
  readonly resource: { readonly attributes: JsonColumn };
  readonly instrumentation_scope: { readonly name: string; readonly version: string };
}

type JsonColumn = Readonly<Record<string, unknown>>;

/** Spans as Google Cloud's trace storage keeps those that came by OTLP ("Storage schema for trace data"). */
export function googleRows(traces: OtlpTraces): GoogleRow[] {
  return placedSpans(traces).map(rowOf);
}

function rowOf({ span, resource, scope }: PlacedSpan): GoogleRow {
  const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
  return {
    trace_id: span.traceId,
    span_id: span.spanId,
    trace_state: span.traceState === '' ? null : span.traceState,
    parent_span_id: span.parentSpanId ?? null,
    name: span.name,
    kind: span.kind,
    ...{ start_time: timestamp(start), start_time_unix_nano: String(start) },
    ...{ end_time: timestamp(end), end_time_unix_nano: String(end), duration_nano: Number(end - start) },
    attributes: jsonColumn(span.attributes),
    events: span.events.map(({ name, timeUnixNano, attributes }) => ({
      ...{ name, time: timestamp(BigInt(timeUnixNano)) },
      attributes: jsonColumn(attributes),
    })),
    links: span.links.map(({ traceId, spanId, attributes }) => ({
      ...{ trace_id: traceId, span_id: spanId, trace_state: '', attributes: jsonColumn(attributes) },
    })),
    status: { code: span.status.code ?? 0, message: span.status.message ?? '' },
    resource: { attributes: jsonColumn(resource) },
    instrumentation_scope: scope,
  };
}

function jsonColumn(attributes: readonly Attribute[]): JsonColumn {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, jsonValue(value)]));
}

function jsonValue(value: AnyValue): unknown {
  if (value.intValue !== undefined) {
    const number = Number(value.intValue);
    return Number.isSafeInteger(number) ? number : value.intValue;
  }
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(jsonValue);
  if (value.kvlistValue !== undefined) return jsonColumn(value.kvlistValue.values);
  return value.stringValue ?? value.doubleValue ?? value.boolValue ?? value.bytesValue ?? null;
}

/** To the microsecond, as `TO_JSON_STRING` writes them: six decimals or none. */
export function timestamp(ns: bigint): string {
  return isoNanos(ns - (ns % 1000n)).replace(/\.(\d{3})Z$/, '.$1000Z');
}
