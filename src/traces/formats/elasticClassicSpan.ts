import type { AttributeValue } from '../../model/attributes';
import { fieldsUnder, type FlatDocument } from './flatDocument';
import { linkOf, timestampOf } from './elasticParts';
import {
  attributeOfLabel,
  CALL_TYPES,
  CLASSIC_FIELDS,
  CLASSIC_RESOURCE,
  OPERATION_LABELS,
  RECEIVING_ACTIONS,
  RESOURCE_LABELS,
  RPC_SUBTYPES,
  SENDING_OPERATIONS,
  type ClassicShape,
} from './elasticNames';
import { recordIds } from './recordIds';
import { MICROS_POWER, nanosOf } from './recordTimes';
import { itemsOf, kindOf, textOf, valueOf } from './recordValues';
import {
  NO_SCOPE,
  type ConvertedSpan,
  type MutableAttributes,
  type RecordScope,
  type RecordStatus,
} from './spanRecord';

/** Fields of a classic document that are of the resource. */
const RESOURCE = /^(service\.(?!target\.|origin\.|framework\.)|(host|process|cloud|container|kubernetes|device|os)\.)/;
/** Fields that say what the document is, not what the span is. */
const BOOKKEEPING =
  /^(@timestamp$|timestamp\.|trace\.|parent\.|child\.|processor\.|ecs\.|data_stream\.|observer\.|event\.|agent\.|service\.framework\.|labels\.|numeric_labels\.|(transaction|span)\.(id|name|duration\.us|links|kind|representative_count|sampled)$)/;
/** Whose documents were made of OpenTelemetry's spans: `opentelemetry/java`, `otlp`. */
const OPENTELEMETRY = /^(opentelemetry|otlp)(\/|$)/;

const ATTRIBUTES: Readonly<Record<ClassicShape, ReadonlyMap<string, string>>> = {
  transaction: inverted(CLASSIC_FIELDS.transaction),
  span: inverted(CLASSIC_FIELDS.span),
};
const RESOURCE_ATTRIBUTES = inverted(CLASSIC_RESOURCE);

/** A transaction or a span of Elastic APM's own schema (`traces-apm*`). */
export function classicSpan(flat: FlatDocument): ConvertedSpan {
  const event = flat.get('processor.event') ?? (flat.has('span.name') ? 'span' : 'transaction');
  const shape: ClassicShape = event === 'transaction' || !flat.has('span.id') ? 'transaction' : 'span';
  const ids = recordIds(flat.get('trace.id'), flat.get(`${shape}.id`), flat.get('parent.id'));
  if (ids === undefined) return { problem: `trace.id or ${shape}.id is missing` };
  const startNs = classicTime(flat);
  const durationNs = nanosOf(flat.get(`${shape}.duration.us`) ?? 0, MICROS_POWER);
  if (startNs === undefined || durationNs === undefined) return { problem: 'the time of a document cannot be read' };
  const resource = resourceOf(flat);
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    idsMended: ids.idsMended,
    name: textOf(flat.get(`${shape}.name`)) ?? '',
    kind: classicKind(flat, shape),
    startNs,
    endNs: startNs + durationNs,
    attributes: attributesOf(flat, shape, resource),
    events: [],
    links: itemsOf(flat.get('span.links') ?? flat.get('transaction.links')).flatMap(linkOf),
    status: statusOf(flat),
    resource,
    scope: scopeOf(flat),
  };
}

/** Whether a field of a classic document is its span's, its resource's, or says what the document itself is. */
export function classicPlace(field: string): 'span' | 'resource' | 'document' {
  if (BOOKKEEPING.test(field)) return 'document';
  return RESOURCE.test(field) ? 'resource' : 'span';
}

/** The attribute that a field of a classic document is read as. */
export function attributeOfField(field: string, shape: ClassicShape): string {
  return ATTRIBUTES[shape].get(field) ?? field;
}

/** When a classic document begins, to the microsecond where it says so. */
export function classicTime(flat: FlatDocument): bigint | undefined {
  const micros = flat.get('timestamp.us');
  return micros === undefined ? timestampOf(flat.get('@timestamp')) : nanosOf(micros, MICROS_POWER);
}

