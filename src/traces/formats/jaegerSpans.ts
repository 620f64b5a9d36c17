import type { AttributeValue, Attributes } from '../../model/attributes';
import { isObject, type JsonObject } from '../otlp/jsonFields';
import { recordIds, spanIdOf, traceIdOf, hashedSpanId, hashedTraceId, isNoId } from './recordIds';
import { nanosOfMicros } from './recordTimes';
import { itemsOf, kindOf, takeText, textOf, valueOf } from './recordValues';
import {
  NO_SCOPE,
  type ConvertedSpan,
  type MutableAttributes,
  type RecordEvent,
  type RecordLink,
  type RecordScope,
  type RecordStatus,
} from './spanRecord';

const NO_RESOURCE: Attributes = new Map();
const NO_LINKS: readonly RecordLink[] = [];

/** What Jaeger makes of OTLP fields that it does not have; they become fields again. */
const TAG = {
  kind: 'span.kind',
  statusCode: 'otel.status_code',
  statusMessage: 'otel.status_description',
  error: 'error',
  traceState: 'w3c.tracestate',
} as const;
const SCOPE_NAMES = ['otel.scope.name', 'otel.library.name'];
const SCOPE_VERSIONS = ['otel.scope.version', 'otel.library.version'];

/**
 * The spans of Jaeger's JSON: an answer of `/api/traces` (`data` with traces), what its page downloads, a trace, or a list
 * of traces. A span's process is looked up in its trace, or is within the span, as the Elasticsearch storage has it.
 * Times are microseconds; ids have up to 32 and 16 hex digits.
 *
 * Parent is the first CHILD_OF within the trace, else the first FOLLOWS_FROM, else `parentSpanID`; the other references
 * are links. Source: jaegertracing/jaeger-idl `model.proto` and `model/v1/span.go` (`ParentSpanID`).
 */
export function* jaegerSpans(answer: unknown): Generator<ConvertedSpan> {
  for (const trace of jaegerTraces(answer)) {
    if (!isObject(trace)) {
      yield { problem: 'a trace is not an object' };
      continue;
    }
    const resources = new Map<string, Attributes>();
    const scopes = new Map<string, RecordScope>();
    const processes = isObject(trace.processes) ? trace.processes : {};
    const shared: JaegerTrace = {
      traceId: trace.traceID,
      resource(name, own) {
        const process = isObject(own) ? own : processes[name];
        if (process === own) return resourceOf(process);
        let resource = resources.get(name);
        if (resource === undefined) resources.set(name, (resource = resourceOf(process)));
        return resource;
      },
      scope(name, version) {
        const key = `${name}\n${version}`;
        let scope = scopes.get(key);
        if (scope === undefined) scopes.set(key, (scope = { name, version }));
        return scope;
      },
    };
    if (!Array.isArray(trace.spans)) yield { problem: 'spans of a trace is not a list' };
    else for (const span of trace.spans as readonly unknown[]) yield jaegerSpan(span, shared);
  }
}

/** What the spans of one trace share. */
interface JaegerTrace {
  readonly traceId: unknown;
  resource(processId: string, own: unknown): Attributes;
  scope(name: string, version: string): RecordScope;
}

/**
 * One span on its own, with its process within it: a document of the Elasticsearch storage.
 */
export function jaegerSpanDocument(span: JsonObject): ConvertedSpan {
  return jaegerSpan(span, {
    traceId: undefined,
    resource: (_, own) => resourceOf(own),
    scope: (name, version) => ({ name, version }),
  });
}

function jaegerSpan(span: unknown, trace: JaegerTrace): ConvertedSpan {
  if (!isObject(span)) return { problem: 'a span is not an object' };
  const traceId = isNoId(span.traceID) ? trace.traceId : span.traceID;
  const { parent, links } = references(span, traceId);
  const ids = recordIds(traceId, span.spanID, parent);
  if (ids === undefined) return { problem: 'traceID or spanID is missing' };
  const startNs = nanosOfMicros(span.startTime ?? 0);
  const durationNs = nanosOfMicros(span.duration ?? 0);
  if (startNs === undefined || durationNs === undefined) return { problem: 'startTime or duration is not a number' };
  const attributes = tagsOf(span.tags, span.tag);
  const take = (key: string): string | undefined => takeText(attributes, [key]);
  const kind = kindOf(attributes.get(TAG.kind));
  if (kind !== 0) take(TAG.kind);
  const status = statusOf(attributes);
  const traceState = take(TAG.traceState);
  const scopeName = takeText(attributes, SCOPE_NAMES);
  const scopeVersion = takeText(attributes, SCOPE_VERSIONS);
  attributes.delete('internal.span.format');
  const hasScope = scopeName !== undefined || scopeVersion !== undefined;
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    idsMended: ids.idsMended,
    traceState,
    name: textOf(span.operationName) ?? '',
    kind,
    startNs,
    endNs: durationNs > 0n ? startNs + durationNs : startNs,
    attributes,
    events: itemsOf(span.logs).map((log) => eventOf(log, startNs)),
    links,
    status,
    flags: typeof span.flags === 'number' && span.flags > 0 ? span.flags & 0xff : undefined,
    resource: trace.resource(textOf(span.processID) ?? '', span.process),
    scope: hasScope ? trace.scope(scopeName ?? '', scopeVersion ?? '') : NO_SCOPE,
  };
}

