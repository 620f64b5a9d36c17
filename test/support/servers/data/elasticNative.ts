import type { ElasticDocument } from './elasticClassic';
import {
  attributesJson,
  placedSpans,
  type Attribute,
  type OtlpTraces,
  type PlacedSpan,
  type SpanEvent,
} from './otlpTraces';

const KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'];
const CODES = ['Unset', 'Ok', 'Error'];

type Fields = readonly (readonly [key: string, json: string])[];

/**
 * Spans as the Collector's exporter writes them for Elastic's native data streams, as JSON (its integers may be longer than
 * JavaScript's): one for each span, and one for each event of a span, in the data streams of logs.
 *
 * Source: opentelemetry-collector-contrib `exporter/elasticsearchexporter/internal/serializer/otelserializer`.
 */
export function nativeDocuments(traces: OtlpTraces): ElasticDocument[] {
  return placedSpans(traces).flatMap((placed) => [
    { index: 'traces-generic.otel-default', json: object(spanFields(placed)) },
    ...placed.span.events.map((event) => ({
      index: 'logs-generic.otel-default',
      json: object(eventFields(placed, event)),
    })),
  ]);
}

function spanFields(placed: PlacedSpan): Fields {
  const { span } = placed;
  const status = {
    code: CODES[span.status.code ?? 0],
    ...(span.status.message ? { message: span.status.message } : {}),
  };
  const links = span.links.map((link) =>
    object([
      ['trace_id', JSON.stringify(link.traceId)],
      ['span_id', JSON.stringify(link.spanId)],
      ...attributes(link.attributes),
    ]),
  );
  return [
    ...shared(placed, span.startTimeUnixNano),
    ['trace_state', JSON.stringify(span.traceState)],
    ['parent_span_id', JSON.stringify(span.parentSpanId ?? '')],
    ['name', JSON.stringify(span.name)],
    ['kind', JSON.stringify(KINDS[span.kind])],
    ['duration', String(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano))],
    ...attributes(span.attributes),
    ['dropped_events_count', '0'],
    ['dropped_links_count', '0'],
    ['status', JSON.stringify(status)],
    ['links', `[${links.join(',')}]`],
  ];
}

function eventFields(placed: PlacedSpan, event: SpanEvent): Fields {
  const name: Attribute = { key: 'event.name', value: { stringValue: event.name } };
  return [
    ...shared(placed, event.timeUnixNano),
    ['event_name', JSON.stringify(event.name)],
    ...attributes([...event.attributes, name]),
  ];
}

function shared({ span, resource, scope }: PlacedSpan, timeNs: string): Fields {
  return [
    // Epoch milliseconds with decimals: the index keeps the milliseconds, the document all.
    ['@timestamp', JSON.stringify(`${timeNs.slice(0, -6)}.${timeNs.slice(-6)}`)],
    ['trace_id', JSON.stringify(span.traceId)],
    ['span_id', JSON.stringify(span.spanId)],
    ['scope', JSON.stringify({ name: scope.name, version: scope.version })],
    ['resource', object(attributes(resource))],
  ];
}

function attributes(of: readonly Attribute[]): Fields {
  return of.length === 0 ? [] : [['attributes', attributesJson(of)]];
}

function object(fields: Fields): string {
  return `{${fields.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}
