import { isNewRelicResource } from '../../formats/newRelicSpans';
import { Keyword } from '../../traceql/language/datum';
import { otherNames } from '../../traceql/language/semconv';
import { bestGroup } from '../../traceql/plan/narrowing';
import type { PreparedSearch } from '../../traceql/plan/prepareSearch';
import type { SimpleCondition } from '../../traceql/plan/pushdown';
import { wildcardsOf } from '../searchEngine/textPattern';
import { anyOf, attributeName, equalsText, likeAnyCase, type Condition } from './nrql';
import { IS_ERROR, serviceCondition } from './spanNrql';

const NS_PER_MS = 1e6;
const TRACE_ID = /^[0-9a-f]{1,32}$/i;

/** All that NRQL can say of one span that a trace must have. */
export function groupConditions(group: readonly SimpleCondition[], anySemconv: boolean): Condition[] {
  return group.flatMap((condition) => conditionNrql(condition, anySemconv) ?? []);
}

/** What spans tell of the trace itself. */
export function traceConditions({ pushdown }: PreparedSearch): Condition[] {
  return pushdown.trace.flatMap(({ field, operator, value }) => {
    const id = value?.value;
    if (field.name !== 'trace:id' || operator !== '=' || typeof id !== 'string' || !TRACE_ID.test(id)) return [];
    return [{ nrql: `trace.id = '${id.toLowerCase().padStart(32, '0')}'`, exact: true }];
  });
}

/** What of a search is left to test here, in a sentence; undefined where NRQL says all of it. @param name of the backend. */
export function testedAfterNrql(name: string, prepared: PreparedSearch, anySemconv: boolean): string | undefined {
  const { isEmpty, pushdown } = prepared;
  if (isEmpty) return undefined;
  const group = bestGroup(pushdown);
  const said = groupConditions(group, anySemconv);
  const ofTrace = traceConditions(prepared);
  const isWhole = (conditions: readonly Condition[], all: readonly unknown[]): boolean =>
    conditions.length === all.length && conditions.every(({ exact }) => exact);
  const isAll = pushdown.exact && pushdown.groups.length <= 1;
  if (isAll && isWhole(said, group) && isWhole(ofTrace, pushdown.trace)) return undefined;
  return said.length + ofTrace.length === 0
    ? `${name} cannot be asked for any of this: Spanlight tests all traces of the time range.`
    : `${name} finds traces that may match; Spanlight tests the query on them.`;
}

/** One condition; undefined where NRQL cannot say anything of it. It never finds less than is meant. */
export function conditionNrql(condition: SimpleCondition, anySemconv: boolean): Condition | undefined {
  const { field } = condition;
  if (field.node === 'intrinsic') return intrinsicNrql(field.name, condition);
  const { scope, name } = field;
  if (scope !== 'span' && scope !== 'resource' && scope !== 'any') return undefined;
  if (name === 'service.name') return scope === 'resource' ? serviceNrql(condition) : undefined;
  // A span may have it where its process has not: only the evaluator can tell them apart.
  if (condition.operator === 'missing') return undefined;
  const names = [name, ...(anySemconv ? otherNames(name) : [])];
  const found = anyOf(names.map((one) => attributeNrql(one, condition)));
  const isOfScope = scope === 'any' || isNewRelicResource(name) === (scope === 'resource');
  return found === undefined || isOfScope ? found : { ...found, exact: false };
}

function serviceNrql({ operator, value }: SimpleCondition): Condition | undefined {
  return operator === '=' && typeof value?.value === 'string' && value.value !== ''
    ? serviceCondition(value.value)
    : undefined;
}

function intrinsicNrql(name: string, { operator, value }: SimpleCondition): Condition | undefined {
  const constant = value?.value;
  switch (name) {
    case 'name':
      return textNrql('name', operator, constant);
    case 'status':
      return statusNrql(operator, constant);
    case 'kind':
      return kindNrql(operator, constant);
    case 'duration':
      return durationNrql(operator, Number(constant));
    case 'statusMessage':
      return textNrql('otel.status_description', operator, constant, 'error.message');
    case 'instrumentation:name':
      return textNrql('otel.library.name', operator, constant);
    case 'instrumentation:version':
      return textNrql('otel.library.version', operator, constant);
    case 'span:id':
      return operator === '=' && typeof constant === 'string' && constant !== ''
        ? equalsText('id', constant)
        : undefined;
    case 'span:parentID':
      return operator === '=' && typeof constant === 'string' && constant !== ''
        ? equalsText('parent.id', constant)
        : undefined;
    default:
      return undefined;
  }
}

