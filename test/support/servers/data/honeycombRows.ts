import { placedSpans, valueJson, type AnyValue, type Attribute, type OtlpTraces, type PlacedSpan } from './otlpTraces';

/** An event as Honeycomb keeps it: columns by their names, and the time of the event in seconds. */
export interface HoneycombRow {
  readonly dataset: string;
  readonly seconds: number;
  readonly columns: Readonly<Record<string, unknown>>;
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const UNKNOWN = 'unknown_service';

/** Events as honeycombio/husky translates OTLP: a row a span, a row an event of a span, and a row a link. */
export function honeycombRows(traces: OtlpTraces): HoneycombRow[] {
  return placedSpans(traces).flatMap((placed) => [spanRow(placed), ...eventRows(placed), ...linkRows(placed)]);
}

/** What a value becomes; undefined where no column is made of it. */
export function honeycombColumn(value: AnyValue): unknown {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined || value.kvlistValue !== undefined) return valueJson(value);
  return value.stringValue ?? value.bytesValue ?? value.doubleValue ?? value.boolValue;
}

function spanRow({ span, resource, scope, service }: PlacedSpan): HoneycombRow {
  const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
  const { code = 0, message } = span.status;
  const kind = KINDS[span.kind];
  return {
    dataset: service === '' ? UNKNOWN : service,
    seconds: secondsOf(span.startTimeUnixNano),
    columns: {
      ...columns(resource),
      ...columns(span.attributes),
      ...{
        'service.name': service === '' ? UNKNOWN : service,
        name: span.name,
        duration_ms: Number(end - start) / 1e6,
      },
      ...{ 'trace.trace_id': span.traceId, 'trace.span_id': span.spanId, 'span.kind': kind, type: kind },
      ...{ status_code: code, 'meta.signal_type': 'trace', 'span.num_events': span.events.length },
      ...(span.parentSpanId === undefined ? {} : { 'trace.parent_id': span.parentSpanId }),
      ...(message === undefined || message === '' ? {} : { status_message: message }),
      ...(code === 2 ? { error: true } : {}),
      ...(scope.name === '' ? {} : { 'library.name': scope.name }),
      ...(scope.version === '' ? {} : { 'library.version': scope.version }),
    },
  };
}

function eventRows({ span, service }: PlacedSpan): HoneycombRow[] {
  return span.events.map((event) => ({
    dataset: service === '' ? UNKNOWN : service,
    seconds: secondsOf(event.timeUnixNano),
    columns: {
      ...columns(event.attributes),
      ...{ 'trace.trace_id': span.traceId, 'trace.parent_id': span.spanId, name: event.name, parent_name: span.name },
      'meta.annotation_type': 'span_event',
    },
  }));
}

function linkRows({ span, service }: PlacedSpan): HoneycombRow[] {
  return span.links.map((link) => ({
    dataset: service === '' ? UNKNOWN : service,
    seconds: secondsOf(span.startTimeUnixNano),
    columns: {
      ...columns(link.attributes),
      ...{ 'trace.trace_id': span.traceId, 'trace.parent_id': span.spanId, parent_name: span.name },
      ...{ 'trace.link.trace_id': link.traceId, 'trace.link.span_id': link.spanId, 'meta.annotation_type': 'link' },
    },
  }));
}

function columns(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  const known = attributes.map(({ key, value }) => [key, honeycombColumn(value)] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}

/** To the microsecond, which is what a double holds of them. */
function secondsOf(ns: string): number {
  return Number(BigInt(ns) / 1000n) / 1e6;
}
