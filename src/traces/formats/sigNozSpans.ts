import type { AttributeValue, Attributes } from '../../model/attributes';
import { isObject, type JsonObject } from '../otlp/jsonFields';
import { parseJsonLossless } from '../otlp/losslessJson';
import { recordIds } from './recordIds';
import { MILLIS_POWER, NANOS_POWER, nanosOf, nanosOfIso } from './recordTimes';
import { itemsOf, kindOf, textAttributes, textOf, typedText, valueOf } from './recordValues';
import {
  NO_SCOPE,
  type ConvertedSpan,
  type MutableAttributes,
  type RecordEvent,
  type RecordLink,
  type RecordStatus,
} from './spanRecord';
import { unwrapped } from './unwrapped';

/** Stands for a parent that SigNoz does not have. */
const PLACEHOLDER = 'Missing Span';
/** Columns of raw rows that are read one by one; the others are attributes. */
const COLUMNS =
  /^(trace_id|span_id|parent_span_id|name|duration_nano|kind|kind_string|has_error|status_code|status_code_string|status_message|timestamp|time_unix|events|references|links|attributes|resource|resources|flags|trace_state|level|sub_tree_node_count|service\.name|serviceName|rootName|rootSpanId|rootServiceName|rootServiceEntryPoint|children|hasChildren|hasSiblings|subTreeNodeCount|.*(_|\.)exists)$/;

/**
 * The spans of SigNoz: an answer of the trace waterfall (`spans[]`), of a raw query (`results[].rows[].data`), of the
 * older trace by id (`[{columns, events}]`), or spans of them. Placeholders for missing parents are left out. Times are
 * nanoseconds; parse with a parser that keeps their digits.
 *
 * Source: SigNoz/signoz `pkg/types/spantypes`, `pkg/types/querybuildertypes`.
 */
export function* sigNozSpans(answer: unknown): Generator<ConvertedSpan> {
  for (const item of unwrapped(answer, listIn)) {
    if (!isObject(item)) yield { problem: 'a span is not an object' };
    else if (!isPlaceholder(item)) yield spanOf(item);
  }
}

/** It has the time of the child that misses it, but nobody's name: a span of this name that was sent has a service. */
function isPlaceholder(span: JsonObject): boolean {
  return span.name === PLACEHOLDER && resourceOf(span).get('service.name') === undefined;
}

function listIn(object: JsonObject): unknown[] | undefined {
  if (object.span_id !== undefined || object.spanId !== undefined) return undefined;
  if (Array.isArray(object.columns) && Array.isArray(object.events))
    return columnarSpans(object.columns, object.events);
  for (const name of ['spans', 'results', 'rows', 'data']) {
    const value = object[name];
    if (Array.isArray(value)) return value as unknown[];
    if (isObject(value))
      return [isObject(value) && name === 'data' && object.timestamp !== undefined ? row(object) : value];
  }
  return undefined;
}

/** A row has its time beside its columns. */
function row({ timestamp, data }: JsonObject): JsonObject {
  return { timestamp, ...(data as JsonObject) };
}

/** Rows of the older answer, by the names of their columns: `__time, SpanId, TraceId, ServiceName, Name, Kind, …`. */
function columnarSpans(columns: readonly unknown[], rows: readonly unknown[]): unknown[] {
  return rows.map((values) => {
    if (!Array.isArray(values)) return values;
    const fields = new Map(columns.map((column, i) => [textOf(column) ?? '', (values as unknown[])[i]]));
    const keys = itemsOf(fields.get('TagsKeys'));
    const tags = itemsOf(fields.get('TagsValues'));
    const references = itemsOf(fields.get('References')).map(looseReference);
    return {
      trace_id: fields.get('TraceId'),
      span_id: fields.get('SpanId'),
      parent_span_id: references.find(({ refType }) => refType === 'CHILD_OF')?.spanId,
      references,
      name: fields.get('Name'),
      kind: Number(fields.get('Kind') ?? 0),
      timestamp: fields.get('__time'),
      duration_nano: fields.get('DurationNano'),
      has_error: fields.get('HasError'),
      status_message: fields.get('StatusMessage'),
      'service.name': fields.get('ServiceName'),
      attributes: Object.fromEntries(keys.map((key, i) => [textOf(key) ?? '', tags[i]])),
      events: itemsOf(fields.get('Events')).map(looseJson),
    };
  });
}

/** `{TraceId=…, SpanId=…, RefType=CHILD_OF}` */
function looseReference(reference: unknown): Readonly<Record<string, string>> {
  const text = textOf(reference) ?? '';
  const field = (name: string): string => new RegExp(`${name}=([^,}]*)`).exec(text)?.[1]?.trim() ?? '';
  return { traceId: field('TraceId'), spanId: field('SpanId'), refType: field('RefType') };
}

function looseJson(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  try {
    return parseJsonLossless(text);
  } catch {
    // An event that is no JSON is shown by its text.
    return { name: text };
  }
}

