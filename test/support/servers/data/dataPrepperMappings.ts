import type { DataPrepperFormat } from './dataPrepperDocuments';

type Mapping = Readonly<Record<string, unknown>>;

/** The mappings of Data Prepper's template for the spans' index, in either output format. */
export function dataPrepperMappings(format: DataPrepperFormat): Mapping {
  return format === 'opensearch' ? flatMappings() : standardMappings();
}

const NANOS = { type: 'date_nanos' };
const LONG = { type: 'long' };
const INTEGER = { type: 'integer' };

function keyword(ignoreAbove?: number): Mapping {
  return ignoreAbove === undefined ? { type: 'keyword' } : { type: 'keyword', ignore_above: ignoreAbove };
}

const TRACE_GROUP_FIELDS = { properties: { endTime: NANOS, durationInNanos: LONG, statusCode: INTEGER } };

/** `otel-v1-apm-span-index-template.json`: every attribute is a keyword. */
function flatMappings(): Mapping {
  const keywords = (path: string): Mapping => ({ path_match: `${path}.*`, mapping: keyword() });
  return {
    date_detection: false,
    dynamic_templates: [
      { resource_attributes_map: keywords('resource.attributes') },
      { span_attributes_map: keywords('span.attributes') },
    ],
    properties: {
      traceId: keyword(256),
      spanId: keyword(256),
      parentSpanId: keyword(256),
      name: keyword(1024),
      traceGroup: keyword(1024),
      traceGroupFields: TRACE_GROUP_FIELDS,
      kind: keyword(128),
      startTime: NANOS,
      endTime: NANOS,
      status: { properties: { code: INTEGER, message: keyword() } },
      serviceName: keyword(),
      durationInNanos: LONG,
      events: { type: 'nested', properties: { time: NANOS } },
      links: { type: 'nested' },
    },
  };
}

/** `otel-v1-apm-span-index-standard-template.json`: attributes by their type; texts over 256 characters not indexed. */
function standardMappings(): Mapping {
  const byType = (name: string, path: string): Mapping[] =>
    [
      { type: 'long', mapping: LONG },
      { type: 'double', mapping: { type: 'double' } },
      { type: 'string', mapping: keyword(256) },
    ].map(({ type, mapping }) => ({
      [`${type}_${name}`]: { path_match: `${path}.*`, match_mapping_type: type, mapping },
    }));
  const ids = { traceId: keyword(32), spanId: keyword(16) };
  const dropped = { droppedAttributesCount: INTEGER };
  const attributes = { attributes: { type: 'object' }, ...dropped };
  return {
    date_detection: false,
    dynamic_templates: [
      ...byType('resource_attributes', 'resource.attributes'),
      ...byType('scope_attributes', 'instrumentationScope.attributes'),
      ...byType('attributes', 'attributes'),
    ],
    properties: {
      ...ids,
      ...dropped,
      parentSpanId: keyword(16),
      name: keyword(1024),
      traceState: keyword(1024),
      traceGroup: keyword(1024),
      traceGroupFields: TRACE_GROUP_FIELDS,
      kind: keyword(32),
      serviceName: keyword(256),
      startTime: NANOS,
      endTime: NANOS,
      '@timestamp': NANOS,
      time: NANOS,
      status: { properties: { code: INTEGER, message: keyword(2048) } },
      durationInNanos: LONG,
      instrumentationScope: {
        properties: { ...dropped, schemaUrl: keyword(256), name: keyword(128), version: keyword(64) },
      },
      resource: { properties: { ...dropped, schemaUrl: keyword(256) } },
      events: { type: 'nested', properties: { name: keyword(256), time: NANOS, ...attributes } },
      droppedEventsCount: INTEGER,
      links: { type: 'nested', properties: { ...ids, traceState: keyword(1024), ...attributes } },
      droppedLinksCount: INTEGER,
    },
  };
}

/** Of `otel-v1-apm-service-map`. */
export function serviceMapMappings(): Mapping {
  const place = { properties: { domain: keyword(1024), resource: keyword(1024) } };
  const properties = { serviceName: keyword(1024), kind: keyword(1024), destination: place, target: place };
  return { date_detection: false, properties: { ...properties, traceGroupName: keyword(1024) } };
}
