import { createHash } from 'node:crypto';
import { attributesJson, valueText, type Attribute, type PlacedSpan, type Span } from './otlpTraces';

/** Attributes that go into searchable annotations (`indexed_attributes` of the exporter). */
export const INDEXED_ATTRIBUTES = ['code.function.name', 'http.route'] as const;

/**
 * A span as the Collector's X-Ray exporter makes a segment document of it (contrib `exporter/awsxrayexporter/internal/
 * translator`), with {@link INDEXED_ATTRIBUTES} indexed and any trace id taken (`skiptimestampvalidation`). The name is
 * that of the service or peer and only where there is neither that of the span; a span with a parent that is no server
 * is a subsegment; times are floating-point seconds; what has no place of its own is metadata. Events other than
 * exceptions, the scope, the status message beside an exception and the tracestate are lost.
 */
export function xraySegment(placed: PlacedSpan): string {
  const { span, resource } = placed;
  const isSegment = span.kind === 2 || span.parentSpanId === undefined;
  const attributes = new Map(span.attributes.map((attribute) => [attribute.key, attribute]));
  const http = takeHttp(attributes, span);
  const cause = causeOf(placed);
  const sql = takeSql(attributes, span);
  for (const key of INDEXED_ATTRIBUTES) {
    const attribute = span.attributes.find((candidate) => candidate.key === key);
    if (attribute) attributes.set(key, attribute);
  }
  const resourceAttributes = isSegment ? resource.map((a) => ({ ...a, key: `otel.resource.${a.key}` })) : [];
  const indexed = [...attributes.values()].filter(({ key }) => INDEXED_ATTRIBUTES.some((name) => name === key));
  const metadata = [...resourceAttributes, ...attributes.values()].filter((a) => !indexed.includes(a));
  const fields: Record<string, string | undefined> = {
    name: JSON.stringify(segmentName(placed)),
    id: JSON.stringify(span.spanId),
    start_time: seconds(span.startTimeUnixNano),
    trace_id: JSON.stringify(xrayTraceId(span.traceId)),
    end_time: seconds(span.endTimeUnixNano),
    http: http && JSON.stringify(http),
    ...faults(span),
    cause: cause && JSON.stringify(cause),
    aws: isSegment ? '{"xray":{"sdk":"opentelemetry for nodejs","auto_instrumentation":false}}' : undefined,
    annotations: indexed.length > 0 ? attributesJson(indexed, annotationKey) : undefined,
    metadata: metadata.length > 0 ? `{"default":${attributesJson(metadata)}}` : undefined,
    namespace: span.kind === 3 ? '"remote"' : undefined,
    parent_id: span.parentSpanId && JSON.stringify(span.parentSpanId),
    type: isSegment ? undefined : '"subsegment"',
    sql: sql && JSON.stringify(sql),
    links: span.links.length > 0 ? `[${span.links.map(linkJson).join(',')}]` : undefined,
  };
  const present = Object.entries(fields).filter(([, json]) => json !== undefined);
  return `{${present.map(([key, json]) => `"${key}":${json}`).join(',')}}`;
}

