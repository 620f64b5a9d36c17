import type { Literal } from '../../traceql/language/ast';
import { Keyword, type Scalar } from '../../traceql/language/datum';
import type { SimpleCondition } from '../../traceql/plan/pushdown';
import { otherNames } from '../../traceql/language/semconv';
import { allOf, anyOf, exists, known, noneOf, range, terms, type Clause, type TermValue } from './clauses';
import type { IndexedField } from './fieldCatalog';
import { ofShape, type IndexedScope, type SpanSchema, type SpanShape } from './spanSchema';
import { wildcardsOf } from './textPattern';

/** Longer texts may not be indexed: templates cut between 128 and 2,048 characters, but for ids. */
const SURE_LENGTH = 120;
/** Operators of a range and what the query language calls them. */
const BOUNDS: Readonly<Record<string, string>> = { '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte' };

/**
 * Clauses that every span fits which meets some conditions, and as few others as can be; those that cannot be asked for
 * are left out, and only tested on what comes back.
 *
 * @param anySemconv whether an attribute's other names count as well.
 */
export function conditionClauses(
  schema: SpanSchema,
  conditions: readonly SimpleCondition[],
  anySemconv: boolean,
): Clause[] {
  if (conditions.length === 0) return [];
  const byShape = schema.shapes.map((shape) => {
    const clauses = conditions.map((condition) => conditionClause(schema, shape, condition, anySemconv));
    return [...ofShape(shape, known(clauses))];
  });
  return byShape.length === 1 ? byShape[0]! : [anyOf(byShape.map(allOf))];
}

/** Whether a condition can be asked for at all. */
export function isAsked(schema: SpanSchema, condition: SimpleCondition, anySemconv: boolean): boolean {
  return schema.shapes.every((shape) => conditionClause(schema, shape, condition, anySemconv) !== undefined);
}

/** Whether what is asked for a condition says as much as the condition itself. */
export function isAskedWhole(schema: SpanSchema, condition: SimpleCondition, anySemconv: boolean): boolean {
  return schema.shapes.every((shape) => isAskedWholeOf(schema, shape, condition, anySemconv));
}

/** For the documents of one shape; undefined: the condition cannot be asked for. */
export function conditionClause(
  schema: SpanSchema,
  shape: SpanShape,
  condition: SimpleCondition,
  anySemconv: boolean,
): Clause | undefined {
  const { field } = condition;
  if (field.node === 'intrinsic') return ofIntrinsic(shape, condition);
  const { scope } = field;
  if (scope === 'instrumentation' || scope === 'event' || scope === 'link') return undefined;
  if (scope === 'resource' && field.name === 'service.name') return ofService(schema, condition);
  const names = [field.name, ...(anySemconv ? otherNames(field.name) : [])];
  if (names.some((name) => shape.isUnsure(scope, name))) return undefined;
  const fields = names.flatMap((name) => shape.attribute(scope, name));
  if (condition.operator === 'missing') return noneOf(fields.map(({ name }) => exists(name)));
  const parts = known(fields.map((one) => ofField(one, condition)));
  return parts.length < fields.length ? undefined : anyOf(parts);
}

function isAskedWholeOf(
  schema: SpanSchema,
  shape: SpanShape,
  condition: SimpleCondition,
  anySemconv: boolean,
): boolean {
  if (conditionClause(schema, shape, condition, anySemconv) === undefined) return false;
  const { field, operator, value } = condition;
  const isWhole = operator === '=' || operator === 'exists' || operator === 'missing';
  if (isWhole || field.node === 'intrinsic') return operator !== '=~' || isExactPattern(value);
  if (field.scope === 'resource' && field.name === 'service.name') return operator === '!=' || isExactPattern(value);
  // Texts have no order there, and of what differs only that it is there is asked for.
  const fields = shape.attribute(field.scope as IndexedScope, field.name);
  return Object.hasOwn(BOUNDS, operator) && fields.every(({ type }) => type === 'number');
}

function isExactPattern(value: Literal | undefined): boolean {
  return typeof value?.value === 'string' && wildcardsOf(value.value) !== undefined;
}

/** A service that is missing counts as "", so that its absence is not asked for. */
function ofService({ service }: SpanSchema, { operator, value }: SimpleCondition): Clause | undefined {
  const text = value?.value;
  if (typeof text !== 'string' || text === '' || text.length > SURE_LENGTH) return undefined;
  if (operator === '=') return terms(service, [text]);
  if (operator === '!=') return noneOf([terms(service, [text])]);
  return operator === '=~' ? ofPattern({ name: service, type: 'keyword', isCut: false }, text) : undefined;
}

