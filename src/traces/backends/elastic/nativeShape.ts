import { noneOf, exists, terms, type Clause } from '../searchEngine/clauses';
import type { FieldCatalog } from '../searchEngine/fieldCatalog';
import type { IndexedScope, SpanShape } from '../searchEngine/spanSchema';

const SPAN = 'attributes.';
const RESOURCE = 'resource.attributes.';
const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'];
const STATUS_NAMES = { ok: 'Ok', error: 'Error' } as const;

/**
 * Spans as OpenTelemetry has them, in Elastic's native data streams (`traces-*.otel-*`).
 *
 * Source: elastic/elasticsearch, `otel-data`'s `traces-otel@mappings.yaml` and `SpanDocumentBuilder`.
 */
export function nativeShape(catalog: FieldCatalog): SpanShape {
  const scopeName = catalog.indexed('scope.name', true);
  return {
    only: exists('span_id'),
    spanId: 'span_id',
    parentSpanId: 'parent_span_id',
    name: 'name',
    duration: 'duration',
    durationUnitNs: 1,
    kind: kindClause,
    identity: ['kind', ...(scopeName === undefined ? [] : [scopeName.name])],
    sketch: { trace_id: '1', span_id: '1', '@timestamp': 0 },
    statusMessage: catalog.indexed('status.message', true),
    scopeName,
    scopeVersion: catalog.indexed('scope.version', true),
    status: statusClause,
    attribute: (scope, name) => fieldsOf(scope, name).flatMap((field) => catalog.indexed(field, true) ?? []),
    isUnsure: (scope, name) => fieldsOf(scope, name).some((field) => catalog.isUnsure(field)),
    attributeNames: () => attributeNames(catalog),
  };
}

/** Where a native document may have an attribute. */
export function nativeSource(name: string): string[] {
  return fieldsOf('any', name);
}

function fieldsOf(scope: IndexedScope, name: string): string[] {
  const prefixes = scope === 'any' ? [SPAN, RESOURCE] : [scope === 'span' ? SPAN : RESOURCE];
  return prefixes.map((prefix) => prefix + name);
}

/** Some exporters leave an unspecified kind out, some name it. */
function kindClause(kind: string): Clause {
  const written = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
  return kind === 'unspecified' ? noneOf([terms('kind', KINDS.map(written))]) : terms('kind', [written(kind)]);
}

/** A span without a code has not set its status. */
function statusClause(status: 'unset' | 'ok' | 'error'): Clause {
  return status === 'unset'
    ? noneOf([terms('status.code', Object.values(STATUS_NAMES))])
    : terms('status.code', [STATUS_NAMES[status]]);
}

function attributeNames(catalog: FieldCatalog): string[] {
  const below = (prefix: string, scope: string): string[] =>
    [...catalog.below(prefix)].map((field) => `${scope}.${field.slice(prefix.length)}`);
  return [...below(SPAN, 'span'), ...below(RESOURCE, 'resource')].sort();
}
