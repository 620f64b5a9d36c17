import { createHash } from 'node:crypto';
import type { AttributeValue, Attributes } from '../../model/attributes';
import type { SpanId } from '../../model/ids';
import { isObject } from '../otlp/jsonFields';
import { kindOf, takeText, textOf, typedText, valueOf } from './recordValues';
import {
  NO_SCOPE,
  type BadRecord,
  type ConvertedSpan,
  type MutableAttributes,
  type RecordEvent,
  type RecordScope,
  type RecordStatus,
  type SpanRecord,
} from './spanRecord';
import { mergeZipkin, zipkinSpanV2, type ZipkinSpan } from './zipkinSpan';
import { takeKind, takeLinks, zipkinEvent } from './zipkinOtlp';
import { isZipkinV1, zipkinSpansV1 } from './zipkinSpanV1';

const SCOPE_NAMES = ['otel.scope.name', 'otel.library.name'];
const SCOPE_VERSIONS = ['otel.scope.version', 'otel.library.version'];
/** Tags that OpenTelemetry's exporters copy from the resource. */
const RESOURCE_TAGS = /^(telemetry\.(sdk|distro|auto)\.|service\.(namespace|version|instance\.id)$)/;

/**
 * The spans of Zipkin's JSON, records of version 1 and 2 in any mixture. All records that belong together must come in
 * one call: partial records of one span are merged, and where a server shares the id of its client, it becomes a child
 * of it under an id of its own. Children of a shared id go to the server's half if they are of the same service, else to
 * the client's. Source: openzipkin/zipkin `zipkin2.internal.SpanNode` and `Trace`.
 */
export function* zipkinSpans(records: Iterable<unknown>): Generator<ConvertedSpan> {
  const spans = new Map<string, ZipkinSpan[]>();
  for (const record of records) {
    const read = readRecord(record);
    if (typeof read === 'string') yield { problem: read };
    else for (const span of read) addMerged(spans, span);
  }
  const resources = new Map<string, Attributes>();
  for (const halves of spans.values()) {
    for (const span of halves) yield recordOf(span, spans, resources);
  }
}

function readRecord(record: unknown): ZipkinSpan[] | string {
  if (!isObject(record)) return 'a span is not an object';
  if (isZipkinV1(record)) return zipkinSpansV1(record);
  const span = zipkinSpanV2(record);
  return typeof span === 'string' ? span : [span];
}

function addMerged(spans: Map<string, ZipkinSpan[]>, span: ZipkinSpan): void {
  const key = keyOf(span.ids.traceId, span.ids.spanId);
  const known = spans.get(key);
  if (known === undefined) {
    spans.set(key, [span]);
    return;
  }
  const same = known.find((other) => isSameSide(other, span));
  if (same === undefined) known.push(span);
  else mergeZipkin(same, span);
}

function isSameSide(one: ZipkinSpan, other: ZipkinSpan): boolean {
  const service = serviceOf(one);
  const otherService = serviceOf(other);
  return (
    one.shared === other.shared &&
    (one.kind === other.kind || one.kind === '' || other.kind === '') &&
    (service === otherService || service === '' || otherService === '')
  );
}

function recordOf(
  span: ZipkinSpan,
  spans: ReadonlyMap<string, readonly ZipkinSpan[]>,
  resources: Map<string, Attributes>,
): SpanRecord | BadRecord {
  const { ids, startNs, durationNs } = span;
  const { spanId, parentSpanId } = treeIds(span, spans);
  const attributes = attributesOf(span);
  const status = statusOf(attributes);
  const scope = scopeOf(attributes);
  const links = takeLinks(attributes);
  const traceState = takeText(attributes, ['w3c.tracestate']);
  return {
    traceId: ids.traceId,
    spanId,
    parentSpanId,
    idsMended: ids.idsMended,
    traceState,
    name: span.name,
    kind: kindOf(span.kind) || takeKind(attributes),
    startNs,
    endNs: startNs > 0n && durationNs !== undefined ? startNs + durationNs : startNs,
    events: span.annotations.map(({ timeNs, value }) => eventOf(timeNs, value)),
    links,
    status,
    resource: resourceOf(span, attributes, resources),
    scope,
    attributes,
  };
}

