/**
 * Spans as plain objects, turned into OTLP trace export requests by protobufjs (so by other code than what they test).
 */
import type { SpanKind } from '../../src/model/operation';
import { SPAN_KINDS } from '../../src/model/operation';
import { loadMessages } from '../../src/traces/otlp/messages';

const { trace, common } = loadMessages();

/** Integers: `bigint`, or a `number` without fraction. Doubles: a `number` with one. */
export type TestValue =
  string | number | bigint | boolean | null | Uint8Array | readonly TestValue[] | { readonly [key: string]: TestValue };

export type TestAttributes = Readonly<Record<string, TestValue>>;

export interface TestSpan {
  /** 32 hex digits; default {@link testTraceId}(1). Other texts are sent as they are (for bad ids). */
  readonly traceId?: string;
  /** 16 hex digits; default: counted up from 1 within the request. */
  readonly spanId?: string;
  readonly parentSpanId?: string;
  /** Default `operation`. */
  readonly name?: string;
  /** Default `INTERNAL`. */
  readonly kind?: SpanKind;
  /** Default {@link TEST_START}. */
  readonly startNs?: bigint;
  /** Default: 1 ms after the start. */
  readonly endNs?: bigint;
  readonly attributes?: TestAttributes;
  readonly status?: { readonly code: 0 | 1 | 2; readonly message?: string };
  readonly events?: readonly {
    readonly name: string;
    readonly timeNs?: bigint;
    readonly attributes?: TestAttributes;
  }[];
  readonly links?: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes?: TestAttributes;
  }[];
  readonly traceState?: string;
  readonly flags?: number;
  readonly droppedAttributesCount?: number;
  readonly droppedEventsCount?: number;
  readonly droppedLinksCount?: number;
}

/** The spans of one service and one instrumentation scope. */
export interface TestSpans {
  /** Default `test`; `undefined` leaves `service.name` out. */
  readonly service?: string | undefined;
  /** Further resource attributes. */
  readonly resource?: TestAttributes;
  /** Default `test-scope`. */
  readonly scope?: string;
  readonly scopeVersion?: string;
  readonly spans: readonly TestSpan[];
}

/** 2026-01-01T00:00:00Z. */
export const TEST_START = 1_767_225_600_000_000_000n;

/** A trace id made of a number. */
export function testTraceId(n: number): string {
  return n.toString(16).padStart(32, '0');
}

/** A span id made of a number. */
export function testSpanId(n: number): string {
  return n.toString(16).padStart(16, '0');
}

/** An ExportTraceServiceRequest as protobuf. */
export function encodeProtobuf(...groups: readonly TestSpans[]): Uint8Array {
  return trace.v1.TracesData.encode(trace.v1.TracesData.fromObject(request(groups, hexToBytes))).finish();
}

/** An ExportTraceServiceRequest as OTLP/JSON, with ids in hex and 64-bit integers as strings. */
export function encodeJson(...groups: readonly TestSpans[]): string {
  return JSON.stringify(request(groups, (id) => id));
}

/** An attribute value as OTLP's AnyValue, in the form that OTLP/JSON has. */
export function anyValue(value: TestValue): Record<string, unknown> {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'bigint') return { intValue: String(value) };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (isList(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: keyValues(value) } };
}

/** One AnyValue as protobuf. */
export function encodeAnyValue(value: TestValue): Uint8Array {
  return common.v1.AnyValue.encode(common.v1.AnyValue.fromObject(anyValue(value))).finish();
}

function isList(value: TestValue): value is readonly TestValue[] {
  return Array.isArray(value);
}

function keyValues(attributes: TestAttributes): Record<string, unknown>[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function hexToBytes(id: string): Uint8Array {
  return Buffer.from(id, 'hex');
}

function request(groups: readonly TestSpans[], id: (hex: string) => unknown): Record<string, unknown> {
  let next = 1;
  return {
    resourceSpans: groups.map((group) => ({
      resource: { attributes: keyValues(resourceOf(group)) },
      scopeSpans: [
        {
          scope: { name: group.scope ?? 'test-scope', version: group.scopeVersion ?? '' },
          spans: group.spans.map((span) => spanMessage(span, testSpanId(next++), id)),
        },
      ],
    })),
  };
}

function resourceOf(group: TestSpans): TestAttributes {
  const service = 'service' in group ? group.service : 'test';
  return service === undefined ? { ...group.resource } : { 'service.name': service, ...group.resource };
}

function spanMessage(span: TestSpan, spanId: string, id: (hex: string) => unknown): Record<string, unknown> {
  const start = span.startNs ?? TEST_START;
  return {
    traceId: id(span.traceId ?? testTraceId(1)),
    spanId: id(span.spanId ?? spanId),
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: id(span.parentSpanId) }),
    name: span.name ?? 'operation',
    kind: SPAN_KINDS.indexOf(span.kind ?? 'INTERNAL'),
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(span.endNs ?? start + 1_000_000n),
    traceState: span.traceState ?? '',
    flags: span.flags ?? 0,
    attributes: keyValues(span.attributes ?? {}),
    events: (span.events ?? []).map((event) => ({
      timeUnixNano: String(event.timeNs ?? start),
      name: event.name,
      attributes: keyValues(event.attributes ?? {}),
    })),
    links: (span.links ?? []).map((link) => ({
      traceId: id(link.traceId),
      spanId: id(link.spanId),
      attributes: keyValues(link.attributes ?? {}),
    })),
    droppedAttributesCount: span.droppedAttributesCount ?? 0,
    droppedEventsCount: span.droppedEventsCount ?? 0,
    droppedLinksCount: span.droppedLinksCount ?? 0,
    status: span.status ?? {},
  };
}