function statusNrql(operator: string, constant: unknown): Condition | undefined {
  if (!(constant instanceof Keyword) || constant.name !== 'error') return undefined;
  if (operator === '=') return { nrql: IS_ERROR, exact: true };
  return undefined;
}

/** Agents' spans name a kind seldom; those are left to the evaluator. */
function kindNrql(operator: string, constant: unknown): Condition | undefined {
  if (!(constant instanceof Keyword) || operator !== '=' || constant.name === 'unspecified') return undefined;
  const name = constant.name;
  const written = [name, name.toUpperCase(), `SPAN_KIND_${name.toUpperCase()}`].map((one) => `'${one}'`).join(', ');
  return { nrql: `(span.kind IN (${written}) OR span.kind IS NULL)`, exact: false };
}

/** Milliseconds with decimals may be rounded: a bound finds what is within a microsecond of it as well. */
function durationNrql(operator: string, ns: number): Condition | undefined {
  if (!Number.isFinite(ns)) return undefined;
  const least = Math.max(0, ns / NS_PER_MS - 0.001);
  const most = ns / NS_PER_MS + 0.001;
  const text = (milliseconds: number): string => milliseconds.toFixed(6);
  if (operator === '=') return { nrql: `duration.ms >= ${text(least)} AND duration.ms <= ${text(most)}`, exact: false };
  if (operator.startsWith('>')) return { nrql: `duration.ms >= ${text(least)}`, exact: false };
  return operator.startsWith('<') ? { nrql: `duration.ms <= ${text(most)}`, exact: false } : undefined;
}

/** @param other another column that the same may stand in. */
function textNrql(column: string, operator: string, constant: unknown, other?: string): Condition | undefined {
  if (typeof constant !== 'string' || constant === '') return undefined;
  const columns = other === undefined ? [column] : [column, other];
  if (operator === '=') return anyOf(columns.map((one) => equalsText(one, constant)));
  return operator === '=~' ? anyOf(columns.map((one) => patternNrql(one, constant))) : undefined;
}

function attributeNrql(attribute: string, { operator, value }: SimpleCondition): Condition | undefined {
  const name = attributeName(attribute);
  if (name === undefined) return undefined;
  const isThere: Condition = { nrql: `${name} IS NOT NULL`, exact: operator === 'exists' };
  const constant = value?.value;
  if (constant === undefined) return isThere;
  if (typeof constant === 'string') {
    if (operator === '=') return constant === '' ? isThere : (equalsText(name, constant) ?? isThere);
    return operator === '=~' ? (patternNrql(name, constant) ?? isThere) : isThere;
  }
  if (typeof constant === 'boolean') {
    return operator === '=' ? { nrql: `${name} IS ${constant ? 'TRUE' : 'FALSE'}`, exact: true } : isThere;
  }
  // As a text a number is equal to nothing but another text, and has no order.
  if (typeof constant !== 'number' || !Number.isFinite(constant) || !/^([<>]=?|=)$/.test(operator)) return isThere;
  const written = Number.isInteger(constant) ? String(constant) : constant.toFixed(9);
  return { nrql: `(numeric(${name}) ${operator} ${written})`, exact: Number.isSafeInteger(constant) };
}

/** Patterns of `LIKE` find any case, and its only wildcard is any number of characters. */
function patternNrql(name: string, regex: string): Condition | undefined {
  const patterns = wildcardsOf(regex);
  if (patterns === undefined || patterns.some((pattern) => /^\*?$/.test(pattern))) return undefined;
  return anyOf(
    patterns.map((pattern) =>
      /[*?\\]/.test(pattern) ? likeAnyCase(name, pattern.split(/\\.|\*|\?/)) : equalsText(name, pattern),
    ),
  );
}
