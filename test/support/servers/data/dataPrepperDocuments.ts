import { attributesJson, spansByTrace, valueJson, type AnyValue, type Attribute } from './otlpTraces';
import type { OtlpTraces, PlacedSpan, Span } from './otlpTraces';

/** How Data Prepper writes attributes (`output_format` of its trace source). */
export type DataPrepperFormat = 'opensearch' | 'otel';

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map((k) => `SPAN_KIND_${k}`);

/**
 * Spans as Data Prepper indexes them, as JSON (its integers may be longer than JavaScript's), one for each span.
 *
 * `opensearch`, the default format (`OTelProtoOpensearchCodec`, `JacksonSpan`): dots in keys become `@`, and attributes,
 * status and scope lie flat in the document: `span.attributes.http@route`, `resource.attributes.service@name`,
 * `status.code`, `instrumentationScope.name`; lists and maps are texts. `otel` (`OTelProtoStandardCodec`): `attributes`,
 * `resource.attributes`, `status` and `instrumentationScope` are objects with the keys as they came.
 *
 * In both, `traceGroup` and its fields are filled from the root for the spans of a trace whose root was seen.
 */
export function dataPrepperDocuments(traces: OtlpTraces, format: DataPrepperFormat): string[] {
  return [...spansByTrace(traces).values()].flatMap((spans) => {
    const root = spans.find(({ span }) => span.parentSpanId === undefined)?.span;
    return spans.map((placed) => documentOf(placed, root, format));
  });
}

function documentOf(placed: PlacedSpan, root: Span | undefined, format: DataPrepperFormat): string {
  const { span, service } = placed;
  const name = format === 'opensearch' ? at : (key: string): string => key;
  const common = {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    traceState: span.traceState,
    name: span.name,
    kind: KINDS[span.kind],
    startTime: isoNanos(span.startTimeUnixNano),
    endTime: isoNanos(span.endTimeUnixNano),
    durationInNanos: durationNanos(span),
    serviceName: service,
    traceGroup: root?.name ?? null,
    traceGroupFields: {
      endTime: root ? isoNanos(root.endTimeUnixNano) : null,
      durationInNanos: root ? durationNanos(root) : null,
      statusCode: root ? (root.status.code ?? 0) : null,
    },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
  const attributes = (of: readonly Attribute[]): string => object(of.map((a) => [name(a.key), field(a.value, format)]));
  const events = span.events.map((event) =>
    object([
      ['name', JSON.stringify(event.name)],
      ['time', JSON.stringify(isoNanos(event.timeUnixNano))],
      ['attributes', attributes(event.attributes)],
      ['droppedAttributesCount', '0'],
    ]),
  );
  const links = span.links.map((link) =>
    object([
      ['traceId', JSON.stringify(link.traceId)],
      ['spanId', JSON.stringify(link.spanId)],
      ['traceState', '""'],
      ['attributes', attributes(link.attributes)],
      ['droppedAttributesCount', '0'],
    ]),
  );
  return object([
    ...Object.entries(common).map(([key, value]) => [key, JSON.stringify(value)] as const),
    ['events', `[${events.join(',')}]`],
    ['links', `[${links.join(',')}]`],
    ...(format === 'opensearch' ? flatFields(placed) : nestedFields(placed)),
  ]);
}

type Fields = readonly (readonly [key: string, json: string])[];

function flatFields({ span, resource, scope }: PlacedSpan): Fields {
  const prefixed = (prefix: string, of: readonly Attribute[]): Fields =>
    of.map(({ key, value }) => [`${prefix}.${at(key)}`, field(value, 'opensearch')]);
  return [
    ['status.code', String(span.status.code ?? 0)],
    ...(span.status.message ? ([['status.message', JSON.stringify(span.status.message)]] as const) : []),
    ...(scope.name === '' ? [] : ([['instrumentationScope.name', JSON.stringify(scope.name)]] as const)),
    ...(scope.version === '' ? [] : ([['instrumentationScope.version', JSON.stringify(scope.version)]] as const)),
    ...prefixed('resource.attributes', resource),
    ...prefixed('span.attributes', span.attributes),
  ];
}

function nestedFields({ span, resource, scope }: PlacedSpan): Fields {
  const status = { code: span.status.code ?? 0, message: span.status.message ?? '' };
  const resourceFields = `{"attributes":${attributesJson(resource)},"droppedAttributesCount":0,"schemaUrl":""}`;
  return [
    ['status', JSON.stringify(status)],
    ['instrumentationScope', JSON.stringify({ ...scope, droppedAttributesCount: 0 })],
    ['resource', resourceFields],
    ['attributes', attributesJson(span.attributes)],
    ['flags', String(span.flags ?? 0)],
    ['schemaUrl', '""'],
  ];
}

function at(key: string): string {
  return key.replaceAll('.', '@');
}

function field(value: AnyValue, format: DataPrepperFormat): string {
  const isCompound = value.arrayValue !== undefined || value.kvlistValue !== undefined;
  return format === 'opensearch' && isCompound ? JSON.stringify(valueJson(value)) : valueJson(value);
}

function object(fields: Fields): string {
  return `{${fields.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}

function durationNanos(span: Span): number {
  return Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano));
}

/** As Java's `Instant` prints itself: nine, six, three digits of a second, or none. */
function isoNanos(nanos: string): string {
  const seconds = new Date(Number(BigInt(nanos) / 1_000_000_000n) * 1_000).toISOString().slice(0, 19);
  const fraction = nanos.slice(-9).replace(/(000)+$/, '');
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** Who calls whom, as Data Prepper's service map has it: two documents a call, that meet in domain and resource. */
export function serviceMapDocuments(traces: OtlpTraces): string[] {
  const documents = new Set<string>();
  for (const spans of spansByTrace(traces).values()) {
    const byId = new Map(spans.map((placed) => [placed.span.spanId, placed]));
    const traceGroupName = spans.find(({ span }) => span.parentSpanId === undefined)?.span.name ?? null;
    for (const child of spans) {
      const parent = byId.get(child.span.parentSpanId ?? '');
      if (parent === undefined || parent.service === child.service) continue;
      const callee = { resource: child.span.name, domain: child.service };
      const caller = { serviceName: parent.service, kind: KINDS[parent.span.kind] };
      const answering = { serviceName: child.service, kind: KINDS[child.span.kind] };
      documents.add(JSON.stringify({ ...caller, destination: callee, target: null, traceGroupName }));
      documents.add(JSON.stringify({ ...answering, destination: null, target: callee, traceGroupName }));
    }
  }
  return [...documents];
}
