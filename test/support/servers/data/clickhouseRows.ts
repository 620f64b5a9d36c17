import { attributeTexts, type Attribute, type PlacedSpan } from './otlpTraces';

/**
 * The tables of the Collector's ClickHouse exporter (contrib `exporter/clickhouseexporter`, templates `traces_table`,
 * `traces_id_ts_lookup_table` and `traces_id_ts_lookup_mv`), in the database `database`, without its TTL.
 */
export function clickhouseSchema(database: string): string[] {
  const traces = `"${database}"."otel_traces"`;
  const lookup = `"${database}"."otel_traces_trace_id_ts"`;
  const columns = [
    ['Timestamp', 'DateTime64(9)', 'Delta, ZSTD(1)'],
    ...['TraceId', 'SpanId', 'ParentSpanId', 'TraceState'].map((name) => [name, 'String']),
    ...['SpanName', 'SpanKind', 'ServiceName'].map((name) => [name, 'LowCardinality(String)']),
    ['ResourceAttributes', TEXTS],
    ['ScopeName', 'String'],
    ['ScopeVersion', 'String'],
    ['SpanAttributes', TEXTS],
    ['Duration', 'UInt64'],
    ['StatusCode', 'LowCardinality(String)'],
    ['StatusMessage', 'String'],
    ['Events', `Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes ${TEXTS})`],
    ['Links', `Nested (TraceId String, SpanId String, TraceState String, Attributes ${TEXTS})`],
  ].map(([name, type, codec = 'ZSTD(1)']) => `${name} ${type} CODEC(${codec})`);
  const indexes = [
    'idx_trace_id TraceId TYPE bloom_filter(0.001)',
    'idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01)',
    'idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01)',
    'idx_span_attr_key mapKeys(SpanAttributes) TYPE bloom_filter(0.01)',
    'idx_span_attr_value mapValues(SpanAttributes) TYPE bloom_filter(0.01)',
    'idx_duration Duration TYPE minmax',
  ].map((index) => `INDEX ${index} GRANULARITY 1`);
  const settings = 'SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1';
  return [
    `CREATE DATABASE IF NOT EXISTS "${database}"`,
    `CREATE TABLE IF NOT EXISTS ${traces} (${[...columns, ...indexes].join(', ')}) ENGINE = MergeTree()
     PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, SpanName, toDateTime(Timestamp)) ${settings}`,
    `CREATE TABLE IF NOT EXISTS ${lookup} (TraceId String CODEC(ZSTD(1)), Start DateTime CODEC(Delta, ZSTD(1)),
     End DateTime CODEC(Delta, ZSTD(1)), INDEX idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1)
     ENGINE = MergeTree() PARTITION BY toDate(Start) ORDER BY (TraceId, Start) ${settings}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS "${database}"."otel_traces_trace_id_ts_mv" TO ${lookup} AS
     SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End FROM ${traces} WHERE TraceId != '' GROUP BY TraceId`,
  ];
}

const TEXTS = 'Map(LowCardinality(String), String)';

const KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'];
const STATUSES = ['Unset', 'Ok', 'Error'];

/** A span as the exporter inserts it, for `FORMAT JSONEachRow`: all values as texts, events and links as parallel lists. */
export function clickhouseRow({ span, resource, service, scope }: PlacedSpan): Record<string, unknown> {
  const texts = (of: readonly { readonly attributes: readonly Attribute[] }[]): Record<string, string>[] =>
    of.map(({ attributes }) => attributeTexts(attributes));
  return {
    Timestamp: dateTime64(span.startTimeUnixNano),
    TraceId: span.traceId,
    SpanId: span.spanId,
    ParentSpanId: span.parentSpanId ?? '',
    TraceState: span.traceState,
    SpanName: span.name,
    SpanKind: KINDS[span.kind],
    ServiceName: service,
    ResourceAttributes: attributeTexts(resource),
    ScopeName: scope.name,
    ScopeVersion: scope.version,
    SpanAttributes: attributeTexts(span.attributes),
    Duration: String(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)),
    StatusCode: STATUSES[span.status.code ?? 0],
    StatusMessage: span.status.message ?? '',
    'Events.Timestamp': span.events.map(({ timeUnixNano }) => dateTime64(timeUnixNano)),
    'Events.Name': span.events.map(({ name }) => name),
    'Events.Attributes': texts(span.events),
    'Links.TraceId': span.links.map(({ traceId }) => traceId),
    'Links.SpanId': span.links.map(({ spanId }) => spanId),
    'Links.TraceState': span.links.map(() => ''),
    'Links.Attributes': texts(span.links),
  };
}

/** `2026-11-21 12:00:00.123456789`, in UTC. */
function dateTime64(nanos: string): string {
  const seconds = new Date(Number(BigInt(nanos) / 1_000_000_000n) * 1_000).toISOString().slice(0, 19).replace('T', ' ');
  return `${seconds}.${nanos.slice(-9)}`;
}
