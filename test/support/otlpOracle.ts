/**
 * One plain shape for the spans of a request, made twice: by protobufjs, and out of a decoded batch. What differs is a
 * fault of the decoder.
 */
import type { Attributes, AttributeValue } from '../../src/model/attributes';
import { SPAN_KINDS } from '../../src/model/operation';
import { parentIdOf, spanIdOf, traceIdOf, type SpanBatch } from '../../src/model/spanBatch';
import type { opentelemetry } from '../../src/traces/otlp/generated/otlp';
import { loadMessages } from '../../src/traces/otlp/messages';
import { decodeCold, decodeResource, decodeScope } from '../../src/traces/otlp/spanDetails';

type ProtoKeyValue = opentelemetry.proto.common.v1.KeyValue.$Properties;
type ProtoValue = opentelemetry.proto.common.v1.AnyValue.$Properties;
type ProtoSpan = opentelemetry.proto.trace.v1.Span.$Properties;

/** Everything of a span, with times as texts and attributes in the order they were sent. */
export interface PlainSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: string;
  readonly start: string;
  readonly end: string;
  readonly status: number;
  readonly statusMessage: string;
  readonly traceState: string;
  readonly attributes: readonly (readonly [string, AttributeValue])[];
  readonly events: readonly unknown[];
  readonly links: readonly unknown[];
  readonly dropped: readonly number[];
  readonly flags: number;
  readonly resource: readonly (readonly [string, AttributeValue])[];
  readonly scope: readonly unknown[];
}

/** The spans of a request as protobufjs decodes it. */
export function plainByProtobufjs(bytes: Uint8Array): PlainSpan[] {
  const plain: PlainSpan[] = [];
  for (const { resource, scopeSpans } of loadMessages().trace.v1.TracesData.decode(bytes).resourceSpans ?? []) {
    const attributes = pairs(resource?.attributes);
    for (const { scope, spans } of scopeSpans ?? []) {
      const about = [scope?.name ?? '', scope?.version ?? '', pairs(scope?.attributes)];
      for (const span of spans ?? []) plain.push(plainSpan(span, attributes, about));
    }
  }
  return plain;
}

/** The rows of a batch, with their details. */
export function plainByColumns(batch: SpanBatch): PlainSpan[] {
  return Array.from({ length: batch.count }, (_, row) => {
    const cold = decodeCold(batch.cold.subarray(batch.coldStart[row], batch.coldStart[row + 1]));
    const operation = batch.operations.key(batch.operation[row]!);
    const scope = decodeScope(batch.scopes[batch.scope[row]!]!);
    if (cold.problem !== undefined) throw new Error(cold.problem);
    if (cold.events.length !== batch.eventCount[row]!) throw new Error('event count differs from events');
    if (cold.links.length !== batch.linkCount[row]!) throw new Error('link count differs from links');
    return {
      traceId: traceIdOf(batch, row),
      spanId: spanIdOf(batch, row) ?? '',
      parentSpanId: parentIdOf(batch, row) ?? '',
      name: cold.name ?? operation.name,
      kind: cold.kind ?? operation.kind,
      start: String(batch.startNs[row]),
      end: String(batch.endNs[row]),
      status: batch.status[row]!,
      statusMessage: cold.statusMessage,
      traceState: cold.traceState,
      attributes: entries(cold.attributes),
      events: cold.events.map((event) => [event.name, String(event.timeNs), entries(event.attributes)]),
      links: cold.links.map((link) => [link.traceId ?? '', link.spanId ?? '', entries(link.attributes)]),
      dropped: [cold.droppedAttributes, cold.droppedEvents, cold.droppedLinks],
      flags: cold.flags,
      resource: entries(decodeResource(batch.resources[batch.resource[row]!]!)),
      scope: [scope.name, scope.version, entries(scope.attributes)],
    };
  });
}

function plainSpan(span: ProtoSpan, resource: PlainSpan['resource'], scope: readonly unknown[]): PlainSpan {
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    name: span.name ?? '',
    kind: SPAN_KINDS[span.kind ?? 0] ?? 'UNSPECIFIED',
    start: String(span.startTimeUnixNano ?? 0),
    end: String(span.endTimeUnixNano ?? 0),
    status: span.status?.code ?? 0,
    statusMessage: span.status?.message ?? '',
    traceState: span.traceState ?? '',
    attributes: pairs(span.attributes),
    events: (span.events ?? []).map((event) => [event.name, String(event.timeUnixNano), pairs(event.attributes)]),
    links: (span.links ?? []).map((link) => [hex(link.traceId), hex(link.spanId), pairs(link.attributes)]),
    dropped: [span.droppedAttributesCount ?? 0, span.droppedEventsCount ?? 0, span.droppedLinksCount ?? 0],
    flags: span.flags ?? 0,
    resource,
    scope,
  };
}

function entries(attributes: Attributes): (readonly [string, AttributeValue])[] {
  return [...attributes];
}

function pairs(list: readonly ProtoKeyValue[] | null | undefined): (readonly [string, AttributeValue])[] {
  return [...new Map((list ?? []).map(({ key, value }) => [key ?? '', valueOf(value)]))];
}

function valueOf(value: ProtoValue | null | undefined): AttributeValue {
  if (value?.arrayValue) return (value.arrayValue.values ?? []).map(valueOf);
  if (value?.kvlistValue) return Object.fromEntries(pairs(value.kvlistValue.values));
  if (value?.bytesValue) return new Uint8Array(value.bytesValue);
  if (value?.intValue !== undefined && value.intValue !== null) {
    const exact = BigInt(String(value.intValue));
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  }
  return value?.stringValue ?? value?.boolValue ?? value?.doubleValue ?? null;
}

function hex(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}
