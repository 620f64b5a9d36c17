import { attributesJson, attributeTexts, type Attribute, type PlacedSpan } from './otlpTraces';

/**
 * Which tables the Collector's ClickHouse exporter makes: attributes as maps of texts, or in columns of type JSON; `old`
 * is that of its first versions, without scopes and the table of times, and with the protocol's names of kind and status.
 */
export type ClickhouseForm = 'map' | 'json' | 'old';

/**
 * The tables of the Collector's ClickHouse exporter (contrib `exporter/clickhouseexporter`, templates `traces_table`,
 * `traces_json_table`, `traces_id_ts_lookup_table` and `traces_id_ts_lookup_mv`), in the database `database`, without its
 * TTL.
 */
export function clickhouseSchema(database: string, form: ClickhouseForm = 'map'): string[] {
  const attributes = form === 'json' ? 'JSON' : TEXTS;
  const traces = `"${database}"."otel_traces"`;
  const columns = [
    ['Timestamp', 'DateTime64(9)', 'Delta, ZSTD(1)'],
    ...['TraceId', 'SpanId', 'ParentSpanId', 'TraceState'].map((name) => [name, 'String']),
    ...['SpanName', 'SpanKind', 'ServiceName'].map((name) => [name, 'LowCardinality(String)']),
    ['ResourceAttributes', attributes],
    ...(form === 'old' ? [] : ['ScopeName', 'ScopeVersion'].map((name) => [name, 'String'])),
    ['SpanAttributes', attributes],
    ['Duration', form === 'old' ? 'Int64' : 'UInt64'],
    ['StatusCode', 'LowCardinality(String)'],
    ['StatusMessage', 'String'],
    ['Events', `Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes ${attributes})`],
    ['Links', `Nested (TraceId String, SpanId String, TraceState String, Attributes ${attributes})`],
  ].map(([name, type, codec = 'ZSTD(1)']) => `${name} ${type} CODEC(${codec})`);
  const mapIndexes = [
    'idx_trace_id TraceId TYPE bloom_filter(0.001)',
    'idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01)',
    'idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01)',
    'idx_span_attr_key mapKeys(SpanAttributes) TYPE bloom_filter(0.01)',
    'idx_span_attr_value mapValues(SpanAttributes) TYPE bloom_filter(0.01)',
  ];
  const indexes = [...(form === 'json' ? [] : mapIndexes), 'idx_duration Duration TYPE minmax'].map(
    (index) => `INDEX ${index} GRANULARITY 1`,
  );
  return [
    `CREATE DATABASE IF NOT EXISTS "${database}"`,
    `CREATE TABLE IF NOT EXISTS ${traces} (${[...columns, ...indexes].join(', ')}) ENGINE = MergeTree()
     PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, SpanName, toDateTime(Timestamp)) ${SETTINGS}`,
    ...(form === 'old' ? [] : lookupTables(database)),
  ];
}

function lookupTables(database: string): string[] {
  const traces = `"${database}"."otel_traces"`;
  const lookup = `"${database}"."otel_traces_trace_id_ts"`;
  return [
    `CREATE TABLE IF NOT EXISTS ${lookup} (TraceId String CODEC(ZSTD(1)), Start DateTime CODEC(Delta, ZSTD(1)),
     End DateTime CODEC(Delta, ZSTD(1)), INDEX idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1)
     ENGINE = MergeTree() PARTITION BY toDate(Start) ORDER BY (TraceId, Start) ${SETTINGS}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS "${database}"."otel_traces_trace_id_ts_mv" TO ${lookup} AS
     SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End FROM ${traces} WHERE TraceId != '' GROUP BY TraceId`,
  ];
}

const SETTINGS = 'SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1';
const TEXTS = 'Map(LowCardinality(String), String)';

const KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'];
const STATUSES = ['Unset', 'Ok', 'Error'];

/**
 * A span as the exporter inserts it, for `FORMAT JSONEachRow`, as a text: events and links as parallel lists, all values
 * as texts but for the form `json`.
 */
export function clickhouseRow({ span, resource, service, scope }: PlacedSpan, form: ClickhouseForm = 'map'): string {
  const one = (attributes: readonly Attribute[]): string =>
    form === 'json' ? attributesJson(attributes) : JSON.stringify(attributeTexts(attributes));
  const each = (of: readonly { readonly attributes: readonly Attribute[] }[]): string =>
    `[${of.map(({ attributes }) => one(attributes)).join(',')}]`;
  const names = (prefix: string, name: string): string => (form === 'old' ? `${prefix}_${name.toUpperCase()}` : name);
  const plain = {
    Timestamp: dateTime64(span.startTimeUnixNano),
    TraceId: span.traceId,
    SpanId: span.spanId,
    ParentSpanId: span.parentSpanId ?? '',
    TraceState: span.traceState,
    SpanName: span.name,
    SpanKind: names('SPAN_KIND', KINDS[span.kind] ?? ''),
    ServiceName: service,
    ...(form === 'old' ? {} : { ScopeName: scope.name, ScopeVersion: scope.version }),
    Duration: String(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)),
    StatusCode: names('STATUS_CODE', STATUSES[span.status.code ?? 0] ?? ''),
    StatusMessage: span.status.message ?? '',
    'Events.Timestamp': span.events.map(({ timeUnixNano }) => dateTime64(timeUnixNano)),
    'Events.Name': span.events.map(({ name }) => name),
    'Links.TraceId': span.links.map(({ traceId }) => traceId),
    'Links.SpanId': span.links.map(({ spanId }) => spanId),
    'Links.TraceState': span.links.map(() => ''),
  };
  const attributes = {
    ResourceAttributes: one(resource),
    SpanAttributes: one(span.attributes),
    'Events.Attributes': each(span.events),
    'Links.Attributes': each(span.links),
  };
  // Integers of 64 bits are written as numbers of any length.
  const more = Object.entries(attributes).map(([name, json]) => `,${JSON.stringify(name)}:${json}`);
  return `${JSON.stringify(plain).slice(0, -1)}${more.join('')}}`;
}

/** `2026-11-21 12:00:00.123456789`, in UTC. */
function dateTime64(nanos: string): string {
  const seconds = new Date(Number(BigInt(nanos) / 1_000_000_000n) * 1_000).toISOString().slice(0, 19).replace('T', ' ');
  return `${seconds}.${nanos.slice(-9)}`;
}
