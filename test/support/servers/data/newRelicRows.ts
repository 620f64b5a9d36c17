import { placedSpans, type AnyValue, type Attribute, type OtlpTraces, type PlacedSpan } from './otlpTraces';

/** A row as NRQL gives it: attributes by their names. */
export type NewRelicRow = Readonly<Record<string, unknown>>;

/** What New Relic makes of traces. */
export interface NewRelicRows {
  readonly spans: readonly NewRelicRow[];
  readonly events: readonly NewRelicRow[];
}

/** What is kept of a text. */
export const MAX_TEXT = 4095;

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES = ['UNSET', 'OK', 'ERROR'];

/** Rows of `Span` and `SpanEvent`, as "OpenTelemetry traces in New Relic" maps them: links are not kept. */
export function newRelicRows(traces: OtlpTraces): NewRelicRows {
  const placed = placedSpans(traces);
  return { spans: placed.map(spanRow), events: placed.flatMap(eventRows) };
}

function spanRow({ span, resource, scope, service }: PlacedSpan): NewRelicRow {
  const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
  const { code = 0, message } = span.status;
  return {
    ...columns(resource),
    ...columns(span.attributes),
    ...{ 'trace.id': span.traceId, id: span.spanId, name: cut(span.name), timestamp: Number(start / 1_000_000n) },
    ...(span.parentSpanId === undefined ? {} : { 'parent.id': span.parentSpanId }),
    ...{ 'duration.ms': Number(end - start) / 1e6, 'span.kind': KINDS[span.kind], 'otel.status_code': STATUSES[code] },
    ...(message === undefined ? {} : { 'otel.status_description': cut(message) }),
    ...(scope.name === '' ? {} : { 'otel.library.name': scope.name }),
    ...(scope.version === '' ? {} : { 'otel.library.version': scope.version }),
    ...(span.traceState === '' ? {} : { 'w3c.tracestate': span.traceState }),
    ...(service === '' ? {} : { 'entity.name': service }),
    ...{ 'newrelic.source': 'api.traces.otlp', 'instrumentation.provider': 'opentelemetry' },
    'nr.spanEventCount': span.events.length,
  };
}

function eventRows({ span }: PlacedSpan): NewRelicRow[] {
  return span.events.map((event) => ({
    ...columns(event.attributes),
    ...{ 'trace.id': span.traceId, 'span.id': span.spanId, name: event.name },
    timestamp: Number(BigInt(event.timeUnixNano) / 1_000_000n),
  }));
}

function columns(attributes: readonly Attribute[]): NewRelicRow {
  const known = attributes.map(({ key, value }) => [key, columnOf(value)] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}

/** Texts, numbers, booleans and lists of one of these; anything else is not taken. */
function columnOf(value: AnyValue): unknown {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined) return listOf(value.arrayValue.values.map(columnOf));
  const { stringValue: text } = value;
  return text === undefined ? (value.doubleValue ?? value.boolValue) : cut(text);
}

function listOf(values: readonly unknown[]): unknown {
  const isScalar = values.every((value) => value !== undefined && !Array.isArray(value));
  return isScalar && new Set(values.map((value) => typeof value)).size <= 1 ? values : undefined;
}

function cut(text: string): string {
  return text.slice(0, MAX_TEXT);
}
