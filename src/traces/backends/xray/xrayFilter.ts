import { otherNames } from '../../traceql/language/semconv';
import type { Narrowing } from '../../traceql/plan/narrowing';
import type { SimpleCondition } from '../../traceql/plan/pushdown';
import type { FindQuery } from '../searchingBackend';

/** X-Ray takes no longer expressions. */
const MAX_LENGTH = 2000;
/** Durations of traces come in milliseconds, rounded. */
const ROUNDING_S = 0.001;
const FAILED = 'error = true OR fault = true OR throttle = true';
/** Where documents keep the status of HTTP, whatever the attribute was called. */
const HTTP_STATUS: readonly string[] = ['http.response.status_code', 'http.status_code'];

/** Which attributes X-Ray can be asked for: those that became annotations. */
export interface IndexedAttributes {
  has(name: string): boolean;
}

/** Reads the option `indexedAttributes`: names with commas between, or `*` for all. */
export function indexedAttributes(option: unknown): IndexedAttributes {
  const names = new Set(typeof option === 'string' ? option.split(/[\s,]+/).filter((name) => name !== '') : []);
  return names.has('*') ? { has: () => true } : names;
}

/**
 * What of a query X-Ray can be asked (AWS, "Using filter expressions"); undefined: nothing. A keyword by itself is about
 * the root of a trace only, within `service() { … }` about any of its services. Conditions that cannot be written are left
 * out, so that too much may be found and nothing is missed.
 */
export function filterExpression(query: FindQuery, indexed: IndexedAttributes): string | undefined {
  const { service, failed, minDurationNs = 0, minTraceDurationNs = 0, conditions = [] } = query;
  const parts: (string | undefined)[] = [];
  const name = service === undefined ? undefined : quoted(service);
  if (name !== undefined) parts.push(`service(${name})`);
  if (failed === true) parts.push(`service() { ${FAILED} }`);
  // A trace lasts as long as its longest span, or longer.
  const seconds = Math.floor(Math.max(minDurationNs, minTraceDurationNs) / 1e6) / 1000 - ROUNDING_S;
  if (seconds > 0) parts.push(`duration >= ${Number(seconds.toFixed(3))}`);
  for (const condition of conditions) {
    parts.push(httpStatus(condition) ?? annotation(condition, indexed, query.anySemconv ?? false));
  }
  let expression = '';
  for (const part of parts) {
    if (part === undefined) continue;
    const longer = expression === '' ? part : `${expression} AND ${part}`;
    if (longer.length <= MAX_LENGTH) expression = longer;
  }
  return expression === '' ? undefined : expression;
}

/** What of a search {@link filterExpression} is about, as far as a {@link Narrowing} can say it. */
export function askedOfXray(narrowing: Narrowing, indexed: IndexedAttributes): Narrowing {
  const { service, attributes, exact, ...others } = narrowing;
  const { status, minDurationNs } = others;
  const named = attributes.filter(
    ({ scope, name }) => scope === 'span' && (HTTP_STATUS.includes(name) || indexed.has(name)),
  );
  return {
    ...(service === undefined ? {} : { service }),
    ...(status === 'error' ? { status } : {}),
    ...(minDurationNs === undefined ? {} : { minDurationNs }),
    attributes: named,
    // Nothing but services is found exactly.
    exact: exact && attributes.length === 0 && Object.keys(others).length === 0,
  };
}

/**
 * The query without what X-Ray knows only of segments and of calls that leave a service: a failure within a service that it
 * has recovered from is not indexed. Undefined where nothing of it is of that kind.
 */
export function withoutUncertain(query: FindQuery): FindQuery | undefined {
  const { failed, conditions = [] } = query;
  const certain = conditions.filter((condition) => httpStatus(condition) === undefined);
  if (failed !== true && certain.length === conditions.length) return undefined;
  return { ...query, failed: false, conditions: certain };
}

function httpStatus({ field, operator, value }: SimpleCondition): string | undefined {
  if (field.node !== 'attribute' || !HTTP_STATUS.includes(field.name)) return undefined;
  if (field.scope !== 'span' && field.scope !== 'any') return undefined;
  const status = Number(value?.value);
  if (!Number.isInteger(status) || !['=', '>', '>=', '<', '<='].includes(operator)) return undefined;
  return `service() { http.status ${operator} ${status} }`;
}

/** Annotations keep their attribute's dots only where the Collector is told so. */
function annotation(condition: SimpleCondition, indexed: IndexedAttributes, anySemconv: boolean): string | undefined {
  const { field, operator, value } = condition;
  if (field.node !== 'attribute' || field.scope !== 'span' || operator !== '=') return undefined;
  const text = literal(value.value);
  if (text === undefined || !/^[\w.]+$/.test(field.name)) return undefined;
  const names = [field.name, ...(anySemconv ? otherNames(field.name) : [])];
  // Under another name it may not be indexed.
  if (!names.every((name) => indexed.has(name))) return undefined;
  const keys = new Set(names.flatMap((name) => [name.replaceAll('.', '_'), name]));
  const terms = [...keys].map((key) => `annotation[${key}] = ${text}`);
  return terms.length === 1 ? terms[0] : `(${terms.join(' OR ')})`;
}

function literal(value: unknown): string | undefined {
  if (typeof value === 'string') return quoted(value);
  return ['number', 'bigint', 'boolean'].includes(typeof value) ? String(value) : undefined;
}

/** A text in quotes; undefined where it has some itself, for which the language has no notation that AWS describes. */
function quoted(text: string): string | undefined {
  return /["\\\p{Cc}]/u.test(text) ? undefined : `"${text}"`;
}
