import { isObject, type JsonObject } from '../otlp/jsonFields';
import { isNoId, recordIds, type RecordIds } from './recordIds';
import { nanosOfMicros } from './recordTimes';
import { itemsOf, textOf } from './recordValues';

/** A record of Zipkin, of whichever version, or several that were merged. */
export interface ZipkinSpan {
  readonly ids: RecordIds;
  /** The server's half of an id that the client made. */
  readonly shared: boolean;
  /** CLIENT, SERVER, PRODUCER, CONSUMER or empty. */
  kind: string;
  name: string;
  /** Nanoseconds; 0 if unknown. */
  startNs: bigint;
  /** Nanoseconds; undefined if unknown. */
  durationNs: bigint | undefined;
  local: ZipkinEndpoint | undefined;
  remote: ZipkinEndpoint | undefined;
  readonly annotations: { readonly timeNs: bigint; readonly value: string }[];
  readonly tags: Map<string, unknown>;
}

export interface ZipkinEndpoint {
  readonly service: string;
  readonly address: string;
  readonly port: number;
}

/** A record in the format of version 2, or why it cannot be read. Source: openzipkin/zipkin-api `zipkin2-api.yaml`. */
export function zipkinSpanV2(record: JsonObject): ZipkinSpan | string {
  const span = zipkinFrame(record);
  if (typeof span === 'string') return span;
  const { annotations, tags, localEndpoint, remoteEndpoint, kind } = record;
  span.kind = typeof kind === 'string' ? kind.toUpperCase() : '';
  span.local = endpointOf(localEndpoint);
  span.remote = endpointOf(remoteEndpoint);
  for (const annotation of itemsOf(annotations)) {
    if (!isObject(annotation)) continue;
    const timeNs = nanosOfMicros(annotation.timestamp) ?? span.startNs;
    span.annotations.push({ timeNs, value: textOf(annotation.value) ?? '' });
  }
  if (isObject(tags)) for (const [key, value] of Object.entries(tags)) span.tags.set(key, value);
  return span;
}

/** What both versions have in common: ids, name and times. A parent that is the span itself is none. */
export function zipkinFrame(record: JsonObject, shared = record.shared === true): ZipkinSpan | string {
  const parent = record.parentId === record.id || isNoId(record.parentId) ? undefined : record.parentId;
  const ids = recordIds(record.traceId, record.id, parent);
  if (ids === undefined) return 'traceId or id is missing';
  const startNs = nanosOfMicros(record.timestamp ?? 0);
  const durationNs = record.duration === undefined || record.duration === null ? 0n : nanosOfMicros(record.duration);
  if (startNs === undefined || durationNs === undefined) return 'timestamp or duration is not a number';
  return {
    ids: ids.parentSpanId === ids.spanId ? { ...ids, parentSpanId: undefined } : ids,
    shared,
    kind: '',
    name: textOf(record.name) ?? '',
    startNs,
    durationNs: durationNs > 0n ? durationNs : undefined,
    local: undefined,
    remote: undefined,
    annotations: [],
    tags: new Map(),
  };
}

/** An endpoint; undefined if it says nothing. */
export function endpointOf(value: unknown): ZipkinEndpoint | undefined {
  if (!isObject(value)) return undefined;
  const service = textOf(value.serviceName) ?? '';
  const address = textOf(value.ipv4) ?? textOf(value.ipv6) ?? '';
  const port = Number(value.port ?? 0);
  if (service === '' && address === '' && !(port > 0)) return undefined;
  return { service, address, port: port > 0 ? port : 0 };
}

/** Adds what another record says of the same span. */
export function mergeZipkin(span: ZipkinSpan, more: ZipkinSpan): void {
  if (span.kind === '') span.kind = more.kind;
  if (span.name === '' || span.name === 'unknown') span.name = more.name === '' ? span.name : more.name;
  if (more.startNs > 0n && (span.startNs === 0n || more.startNs < span.startNs)) span.startNs = more.startNs;
  if (more.durationNs !== undefined && (span.durationNs === undefined || more.durationNs > span.durationNs)) {
    span.durationNs = more.durationNs;
  }
  if (span.local === undefined || span.local.service === '') span.local = more.local ?? span.local;
  span.remote ??= more.remote;
  for (const { timeNs, value } of more.annotations) {
    const known = span.annotations.some((own) => own.timeNs === timeNs && own.value === value);
    if (!known) span.annotations.push({ timeNs, value });
  }
  for (const [key, value] of more.tags) if (!span.tags.has(key)) span.tags.set(key, value);
}
