import type { AttributeValue, Attributes } from '../../model/attributes';
import type { TraceId } from '../../model/ids';
import { isObject, type JsonObject } from '../otlp/jsonFields';
import { parseJsonLossless } from '../otlp/losslessJson';
import { isNoId, recordIds, spanIdOfDecimal, traceIdOfDecimal } from './recordIds';
import { NANOS_POWER, nanosOf, nanosOfIso, SECONDS_POWER } from './recordTimes';
import { dottedAttributes, itemsOf, kindOf, takeText, textAttributes, textOf } from './recordValues';
import {
  isBadRecord,
  NO_SCOPE,
  STATUS_UNSET,
  type ConvertedSpan,
  type MutableAttributes,
  type RecordEvent,
  type RecordLink,
  type RecordScope,
  type RecordStatus,
  type SpanRecord,
} from './spanRecord';
import { unwrapped } from './unwrapped';

/** The upper 64 bits of a trace id, in hex, on one span of each process. */
const HIGH_BITS = '_dd.p.tid';
/** The whole trace id in hex, on spans that came by OpenTelemetry. */
const WHOLE_ID = 'otel.trace_id';
/** What OpenTelemetry's conventions keep in resources: Datadog has it among the attributes of spans. */
const OF_RESOURCE =
  /^(telemetry\.|process\.|k8s\.|container\.|cloud\.|os\.|host\.|faas\.(name|version|instance)$|service\.|deployment\.|vcs\.)/;
/** Earlier than this a number of nanoseconds is one of seconds. */
const EARLIEST_NANOS = 1_000_000_000_000;
/** What Datadog calls what OpenTelemetry's conventions have; the exception is what maps a span to code. */
const RENAMED: readonly (readonly [string, string])[] = [
  ['error.type', 'exception.type'],
  ['error.message', 'exception.message'],
  ['error.msg', 'exception.message'],
  ['error.stack', 'exception.stacktrace'],
];
const SCOPE_NAMES = ['otel.scope.name', 'otel.library.name'];
const SCOPE_VERSIONS = ['otel.scope.version', 'otel.library.version'];

/**
 * The spans of Datadog: an answer of the spans search (`data[].attributes`), of the trace by id, what a tracer sends to
 * the agent (lists of lists of spans), or lists of any of them. Ids are decimal 64-bit numbers; parse with a parser that
 * keeps their digits. The upper half of a 128-bit trace id comes on one span of each process, so all spans that belong
 * together must come in one call.
 *
 * Source: DataDog/datadog-api-client-typescript (`SpansAttributes`), DataDog/datadog-agent `pkg/proto/datadog/trace/span.proto`.
 */
export function* datadogSpans(answer: unknown): Generator<ConvertedSpan> {
  const spans: ConvertedSpan[] = [];
  const high = new Map<string, string>();
  for (const item of unwrapped(answer, listIn)) {
    const span = isObject(item) ? spanOf(item, high) : { problem: 'a span is not an object' };
    spans.push(span);
  }
  for (const span of spans) yield isBadRecord(span) ? span : withHighBits(span, high);
}

function listIn(object: JsonObject): unknown[] | undefined {
  if (object.span_id !== undefined || object.spanID !== undefined) return undefined;
  for (const name of ['data', 'trace', 'traces', 'spans']) {
    const value = object[name];
    if (Array.isArray(value)) return value as unknown[];
    if (isObject(value)) return name === 'spans' ? Object.values(value) : [value];
  }
  const { attributes } = object;
  return isObject(attributes) ? [Array.isArray(attributes.spans) ? attributes.spans : attributes] : undefined;
}

