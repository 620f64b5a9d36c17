import type { AttributeValue } from '../../model/attributes';
import { OPERATION_ATTRIBUTES } from '../../model/operation';
import { isObject } from '../otlp/jsonFields';
import { documentsOf, fieldsUnder, flatDocument, type FlatDocument } from './flatDocument';
import { recordIds } from './recordIds';
import { MICROS_POWER, MILLIS_POWER, NANOS_POWER, nanosOf, nanosOfIso } from './recordTimes';
import { itemsOf, kindOf, textOf, valueOf } from './recordValues';
import {
  NO_SCOPE,
  type ConvertedSpan,
  type MutableAttributes,
  type RecordLink,
  type RecordScope,
  type RecordStatus,
} from './spanRecord';

/** Labels have underscores for dots; only for the keys that say where the code is it is known what they were. */
const DOTTED = new Map(
  [...OPERATION_ATTRIBUTES, 'code.stacktrace', 'http.response.status_code', 'http.status_code'].map((key) => [
    key.replaceAll('.', '_'),
    key,
  ]),
);
/** Fields of a classic document that are of the resource; the service has fields of its own. */
const RESOURCE = /^(service|host|process|cloud|container|kubernetes|device|os)\./;
/** Fields that say what the document is, not what the span is. */
const BOOKKEEPING =
  /^(@timestamp$|timestamp\.|trace\.|parent\.|processor\.|ecs\.|data_stream\.|observer\.|event\.|agent\.|labels\.|numeric_labels\.|(transaction|span)\.(id|name|duration\.us|links|representative_count|sampled)$)/;
const LANGUAGE = 'service.language.name';
/** One of these every document has. */
const MARKS: readonly string[] = ['@timestamp', 'timestamp', 'timestamp.us'];
/** Types of classic spans that are calls of something else. */
const CALLS: readonly string[] = ['db', 'external', 'storage', 'cache'];
const STATUS_CODES = ['unset', 'ok', 'error'];

/**
 * The spans of Elastic APM, a document each: classic ones (`traces-apm*`: transactions and spans) and native OpenTelemetry
 * ones (`traces-*.otel-*`). An answer of `_search`, one hit, a document, or a list of them; keys may be dotted or nested.
 * Events of spans are documents of their own, in other indices.
 *
 * Source: elastic/apm-data `input/otlp/traces.go`; opentelemetry-collector-contrib `otelserializer/traces.go`.
 */
export function* elasticSpans(answer: unknown): Generator<ConvertedSpan> {
  for (const document of documentsOf(answer)) {
    if (!isObject(document)) yield { problem: 'a document is not an object' };
    else {
      const flat = flatDocument(document);
      yield flat.has('trace_id') ? nativeSpan(flat) : classicSpan(flat);
    }
  }
}

/** Whether a document is one of these spans. */
export function isElasticSpan(document: unknown): boolean {
  // Cheap for what is no such document: every value of a file is asked.
  if (!isObject(document) || !MARKS.some((key) => document[key] !== undefined)) return false;
  const flat = flatDocument(document);
  if (flat.has('trace_id')) return flat.has('span_id') && flat.has('@timestamp') && !flat.has('event_name');
  const event = flat.get('processor.event');
  if (!flat.has('trace.id') || (event !== undefined && event !== 'transaction' && event !== 'span')) return false;
  return flat.has('transaction.id') || flat.has('span.id');
}

function nativeSpan(flat: FlatDocument): ConvertedSpan {
  const ids = recordIds(flat.get('trace_id'), flat.get('span_id'), flat.get('parent_span_id'));
  if (ids === undefined) return { problem: 'trace_id or span_id is missing' };
  const startNs = timestampOf(flat.get('@timestamp'));
  const durationNs = nanosOf(flat.get('duration') ?? 0, NANOS_POWER);
  if (startNs === undefined || durationNs === undefined) return { problem: '@timestamp or duration cannot be read' };
  const code = STATUS_CODES.indexOf((textOf(flat.get('status.code')) ?? '').toLowerCase());
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    idsMended: ids.idsMended,
    traceState: textOf(flat.get('trace_state')),
    name: textOf(flat.get('name')) ?? '',
    kind: kindOf(flat.get('kind')),
    startNs,
    endNs: startNs + durationNs,
    attributes: new Map(fieldsUnder(flat, 'attributes.').map(([key, value]) => [key, valueOf(value)])),
    events: [],
    links: itemsOf(flat.get('links')).flatMap(linkOf),
    status: { code: code === 1 || code === 2 ? code : 0, message: textOf(flat.get('status.message')) },
    resource: new Map(fieldsUnder(flat, 'resource.attributes.').map(([key, value]) => [key, valueOf(value)])),
    scope: scopeOf(flat, 'scope.'),
  };
}

