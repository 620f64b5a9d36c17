import { createHash } from 'node:crypto';
import { honeycombColumn } from './honeycombRows';
import { placedSpans, type Attribute, type OtlpTraces, type PlacedSpan } from './otlpTraces';

/** A span as Lightstep keeps it. */
export interface LightstepSpan {
  readonly 'span-name': string;
  readonly 'span-id': string;
  readonly 'trace-id': string;
  readonly 'is-error': boolean;
  readonly 'start-time-micros': number;
  readonly 'end-time-micros': number;
  readonly 'reporter-id': string;
  readonly tags: Readonly<Record<string, unknown>>;
}

/** A stored trace, as the API gives it. */
export interface LightstepTrace {
  readonly type: 'stored-trace';
  readonly id: string;
  readonly attributes: { readonly spans: readonly LightstepSpan[] };
  readonly relationships: {
    readonly reporters: readonly {
      readonly 'reporter-id': string;
      readonly attributes: Readonly<Record<string, unknown>>;
    }[];
  };
}

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

/** Traces as they are stored: a reporter a process, values as tags, and no events or links. */
export function lightstepTraces(traces: OtlpTraces): LightstepTrace[] {
  const byTrace = new Map<string, PlacedSpan[]>();
  for (const placed of placedSpans(traces))
    byTrace.set(placed.span.traceId, [...(byTrace.get(placed.span.traceId) ?? []), placed]);
  return [...byTrace].map(([id, placed]) => ({
    ...{ type: 'stored-trace', id, attributes: { spans: placed.map(spanOf) } },
    relationships: {
      reporters: [...new Map(placed.map((one) => [reporterOf(one), one]))].map(([reporter, { resource, service }]) => ({
        'reporter-id': reporter,
        attributes: {
          ...tagsOf(resource.filter(({ key }) => key !== 'service.name')),
          'lightstep.component_name': service,
        },
      })),
    },
  }));
}

function spanOf(placed: PlacedSpan): LightstepSpan {
  const { span, scope } = placed;
  const { code = 0, message = '' } = span.status;
  const micros = (ns: string): number => Number(BigInt(ns) / 1000n);
  return {
    ...{ 'span-name': span.name, 'span-id': span.spanId, 'trace-id': span.traceId, 'is-error': code === 2 },
    ...{ 'start-time-micros': micros(span.startTimeUnixNano), 'end-time-micros': micros(span.endTimeUnixNano) },
    'reporter-id': reporterOf(placed),
    tags: {
      ...tagsOf(span.attributes),
      ...(span.parentSpanId === undefined ? {} : { parent_span_guid: span.parentSpanId }),
      ...(span.kind === 0 ? {} : { 'span.kind': KINDS[span.kind] }),
      ...(code === 2 ? { error: true } : {}),
      ...(code === 0 ? {} : { 'otel.status_code': code === 2 ? 'ERROR' : 'OK' }),
      ...(message === '' ? {} : { 'otel.status_description': message }),
      ...(scope.name === '' ? {} : { 'otel.scope.name': scope.name }),
      ...(scope.version === '' ? {} : { 'otel.scope.version': scope.version }),
    },
  };
}

function reporterOf({ resource, service }: PlacedSpan): string {
  const text = JSON.stringify([service, resource]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function tagsOf(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  const known = attributes.map(({ key, value }) => [key, honeycombColumn(value)] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}