/** `1-58406520-a006649127e371903a2de979`. */
export function xrayTraceId(traceId: string): string {
  return `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
}

/** As Go divides: the nearest double. */
function seconds(nanos: string): string {
  return String(Number(nanos) / 1e9);
}

function annotationKey(key: string): string {
  return key.replace(/[^0-9A-Za-z.]/g, '_');
}

function linkJson({ traceId, spanId, attributes }: Span['links'][number]): string {
  const more = attributes.length > 0 ? `,"attributes":${attributesJson(attributes)}` : '';
  return `{"trace_id":${JSON.stringify(xrayTraceId(traceId))},"id":${JSON.stringify(spanId)}${more}}`;
}

function text(attributes: readonly Attribute[], key: string): string | undefined {
  const value = attributes.find((attribute) => attribute.key === key)?.value;
  return value && valueText(value);
}

function segmentName({ span, service }: PlacedSpan): string {
  const named = text(span.attributes, 'peer.service') ?? text(span.attributes, 'db.name');
  const own = span.kind === 2 && service !== '' ? service : undefined;
  const elsewhere = ['rpc.service', 'http.host', 'net.peer.name'].map((key) => text(span.attributes, key));
  return named ?? own ?? elsewhere.find((name) => name !== undefined) ?? permittedName(span.name);
}

/** Letters, digits, spaces and `_.:/%&#=+-@`; at most 200 bytes. */
function permittedName(name: string): string {
  const permitted = name.replace(/[^ 0-9\p{L}N_.:/%&#=+\-@]/gu, '');
  return Buffer.from(permitted).subarray(0, 200).toString() || 'span';
}

const HTTP_FIELDS: readonly (readonly [key: string, part: 'request' | 'response', field: string])[] = [
  ['http.method', 'request', 'method'],
  ['http.request.method', 'request', 'method'],
  ['http.user_agent', 'request', 'user_agent'],
  ['user_agent.original', 'request', 'user_agent'],
  ['http.url', 'request', 'url'],
  ['url.full', 'request', 'url'],
  ['http.client_ip', 'request', 'client_ip'],
  ['client.address', 'request', 'client_ip'],
  ['http.status_code', 'response', 'status'],
  ['http.response.status_code', 'response', 'status'],
];

/** Moves what HTTP says of itself out of the attributes. */
function takeHttp(attributes: Map<string, Attribute>, span: Span): object | undefined {
  const http = { request: {} as Record<string, unknown>, response: { content_length: 0 } as Record<string, unknown> };
  let any = false;
  for (const [key, part, field] of HTTP_FIELDS) {
    const value = text(span.attributes, key);
    if (value === undefined) continue;
    any = true;
    http[part][field] = field === 'status' ? Number(value) : value;
    attributes.delete(key);
  }
  return any ? http : undefined;
}

/** Moves a database's old-style attributes out, for the systems that speak SQL. */
function takeSql(attributes: Map<string, Attribute>, span: Span): object | undefined {
  const system = text(span.attributes, 'db.system');
  if (
    system === undefined ||
    !/^(db2|derby|hive|mariadb|mssql|mysql|oracle|postgresql|sqlite|teradata|other_sql)$/.test(system)
  ) {
    return undefined;
  }
  const connection = text(span.attributes, 'db.connection_string') ?? 'localhost';
  const statement = text(span.attributes, 'db.statement');
  const name = text(span.attributes, 'db.name') ?? '';
  for (const key of ['db.system', 'db.connection_string', 'db.statement', 'db.name', 'db.user']) attributes.delete(key);
  return {
    connection_string: `${connection}/${name}`,
    url: span.name,
    ...(statement === undefined ? {} : { sanitized_query: statement }),
    database_type: system,
  };
}

/** By the HTTP status where there is one, else by the span's. */
function faults(span: Span): Record<'fault' | 'error' | 'throttle', string> {
  const status = text(span.attributes, 'http.status_code') ?? text(span.attributes, 'http.response.status_code');
  const code = Number(status ?? 0);
  const said = code >= 400 && code <= 599;
  const fault = said ? code >= 500 : span.status.code === 2;
  return { fault: String(fault), error: String(said && code < 500), throttle: String(code === 429) };
}

function causeOf({ span, resource }: PlacedSpan): object | undefined {
  const id = (n: number): string => createHash('sha256').update(`${span.spanId} ${n}`).digest('hex').slice(0, 16);
  const remote = span.kind === 3 || span.kind === 4;
  const thrown = span.events.filter((event) => event.name === 'exception');
  if (thrown.length > 0) {
    const language = text(resource, 'telemetry.sdk.language');
    const exceptions = thrown.map(({ attributes }, n) => {
      const stack = stackOf(text(attributes, 'exception.stacktrace') ?? '', language);
      return {
        id: id(n),
        message: text(attributes, 'exception.message'),
        type: text(attributes, 'exception.type'),
        remote,
        ...(stack.length > 0 ? { stack } : {}),
      };
    });
    return { exceptions };
  }
  const { code, message } = span.status;
  return code === 2 && message ? { exceptions: [{ id: id(0), message }] } : undefined;
}

interface Frame {
  readonly path: string;
  readonly line: number;
  readonly label: string;
}

/** The frames of a JavaScript stack; the exporter reads other languages' too, of which nothing sent here says it is one. */
function stackOf(stack: string, language: string | undefined): Frame[] {
  if (language !== 'nodejs') return [];
  return stack.split('\n').flatMap((line) => {
    const [, label, path, number] = /^ {4}at (.*?) ?\((.*?):(\d+):\d+\)$/.exec(line) ?? [];
    return path === undefined ? [] : [{ path, line: Number(number), label: label ?? '' }];
  });
}