function classicSpan(flat: FlatDocument): ConvertedSpan {
  const event = flat.get('processor.event') ?? (flat.has('span.name') ? 'span' : 'transaction');
  const prefix = event === 'transaction' || !flat.has('span.id') ? 'transaction.' : 'span.';
  const ids = recordIds(flat.get('trace.id'), flat.get(`${prefix}id`), flat.get('parent.id'));
  if (ids === undefined) return { problem: `trace.id or ${prefix}id is missing` };
  const micros = flat.get('timestamp.us');
  const startNs = micros === undefined ? timestampOf(flat.get('@timestamp')) : nanosOf(micros, MICROS_POWER);
  const durationNs = nanosOf(flat.get(`${prefix}duration.us`) ?? 0, MICROS_POWER);
  if (startNs === undefined || durationNs === undefined) return { problem: 'the time of a document cannot be read' };
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    idsMended: ids.idsMended,
    name: textOf(flat.get(`${prefix}name`)) ?? '',
    kind: classicKind(flat, prefix),
    startNs,
    endNs: startNs + durationNs,
    attributes: classicAttributes(flat),
    events: [],
    links: itemsOf(flat.get('span.links') ?? flat.get('transaction.links')).flatMap(linkOf),
    status: classicStatus(flat),
    resource: classicResource(flat),
    scope: scopeOf(flat, 'agent.'),
  };
}

/** ISO 8601, or epoch milliseconds with decimals. */
function timestampOf(value: unknown): bigint | undefined {
  if (value === undefined || value === null) return 0n;
  return nanosOfIso(value) ?? nanosOf(value, MILLIS_POWER);
}

function classicKind(flat: FlatDocument, prefix: string): number {
  const named = kindOf(flat.get('span.kind') ?? flat.get('transaction.kind'));
  if (named !== 0) return named;
  const type = textOf(flat.get(`${prefix}type`)) ?? '';
  if (prefix === 'transaction.') return type === 'request' ? 2 : type === 'messaging' ? 5 : 0;
  return CALLS.includes(type) ? 3 : type === 'messaging' ? 4 : 1;
}

function classicStatus(flat: FlatDocument): RecordStatus {
  const failed = flat.get('event.outcome') === 'failure';
  return failed ? { code: 2, message: textOf(flat.get('transaction.result')) } : { code: 0 };
}

function classicAttributes(flat: FlatDocument): MutableAttributes {
  const attributes: MutableAttributes = new Map();
  for (const [key, value] of flat) {
    if (!BOOKKEEPING.test(key) && !RESOURCE.test(key)) attributes.set(key, valueOf(value));
  }
  for (const prefix of ['labels.', 'numeric_labels.']) {
    for (const [key, value] of fieldsUnder(flat, prefix)) attributes.set(DOTTED.get(key) ?? key, valueOf(value));
  }
  return attributes;
}

function classicResource(flat: FlatDocument): MutableAttributes {
  const resource: MutableAttributes = new Map<string, AttributeValue>();
  for (const [key, value] of flat) if (RESOURCE.test(key)) resource.set(key, valueOf(value));
  const environment = resource.get('service.environment');
  if (environment !== undefined) resource.set('deployment.environment.name', environment);
  const language = resource.get(LANGUAGE);
  if (language !== undefined) resource.set('telemetry.sdk.language', language);
  return resource;
}

function scopeOf(flat: FlatDocument, prefix: string): RecordScope {
  const name = textOf(flat.get(`${prefix}name`)) ?? '';
  const version = textOf(flat.get(`${prefix}version`)) ?? '';
  return name === '' && version === '' ? NO_SCOPE : { name, version };
}

function linkOf(link: unknown): RecordLink[] {
  if (!isObject(link)) return [];
  const flat = flatDocument(link);
  const first = (...keys: string[]) => keys.map((key) => flat.get(key)).find((value) => value !== undefined);
  const ids = recordIds(first('trace.id', 'trace_id'), first('span.id', 'span_id'), undefined);
  if (ids === undefined) return [];
  const attributes = new Map(fieldsUnder(flat, 'attributes.').map(([key, value]) => [key, valueOf(value)]));
  return [{ traceId: ids.traceId, spanId: ids.spanId, attributes }];
}
