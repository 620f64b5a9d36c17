import type { AttributeValue, Attributes } from '../../model/attributes';
import { isObject, type JsonObject } from '../otlp/jsonFields';
import { parseJsonLossless } from '../otlp/losslessJson';
import { isNoId, recordIds } from './recordIds';
import { nanosOf, SECONDS_POWER } from './recordTimes';
import { dottedAttributes, itemsOf, textOf } from './recordValues';
import {
  NO_SCOPE,
  type ConvertedSpan,
  type MutableAttributes,
  type RecordEvent,
  type RecordLink,
  type RecordStatus,
} from './spanRecord';
import { spanOfLog } from './spanLogDocument';

const NO_RESOURCE: Attributes = new Map();
/** What OpenTelemetry's exporter puts before attributes of the resource. */
const RESOURCE_PREFIX = 'otel.resource.';
/** The fields of a document that are read one by one; the others become attributes. */
const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  'annotations',
  'cause',
  'end_time',
  'error',
  'fault',
  'http',
  'id',
  'in_progress',
  'links',
  'metadata',
  'name',
  'parent_id',
  'start_time',
  'subsegments',
  'throttle',
  'trace_id',
  'type',
]);

/** A segment, or a subsegment within it. */
interface Open {
  readonly document: unknown;
  /** Undefined for what stands at the top. */
  readonly parent: JsonObject | undefined;
  readonly traceId: unknown;
  readonly resource: Attributes | undefined;
}

/**
 * The spans of X-Ray: an answer of BatchGetTraces (`Traces[].Segments[].Document`) or of ListRetrievedTraces
 * (`Traces[].Spans[].Document`, in the format XRAY or OTEL), a trace of it, a segment of it, a document (also as a text), or a
 * list of them. Each segment is a span, and so is each subsegment within it; a subsegment that stands alone belongs to no
 * service that could be named. Times are decimal seconds.
 *
 * Source: AWS, "X-Ray segment documents"; attributes as OpenTelemetry's awsxrayexporter writes them.
 */
export function* xraySpans(answer: unknown): Generator<ConvertedSpan> {
  const open: Open[] = [];
  for (const document of documentsOf(answer)) {
    open.push({ document, parent: undefined, traceId: undefined, resource: undefined });
    for (let next = open.pop(); next !== undefined; next = open.pop()) yield segmentSpan(next, open);
  }
}

/** Unwraps what answers put around segment documents. */
function documentsOf(answer: unknown): unknown[] {
  const documents: unknown[] = [];
  const open: unknown[] = [answer];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) for (const item of (next as unknown[]).toReversed()) open.push(item);
    else if (!isObject(next)) documents.push(next);
    else {
      const inner = next.Traces ?? next.Segments ?? next.Spans ?? next.TraceSegmentDocuments ?? next.Document;
      if (inner === undefined) documents.push(next);
      else open.push(inner);
    }
  }
  return documents;
}

function segmentSpan({ document, parent, traceId, resource }: Open, open: Open[]): ConvertedSpan {
  const segment = parsed(document);
  if (segment === undefined) return { problem: 'a segment is not an object' };
  if (segment.traceId !== undefined && segment.spanId !== undefined) return spanOfLog(segment);
  const trace = segment.trace_id ?? traceId;
  const isSegment = parent === undefined && segment.type !== 'subsegment';
  const { attributes, own } = attributesOf(segment);
  const shared = isSegment ? resourceOf(segment, own) : (resource ?? NO_RESOURCE);
  for (const child of itemsOf(segment.subsegments).toReversed()) {
    open.push({ document: child, parent: segment, traceId: trace, resource: shared });
  }
  const ids = recordIds(hexTraceId(trace), segment.id, segment.parent_id ?? parent?.id);
  if (ids === undefined) return { problem: 'trace_id or id is missing' };
  const startNs = nanosOf(segment.start_time ?? 0, SECONDS_POWER);
  const endNs = nanosOf(segment.end_time ?? 0, SECONDS_POWER);
  if (startNs === undefined || endNs === undefined) return { problem: 'start_time or end_time is not a number' };
  const exceptions = isObject(segment.cause) ? itemsOf(segment.cause.exceptions).filter(isObject) : [];
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    idsMended: ids.idsMended,
    name: textOf(segment.name) ?? '',
    kind: kindOfSegment(segment, isSegment),
    startNs,
    endNs,
    attributes,
    events: exceptions.map((exception) => exceptionEvent(exception, endNs > 0n ? endNs : startNs)),
    links: itemsOf(segment.links).flatMap(linkOf),
    status: statusOf(segment, exceptions),
    resource: shared,
    scope: NO_SCOPE,
  };
}

