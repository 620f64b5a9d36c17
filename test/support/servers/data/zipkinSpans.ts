import type { PlacedSpan, Span } from './otlpTraces';
import { attributesJson, attributeTexts } from './otlpTraces';

/** A span as Zipkin's v2 API takes it. Times in microseconds. */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind?: 'CLIENT' | 'SERVER' | 'PRODUCER' | 'CONSUMER';
  readonly timestamp: number;
  /** Absent for 0. */
  readonly duration?: number;
  readonly shared?: boolean;
  readonly localEndpoint: ZipkinEndpoint;
  readonly remoteEndpoint?: ZipkinEndpoint;
  readonly annotations?: readonly { readonly timestamp: number; readonly value: string }[];
  readonly tags: Readonly<Record<string, string>>;
}

interface ZipkinEndpoint {
  readonly serviceName: string;
  readonly ipv4?: string;
  readonly port?: number;
}

/**
 * A span as the Collector's Zipkin exporter sends it (contrib `pkg/translator/zipkin/zipkinv2/from_translator.go`): all
 * attributes, the resource's and the scope too, as text tags; events as annotations `name|{attributes}|dropped`, or the
 * bare name without attributes; links as tags `otlp.link.N`; status as `otel.status_code` and `error`.
 */
export function zipkinSpan(placed: PlacedSpan): ZipkinSpan {
  const { span, resource, scope } = placed;
  const { 'service.name': serviceName = 'OTLPResourceNoServiceName', ...tags } = attributeTexts(resource);
  if (scope.name !== '') tags['otel.library.name'] = scope.name;
  if (scope.version !== '') tags['otel.library.version'] = scope.version;
  Object.assign(tags, attributeTexts(span.attributes));
  if (span.traceState !== '') tags['w3c.tracestate'] = span.traceState;
  if (span.kind === 1) tags['span.kind'] = 'internal';
  const { 'peer.service': peer, ...rest } = tags;
  const duration = durationMicros(span);
  const kind = KINDS[span.kind];
  return {
    traceId: span.traceId,
    id: span.spanId,
    ...(span.parentSpanId === undefined ? {} : { parentId: span.parentSpanId }),
    name: span.name,
    ...(kind === undefined ? {} : { kind }),
    timestamp: roundedMicros(span.startTimeUnixNano),
    ...(duration === 0 ? {} : { duration }),
    localEndpoint: { serviceName },
    ...(peer === undefined ? {} : { remoteEndpoint: { serviceName: peer } }),
    ...(span.events.length === 0 ? {} : { annotations: span.events.map(annotation) }),
    tags: { ...rest, ...statusTags(span), ...linkTags(span) },
  };
}

const KINDS: readonly ZipkinSpan['kind'][] = [undefined, undefined, 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** To the nearest microsecond. */
function roundedMicros(nanos: string): number {
  return Number((BigInt(nanos) + 500n) / 1_000n);
}

/** To the nearest microsecond, but never down to nothing. */
function durationMicros(span: Span): number {
  const nanos = BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano);
  return nanos > 0n && nanos < 1_000n ? 1 : roundedMicros(String(nanos));
}

function annotation({ timeUnixNano, name, attributes }: Span['events'][number]): { timestamp: number; value: string } {
  const value = attributes.length === 0 ? name : `${name}|${attributesJson(attributes)}|0`;
  return { timestamp: roundedMicros(timeUnixNano), value };
}

function statusTags({ status }: Span): Record<string, string> {
  if (!status.code) return {};
  return {
    ...(status.code === 2 ? { error: 'true' } : {}),
    'otel.status_code': status.code === 2 ? 'Error' : 'Ok',
    ...(status.message ? { 'otel.status_description': status.message } : {}),
  };
}

function linkTags({ links }: Span): Record<string, string> {
  const text = ({ traceId, spanId, attributes }: Span['links'][number]): string =>
    `${traceId}|${spanId}||${attributesJson(attributes)}|0`;
  return Object.fromEntries(links.map((link, n) => [`otlp.link.${n}`, text(link)]));
}

/**
 * What Zipkin's own libraries send and OTLP has no word for: client and server half of a call under one id. The server
 * half's child names that id as its parent.
 */
export function sharedSpans(nowNs: bigint): ZipkinSpan[] {
  const timestamp = Number(nowNs / 1_000n) - 90_000_000;
  const traceId = `${(nowNs / 1_000_000_000n).toString(16).padStart(8, '0')}0000000000000000000000aa`;
  const end = (serviceName: string): ZipkinEndpoint => ({ serviceName, ipv4: '127.0.0.1', port: 8080 });
  const common = { traceId, tags: { 'http.method': 'GET', 'http.path': '/orders' } };
  const call = { ...common, id: '00000000000000b1', parentId: '00000000000000aa', name: 'get /orders' };
  const [front, back] = [end('api-gateway'), end('orders-api')];
  return [
    {
      ...common,
      id: '00000000000000aa',
      name: 'get',
      kind: 'SERVER',
      timestamp,
      duration: 9_000,
      localEndpoint: front,
    },
    {
      ...call,
      kind: 'CLIENT',
      timestamp: timestamp + 1_000,
      duration: 7_000,
      localEndpoint: front,
      remoteEndpoint: back,
    },
    { ...call, kind: 'SERVER', timestamp: timestamp + 2_000, duration: 5_000, localEndpoint: back, shared: true },
    {
      ...common,
      id: '00000000000000c1',
      parentId: '00000000000000b1',
      name: 'find',
      timestamp: timestamp + 3_000,
      duration: 2_000,
      localEndpoint: back,
    },
  ];
}
