import type { TimeWindow } from '../../../model/time';
import type { Attribute, Literal } from '../../traceql/language/ast';
import type { Keyword } from '../../traceql/language/datum';
import type { Intrinsic } from '../../traceql/language/intrinsics';
import type { PreparedSearch } from '../../traceql/plan/prepareSearch';
import type { SimpleCondition } from '../../traceql/plan/pushdown';
import { otherNames } from '../../traceql/language/semconv';
import { isTypedKey } from '../../formats/recordValues';
import { SqlParameters } from './sql';
import { attributeSql, DURATION_NS, environmentSql, kindSql, serviceSql, statusSql, windowSql } from './spanSql';
import type { SpanTable } from './spanTable';

/** Numbers as texts, as the evaluator takes them. */
const NUMBER = "'^-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$'";
/** Beyond, `Duration` holds spans that end before they start. */
const LONGEST = '9223372036854775807';

/** Part of a query in SQL. */
export interface SearchCondition {
  readonly sql: string;
  /** It holds for the spans that the query means, and no others; otherwise for some more. */
  readonly exact: boolean;
}

/** Where and for whom is searched. */
export interface SearchScope {
  readonly table: SpanTable;
  readonly window: TimeWindow;
  readonly environment: string | undefined;
  readonly anySemconv: boolean;
}

/** What a condition is about. */
type Sources = Pick<SearchScope, 'table' | 'anySemconv'>;

/**
 * What SQL can say of the spans that make a trace a candidate: a `WHERE`. Every trace that the query finds has a span
 * within the window that meets it; all spans that the query wants are looked for there.
 */
export function candidateSql(prepared: PreparedSearch, scope: SearchScope, parameters: SqlParameters): string {
  const { table, window, environment } = scope;
  const within = [windowSql(window, parameters)];
  if (environment !== undefined) within.push(environmentSql(table, environment, parameters));
  const groups = prepared.pushdown.groups.map((group) => groupSql(group, scope, parameters).sql);
  const [first, ...others] = groups.filter((sql) => sql !== '');
  const where = [...within, ...(first === undefined ? [] : [first])];
  for (const other of others) {
    where.push(`TraceId IN (SELECT TraceId FROM ${table.name} WHERE ${[...within, other].join(' AND ')})`);
  }
  return where.join('\n  AND ');
}

/** What the spans are that the query finds; undefined where only the evaluator can tell. */
export function matchedSql(
  { pushdown }: PreparedSearch,
  scope: Sources,
  parameters: SqlParameters,
): string | undefined {
  if (!pushdown.exact || pushdown.groups.length > 1) return undefined;
  const { sql, exact } = groupSql(pushdown.groups[0] ?? [], scope, parameters);
  return exact ? sql || '1' : undefined;
}

/** What of a search is left to test here, in a sentence; undefined where SQL says all of it. @param name of the backend. */
export function testedAfterSql(name: string, prepared: PreparedSearch, scope: Sources): string | undefined {
  const { groups, trace } = prepared.pushdown;
  const isOfDuration = trace.every(({ field }) => field.name === 'traceDuration');
  if (isOfDuration && matchedSql(prepared, scope, new SqlParameters()) !== undefined) return undefined;
  const asked = groups.filter((group) => groupSql(group, scope, new SqlParameters()).sql !== '').length;
  return asked === 0
    ? `${name} cannot be asked for any of this: Spanlight tests the traces that it lists.`
    : `${name} finds traces that may match; Spanlight tests the query on them.`;
}

/** All conditions that one span must meet; empty SQL where none can be said. */
function groupSql(group: readonly SimpleCondition[], scope: Sources, parameters: SqlParameters): SearchCondition {
  const conditions = group.map((condition) => conditionSql(condition, scope, parameters));
  const said = conditions.filter((condition) => condition !== undefined);
  return {
    sql: said.map(({ sql }) => sql).join(' AND '),
    exact: conditions.every((condition) => condition?.exact === true),
  };
}

/** One condition; undefined where SQL cannot say anything of it. */
export function conditionSql(
  condition: SimpleCondition,
  scope: Sources,
  parameters: SqlParameters,
): SearchCondition | undefined {
  const { field, operator, value } = condition;
  if (field.node === 'attribute') return attributeCondition(field, condition, scope, parameters);
  if (value === undefined) return undefined;
  return intrinsicSql(field.name, operator, value, scope, parameters);
}

function intrinsicSql(
  name: Intrinsic,
  operator: string,
  literal: Literal,
  { table }: Sources,
  parameters: SqlParameters,
): SearchCondition | undefined {
  const { value } = literal;
  const columns: Partial<Record<Intrinsic, string>> = {
    name: 'SpanName',
    statusMessage: 'StatusMessage',
    ...(table.hasScope ? { 'instrumentation:name': 'ScopeName', 'instrumentation:version': 'ScopeVersion' } : {}),
  };
  const column = columns[name];
  if (column !== undefined) {
    return typeof value === 'string' ? exactly(textSql(column, operator, value, parameters)) : undefined;
  }
  switch (name) {
    case 'status':
    case 'kind': {
      if (operator !== '=' && operator !== '!=') return undefined;
      const sql = (name === 'status' ? statusSql : kindSql)((value as Keyword).name);
      return exactly(operator === '=' ? sql : `NOT (${sql})`);
    }
    case 'duration':
      return exactly(durationSql(operator, value, parameters));
    case 'span:id':
      if (operator !== '=' || typeof value !== 'string') return undefined;
      return { sql: `SpanId IN ${parameters.texts([value, value.toLowerCase().padStart(16, '0')])}`, exact: false };
    default:
      return undefined;
  }
}

