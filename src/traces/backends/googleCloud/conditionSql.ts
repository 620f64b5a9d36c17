import { Keyword, KINDS, STATUSES } from '../../traceql/language/datum';
import { otherNames } from '../../traceql/language/semconv';
import type { SimpleCondition } from '../../traceql/plan/pushdown';
import type { QueryParameters } from './queryParameters';
import { jsonOf, placesOf, SERVICE, serviceSql, textOfJson } from './spanSql';

/** What RE2 does not know. */
const NOT_RE2 = /\(\?[=!<]|\\[1-9]|\\[kK]/;

/** Part of a `WHERE`. */
export interface SqlCondition {
  readonly sql: string;
  /** It holds for the spans that are meant, and no others; otherwise for some more. */
  readonly exact: boolean;
}

/** One condition; undefined where SQL is not asked for it. It never finds less than is meant. */
export function conditionSql(
  condition: SimpleCondition,
  parameters: QueryParameters,
  anySemconv: boolean,
): SqlCondition | undefined {
  const { field, operator, value } = condition;
  if (field.node === 'intrinsic') return intrinsicSql(field.name, condition, parameters);
  const { scope, name } = field;
  if (scope === 'event') {
    if (operator === 'missing') return undefined;
    const ofEvent = attributeSql('event.attributes', name, condition, parameters);
    return ofEvent && ofAnyEvent(ofEvent);
  }
  if (scope !== 'span' && scope !== 'resource' && scope !== 'any') return undefined;
  if (name === 'service.name' && scope === 'resource') {
    if (typeof value?.value !== 'string') return undefined;
    if (operator === '=') return { sql: serviceSql(value.value, parameters), exact: true };
    return operator === '=~' ? regexSql(SERVICE, value.value, parameters) : undefined;
  }
  // A span may have it where its process has not: only the evaluator can tell them apart.
  if (operator === 'missing') return undefined;
  const names = [name, ...(anySemconv ? otherNames(name) : [])];
  const places = names.flatMap((one) => placesOf(scope, one));
  const found = places.map(([column, key]) => attributeSql(column, key, condition, parameters));
  const known = found.filter((one) => one !== undefined);
  if (known.length === 0 || known.length < found.length) return undefined;
  return { sql: `(${known.map(({ sql }) => sql).join(' OR ')})`, exact: known.every(({ exact }) => exact) };
}

function intrinsicSql(
  name: string,
  { operator, value }: SimpleCondition,
  parameters: QueryParameters,
): SqlCondition | undefined {
  const constant = value?.value;
  switch (name) {
    case 'name':
      return textSql('name', operator, constant, parameters);
    case 'event:name': {
      const ofEvent = textSql('event.name', operator, constant, parameters);
      return ofEvent && ofAnyEvent(ofEvent);
    }
    case 'statusMessage':
      return textSql('status.message', operator, constant, parameters);
    case 'status':
      return keywordSql('status.code', operator, constant, STATUSES, parameters);
    case 'kind':
      return keywordSql('kind', operator, constant, KINDS, parameters);
    case 'duration':
      return durationSql(operator, constant, parameters);
    case 'span:id':
      return idSql('span_id', operator, constant, parameters);
    case 'span:parentID':
      return idSql('parent_span_id', operator, constant, parameters);
    case 'trace:id':
      return idSql('trace_id', operator, constant, parameters);
    default:
      return undefined;
  }
}

/** What an event of the span meets; of two conditions, another event may meet each. */
function ofAnyEvent({ sql }: SqlCondition): SqlCondition {
  return { sql: `EXISTS(SELECT event.name FROM UNNEST(events) AS event WHERE ${sql})`, exact: false };
}

function textSql(
  column: string,
  operator: string,
  constant: unknown,
  parameters: QueryParameters,
): SqlCondition | undefined {
  if (typeof constant !== 'string' || constant === '') return undefined;
  if (operator === '=') return { sql: `${column} = ${parameters.add(constant)}`, exact: true };
  return operator === '=~' ? regexSql(column, constant, parameters) : undefined;
}

/** TraceQL's expressions are RE2's as well, and must fit from beginning to end. */
function regexSql(text: string, regex: string, parameters: QueryParameters): SqlCondition | undefined {
  if (NOT_RE2.test(regex)) return undefined;
  return { sql: `REGEXP_CONTAINS(${text}, ${parameters.add(`^(?:${regex})$`)})`, exact: true };
}

function keywordSql(
  column: string,
  operator: string,
  constant: unknown,
  keywords: readonly Keyword[],
  parameters: QueryParameters,
): SqlCondition | undefined {
  if (!(constant instanceof Keyword) || (operator !== '=' && operator !== '!=')) return undefined;
  const number = keywords.findIndex(({ name }) => name === constant.name);
  return number < 0
    ? undefined
    : { sql: `IFNULL(${column}, 0) ${operator} ${parameters.add(BigInt(number))}`, exact: true };
}

function durationSql(operator: string, constant: unknown, parameters: QueryParameters): SqlCondition | undefined {
  const ns = Number(constant);
  if (!Number.isFinite(ns) || !/^([<>]=?|=)$/.test(operator)) return undefined;
  return { sql: `duration_nano ${operator} ${parameters.add(ns)}`, exact: true };
}

function idSql(
  column: string,
  operator: string,
  constant: unknown,
  parameters: QueryParameters,
): SqlCondition | undefined {
  if (operator !== '=' || typeof constant !== 'string' || !/^[0-9a-f]{1,32}$/i.test(constant)) return undefined;
  const length = column === 'trace_id' ? 32 : 16;
  return { sql: `${column} = ${parameters.add(constant.toLowerCase().padStart(length, '0'))}`, exact: true };
}

function attributeSql(
  column: string,
  key: string,
  { operator, value }: SimpleCondition,
  parameters: QueryParameters,
): SqlCondition | undefined {
  const [json, text] = [jsonOf(column, key), textOfJson(column, key)];
  if (json === undefined || text === undefined) return undefined;
  const isThere: SqlCondition = { sql: `${json} IS NOT NULL`, exact: operator === 'exists' };
  // An element of a list may be equal where the list is not.
  const orList = (sql: string, exact: boolean): SqlCondition => ({
    sql: `(${sql} OR JSON_TYPE(${json}) = 'array')`,
    exact,
  });
  const constant = value?.value;
  if (typeof constant === 'string') {
    if (operator === '=') return orList(`${text} = ${parameters.add(constant)}`, true);
    const regex = operator === '=~' ? regexSql(text, constant, parameters) : undefined;
    return regex === undefined ? isThere : orList(regex.sql, true);
  }
  if (typeof constant === 'boolean') {
    return operator === '=' ? orList(`${text} = ${parameters.add(String(constant))}`, true) : isThere;
  }
  if (typeof constant !== 'number' || !Number.isFinite(constant) || !/^([<>]=?|=)$/.test(operator)) return isThere;
  // A text that is a number is found as well.
  return orList(`SAFE_CAST(${text} AS FLOAT64) ${operator} ${parameters.add(constant)}`, false);
}
