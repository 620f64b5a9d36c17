import { placedSpans, valueText, type Attribute, type OtlpTraces, type PlacedSpan } from './otlpTraces';

/** A span as Cloud Trace's API of version 1 gives it. */
export interface GoogleSpan {
  readonly spanId: string;
  readonly kind?: 'RPC_SERVER' | 'RPC_CLIENT';
  readonly name: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly parentSpanId?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface GoogleTrace {
  readonly projectId: string;
  readonly traceId: string;
  readonly spans: readonly GoogleSpan[];
}

/** Bytes of a name and of a value that are kept, and of a key that is taken at all. */
const NAME_BYTES = 128;
const VALUE_BYTES = 256;
const KEY_BYTES = 128;
const AGENT = 'opentelemetry-go 1.38.0; google-cloud-trace-exporter 1.29.0';
const LABELS: Readonly<Record<string, string>> = {
  'http.path': '/http/path',
  'http.host': '/http/host',
  'http.method': '/http/method',
  'http.user_agent': '/http/user_agent',
  'http.status_code': '/http/status_code',
};

/** Traces as Google's exporter for OpenTelemetry writes them (`trace_proto.go`), read by the API of version 1. */
export function googleTraces(traces: OtlpTraces, projectId: string): GoogleTrace[] {
  const byId = new Map<string, GoogleSpan[]>();
  for (const placed of placedSpans(traces)) {
    const { traceId } = placed.span;
    byId.set(traceId, [...(byId.get(traceId) ?? []), googleSpan(placed)]);
  }
  return [...byId].map(([traceId, spans]) => ({ projectId, traceId, spans }));
}

function googleSpan({ span, resource, scope }: PlacedSpan): GoogleSpan {
  const attributes = new Map<string, Attribute>();
  for (const attribute of [...span.attributes, ...resource]) {
    if (!attributes.has(attribute.key)) attributes.set(attribute.key, attribute);
  }
  const labels: Record<string, string> = {};
  for (const attribute of attributes.values()) {
    const key = LABELS[attribute.key] ?? attribute.key;
    if (isTaken(attribute) && Buffer.byteLength(key) <= KEY_BYTES)
      labels[key] = cut(valueText(attribute.value), VALUE_BYTES);
  }
  if (resource.length > 0) {
    labels['otel.scope.name'] ??= scope.name;
    if (scope.version !== '') labels['otel.scope.version'] ??= scope.version;
    labels['g.co/r/generic_node/location'] = 'global';
  }
  labels['g.co/agent'] ??= AGENT;
  const { code = 0 } = span.status;
  if (code !== 0) labels['g.co/status/code'] = code === 1 ? '0' : '2';
  return {
    spanId: String(BigInt(`0x${span.spanId}`)),
    ...(span.kind === 2 ? { kind: 'RPC_SERVER' } : span.kind === 3 ? { kind: 'RPC_CLIENT' } : {}),
    name: cut(span.name, NAME_BYTES),
    startTime: isoNanos(BigInt(span.startTimeUnixNano)),
    endTime: isoNanos(BigInt(span.endTimeUnixNano)),
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: String(BigInt(`0x${span.parentSpanId}`)) }),
    labels,
  };
}

/** Lists, maps, bytes and nothing at all are not taken. */
function isTaken({ value }: Attribute): boolean {
  return [value.stringValue, value.boolValue, value.intValue, value.doubleValue].some((one) => one !== undefined);
}

/** The beginning of a text that has so many bytes, ending with a whole character. */
function cut(text: string, bytes: number): string {
  const all = Buffer.from(text);
  if (all.length <= bytes) return text;
  let end = bytes;
  while (end > 0 && (all[end]! & 0xc0) === 0x80) end--;
  return all.toString('utf8', 0, end);
}

/** As protobuf writes times in JSON: with 0, 3, 6 or 9 decimals. */
export function isoNanos(ns: bigint): string {
  const whole = new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19);
  const fraction = String(ns % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/(000){1,3}$/, '');
  return `${whole}${fraction === '' ? '' : `.${fraction}`}Z`;
}
