import type { Attributes } from '../../model/attributes';
import { isObject, type JsonObject } from '../otlp/jsonFields';
import { recordIds } from './recordIds';
import { nanosOfMicros } from './recordTimes';
import { itemsOf, kindOf, textOf, typedText, valueOf } from './recordValues';
import { NO_SCOPE, type ConvertedSpan, type MutableAttributes, type RecordStatus } from './spanRecord';

const PARENT = 'parent_span_guid';
const COMPONENT = 'lightstep.component_name';
/** Tags that are fields of a span: those that OpenTelemetry's specification names for formats without them, and the parent. */
const FIELDS: ReadonlySet<string> = new Set([
  ...[PARENT, 'span.kind', 'otel.status_code', 'otel.status_description'],
  ...['otel.scope.name', 'otel.scope.version', 'otel.library.name', 'otel.library.version'],
]);

/** Whether a tag is a field of the span, and no attribute of it. */
export function isLightstepField(tag: string): boolean {
  return FIELDS.has(tag);
}

/** Whether a value is a stored trace of Lightstep (ServiceNow Cloud Observability), or an answer with some. */
export function isLightstep(value: JsonObject): boolean {
  return tracesIn(value).some(({ attributes }) => {
    const [first] = isObject(attributes) ? itemsOf(attributes.spans) : [];
    return isObject(first) && first['span-id'] !== undefined && first['start-time-micros'] !== undefined;
  });
}

/**
 * The spans of traces as Lightstep's API of version 0.2 gives them: times in microseconds, tags, and beside the spans the
 * reporters, which are the processes. Its clients know of no events and links there.
 *
 * Source: api-docs.lightstep.com, "Stored traces".
 */
export function* lightstepSpans(answer: unknown): Generator<ConvertedSpan> {
  for (const { id, attributes, relationships } of tracesIn(answer)) {
    const reporters = isObject(relationships) ? itemsOf(relationships.reporters).filter(isObject) : [];
    const resources = new Map(reporters.map((reporter) => [textOf(reporter['reporter-id']), resourceOf(reporter)]));
    for (const span of isObject(attributes) ? itemsOf(attributes.spans) : []) {
      if (isObject(span)) yield spanOf(span, id, resources.get(textOf(span['reporter-id'])) ?? new Map());
      else yield { problem: 'a span is not an object' };
    }
  }
}

function tracesIn(answer: unknown): readonly JsonObject[] {
  if (!isObject(answer)) return [];
  const traces =
    answer.data === undefined ? [answer] : Array.isArray(answer.data) ? itemsOf(answer.data) : [answer.data];
  return traces.filter(isObject).filter(({ attributes }) => isObject(attributes) && Array.isArray(attributes.spans));
}

function resourceOf({ attributes }: JsonObject): Attributes {
  const resource: MutableAttributes = new Map();
  const known = isObject(attributes) ? attributes : {};
  for (const [key, value] of Object.entries(known)) if (key !== COMPONENT) setTag(resource, key, value);
  const service = textOf(known['service.name']) ?? textOf(known[COMPONENT]);
  if (service !== undefined) resource.set('service.name', service);
  return resource;
}

function spanOf(span: JsonObject, trace: unknown, resource: Attributes): ConvertedSpan {
  const tags = isObject(span.tags) ? span.tags : {};
  const ids = recordIds(span['trace-id'] ?? trace, span['span-id'], tags[PARENT]);
  if (ids === undefined) return { problem: 'trace-id or span-id is missing' };
  const startNs = nanosOfMicros(span['start-time-micros']);
  if (startNs === undefined) return { problem: 'start-time-micros cannot be read' };
  const endNs = nanosOfMicros(span['end-time-micros']) ?? startNs;
  const attributes: MutableAttributes = new Map();
  for (const [key, value] of Object.entries(tags)) {
    const isStatus = key === 'error' && value === true && span['is-error'] === true;
    if (!FIELDS.has(key) && !isStatus) setTag(attributes, key, value);
  }
  const name = textOf(tags['otel.scope.name'] ?? tags['otel.library.name']) ?? '';
  const version = textOf(tags['otel.scope.version'] ?? tags['otel.library.version']) ?? '';
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    idsMended: ids.idsMended,
    name: textOf(span['span-name']) ?? '',
    kind: kindOf(tags['span.kind']),
    startNs,
    endNs: endNs < startNs ? startNs : endNs,
    attributes,
    events: [],
    links: [],
    status: statusOf(span, tags),
    resource,
    scope: name === '' && version === '' ? NO_SCOPE : { name, version },
  };
}

function statusOf(span: JsonObject, tags: JsonObject): RecordStatus {
  const message = textOf(tags['otel.status_description']);
  const said = message === undefined || message === '' ? {} : { message };
  const named = textOf(tags['otel.status_code'])?.toUpperCase();
  if (span['is-error'] === true || named === 'ERROR') return { code: 2, ...said };
  return { code: named === 'OK' ? 1 : 0, ...said };
}

function setTag(attributes: MutableAttributes, key: string, value: unknown): void {
  if (value === undefined || value === null) return;
  attributes.set(key, typeof value === 'string' ? typedText(key, value) : valueOf(value));
}