/** The traces of an answer, a trace, or a list of traces. */
export function jaegerTraces(answer: unknown): readonly unknown[] {
  if (Array.isArray(answer)) return answer as unknown[];
  if (!isObject(answer)) return [answer];
  if (answer.spans !== undefined) return [answer];
  return Array.isArray(answer.data) ? (answer.data as unknown[]) : isObject(answer.data) ? [answer.data] : [];
}

function resourceOf(process: unknown): Attributes {
  if (!isObject(process)) return NO_RESOURCE;
  const resource = tagsOf(process.tags, process.tag);
  const service = textOf(process.serviceName);
  if (service === undefined || service === '') return resource;
  resource.delete('service.name');
  return new Map<string, AttributeValue>([['service.name', service], ...resource]);
}

/** `error` = true says it, and so does the status that an OpenTelemetry SDK set; another text is just an attribute. */
function statusOf(attributes: MutableAttributes): RecordStatus {
  const code = takeText(attributes, [TAG.statusCode])?.toUpperCase();
  const message = takeText(attributes, [TAG.statusMessage]);
  const error = attributes.get(TAG.error);
  const failed = error === true || (typeof error === 'string' && error.toLowerCase() === 'true');
  if (failed) attributes.delete(TAG.error);
  return { code: failed || code === 'ERROR' ? 2 : code === 'OK' ? 1 : 0, message };
}

function eventOf(log: unknown, startNs: bigint): RecordEvent {
  const { timestamp, fields } = isObject(log) ? log : { timestamp: undefined, fields: undefined };
  const attributes = tagsOf(fields, undefined);
  const name = takeText(attributes, ['event']) ?? takeText(attributes, ['message']) ?? '';
  return { timeNs: nanosOfMicros(timestamp) ?? startNs, name, attributes };
}

function references(span: JsonObject, traceId: unknown): { parent: unknown; links: readonly RecordLink[] } {
  const listed = itemsOf(span.references);
  if (listed.length === 0) return { parent: span.parentSpanID, links: NO_LINKS };
  const all = listed.filter(isObject);
  const within = ({ traceID }: JsonObject): boolean => isNoId(traceID) || sameTrace(traceID, traceId);
  const ofType = (type: string) => all.find((reference) => reference.refType === type && within(reference));
  const parent = ofType('CHILD_OF') ?? ofType('FOLLOWS_FROM');
  const others = all.filter((reference) => reference !== parent);
  const links = others.length === 0 ? NO_LINKS : others.flatMap((reference) => linkOf(reference, traceId));
  return { parent: parent?.spanID ?? span.parentSpanID, links };
}

function sameTrace(one: unknown, other: unknown): boolean {
  return one === other || (traceIdOf(one) !== undefined && traceIdOf(one) === traceIdOf(other));
}

function linkOf(reference: JsonObject, traceId: unknown): RecordLink[] {
  const trace = isNoId(reference.traceID) ? traceId : reference.traceID;
  if (isNoId(reference.spanID) || isNoId(trace)) return [];
  return [
    {
      traceId: traceIdOf(trace) ?? hashedTraceId(trace),
      spanId: spanIdOf(reference.spanID) ?? hashedSpanId(reference.spanID),
      // Links of OTLP arrive as FOLLOWS_FROM; the other kind is named as Jaeger's own translation does.
      attributes: new Map(reference.refType === 'CHILD_OF' ? [['opentracing.ref_type', 'child_of']] : []),
    },
  ];
}

/** Tags as a list of `{key, type, value}`, and as the object that the Elasticsearch storage may have instead. */
function tagsOf(list: unknown, object: unknown): MutableAttributes {
  const attributes: MutableAttributes = new Map();
  for (const tag of itemsOf(list)) {
    if (isObject(tag) && typeof tag.key === 'string') attributes.set(tag.key, tagValue(tag));
  }
  // Dots in keys are written as `@` there (`--es.tags-as-fields.dot-replacement`).
  if (isObject(object)) {
    for (const [key, value] of Object.entries(object)) attributes.set(key.replaceAll('@', '.'), valueOf(value));
  }
  return attributes;
}

function tagValue({ type, value }: JsonObject): AttributeValue {
  const name = typeof type === 'string' ? type.toLowerCase() : '';
  if (typeof value === 'string') {
    if (name === 'bool') return value === 'true';
    if (name === 'int64' && /^-?\d{1,19}$/.test(value)) return integerOf(value);
    if (name === 'float64' && value.trim() !== '') return Number(value);
    if (name === 'binary') return new Uint8Array(Buffer.from(value, 'base64'));
  }
  return valueOf(value);
}

function integerOf(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