/** A document may be a text of JSON. */
function parsed(document: unknown): JsonObject | undefined {
  if (isObject(document)) return document;
  if (typeof document !== 'string') return undefined;
  try {
    const value = parseJsonLossless(document);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `1-58406520-a006649127e371903a2de979` is the seconds of the start and 96 random bits: 32 hex digits together. */
function hexTraceId(id: unknown): unknown {
  if (typeof id !== 'string') return id;
  const match = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i.exec(id.trim());
  return match === null ? id : `${match[1]}${match[2]}`;
}

/** Segments are what a service did for a request; remote subsegments are its calls of others. */
function kindOfSegment({ namespace }: JsonObject, isSegment: boolean): number {
  if (isSegment) return 2;
  return namespace === 'remote' || namespace === 'aws' ? 3 : 1;
}

function statusOf(segment: JsonObject, exceptions: readonly JsonObject[]): RecordStatus {
  const failed = [segment.error, segment.fault, segment.throttle].some((flag) => flag === true || flag === 'true');
  if (!failed) return { code: 0 };
  return { code: 2, message: textOf(exceptions[0]?.message) };
}

/** Attributes of the span, and those that its metadata says are of the resource. */
function attributesOf(segment: JsonObject): { attributes: MutableAttributes; own: MutableAttributes } {
  const attributes: MutableAttributes = new Map();
  const own: MutableAttributes = new Map();
  const { http, annotations, metadata } = segment;
  if (isObject(http)) httpAttributes(http, attributes);
  if (isObject(annotations)) dottedAttributes(annotations, attributes);
  if (isObject(metadata)) {
    for (const [namespace, values] of Object.entries(metadata)) {
      // OpenTelemetry's exporter writes attributes to the namespace `default` as they are.
      const prefix = namespace === 'default' ? '' : `${namespace}.`;
      const flat = isObject(values) ? dottedAttributes(values) : dottedAttributes({ [namespace]: values });
      for (const [key, value] of flat) {
        if (key.startsWith(RESOURCE_PREFIX)) own.set(key.slice(RESOURCE_PREFIX.length), value);
        else attributes.set(`${isObject(values) ? prefix : ''}${key}`, value);
      }
    }
  }
  const rest = Object.entries(segment).filter(([key]) => !KNOWN_FIELDS.has(key));
  dottedAttributes(Object.fromEntries(rest), attributes);
  return { attributes, own };
}

function httpAttributes({ request, response }: JsonObject, attributes: MutableAttributes): void {
  const set = (key: string, value: unknown): void => {
    if (typeof value === 'string' || typeof value === 'number') attributes.set(key, value);
  };
  if (isObject(request)) {
    set('http.request.method', request.method);
    set('url.full', request.url);
    set('user_agent.original', request.user_agent);
    set('client.address', request.client_ip);
  }
  if (isObject(response)) {
    set('http.response.status_code', response.status);
    set('http.response.body.size', response.content_length);
  }
}

function resourceOf(segment: JsonObject, own: MutableAttributes): Attributes {
  const name = textOf(segment.name);
  if (name === undefined || name === '') return own;
  own.delete('service.name');
  return new Map<string, AttributeValue>([['service.name', name], ...own]);
}

function exceptionEvent({ type, message, stack }: JsonObject, timeNs: bigint): RecordEvent {
  const attributes: MutableAttributes = new Map();
  const set = (key: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') attributes.set(key, value);
  };
  set('exception.type', textOf(type));
  set('exception.message', textOf(message));
  set('exception.stacktrace', itemsOf(stack).filter(isObject).map(frameLine).join('\n'));
  return { timeNs, name: 'exception', attributes };
}

/** A frame as JavaScript writes it, which says file, line and function. */
function frameLine({ path, line, label }: JsonObject): string {
  const place = `${textOf(path) ?? ''}:${textOf(line) ?? '0'}`;
  const name = textOf(label) ?? '';
  return name === '' ? `    at ${place}` : `    at ${name} (${place})`;
}

function linkOf(link: unknown): RecordLink[] {
  if (!isObject(link)) return [];
  const span = link.id ?? link.span_id;
  const ids = isNoId(span) ? undefined : recordIds(hexTraceId(link.trace_id), span, undefined);
  if (ids === undefined) return [];
  const attributes = isObject(link.attributes) ? dottedAttributes(link.attributes) : new Map<string, AttributeValue>();
  return [{ traceId: ids.traceId, spanId: ids.spanId, attributes }];
}