function exactly(sql: string | undefined): SearchCondition | undefined {
  return sql === undefined ? undefined : { sql, exact: true };
}

/** Also in a form that the index of `Duration` serves: for long spans it is compared as it is. */
function durationSql(operator: string, value: unknown, parameters: SqlParameters): string | undefined {
  const ns = Number(value);
  if (!Number.isSafeInteger(ns) || !/^([<>]=?|!?=)$/.test(operator)) return undefined;
  const bound = parameters.integer(ns);
  return operator.startsWith('>') && ns > 0
    ? `Duration ${operator} ${bound} AND Duration <= ${LONGEST}`
    : `${DURATION_NS} ${operator} ${bound}`;
}

function textSql(expression: string, operator: string, value: string, parameters: SqlParameters): string | undefined {
  // Both are RE2, match the whole text, and let a dot stand for a line break.
  if (operator === '=~') return `match(${expression}, ${parameters.text(`^(?s:${value})$`)})`;
  if (operator === '!~') return `NOT match(${expression}, ${parameters.text(`^(?s:${value})$`)})`;
  return /^([<>]=?|!?=)$/.test(operator) ? `${expression} ${operator} ${parameters.text(value)}` : undefined;
}

function attributeCondition(
  field: Attribute,
  condition: SimpleCondition,
  scope: Sources,
  parameters: SqlParameters,
): SearchCondition | undefined {
  if (field.scope !== 'span' && field.scope !== 'resource' && field.scope !== 'any') return undefined;
  const others = scope.anySemconv ? otherNames(field.name) : [];
  const own = oneAttribute(field, condition, scope, parameters);
  if (own === undefined || others.length === 0) return own;
  const all = [own, ...others.map((name) => oneAttribute({ ...field, name }, condition, scope, parameters))];
  const said = all.filter((one) => one !== undefined);
  const joined = said.map(({ sql }) => sql).join(condition.operator === 'missing' ? ' AND ' : ' OR ');
  return { sql: `(${joined})`, exact: false };
}

function oneAttribute(
  { scope: whose, name }: Attribute,
  { operator, value }: SimpleCondition,
  { table }: Sources,
  parameters: SqlParameters,
): SearchCondition | undefined {
  if (whose === 'resource' && name === 'service.name') {
    if (operator === '=' && typeof value?.value === 'string') {
      return { sql: serviceSql(value.value, parameters), exact: value.value !== 'unknown_service' };
    }
    return typeof value?.value === 'string'
      ? exactly(textSql('ServiceName', operator, value.value, parameters))
      : undefined;
  }
  // The service may be known by the table's own column alone.
  if (name === 'service.name') return undefined;
  const [span, resource] = [
    attributeSql(table, 'SpanAttributes', parameters),
    attributeSql(table, 'ResourceAttributes', parameters),
  ];
  const is = (exact: boolean, sql: string | undefined): SearchCondition | undefined =>
    sql === undefined ? undefined : { sql, exact: exact && table.attributes === 'map' };
  const has =
    whose === 'any' ? `(${span.has(name)} OR ${resource.has(name)})` : (whose === 'span' ? span : resource).has(name);
  if (value === undefined) return is(true, operator === 'missing' ? `NOT ${has}` : has);
  const text =
    whose === 'any'
      ? `if(${span.has(name)}, ${span.text(name)}, ${resource.text(name)})`
      : (whose === 'span' ? span : resource).text(name);
  const compared = valueSql(text, operator, value, parameters);
  if (compared === undefined) return { sql: has, exact: false };
  // A list is kept as JSON, and each of its elements may be the value.
  const sql = table.attributes === 'json' ? `(${compared} OR startsWith(${text}, '['))` : compared;
  return is(typeof value.value !== 'string' || !isTypedKey(name), `${has} AND ${sql}`);
}

/** Whether a value that is kept as a text compares so with a constant; undefined where that takes the evaluator. */
function valueSql(text: string, operator: string, { value }: Literal, parameters: SqlParameters): string | undefined {
  if (typeof value === 'string') return textSql(text, operator, value, parameters);
  if (typeof value === 'boolean') {
    if (operator !== '=' && operator !== '!=') return undefined;
    return `${text} = '${String((operator === '=') === value)}'`;
  }
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || !/^([<>]=?|!?=)$/.test(operator)) return undefined;
  return `match(${text}, ${NUMBER}) AND toFloat64OrZero(${text}) ${operator} ${parameters.integer(value)}`;
}
