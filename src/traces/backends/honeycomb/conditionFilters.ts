import { isHoneycombResource } from '../../formats/honeycombSpans';
import { Keyword } from '../../traceql/language/datum';
import { otherNames } from '../../traceql/language/semconv';
import { bestGroup } from '../../traceql/plan/narrowing';
import type { PreparedSearch } from '../../traceql/plan/prepareSearch';
import type { SimpleCondition } from '../../traceql/plan/pushdown';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import { wildcardsOf } from '../searchEngine/textPattern';
import type { HoneycombScope } from './honeycombSchema';
import type { QueryFilter } from './querySpec';

const TRACE_ID = /^[0-9a-f]{1,32}$/i;
const NS_PER_MS = 1e6;
const NUMBERS = ['integer', 'float'];

/** What Honeycomb is asked for of a condition. */
export interface AskedCondition {
  readonly filter: QueryFilter;
  /** It holds for the spans that are meant, and no others; otherwise for some more. */
  readonly exact: boolean;
}

/** What every row must be that is a span, as far as columns tell. */
export function spanFilters({ columns }: HoneycombScope): QueryFilter[] {
  const filters: QueryFilter[] = [{ column: 'trace.trace_id', op: 'exists' }];
  return columns.has('meta.annotation_type')
    ? [...filters, { column: 'meta.annotation_type', op: 'does-not-exist' }]
    : filters;
}

/** The spans of a service: OpenTelemetry names one that has no name of its own as well. */
export function serviceFilter(service: string): QueryFilter {
  return service === UNKNOWN_SERVICE
    ? { column: 'service.name', op: 'in', value: [UNKNOWN_SERVICE, ''] }
    : { column: 'service.name', op: '=', value: service };
}

/** Failed spans, by the column that there is; undefined where there is none. */
export function failedFilter({ columns }: HoneycombScope): QueryFilter | undefined {
  if (columns.has('error')) return { column: 'error', op: '=', value: true };
  return columns.has('status_code') ? { column: 'status_code', op: '=', value: 2 } : undefined;
}

/** Only spans of an environment, by whichever attribute is there. */
export function environmentFilters({ columns }: HoneycombScope, environment: string | undefined): QueryFilter[] {
  if (environment === undefined) return [];
  const names = ['deployment.environment.name', 'deployment.environment'];
  const column = names.find((name) => columns.has(name)) ?? names[0]!;
  return [{ column, op: '=', value: environment }];
}

/** All that Honeycomb can be asked of one span that a trace must have. */
export function askedConditions(
  prepared: PreparedSearch,
  scope: HoneycombScope,
  anySemconv: boolean,
): AskedCondition[] {
  const ofSpan = bestGroup(prepared.pushdown).flatMap(
    (condition) => conditionFilter(condition, scope, anySemconv) ?? [],
  );
  const ofTrace = prepared.pushdown.trace.flatMap(({ field, operator, value }): AskedCondition[] => {
    const id = value?.value;
    if (field.name !== 'trace:id' || operator !== '=' || typeof id !== 'string' || !TRACE_ID.test(id)) return [];
    return [{ filter: { column: 'trace.trace_id', op: '=', value: id.toLowerCase().padStart(32, '0') }, exact: true }];
  });
  return [...ofSpan, ...ofTrace];
}

/** What of a search is left to test here, in a sentence; undefined where Honeycomb is asked for all of it. */
export function testedAfterFilters(
  name: string,
  prepared: PreparedSearch,
  scope: HoneycombScope,
  anySemconv: boolean,
): string | undefined {
  const { isEmpty, pushdown } = prepared;
  if (isEmpty) return undefined;
  const asked = askedConditions(prepared, scope, anySemconv);
  const count = bestGroup(pushdown).length + pushdown.trace.length;
  const isAll = pushdown.exact && pushdown.groups.length <= 1;
  if (isAll && asked.length === count && asked.every(({ exact }) => exact)) return undefined;
  return asked.length === 0
    ? `${name} cannot be asked for any of this: Spanlight tests all traces of the time range.`
    : `${name} finds traces that may match; Spanlight tests the query on them.`;
}

