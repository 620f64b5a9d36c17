import { attributeOfField, classicPlace } from '../../formats/elasticClassicSpan';
import {
  attributeOfLabel,
  CALL_TYPES,
  CLASSIC_FIELDS,
  CLASSIC_RESOURCE,
  DERIVED_ATTRIBUTES,
  labelOf,
  OPERATION_LABELS,
  RECEIVING_ACTIONS,
  RESOURCE_LABELS,
  SENDING_OPERATIONS,
  type ClassicShape,
} from '../../formats/elasticNames';
import { allOf, anyOf, exists, noneOf, terms, type Clause } from '../searchEngine/clauses';
import type { FieldCatalog, IndexedField } from '../searchEngine/fieldCatalog';
import type { IndexedScope, SpanShape } from '../searchEngine/spanSchema';

const NANOS_OF_MICRO = 1_000;
const KIND = 'span.kind';
const LABELS = ['labels.', 'numeric_labels.'] as const;
/** Where fields of Elastic's schema lie that are attributes of spans. */
const FIELD_GROUPS = ['http.', 'url.', 'span.', 'transaction.', 'user_agent.', 'client.', 'code.', 'session.'];
const RESOURCE_GROUPS = ['service.', 'host.', 'process.', 'container.', 'kubernetes.', 'cloud.'];
/** Fields that say which scope and kind a span has, besides its attributes. */
const IDENTITY: Readonly<Record<ClassicShape, readonly string[]>> = {
  transaction: [KIND, 'transaction.type', 'agent.name', 'service.framework.name', ...OPERATION_LABELS],
  span: [KIND, 'span.type', 'span.subtype', 'span.action', 'agent.name', 'service.framework.name'],
};

/** The transactions, or the other spans, of Elastic APM's own schema. */
export function classicShape(catalog: FieldCatalog, shape: ClassicShape): SpanShape {
  return {
    only: terms('processor.event', [shape]),
    spanId: `${shape}.id`,
    parentSpanId: 'parent.id',
    name: `${shape}.name`,
    duration: `${shape}.duration.us`,
    durationUnitNs: NANOS_OF_MICRO,
    kind: (kind) => kindClause(shape, kind),
    identity: IDENTITY[shape].filter((field) => catalog.indexed(field, false) !== undefined),
    sketch: { 'processor.event': shape, 'trace.id': '1', [`${shape}.id`]: '1', 'timestamp.us': 0 },
    statusMessage: undefined,
    scopeName: undefined,
    scopeVersion: undefined,
    status: (status) => statusClause(status),
    attribute: (scope, name) => fieldsOf(scope, name, shape).flatMap((field) => indexed(catalog, field)),
    isUnsure: (scope, name) =>
      (shape === 'span' && scope !== 'resource' && DERIVED_ATTRIBUTES.includes(name)) ||
      fieldsOf(scope, name, shape).some((field) => catalog.isUnsure(field)),
    attributeNames: () => attributeNames(catalog, shape),
  };
}

/** Only what failed says so: what did not may have been set to ok or not. */
function statusClause(status: 'unset' | 'ok' | 'error'): Clause {
  const failed = terms('event.outcome', ['failure']);
  if (status === 'error') return failed;
  return status === 'unset' ? noneOf([failed]) : anyOf([]);
}

/** The spans that are read as of this kind: by its name, or by the type where none is noted. */
function kindClause(shape: ClassicShape, kind: string): Clause {
  const implied = shape === 'transaction' ? ofTransaction(kind) : ofSpan(kind);
  const named = terms(KIND, [kind.toUpperCase()]);
  return implied === undefined ? named : anyOf([named, allOf([noneOf([exists(KIND)]), implied])]);
}

function ofTransaction(kind: string): Clause | undefined {
  const type = (...names: string[]): Clause => terms('transaction.type', names);
  const sends = anyOf(OPERATION_LABELS.map((label) => terms(label, SENDING_OPERATIONS)));
  switch (kind) {
    case 'server':
      return type('request');
    case 'consumer':
      return allOf([type('messaging'), noneOf([sends])]);
    case 'producer':
      return allOf([type('messaging'), sends]);
    case 'unspecified':
      return noneOf([type('request', 'messaging')]);
    default:
      return undefined;
  }
}

function ofSpan(kind: string): Clause | undefined {
  const type = (...names: string[]): Clause => terms('span.type', names);
  const receives = terms('span.action', RECEIVING_ACTIONS);
  switch (kind) {
    case 'client':
      return anyOf([type(...CALL_TYPES), allOf([type('messaging'), receives])]);
    case 'producer':
      return allOf([type('messaging'), noneOf([receives])]);
    case 'unspecified':
      return anyOf([type('unknown'), noneOf([exists('span.type')])]);
    case 'internal':
      return allOf([exists('span.type'), noneOf([type(...CALL_TYPES, 'messaging', 'unknown')])]);
    default:
      return undefined;
  }
}

/** Fields that are read as an attribute. */
function fieldsOf(scope: IndexedScope, name: string, shape: ClassicShape): string[] {
  const place = classicPlace(name);
  const isResourceLabel = RESOURCE_LABELS.includes(name);
  const label = labelOf(name);
  const labels = attributeOfLabel(label) === name ? LABELS.map((prefix) => prefix + label) : [];
  const fields: string[] = [];
  if (scope !== 'resource') {
    const renamed = CLASSIC_FIELDS[shape][name];
    if (renamed !== undefined) fields.push(renamed);
    if (place === 'span' && attributeOfField(name, shape) === name) fields.push(name);
    if (!isResourceLabel) fields.push(...labels);
  }
  if (scope !== 'span') {
    const renamed = CLASSIC_RESOURCE[name];
    if (renamed !== undefined) fields.push(renamed);
    if (place === 'resource') fields.push(name);
    if (isResourceLabel) fields.push(...labels);
  }
  return fields;
}

/** Labels are cut before they are indexed, so that all of them are. */
function indexed(catalog: FieldCatalog, field: string): IndexedField[] {
  return [catalog.indexed(field, !field.startsWith(LABELS[0]))].filter((found) => found !== undefined);
}

/** Where a classic document may have an attribute. */
export function classicSource(name: string): string[] {
  const shapes = ['transaction', 'span'] as const;
  return [...new Set(shapes.flatMap((shape) => fieldsOf('any', name, shape)))];
}

function attributeNames(catalog: FieldCatalog, shape: ClassicShape): string[] {
  const names = new Set<string>();
  for (const prefix of LABELS) {
    for (const field of catalog.below(prefix)) {
      const name = attributeOfLabel(field.slice(prefix.length));
      names.add(`${RESOURCE_LABELS.includes(name) ? 'resource' : 'span'}.${name}`);
    }
  }
  for (const group of FIELD_GROUPS) {
    for (const field of catalog.below(group)) {
      if (classicPlace(field) === 'span') names.add(`span.${attributeOfField(field, shape)}`);
    }
  }
  for (const group of RESOURCE_GROUPS) {
    for (const field of catalog.below(group)) if (classicPlace(field) === 'resource') names.add(`resource.${field}`);
  }
  for (const [name, field] of Object.entries(CLASSIC_RESOURCE)) {
    if (catalog.indexed(field, false) !== undefined) names.add(`resource.${name}`);
  }
  return [...names].sort();
}
