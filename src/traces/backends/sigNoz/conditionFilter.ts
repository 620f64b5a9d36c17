import { Keyword, type Scalar } from '../../traceql/language/datum';
import { otherNames } from '../../traceql/language/semconv';
import type { SimpleCondition } from '../../traceql/plan/pushdown';
import type { FieldKeys, KeyScope } from './fieldKeys';
import { allOf, anyOf, isKeyText, quotedText } from './filterText';

/** What a condition is asked as. */
export interface AskedCondition {
  readonly filter: string;
  /** The filter finds the spans that meet the condition, and no others; else some more. */
  readonly isWhole: boolean;
}

/** No span meets it: no span has ever had such an attribute. */
export const NOTHING = 'nothing';

const ORDER = ['<', '<=', '>', '>='];
const STATUSES: Readonly<Record<string, string>> = { error: 'Error', ok: 'Ok', unset: 'Unset' };
/** Numbers that a double holds exactly, which is what SigNoz keeps. */
const MAX_NUMBER = Number.MAX_SAFE_INTEGER;

/**
 * What SigNoz's filters can say of a condition; undefined: nothing.
 * @param anySemconv whether an attribute's other names count as well.
 */
export function conditionFilter(
  condition: SimpleCondition,
  keys: FieldKeys,
  anySemconv: boolean,
): AskedCondition | typeof NOTHING | undefined {
  const { field } = condition;
  if (field.node === 'intrinsic') return ofIntrinsic(condition);
  const scopes = scopesOf(field.scope);
  if (scopes.length === 0) return undefined;
  if (field.scope === 'resource' && field.name === 'service.name') return ofService(condition);
  const names = [field.name, ...(anySemconv ? otherNames(field.name) : [])];
  const places = scopes.flatMap((scope) =>
    names.filter((name) => keys.has(scope, name)).map((name) => [scope, name] as const),
  );
  if (condition.operator === 'missing') return ofMissing(places);
  if (places.length === 0) return keys.isComplete ? NOTHING : undefined;
  const asked = places.map(([scope, name]) => ofAttribute(scope, name, condition, keys));
  const known = asked.filter((one) => one !== undefined);
  // What cannot be asked for of one place may be met there.
  if (known.length < asked.length) return undefined;
  const filter = anyOf(known.map((one) => one.filter));
  // Of an attribute that spans and resources have, TraceQL looks at one.
  return filter === undefined ? undefined : { filter, isWhole: places.length === 1 && known[0]!.isWhole };
}

/** Conditions together; {@link NOTHING} where no span meets one of them. */
export function conditionsFilter(
  conditions: readonly SimpleCondition[],
  keys: FieldKeys,
  anySemconv: boolean,
): string | undefined {
  const asked = conditions.map((condition) => conditionFilter(condition, keys, anySemconv));
  if (asked.includes(NOTHING)) return NOTHING;
  return allOf(asked.map((one) => (one === undefined || one === NOTHING ? undefined : one.filter)));
}

function scopesOf(scope: string): readonly KeyScope[] {
  if (scope === 'span') return ['attribute'];
  if (scope === 'resource') return ['resource'];
  return scope === 'any' ? ['attribute', 'resource'] : [];
}

function ofIntrinsic({ field, operator, value }: SimpleCondition): AskedCondition | undefined {
  if (value === undefined) return undefined;
  switch (field.name) {
    case 'name':
      return ofText('name', operator, value.value);
    case 'statusMessage':
      return ofText('status_message', operator, value.value);
    case 'duration':
      return ofNumber('duration_nano', operator, Number(value.value));
    case 'status':
      return ofKeyword('status_code_string', operator, value.value, (name) => STATUSES[name]);
    case 'kind':
      return ofKeyword('kind_string', operator, value.value, (name) => name.charAt(0).toUpperCase() + name.slice(1));
    case 'span:id':
      return operator === '=' ? ofText('span_id', operator, value.value) : undefined;
    case 'span:parentID':
      return operator === '=' && value.value !== '' ? ofText('parent_span_id', operator, value.value) : undefined;
    case 'trace:id':
      return operator === '=' ? ofText('trace_id', operator, value.value) : undefined;
    default:
      return undefined;
  }
}

/** A service that is missing counts as "", so that its absence is not asked for. */
function ofService({ operator, value }: SimpleCondition): AskedCondition | undefined {
  const text = value?.value;
  return typeof text !== 'string' || text === '' ? undefined : ofText('resource.service.name', operator, text);
}

function ofMissing(places: readonly (readonly [KeyScope, string])[]): AskedCondition | undefined {
  if (places.some(([, name]) => !isKeyText(name))) return undefined;
  const filter = allOf(places.map(([scope, name]) => `${scope}.${name} NOT EXISTS`));
  return filter === undefined ? undefined : { filter, isWhole: true };
}

function ofAttribute(
  scope: KeyScope,
  name: string,
  { operator, value }: SimpleCondition,
  keys: FieldKeys,
): AskedCondition | undefined {
  if (!isKeyText(name)) return undefined;
  const field = `${scope}.${name}`;
  const exists = { filter: `${field} EXISTS`, isWhole: operator === 'exists' };
  if (value === undefined || operator === '!=' || operator === '!~') return exists;
  const types = keys.typesOf(scope, name);
  const [type] = types;
  // Where some write a number and others a text, how they are compared is for the server to say.
  if (types.size !== 1) return exists;
  const scalar = value.value;
  if (typeof scalar === 'string') return type === 'string' ? ofText(field, operator, scalar) : exists;
  if (typeof scalar === 'boolean') {
    return type === 'bool' && operator === '=' ? { filter: `${field} = ${scalar}`, isWhole: true } : exists;
  }
  if (typeof scalar !== 'number' && typeof scalar !== 'bigint') return exists;
  if (type !== 'number' || Math.abs(Number(scalar)) > MAX_NUMBER) return exists;
  return ofNumber(field, operator, Number(scalar)) ?? exists;
}

function ofText(field: string, operator: string, text: Scalar): AskedCondition | undefined {
  if (typeof text !== 'string') return undefined;
  if (operator === '=~') return ofPattern(field, text);
  if (operator !== '=' && operator !== '!=') return undefined;
  const quoted = quotedText(text);
  return quoted === undefined ? undefined : { filter: `${field} ${operator} ${quoted}`, isWhole: true };
}

/** Patterns are of the same language (RE2), and there find a part of a text; a dot finds line breaks, too. */
function ofPattern(field: string, pattern: string): AskedCondition | undefined {
  const quoted = quotedText(`^(?:${pattern})$`);
  return quoted === undefined ? undefined : { filter: `${field} REGEXP ${quoted}`, isWhole: !pattern.includes('.') };
}

function ofNumber(field: string, operator: string, value: number): AskedCondition | undefined {
  if (!Number.isFinite(value) || !(operator === '=' || operator === '!=' || ORDER.includes(operator))) return undefined;
  return { filter: `${field} ${operator} ${value}`, isWhole: true };
}

function ofKeyword(
  field: string,
  operator: string,
  value: Scalar,
  write: (name: string) => string | undefined,
): AskedCondition | undefined {
  const name = value instanceof Keyword ? write(value.name) : undefined;
  if (name === undefined || (operator !== '=' && operator !== '!=')) return undefined;
  return { filter: `${field} ${operator} '${name}'`, isWhole: true };
}