/** Few documents name the kind; else it follows from the type. */
function classicKind(flat: FlatDocument, shape: ClassicShape): number {
  const named = kindOf(flat.get('span.kind') ?? flat.get('transaction.kind'));
  if (named !== 0) return named;
  const type = textOf(flat.get(`${shape}.type`)) ?? 'unknown';
  if (shape === 'transaction') {
    if (type !== 'messaging') return type === 'request' ? 2 : 0;
    return OPERATION_LABELS.some((label) => SENDING_OPERATIONS.includes(textOf(flat.get(label)) ?? '')) ? 4 : 5;
  }
  if (type === 'messaging') return RECEIVING_ACTIONS.includes(textOf(flat.get('span.action')) ?? '') ? 3 : 4;
  return CALL_TYPES.includes(type) ? 3 : type === 'unknown' ? 0 : 1;
}

function statusOf(flat: FlatDocument): RecordStatus {
  const failed = flat.get('event.outcome') === 'failure';
  return failed ? { code: 2, message: textOf(flat.get('transaction.result')) } : { code: 0 };
}

function attributesOf(flat: FlatDocument, shape: ClassicShape, resource: MutableAttributes): MutableAttributes {
  const attributes: MutableAttributes = new Map();
  for (const [key, value] of flat) {
    if (classicPlace(key) === 'span') attributes.set(attributeOfField(key, shape), valueOf(value));
  }
  for (const [name, value] of labelsOf(flat)) {
    (RESOURCE_LABELS.includes(name) ? resource : attributes).set(name, value);
  }
  if (shape === 'span') addDerived(flat, attributes);
  return attributes;
}

/** Labels by the attributes that they were. */
export function* labelsOf(flat: FlatDocument): Generator<[name: string, value: AttributeValue]> {
  for (const [label, value] of fieldsUnder(flat, 'labels.')) yield [attributeOfLabel(label), valueOf(value)];
  for (const [label, value] of fieldsUnder(flat, 'numeric_labels.')) {
    // Doubles, also where they look like integers of 64 bits, which come as texts.
    const number = (one: unknown): unknown => (typeof one === 'string' ? Number(one) : one);
    yield [attributeOfLabel(label), valueOf(Array.isArray(value) ? value.map(number) : number(value))];
  }
}

function addDerived(flat: FlatDocument, attributes: MutableAttributes): void {
  const [type, subtype, action] = ['type', 'subtype', 'action'].map((field) => textOf(flat.get(`span.${field}`)));
  if (type === 'messaging' && subtype) attributes.set('messaging.system', subtype);
  if (type === 'messaging' && action) attributes.set('messaging.operation.type', action);
  if (type === 'external' && subtype && RPC_SUBTYPES.includes(subtype)) attributes.set('rpc.system', subtype);
}

function resourceOf(flat: FlatDocument): MutableAttributes {
  const resource: MutableAttributes = new Map<string, AttributeValue>();
  for (const [key, value] of flat) {
    if (!RESOURCE.test(key) && !(key.startsWith('service.framework.') && !isOpenTelemetry(flat))) continue;
    resource.set(key, valueOf(value));
    const name = RESOURCE_ATTRIBUTES.get(key);
    if (name !== undefined && value !== 'unknown') resource.set(name, valueOf(value));
  }
  return resource;
}

/** What came from OpenTelemetry has its instrumentation scope as the framework; else an agent made the span. */
function scopeOf(flat: FlatDocument): RecordScope {
  const prefix = isOpenTelemetry(flat) ? 'service.framework.' : 'agent.';
  const name = textOf(flat.get(`${prefix}name`)) ?? '';
  const version = textOf(flat.get(`${prefix}version`)) ?? '';
  return name === '' && version === '' ? NO_SCOPE : { name, version };
}

function isOpenTelemetry(flat: FlatDocument): boolean {
  return OPENTELEMETRY.test(textOf(flat.get('agent.name')) ?? '');
}

function inverted(fields: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(fields).map(([name, field]) => [field, name]));
}