function spanOf(span: JsonObject, high: Map<string, string>): ConvertedSpan {
  const first = (...names: string[]): unknown => names.map((name) => span[name]).find((value) => value !== undefined);
  const ids = idsOf(
    first('trace_id', 'traceIdFull', 'traceID'),
    first('span_id', 'spanID'),
    first('parent_id', 'parentID'),
  );
  if (ids === undefined) return { problem: 'trace_id or span_id is missing' };
  const attributes = attributesOf(span);
  const times = timesOf(span, attributes);
  if (times === undefined) return { problem: 'the start of a span is not a time' };
  const bits = takeText(attributes, [HIGH_BITS]);
  if (bits !== undefined && /^[0-9a-f]{1,16}$/i.test(bits)) high.set(ids.traceId.slice(16), bits.toLowerCase());
  const whole = takeText(attributes, [WHOLE_ID]);
  if (whole !== undefined && /^[0-9a-f]{32}$/i.test(whole)) {
    high.set(whole.slice(16).toLowerCase(), whole.slice(0, 16).toLowerCase());
  }
  const kind = kindOf(attributes.get('span.kind'));
  if (kind !== 0) attributes.delete('span.kind');
  const status = statusOf(span, attributes);
  const operation = textOf(first('name', 'operation_name'));
  if (operation !== undefined) attributes.set('operation.name', operation);
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    traceState: takeText(attributes, ['w3c.tracestate']),
    idsMended: ids.idsMended,
    name: textOf(first('resource', 'resource_name')) ?? operation ?? '',
    kind,
    startNs: times.startNs,
    endNs: times.endNs,
    events: eventsOf(span, attributes),
    links: linksOf(span, attributes),
    status,
    resource: resourceOf(span, attributes),
    scope: scopeOf(attributes),
    attributes,
  };
}

function idsOf(trace: unknown, span: unknown, parent: unknown) {
  const traceId = isDecimal(trace) ? traceIdOfDecimal(trace) : trace;
  const spanId = isDecimal(span) ? spanIdOfDecimal(span) : span;
  return recordIds(traceId, spanId, isNoId(parent) || !isDecimal(parent) ? parent : spanIdOfDecimal(parent));
}

/** Ids are decimal unless they have the length of hex ones. */
function isDecimal(id: unknown): boolean {
  return typeof id !== 'string' || (/^\d+$/.test(id) && id.length !== 32);
}

/** Nanoseconds as the agent has them, seconds as Datadog's page has them, or ISO 8601 with milliseconds. */
function timesOf(span: JsonObject, attributes: MutableAttributes): { startNs: bigint; endNs: bigint } | undefined {
  const iso = span.start_timestamp ?? span.timestamp;
  if (iso !== undefined) {
    const startNs = nanosOfIso(iso);
    if (startNs === undefined) return undefined;
    // The end has milliseconds, too; only the duration is exact.
    const duration = nanosOf(attributes.get('duration'), NANOS_POWER);
    attributes.delete('duration');
    return { startNs, endNs: duration === undefined ? (nanosOfIso(span.end_timestamp) ?? 0n) : startNs + duration };
  }
  const start = span.start ?? span.startTime ?? 0;
  const power = Number(start) > 0 && Number(start) < EARLIEST_NANOS ? SECONDS_POWER : NANOS_POWER;
  const startNs = nanosOf(start, power);
  const durationNs = nanosOf(span.duration ?? 0, power);
  if (startNs === undefined || durationNs === undefined) return undefined;
  const endNs = nanosOf(span.endTime ?? span.end ?? 0, power) ?? 0n;
  return { startNs, endNs: durationNs > 0n || endNs === 0n ? startNs + durationNs : endNs };
}

/** What OpenTelemetry said of it, if that is where the span comes from. */
function statusOf(span: JsonObject, attributes: MutableAttributes): RecordStatus {
  const code = takeText(attributes, ['otel.status_code'])?.toLowerCase();
  const said = takeText(attributes, ['otel.status_description']);
  const isOk = code === 'ok' && !isFailed(span);
  if (isOk) return { code: 1 };
  if (code !== 'error' && !isFailed(span)) return STATUS_UNSET;
  return { code: 2, message: said ?? textOf(attributes.get('exception.message')) };
}

function isFailed(span: JsonObject): boolean {
  const { error, status, custom } = span;
  if (typeof error === 'number' || typeof error === 'string') return Number(error) !== 0;
  if (typeof error === 'boolean') return error;
  if (typeof status === 'string') return status === 'error';
  return isObject(custom) && isObject(custom.error) && Object.keys(custom.error).length > 0;
}