/** One condition; undefined where it cannot be asked for. It never finds less than is meant. */
export function conditionFilter(
  { field, operator, value }: SimpleCondition,
  scope: HoneycombScope,
  anySemconv: boolean,
): AskedCondition | undefined {
  const constant = value?.value;
  if (field.node === 'intrinsic') return intrinsicFilter(field.name, operator, constant, scope);
  const { scope: whose, name } = field;
  if (whose !== 'span' && whose !== 'resource' && whose !== 'any') return undefined;
  if (name === 'service.name') {
    const isEqual = whose === 'resource' && operator === '=' && typeof constant === 'string';
    if (!isEqual || constant === '' || constant === UNKNOWN_SERVICE) return undefined;
    return { filter: serviceFilter(constant), exact: true };
  }
  // Filters are joined by "and" alone: an attribute of several names cannot be asked for, nor what a span may lack.
  if (operator === 'missing' || (anySemconv && otherNames(name).length > 0)) return undefined;
  const type = scope.columns.get(name);
  if (type === undefined) return undefined;
  const isOfScope = whose === 'any' || isHoneycombResource(name) === (whose === 'resource');
  const asked = attributeFilter(name, type, operator, constant);
  return { ...asked, exact: asked.exact && isOfScope };
}

function intrinsicFilter(
  name: string,
  operator: string,
  constant: unknown,
  scope: HoneycombScope,
): AskedCondition | undefined {
  switch (name) {
    case 'name':
      return textFilter('name', operator, constant);
    case 'statusMessage':
      return scope.columns.has('status_message') ? textFilter('status_message', operator, constant) : undefined;
    case 'instrumentation:name':
      return scope.columns.has('library.name') ? textFilter('library.name', operator, constant) : undefined;
    case 'status': {
      const filter = failedFilter(scope);
      const isError = constant instanceof Keyword && constant.name === 'error' && operator === '=';
      return isError && filter !== undefined ? { filter, exact: true } : undefined;
    }
    case 'kind': {
      const isKind = constant instanceof Keyword && operator === '=' && constant.name !== 'unspecified';
      if (!isKind || !scope.columns.has('span.kind')) return undefined;
      return { filter: { column: 'span.kind', op: '=', value: constant.name }, exact: true };
    }
    case 'duration':
      return durationFilter(operator, Number(constant));
    case 'span:id':
      return operator === '=' && typeof constant === 'string' && constant !== ''
        ? { filter: { column: 'trace.span_id', op: '=', value: constant }, exact: true }
        : undefined;
    default:
      return undefined;
  }
}

/** Milliseconds with decimals may be rounded: a bound finds what is within a microsecond of it as well. */
function durationFilter(operator: string, ns: number): AskedCondition | undefined {
  if (!Number.isFinite(ns)) return undefined;
  const milliseconds = ns / NS_PER_MS;
  const filter = (op: string, value: number): AskedCondition => ({
    filter: { column: 'duration_ms', op, value },
    exact: false,
  });
  if (operator.startsWith('>') || operator === '=') return filter('>=', Math.max(0, milliseconds - 0.001));
  return operator.startsWith('<') ? filter('<=', milliseconds + 0.001) : undefined;
}

function attributeFilter(column: string, type: string, operator: string, constant: unknown): AskedCondition {
  const isThere: AskedCondition = { filter: { column, op: 'exists' }, exact: operator === 'exists' };
  if (typeof constant === 'string' && type === 'string') return textFilter(column, operator, constant) ?? isThere;
  if (typeof constant === 'boolean' && type === 'boolean' && operator === '=') {
    return { filter: { column, op: '=', value: constant }, exact: true };
  }
  const isNumber = typeof constant === 'number' && Number.isSafeInteger(constant) && NUMBERS.includes(type);
  if (!isNumber || !/^([<>]=?|=)$/.test(operator)) return isThere;
  return { filter: { column, op: operator, value: constant }, exact: true };
}

function textFilter(column: string, operator: string, constant: unknown): AskedCondition | undefined {
  if (typeof constant !== 'string' || constant === '') return undefined;
  if (operator === '=') return { filter: { column, op: '=', value: constant }, exact: true };
  return operator === '=~' ? patternFilter(column, constant) : undefined;
}

/** Texts, and one pattern by what stands before, behind or between its wildcards. */
function patternFilter(column: string, regex: string): AskedCondition | undefined {
  const patterns = wildcardsOf(regex) ?? [];
  if (patterns.length > 0 && patterns.every((pattern) => pattern !== '' && !/[*?\\]/.test(pattern))) {
    return { filter: { column, op: 'in', value: patterns }, exact: true };
  }
  const [only, ...others] = patterns;
  if (only === undefined || others.length > 0 || only.includes('\\')) return undefined;
  const parts = only.split(/[*?]/);
  const longest = parts.reduce((a, b) => (b.length > a.length ? b : a));
  if (longest === '') return undefined;
  const op = longest === parts[0] ? 'starts-with' : longest === parts.at(-1) ? 'ends-with' : 'contains';
  return { filter: { column, op, value: longest }, exact: false };
}
