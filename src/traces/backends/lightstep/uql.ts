import { Keyword } from '../../traceql/language/datum';
import { otherNames } from '../../traceql/language/semconv';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import type { Narrowing } from '../../traceql/plan/narrowing';
import type { SimpleCondition } from '../../traceql/plan/pushdown';
import type { FindQuery } from '../searchingBackend';

/** What names a span there. */
export const TRACE = 'lightstep.trace_id';
export const SPAN = 'lightstep.span_id';
/** Keys that can be compared: there is no way to quote others. */
const KEY = /^[A-Za-z0-9._:][\w.:/-]*$/;
const KINDS = ['server', 'client', 'producer', 'consumer'];
/** Texts on several lines cannot be written. */
const WRITABLE = /^\P{Cc}*$/u;

/** A query of UQL for spans. */
export interface SpansQuery {
  readonly fetch: 'count' | 'latency';
  /** Conditions that one span meets, all of them. */
  readonly filters: readonly string[];
  readonly labels: readonly string[];
  /** Of durations, in milliseconds. */
  readonly percentile?: number;
  /** Each point is of so many seconds before it; else of its own period. */
  readonly overSeconds?: number;
}

/** A {@link SpansQuery} as text. */
export function uqlOf({ fetch, filters, labels, percentile, overSeconds }: SpansQuery): string {
  const stages = [
    `spans ${fetch}`,
    overSeconds === undefined ? 'delta' : `delta ${overSeconds}s`,
    ...(filters.length === 0 ? [] : [`filter ${filters.join(' && ')}`]),
    `group_by [${labels.map(quoted).join(', ')}], sum`,
    ...(percentile === undefined ? [] : [`point percentile(value, ${percentile.toFixed(1)})`]),
  ];
  return stages.join(' | ');
}

/** `key == "text"`; undefined where it cannot be written. */
export function equalTo(key: string, text: string): string | undefined {
  return KEY.test(key) && text !== '' && WRITABLE.test(text) ? `${key} == ${quoted(text)}` : undefined;
}

/** One of some texts; undefined where one of them cannot be written. */
export function oneOf(keys: readonly string[], texts: readonly string[]): string | undefined {
  const each = keys.flatMap((key) => texts.map((text) => equalTo(key, text)));
  const written = each.filter((one) => one !== undefined);
  if (written.length === 0 || written.length < each.length) return undefined;
  return written.length === 1 ? written[0] : `(${written.join(' || ')})`;
}

/** What of a query can be asked for, each part of the same span; it never finds less than is meant. */
export function filtersOf(query: FindQuery): string[] {
  const { service, operation, failed = false, conditions = [], anySemconv = false } = query;
  const filters = [
    service === undefined || service === UNKNOWN_SERVICE ? undefined : equalTo('service', service),
    operation === undefined ? undefined : equalTo('operation', operation),
    failed ? 'error == true' : undefined,
    ...conditions.map((condition) => conditionFilter(condition, anySemconv)),
  ];
  return [...new Set(filters.filter((filter) => filter !== undefined))];
}

/** Spans of an environment, by either name of the attribute. */
export function environmentFilters(environment: string | undefined): string[] {
  const names = ['deployment.environment', 'deployment.environment.name'];
  const filter = environment === undefined ? undefined : oneOf(names, [environment]);
  return filter === undefined ? [] : [filter];
}

/** What of a search {@link filtersOf} asks for, as far as a {@link Narrowing} can say it. */
export function askedInUql({ service, name, status, kind, attributes, exact, ...others }: Narrowing): Narrowing {
  const asked = attributes.filter((one) => one.scope === 'span' && typeof one.value === 'string' && KEY.test(one.name));
  const isKind = kind !== undefined && KINDS.includes(kind);
  const isAll =
    asked.length === attributes.length &&
    (status === undefined || status === 'error') &&
    (kind === undefined || isKind) &&
    Object.keys(others).length === 0;
  return {
    ...(service === undefined ? {} : { service }),
    ...(name === undefined ? {} : { name }),
    ...(status === 'error' ? { status } : {}),
    ...(isKind ? { kind } : {}),
    attributes: asked,
    exact: exact && isAll,
  };
}

/** Attributes of a process are not surely among those of its spans there, and numbers may be kept as texts. */
function conditionFilter({ field, operator, value }: SimpleCondition, anySemconv: boolean): string | undefined {
  const constant = value?.value;
  if (operator !== '=') return undefined;
  if (field.node === 'intrinsic') {
    const isKind = field.name === 'kind' && constant instanceof Keyword && KINDS.includes(constant.name);
    return isKind ? equalTo('span.kind', constant.name) : undefined;
  }
  if (field.scope !== 'span' || typeof constant !== 'string' || field.name === 'service.name') return undefined;
  return oneOf([field.name, ...(anySemconv ? otherNames(field.name) : [])], [constant]);
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
