import { isObject } from '../otlp/jsonFields';
import { classicSpan } from './elasticClassicSpan';
import { linkOf, timestampOf } from './elasticParts';
import { documentsOf, fieldsUnder, flatDocument, type FlatDocument } from './flatDocument';
import { recordIds } from './recordIds';
import { NANOS_POWER, nanosOf } from './recordTimes';
import { itemsOf, kindOf, textOf, valueOf } from './recordValues';
import { NO_SCOPE, type ConvertedSpan, type RecordScope } from './spanRecord';

/** One of these every document has. */
const MARKS: readonly string[] = ['@timestamp', 'timestamp', 'timestamp.us'];
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
    scope: scopeOf(flat),
  };
}

function scopeOf(flat: FlatDocument): RecordScope {
  const name = textOf(flat.get('scope.name')) ?? '';
  const version = textOf(flat.get('scope.version')) ?? '';
  return name === '' && version === '' ? NO_SCOPE : { name, version };
}
