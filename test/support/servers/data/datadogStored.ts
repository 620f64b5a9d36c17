import { plainText } from '../../wire/losses';
import { plainValue } from '../../wire/plainSpans';
import type { AttributeValue } from '../../../../src/model/attributes';
import type { AnyValue, Attribute, PlacedSpan } from './otlpTraces';

type Json = Readonly<Record<string, unknown>>;

/** A span as Datadog keeps it after its agent took it from OpenTelemetry. */
export interface DatadogStored {
  readonly traceId: string;
  readonly spanId: bigint;
  readonly parentId: bigint;
  readonly service: string;
  readonly env: string;
  readonly host: string;
  readonly resource: string;
  readonly operation: string;
  readonly startNs: bigint;
  readonly durationNs: bigint;
  readonly failed: boolean;
  /** Texts and numbers by dotted names. */
  readonly tags: Readonly<Record<string, string | number>>;
}

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

/** What the agent makes of a span: tags are texts and doubles, events and links are texts of JSON. */
export function datadogStored({ span, resource, service, scope }: PlacedSpan): DatadogStored {
  const values = (list: readonly Attribute[]) => list.map(({ key, value }) => [key, tagOf(value)] as const);
  const failed = span.status.code === 2;
  const exception = span.events.find(({ name }) => name === 'exception');
  const said = (key: string) => exception?.attributes.find((attribute) => attribute.key === key)?.value.stringValue;
  const tags: Record<string, string | number> = Object.fromEntries([...values(resource), ...values(span.attributes)]);
  delete tags['service.name'];
  const set = (key: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') tags[key] = value;
  };
  set('otel.trace_id', span.traceId);
  set('w3c.tracestate', span.traceState);
  set('span.kind', KINDS[span.kind]);
  set('otel.scope.name', scope.name);
  set('otel.scope.version', scope.version);
  set('otel.status_code', ['', 'Ok', 'Error'][span.status.code ?? 0]);
  set('otel.status_description', span.status.message);
  if (failed) {
    set('error.type', said('exception.type'));
    set('error.message', span.status.message || said('exception.message'));
    set('error.stack', said('exception.stacktrace'));
  }
  if (span.events.length > 0) set('events', eventsOf(span.events));
  if (span.links.length > 0) set('_dd.span_links', linksOf(span.links));
  const startNs = BigInt(span.startTimeUnixNano);
  return {
    traceId: span.traceId,
    spanId: BigInt(`0x${span.spanId}`),
    parentId: span.parentSpanId === undefined ? 0n : BigInt(`0x${span.parentSpanId}`),
    service: service === '' ? 'unknown_service' : service,
    env: String(tags['deployment.environment.name'] ?? tags['deployment.environment'] ?? 'none'),
    host: String(tags['host.name'] ?? ''),
    resource: span.name,
    operation: `${KINDS[span.kind] || 'unspecified'}.request`,
    startNs,
    durationNs: BigInt(span.endTimeUnixNano) - startNs,
    failed,
    tags,
  };
}

/** A tag is a text or a double. */
export function tagOfPlain(value: AttributeValue): string | number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : plainText(value);
}

function tagOf(value: AnyValue): string | number {
  return tagOfPlain(plainValue(value));
}

function eventsOf(events: PlacedSpan['span']['events']): string {
  const list = events.map(({ timeUnixNano, name, attributes }) => {
    const values = attributes.map(({ key, value }) => `${JSON.stringify(key)}:${jsonOf(tagOf(value))}`);
    return `{"time_unix_nano":${timeUnixNano},"name":${JSON.stringify(name)},"attributes":{${values.join()}}}`;
  });
  return `[${list.join()}]`;
}

function linksOf(links: PlacedSpan['span']['links']): string {
  const list = links.map(({ traceId, spanId, attributes }) => {
    const texts = attributes.map(({ key, value }) => [key, String(tagOf(value))]);
    return { trace_id: traceId, span_id: spanId, attributes: Object.fromEntries(texts) as Json };
  });
  return JSON.stringify(list);
}

function jsonOf(value: string | number): string {
  return JSON.stringify(value);
}

/** As an answer of the search has it. */
export function searchItem(span: DatadogStored, id: string): Json {
  const millis = (ns: bigint): string => new Date(Number(ns / 1_000_000n)).toISOString();
  return {
    id,
    type: 'spans',
    attributes: {
      custom: nested({ ...span.tags, duration: Number(span.durationNs), env: span.env }),
      end_timestamp: millis(span.startNs + span.durationNs),
      env: span.env,
      host: span.host,
      ingestion_reason: 'otel',
      parent_id: String(span.parentId),
      resource_hash: '2c8cc8275262b3cd',
      resource_name: span.resource,
      retained_by: 'retention_filter',
      service: span.service,
      single_span: false,
      span_id: String(span.spanId),
      start_timestamp: millis(span.startNs),
      tags: ['source:apm', `env:${span.env}`],
      trace_id: String(BigInt(`0x${span.traceId.slice(16)}`)),
      type: 'custom',
    },
  };
}

/** As the trace by its id has it, written as text: ids and times are bare integers beyond what a double holds. */
export function traceSpanJson(span: DatadogStored): string {
  const shown = Object.entries(span.tags).filter(([key]) => !key.startsWith('_'));
  const [meta, metrics] = (['string', 'number'] as const).map((type) =>
    Object.fromEntries(shown.filter(([, value]) => typeof value === type)),
  );
  const texts = {
    name: span.operation,
    resource: span.resource,
    service: span.service,
    type: 'custom',
    traceIdFull: span.traceId,
    meta: { ...meta, env: span.env },
    metrics,
    error: span.failed ? 1 : 0,
  };
  const numbers = {
    traceID: BigInt(`0x${span.traceId.slice(16)}`),
    spanID: span.spanId,
    parentID: span.parentId,
    startTime: span.startNs,
    endTime: span.startNs + span.durationNs,
    duration: span.durationNs,
  };
  const bare = Object.entries(numbers).map(([key, value]) => `"${key}":${value}`);
  return `${JSON.stringify(texts).slice(0, -1)},${bare.join()}}`;
}

/** Objects by the dots of names; a name that goes on below another one's value stays as it is. */
function nested(tags: Readonly<Record<string, string | number>>): Json {
  const names = Object.keys(tags);
  const root: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(tags)) {
    const parts = name.split('.');
    const isMixed = names.some((other) => other.startsWith(`${name}.`) || name.startsWith(`${other}.`));
    if (isMixed || parts.includes('') || name.includes('__proto__')) {
      root[name] = value;
      continue;
    }
    let at = root;
    for (const part of parts.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>;
    at[parts.at(-1)!] = value;
  }
  return root;
}
