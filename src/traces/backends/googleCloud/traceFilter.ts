import { attributeOfLabel, isGoogleField, labelsOfAttribute } from '../../formats/googleTraceSpans';
import { otherNames } from '../../traceql/language/semconv';
import type { Narrowing } from '../../traceql/plan/narrowing';
import type { SimpleCondition } from '../../traceql/plan/pushdown';
import { wildcardsOf } from '../searchEngine/textPattern';
import type { FindQuery } from '../searchingBackend';

/** Longer names and values are cut when they are stored: of these only the beginning can be asked for. */
const NAME_BYTES = 128;
const VALUE_BYTES = 256;
const MAX_LENGTH = 4_000;

/**
 * What of a query Cloud Trace can be asked ("Cloud Trace filters"); undefined: nothing. Each term is about any span of a
 * trace, terms are joined by "and", and there is no "or": what cannot be said is left out, so that too much may be found
 * and nothing is missed.
 *
 * @param serviceLabel the label that names the service.
 */
export function traceFilter(query: FindQuery, serviceLabel: string): string | undefined {
  const { service, operation, conditions = [], anySemconv = false } = query;
  const { minDurationNs = 0, minTraceDurationNs = 0 } = query;
  const terms: (string | undefined)[] = [
    service === undefined ? undefined : equalTo(serviceLabel, service, VALUE_BYTES),
    operation === undefined ? undefined : equalTo('span', operation, NAME_BYTES),
  ];
  // A trace lasts as long as its longest span, or longer.
  const milliseconds = Math.floor(Math.max(minDurationNs, minTraceDurationNs) / 1e6);
  if (milliseconds > 0) terms.push(`latency:${milliseconds}ms`);
  for (const condition of conditions) terms.push(conditionTerm(condition, anySemconv));
  let filter = '';
  for (const term of new Set(terms)) {
    if (term === undefined) continue;
    const longer = filter === '' ? term : `${filter} ${term}`;
    if (longer.length <= MAX_LENGTH) filter = longer;
  }
  return filter === '' ? undefined : filter;
}

/** What of a search {@link traceFilter} is about, as far as a {@link Narrowing} can say it. */
export function askedOfTraces(narrowing: Narrowing): Narrowing {
  const { service, name, minDurationNs, attributes, exact, ...others } = narrowing;
  const asked = attributes.filter(
    (one) => isAskable(one.name) && (typeof one.value === 'string' || Number.isInteger(one.value)),
  );
  const parts = [service, name, ...asked].filter((part) => part !== undefined).length;
  const isAll = asked.length === attributes.length && minDurationNs === undefined && Object.keys(others).length === 0;
  return {
    ...(service === undefined ? {} : { service }),
    ...(name === undefined ? {} : { name }),
    ...(minDurationNs === undefined ? {} : { minDurationNs }),
    attributes: asked,
    // Each term may be true of another span.
    exact: exact && isAll && parts <= 1 && attributes.length === 0,
  };
}

function conditionTerm({ field, operator, value }: SimpleCondition, anySemconv: boolean): string | undefined {
  if (field.node === 'intrinsic') {
    const pattern = field.name === 'name' && operator === '=~' ? value.value : undefined;
    return typeof pattern === 'string' ? startingWith('span', pattern) : undefined;
  }
  const { scope, name } = field;
  if (scope !== 'span' && scope !== 'resource' && scope !== 'any') return undefined;
  if (!isAskable(name) || (anySemconv && otherNames(name).length > 0)) return undefined;
  if (operator === 'exists') return `label:${name}`;
  const constant = value?.value;
  if (operator === '=~' && typeof constant === 'string') return startingWith(name, constant);
  if (operator !== '=') return undefined;
  if (typeof constant === 'string' && constant !== '') return equalTo(name, constant, VALUE_BYTES);
  return typeof constant === 'number' && Number.isSafeInteger(constant)
    ? `+${name}:${quoted(String(constant))}`
    : undefined;
}

/** Attributes that stand under their own name alone: others may stand under one of several labels. */
function isAskable(name: string): boolean {
  if (name === 'service.name' || isGoogleField(name) || !/^[a-zA-Z_][\w./-]*$/.test(name)) return false;
  return attributeOfLabel(name) === name && labelsOfAttribute(name).length === 0;
}

function equalTo(key: string, text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) < maxBytes) return `+${key}:${quoted(text)}`;
  // What was cut is found by a part of what is left, without the character that may have been cut in two.
  let start = text;
  while (Buffer.byteLength(start) > maxBytes - 4) start = start.slice(0, -1);
  return `${key}:${quoted(start)}`;
}

/** A pattern whose texts all begin alike. */
function startingWith(key: string, regex: string): string | undefined {
  const patterns = wildcardsOf(regex);
  const [pattern] = patterns ?? [];
  if (pattern === undefined || patterns?.length !== 1) return undefined;
  const [start = ''] = /^[^*?\\]*/.exec(pattern) ?? [];
  return start === '' ? undefined : `${key}:${quoted(start.slice(0, NAME_BYTES / 4))}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