function attributesOf(span: JsonObject): MutableAttributes {
  const attributes: MutableAttributes = new Map();
  for (const tag of itemsOf(span.tags)) {
    const [, key, value] = /^([^:]+):(.*)$/s.exec(textOf(tag) ?? '') ?? [];
    if (key !== undefined && value !== undefined) attributes.set(key, value);
  }
  textAttributes(span.meta, attributes);
  textAttributes(span.metrics, attributes);
  for (const nested of [span.attributes, span.custom]) if (isObject(nested)) dottedAttributes(nested, attributes);
  if (typeof span.type === 'string' && span.type !== '') attributes.set('span.type', span.type);
  for (const [from, to] of RENAMED) {
    const value = attributes.get(from);
    if (value !== undefined && !attributes.has(to)) attributes.set(to, value);
  }
  return attributes;
}

function resourceOf(span: JsonObject, attributes: MutableAttributes): Attributes {
  const resource: MutableAttributes = new Map<string, AttributeValue>();
  const set = (key: string, value: unknown): void => {
    const text = textOf(value);
    if (text !== undefined && text !== '') resource.set(key, text);
  };
  set('service.name', span.service);
  set('deployment.environment.name', span.env ?? attributes.get('env'));
  set('host.name', span.host ?? attributes.get('_dd.hostname'));
  set('service.version', attributes.get('version'));
  set('telemetry.sdk.language', attributes.get('language'));
  for (const [key, value] of attributes) {
    if (!OF_RESOURCE.test(key)) continue;
    if (!resource.has(key)) resource.set(key, value);
    attributes.delete(key);
  }
  return resource;
}

function scopeOf(attributes: MutableAttributes): RecordScope {
  const name = takeText(attributes, SCOPE_NAMES);
  const version = takeText(attributes, SCOPE_VERSIONS);
  return name === undefined && version === undefined ? NO_SCOPE : { name: name ?? '', version: version ?? '' };
}

/** A list of their own, or a text of JSON among the tags. */
function eventsOf(span: JsonObject, attributes: MutableAttributes): RecordEvent[] {
  const events = span.span_events ?? jsonList(attributes, 'events');
  return itemsOf(events).flatMap((event) => {
    if (!isObject(event)) return [];
    const timeNs = nanosOf(event.time_unix_nano ?? 0, NANOS_POWER) ?? 0n;
    const values = isObject(event.attributes) ? dottedAttributes(event.attributes) : new Map<string, AttributeValue>();
    return [{ timeNs, name: textOf(event.name) ?? '', attributes: values }];
  });
}

function linksOf(span: JsonObject, attributes: MutableAttributes): RecordLink[] {
  return itemsOf(span.span_links ?? jsonList(attributes, '_dd.span_links')).flatMap((link) => {
    if (!isObject(link)) return [];
    const ids = idsOf(link.trace_id, link.span_id, undefined);
    if (ids === undefined) return [];
    const high = nanosOf(link.trace_id_high ?? 0, NANOS_POWER) ?? 0n;
    const traceId = high > 0n ? `${high.toString(16).padStart(16, '0')}${ids.traceId.slice(16)}` : ids.traceId;
    const values = isObject(link.attributes) ? dottedAttributes(link.attributes) : new Map<string, AttributeValue>();
    return [
      { traceId: traceId as TraceId, spanId: ids.spanId, traceState: textOf(link.tracestate), attributes: values },
    ];
  });
}

/** Takes a list out of the attributes that is written there as JSON; what is none stays. */
function jsonList(attributes: MutableAttributes, key: string): readonly unknown[] {
  const text = attributes.get(key);
  if (typeof text !== 'string' || !text.startsWith('[')) return [];
  try {
    const list = itemsOf(parseJsonLossless(text));
    attributes.delete(key);
    return list;
  } catch {
    // Cut off, as long tags are: it stays a text.
    return [];
  }
}

function withHighBits(span: SpanRecord, high: ReadonlyMap<string, string>): SpanRecord {
  const low = span.traceId.slice(16);
  const bits = high.get(low);
  if (bits === undefined || !span.traceId.startsWith('0000000000000000')) return span;
  return { ...span, traceId: `${bits.padStart(16, '0')}${low}` as TraceId };
}
