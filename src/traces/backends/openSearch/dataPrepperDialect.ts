import { dataPrepperSpans } from '../../formats/dataPrepperSpans';
import { noneOf, terms, type Clause } from '../searchEngine/clauses';
import type { FieldCatalog, IndexedField } from '../searchEngine/fieldCatalog';
import type { IndexedScope, SpanDialect, SpanSchema, SpanShape } from '../searchEngine/spanSchema';

/** One of Data Prepper's two ways to write attributes. */
interface AttributeFormat {
  readonly span: string;
  readonly resource: string;
  /** An attribute's name within a field's. */
  readonly write: (name: string) => string;
  /** Its template indexes only texts of up to 256 characters. */
  readonly isCut: boolean;
}

/** The default: `@` for dots, and every value indexed as a text. */
const FLAT: AttributeFormat = {
  span: 'span.attributes.',
  resource: 'resource.attributes.',
  write: (name) => name.replaceAll('.', '@'),
  isCut: false,
};
/** `output_format: otel`. */
const OTEL: AttributeFormat = {
  span: 'attributes.',
  resource: 'resource.attributes.',
  write: (name) => name,
  isCut: true,
};
/** Indices of one pattern may differ: both ways are looked for. */
const FORMATS = [FLAT, OTEL];

const STATUS_CODES = { unset: 0, ok: 1, error: 2 } as const;

/**
 * The spans of OpenSearch's trace analytics, as Data Prepper indexes them in `otel-v1-apm-span-*`.
 *
 * Source: opensearch-project/data-prepper, `otel-v1-apm-span-index-template.json` and
 * `otel-v1-apm-span-index-standard-template.json`.
 */
export const dataPrepperDialect: SpanDialect = {
  fieldPatterns: [
    ...['span.attributes*', 'attributes*', 'resource.attributes*', 'status.*', 'name*', 'serviceName*', 'kind*'],
    ...['traceId*', 'spanId*', 'parentSpanId*', 'instrumentationScope.name*', 'instrumentationScope.version*'],
  ],
  schema,
  convert: dataPrepperSpans,
  baseSource: [
    ...['traceId', 'spanId', 'parentSpanId', 'name', 'kind', 'startTime', 'endTime', 'durationInNanos'],
    ...['serviceName', 'status', 'resource.attributes.service@name', 'resource.attributes.service.name'],
  ],
  attributeSource: (name) =>
    FORMATS.flatMap(({ span, resource, write }) => [span + write(name), resource + write(name)]),
  resourceSource: ['resource.attributes'],
  eventSource: ['events'],
  linkSource: ['links'],
  scopeSource: ['instrumentationScope', 'instrumentationLibrary'],
  exemplarSource: ['traceId', 'spanId', 'startTime', 'durationInNanos'],
  exceptionSource: ['status', 'events.name', 'events.time', 'events.attributes.exception*'],
};

function schema(catalog: FieldCatalog): SpanSchema {
  const nameOf = (field: string): string => catalog.indexed(field, false)?.name ?? field;
  return {
    traceId: nameOf('traceId'),
    service: nameOf('serviceName'),
    start: 'startTime',
    startStepNs: 1n,
    order: [nameOf('spanId'), nameOf('kind')],
    shapes: [shapeOf(catalog, nameOf)],
  };
}

function shapeOf(catalog: FieldCatalog, nameOf: (field: string) => string): SpanShape {
  const scopeName = catalog.indexed('instrumentationScope.name', true);
  return {
    spanId: nameOf('spanId'),
    parentSpanId: nameOf('parentSpanId'),
    name: nameOf('name'),
    duration: 'durationInNanos',
    durationUnitNs: 1,
    kind: (kind) => terms(nameOf('kind'), [`SPAN_KIND_${kind.toUpperCase()}`]),
    identity: [nameOf('kind'), ...(scopeName === undefined ? [] : [scopeName.name])],
    sketch: { traceId: '1', spanId: '1', startTime: 0 },
    statusMessage: catalog.indexed('status.message', true),
    scopeName,
    scopeVersion: catalog.indexed('instrumentationScope.version', true),
    status: (status) => statusClause(nameOf('status.code'), status),
    attribute: (scope, name) => attributeFields(catalog, scope, name),
    isUnsure: (scope, name) => candidates(scope, name).some(({ field }) => catalog.isUnsure(field)),
    attributeNames: () => attributeNames(catalog),
  };
}

/** A span without a code has not set its status. */
function statusClause(field: string, status: keyof typeof STATUS_CODES): Clause {
  const { unset, ...set } = STATUS_CODES;
  return STATUS_CODES[status] === unset
    ? noneOf([terms(field, Object.values(set))])
    : terms(field, [STATUS_CODES[status]]);
}

function candidates(scope: IndexedScope, name: string): { readonly field: string; readonly isCut: boolean }[] {
  const found = new Map<string, boolean>();
  for (const { span, resource, write, isCut } of FORMATS) {
    if (scope !== 'resource') found.set(span + write(name), isCut);
    // Both formats write resources to the same place: one without dots may be of either.
    if (scope !== 'span') found.set(resource + write(name), isCut || found.get(resource + write(name)) === true);
  }
  return [...found].map(([field, isCut]) => ({ field, isCut }));
}

function attributeFields(catalog: FieldCatalog, scope: IndexedScope, name: string): IndexedField[] {
  return candidates(scope, name).flatMap(({ field, isCut }) => catalog.indexed(field, isCut) ?? []);
}

function attributeNames(catalog: FieldCatalog): string[] {
  const names = new Set<string>();
  for (const { span, resource } of FORMATS) {
    for (const field of catalog.below(span)) names.add(`span.${field.slice(span.length).replaceAll('@', '.')}`);
    for (const field of catalog.below(resource))
      names.add(`resource.${field.slice(resource.length).replaceAll('@', '.')}`);
  }
  return [...names].sort();
}