/** What older waterfalls called the fields. */
const OLDER_NAMES: readonly (readonly [string, string])[] = [
  ['traceId', 'trace_id'],
  ['spanId', 'span_id'],
  ['parentSpanId', 'parent_span_id'],
  ['durationNano', 'duration_nano'],
  ['hasError', 'has_error'],
  ['spanKind', 'kind_string'],
  ['statusCodeString', 'status_code_string'],
  ['statusMessage', 'status_message'],
  ['tagMap', 'attributes'],
  ['event', 'events'],
];

function renamed(span: JsonObject): JsonObject {
  if (span.span_id !== undefined) return span;
  const names = new Map(OLDER_NAMES);
  return Object.fromEntries(Object.entries(span).map(([key, value]) => [names.get(key) ?? key, value]));
}

function spanOf(written: JsonObject): ConvertedSpan {
  const span = renamed(written);
  const ids = recordIds(span.trace_id, span.span_id, span.parent_span_id);
  if (ids === undefined) return { problem: 'trace_id or span_id is missing' };
  const startNs = timeOf(span.time_unix ?? span.timestamp ?? 0);
  const durationNs = durationOf(span.duration_nano ?? 0);
  if (startNs === undefined || durationNs === undefined) return { problem: 'the time of a span cannot be read' };
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    idsMended: ids.idsMended,
    traceState: textOf(span.trace_state),
    name: textOf(span.name) ?? '',
    kind: kindOf(span.kind_string ?? span.kind),
    startNs,
    endNs: startNs + durationNs,
    attributes: attributesOf(span),
    events: itemsOf(span.events).map((event) => eventOf(looseJson(event), startNs)),
    links: itemsOf(span.references ?? span.links).flatMap((link) => linkOf(link, ids.traceId, ids.parentSpanId)),
    status: statusOf(span),
    resource: resourceOf(span),
    scope: NO_SCOPE,
  };
}

/** ISO 8601, or a number of nanoseconds or (in older answers) milliseconds, by its size. */
function timeOf(value: unknown): bigint | undefined {
  const iso = nanosOfIso(value);
  if (iso !== undefined) return iso;
  const number = Number(value);
  return nanosOf(value, number > 0 && number < 1e15 ? MILLIS_POWER : NANOS_POWER);
}

/** A span that ends before it begins lasts as long as 64 bits without a sign make of that. */
function durationOf(value: unknown): bigint | undefined {
  const duration = nanosOf(value, NANOS_POWER);
  return duration === undefined ? undefined : BigInt.asIntN(64, duration);
}

function statusOf(span: JsonObject): RecordStatus {
  const name = (textOf(span.status_code_string) ?? textOf(span.status_code) ?? '').toUpperCase();
  const failed = span.has_error === true || span.has_error === 'true' || name.includes('ERROR') || name === '2';
  const ok = name === 'OK' || name === 'STATUS_CODE_OK' || name === '1';
  return { code: failed ? 2 : ok ? 1 : 0, message: textOf(span.status_message) };
}

function attributesOf(span: JsonObject): MutableAttributes {
  const attributes = textAttributes(span.attributes);
  // Columns beside them are made of them (`http_method`, `db_name`).
  if (isObject(span.attributes)) return attributes;
  for (const [key, value] of Object.entries(span)) {
    if (COLUMNS.test(key) || isObject(value) || value === '' || value === null) continue;
    if (!attributes.has(key)) attributes.set(key, typeof value === 'string' ? typedText(key, value) : valueOf(value));
  }
  return attributes;
}

function resourceOf(span: JsonObject): Attributes {
  const resource = textAttributes(span.resource ?? span.resources);
  const service = textOf(span['service.name']) ?? textOf(span.serviceName);
  if (service !== undefined && service !== '') resource.set('service.name', service);
  return resource;
}

function eventOf(event: unknown, startNs: bigint): RecordEvent {
  if (!isObject(event)) return { timeNs: startNs, name: textOf(event) ?? '', attributes: new Map() };
  const timeNs = nanosOf(event.timeUnixNano ?? event.time_unix_nano, NANOS_POWER) ?? startNs;
  return { timeNs, name: textOf(event.name) ?? '', attributes: textAttributes(event.attributeMap ?? event.attributes) };
}

/** The references hold the parent, too. */
function linkOf(link: unknown, ownTrace: string, parent: string | undefined): RecordLink[] {
  if (!isObject(link)) return [];
  const ids = recordIds(link.traceId ?? link.trace_id, link.spanId ?? link.span_id, undefined);
  if (ids === undefined) return [];
  const isParent = ids.traceId === ownTrace && ids.spanId === parent;
  const attributes: Attributes = new Map<string, AttributeValue>();
  return isParent ? [] : [{ traceId: ids.traceId, spanId: ids.spanId, attributes }];
}
