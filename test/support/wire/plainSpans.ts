import type { Attributes, AttributeValue } from '../../../src/model/attributes';
import type { Trace } from '../../../src/model/trace';
import {
  spansByTrace,
  type AnyValue,
  type Attribute,
  type OtlpTraces,
  type PlacedSpan,
} from '../servers/data/otlpTraces';

/** Attributes as an object without a prototype's names in the way. */
export type PlainAttributes = Record<string, AttributeValue>;

/** A span as plain values, for comparing what was sent with what came back. */
export interface PlainSpan {
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly service: string;
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly status: number;
  readonly statusMessage: string;
  readonly traceState: string;
  readonly attributes: PlainAttributes;
  readonly events: readonly { readonly name: string; readonly timeNs: bigint; readonly attributes: PlainAttributes }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: PlainAttributes;
  }[];
  readonly resource: PlainAttributes;
  readonly scope: { readonly name: string; readonly version: string };
}

/** The spans of a trace, by their ids. */
export function plainSpans(trace: Trace): PlainSpan[] {
  const spans = Array.from({ length: trace.count }, (_, row): PlainSpan => {
    const details = trace.details(row);
    return {
      spanId: details.spanId ?? '',
      parentSpanId: details.parentSpanId,
      name: details.name,
      service: trace.services[trace.service[row]!]!,
      kind: trace.kind[row]!,
      startNs: details.startNs,
      endNs: details.endNs,
      status: trace.status[row]!,
      statusMessage: details.statusMessage,
      traceState: details.traceState,
      attributes: plain(details.attributes),
      events: details.events.map(({ name, timeNs, attributes }) => ({ name, timeNs, attributes: plain(attributes) })),
      links: details.links.map(({ traceId, spanId, attributes }) => ({
        traceId: traceId ?? '',
        spanId: spanId ?? '',
        attributes: plain(attributes),
      })),
      resource: plain(details.resource),
      scope: { name: details.scope.name, version: details.scope.version },
    };
  });
  return spans.sort(byId);
}

/** What was sent, by trace id, each trace's spans by their ids. */
export function plainSent(traces: OtlpTraces): Map<string, PlainSpan[]> {
  return new Map([...spansByTrace(traces)].map(([traceId, spans]) => [traceId, spans.map(plainPlaced).sort(byId)]));
}

/** Values as numbers where they fit, as a decoder gives them. */
export function plainValue(value: AnyValue): AttributeValue {
  if (value.intValue !== undefined) {
    const integer = BigInt(value.intValue);
    return BigInt(Number(integer)) === integer && Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
  }
  if (value.bytesValue !== undefined) return new Uint8Array(Buffer.from(value.bytesValue, 'base64'));
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(plainValue);
  if (value.kvlistValue !== undefined) return plainList(value.kvlistValue.values);
  return value.stringValue ?? value.doubleValue ?? value.boolValue ?? null;
}

function plainPlaced({ span, resource, service, scope }: PlacedSpan): PlainSpan {
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    service: service === '' ? 'unknown_service' : service,
    kind: span.kind,
    startNs: BigInt(span.startTimeUnixNano),
    endNs: BigInt(span.endTimeUnixNano),
    status: span.status.code ?? 0,
    statusMessage: span.status.message ?? '',
    traceState: span.traceState,
    attributes: plainList(span.attributes),
    events: span.events.map(({ name, timeUnixNano, attributes }) => ({
      name,
      timeNs: BigInt(timeUnixNano),
      attributes: plainList(attributes),
    })),
    links: span.links.map(({ traceId, spanId, attributes }) => ({
      traceId,
      spanId,
      attributes: plainList(attributes),
    })),
    resource: plainList(resource),
    scope: { name: scope.name, version: scope.version },
  };
}

function plainList(attributes: readonly Attribute[]): PlainAttributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]));
}

function plain(attributes: Attributes): PlainAttributes {
  return Object.fromEntries([...attributes].map(([key, value]) => [key, ofBuffer(value)]));
}

/** Bytes may come as a Buffer, which compares as another type. */
function ofBuffer(value: AttributeValue): AttributeValue {
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

function byId(a: PlainSpan, b: PlainSpan): number {
  return a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : a.kind - b.kind;
}