/** The span's own id and its parent's, with the halves of shared ids told apart. */
function treeIds(
  span: ZipkinSpan,
  spans: ReadonlyMap<string, readonly ZipkinSpan[]>,
): { spanId: SpanId; parentSpanId: SpanId | undefined } {
  const { traceId, spanId, parentSpanId } = span.ids;
  const twins = spans.get(keyOf(traceId, spanId)) ?? [];
  if (isChildHalf(span, twins)) return { spanId: halfId(span), parentSpanId: spanId };
  if (parentSpanId === undefined) return { spanId, parentSpanId };
  const parents = spans.get(keyOf(traceId, parentSpanId)) ?? [];
  const service = serviceOf(span);
  const server = parents.find((half) => isChildHalf(half, parents) && service !== '' && serviceOf(half) === service);
  return { spanId, parentSpanId: server === undefined ? parentSpanId : halfId(server) };
}

function isChildHalf(span: ZipkinSpan, twins: readonly ZipkinSpan[]): boolean {
  return span.shared && twins.some(({ shared }) => !shared);
}

/** An id for the server's half: equal for equal spans, and no other span's. */
function halfId(span: ZipkinSpan): SpanId {
  const text = `${span.ids.traceId} ${span.ids.spanId} ${serviceOf(span)} ${span.kind}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 16) as SpanId;
}

function attributesOf({ tags, remote, local }: ZipkinSpan): MutableAttributes {
  const attributes: MutableAttributes = new Map();
  for (const [key, value] of tags) {
    attributes.set(key, typeof value === 'string' ? typedText(key, value) : valueOf(value));
  }
  const add = (key: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '' && value !== 0 && !attributes.has(key)) attributes.set(key, value);
  };
  add('peer.service', remote?.service);
  add('network.peer.address', remote?.address);
  add('network.peer.port', remote?.port);
  add('network.local.address', local?.address);
  add('network.local.port', local?.port);
  return attributes;
}

/** The tag `error` says it, whatever its text, unless that is "false"; its text is the message. */
function statusOf(attributes: MutableAttributes): RecordStatus {
  const code = takeText(attributes, ['otel.status_code'])?.toUpperCase();
  const description = takeText(attributes, ['otel.status_description']);
  const error = textOf(attributes.get('error'));
  const failed = error !== undefined && error !== 'false';
  if (failed) attributes.delete('error');
  const message = description ?? (failed && error !== '' && error !== 'true' ? error : undefined);
  return { code: failed || code === 'ERROR' ? 2 : code === 'OK' ? 1 : 0, message };
}

function scopeOf(attributes: MutableAttributes): RecordScope {
  const name = takenAll(attributes, SCOPE_NAMES);
  const version = takenAll(attributes, SCOPE_VERSIONS);
  return name === undefined && version === undefined ? NO_SCOPE : { name: name ?? '', version: version ?? '' };
}

function resourceOf(span: ZipkinSpan, attributes: MutableAttributes, known: Map<string, Attributes>): Attributes {
  const entries: [string, AttributeValue][] = [];
  const service = serviceOf(span);
  if (service !== '') entries.push(['service.name', service]);
  // Exporters copy it there in its own case.
  if (textOf(attributes.get('service.name'))?.toLowerCase() === service.toLowerCase())
    attributes.delete('service.name');
  for (const [key, value] of attributes) if (RESOURCE_TAGS.test(key)) entries.push([key, value]);
  for (const [key] of entries) attributes.delete(key);
  const key = JSON.stringify(entries, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  let resource = known.get(key);
  if (resource === undefined) known.set(key, (resource = new Map(entries)));
  return resource;
}

function eventOf(timeNs: bigint, value: string): RecordEvent {
  return { timeNs, ...zipkinEvent(value) };
}

/** Removes all of `keys`. @returns the text of the first that was there. */
function takenAll(attributes: MutableAttributes, keys: readonly string[]): string | undefined {
  const texts = keys.map((key) => takeText(attributes, [key]));
  return texts.find((text) => text !== undefined);
}

function serviceOf({ local }: ZipkinSpan): string {
  return local?.service ?? '';
}

function keyOf(traceId: string, spanId: string): string {
  return `${traceId}${spanId}`;
}