function ofIntrinsic(shape: SpanShape, { field, operator, value }: SimpleCondition): Clause | undefined {
  if (value === undefined) return undefined;
  switch (field.name) {
    case 'name':
      return ofText({ name: shape.name, type: 'keyword', isCut: true }, operator, value.value);
    case 'status':
      return ofKeyword(operator, value, (name) => shape.status(name as 'ok'));
    case 'kind':
      return ofKeyword(operator, value, shape.kind);
    case 'duration':
      return ofDuration(shape, operator, Number(value.value));
    case 'statusMessage':
      return shape.statusMessage && ofText(shape.statusMessage, operator, value.value);
    case 'instrumentation:name':
      return shape.scopeName && ofText(shape.scopeName, operator, value.value);
    case 'instrumentation:version':
      return shape.scopeVersion && ofText(shape.scopeVersion, operator, value.value);
    case 'span:id':
      return operator === '=' ? ids(shape.spanId, value) : undefined;
    case 'span:parentID':
      return operator === '=' ? ids(shape.parentSpanId, value) : undefined;
    default:
      return undefined;
  }
}

/** A root's parent may be missing or empty, which is not asked for. */
function ids(field: string, { value }: Literal): Clause | undefined {
  return typeof value === 'string' && value !== '' ? terms(field, [value]) : undefined;
}

function ofKeyword(operator: string, { value }: Literal, write: (name: string) => Clause): Clause | undefined {
  if (!(value instanceof Keyword)) return undefined;
  if (operator === '=') return write(value.name);
  return operator === '!=' ? noneOf([write(value.name)]) : undefined;
}

/** Where units are coarser than a nanosecond, a bound that lies between two of them finds both. */
function ofDuration(shape: SpanShape, operator: string, ns: number): Clause | undefined {
  const { duration, durationUnitNs: unit } = shape;
  const bound = BOUNDS[operator];
  const [least, most] = [Math.floor(ns / unit), Math.ceil(ns / unit)];
  if (operator === '=') return range(duration, { gte: least, lte: most });
  if (bound === undefined) return undefined;
  if (unit === 1) return range(duration, { [bound]: ns });
  return range(duration, bound.startsWith('g') ? { gte: least } : { lte: most });
}

function ofField(field: IndexedField, { operator, value }: SimpleCondition): Clause | undefined {
  if (value === undefined || operator === '!=' || operator === '!~') return isThere(field);
  const scalar = value.value;
  if (typeof scalar === 'string') return ofText(field, operator, scalar);
  if (typeof scalar === 'boolean') return ofBoolean(field, operator, scalar);
  return typeof scalar === 'number' || typeof scalar === 'bigint' ? ofNumber(field, operator, scalar) : undefined;
}

function isThere(field: IndexedField): Clause | undefined {
  return field.isCut ? undefined : exists(field.name);
}

function ofText(field: IndexedField, operator: string, text: Scalar): Clause | undefined {
  if (typeof text !== 'string' || field.type !== 'keyword') return undefined;
  if (operator === '=~') return ofPattern(field, text);
  if (operator !== '=') return isThere(field);
  return text.length > SURE_LENGTH ? undefined : terms(field.name, [text]);
}

function ofPattern(field: IndexedField, regex: string): Clause | undefined {
  const patterns = wildcardsOf(regex);
  if (patterns === undefined) return isThere(field);
  const plain = patterns.filter((pattern) => !/[*?\\]/.test(pattern));
  const isLong = patterns.some((pattern) => pattern.length > SURE_LENGTH);
  if (isLong || (field.isCut && plain.length < patterns.length)) return undefined;
  const wild = patterns.filter((pattern) => !plain.includes(pattern));
  const clauses = wild.map((pattern) => ({ wildcard: { [field.name]: { value: pattern } } }));
  return anyOf([...(plain.length === 0 ? [] : [terms(field.name, plain)]), ...clauses]);
}

function ofBoolean(field: IndexedField, operator: string, value: boolean): Clause | undefined {
  if (operator !== '=') return isThere(field);
  if (field.type === 'boolean') return terms(field.name, [value]);
  return field.type === 'keyword' ? terms(field.name, [String(value)]) : undefined;
}

/** As texts, numbers are equal only where they are written alike, and have no order. */
function ofNumber(field: IndexedField, operator: string, value: number | bigint): Clause | undefined {
  const bound = BOUNDS[operator];
  // JSON's numbers do not hold 64 bits everywhere; texts do.
  const number: TermValue = typeof value === 'bigint' ? String(value) : value;
  if (field.type === 'number') {
    if (operator === '=') return terms(field.name, [number]);
    return bound === undefined ? undefined : range(field.name, { [bound]: number });
  }
  if (field.type !== 'keyword') return undefined;
  const isWhole = typeof value === 'bigint' || Number.isInteger(value);
  if (operator !== '=' || !isWhole) return isThere(field);
  return terms(field.name, [String(value), `${value}.0`]);
}
