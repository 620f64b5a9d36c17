import { Keyword } from '../../traceql/language/datum';
import { otherNames } from '../../traceql/language/semconv';
import type { Narrowing } from '../../traceql/plan/narrowing';
import type { SimpleCondition } from '../../traceql/plan/pushdown';
import type { FindQuery } from '../searchingBackend';
import { allOf, anyOf, equals, isPlainKey } from './datadogTerms';

/** What of a resource Datadog has a field for. */
const RESOURCE_FIELDS: Readonly<Record<string, string>> = {
  'service.name': 'service',
  'deployment.environment.name': 'env',
  'host.name': 'host',
};
/** Attributes that spans have here for what is a field of its own there, or has another name. */
const OF_FIELDS: Readonly<Record<string, string>> = { 'operation.name': 'operation_name', 'span.type': 'type' };
const NOT_ASKED = /^(exception\.|span\.kind$|otel\.|duration$|service\.version$|telemetry\.sdk\.language$)/;
/** Numbers that Datadog compares as such although they are texts, as its own manual does. */
const STATUS_CODES = ['http.status_code', 'http.response.status_code'];
const BOUNDS = ['>', '>=', '<', '<='];

/**
 * A search in Datadog's query language: every span that a query asks for fits it, and as few others as can be. What cannot
 * be asked for is left out and tested on what comes back.
 */
export function datadogQuery(query: FindQuery, environment: string | undefined): string {
  const { service, operation, minDurationNs, maxDurationNs, failed, conditions, anySemconv = false } = query;
  const bounds = [
    minDurationNs === undefined ? undefined : `@duration:>=${Math.floor(minDurationNs)}`,
    maxDurationNs === undefined ? undefined : `@duration:<=${Math.ceil(maxDurationNs)}`,
  ];
  const terms = conditions?.map((condition) => conditionTerm(condition, anySemconv));
  const given = [
    service === undefined ? undefined : equals('service', service),
    operation === undefined ? undefined : equals('resource_name', operation),
    ...bounds,
    failed === true ? 'status:error' : undefined,
  ];
  // Conditions say the same again, and more.
  const asked = conditions === undefined || conditions.length === 0 ? given : terms!;
  return allOf(environmentTerm(environment), ...new Set(asked));
}

/** Only spans of an environment. */
export function environmentTerm(environment: string | undefined): string | undefined {
  return environment === undefined ? undefined : equals('env', environment);
}

/** What of a search Datadog is asked for. */
export function askedOfDatadog(narrowing: Narrowing): Narrowing {
  const { minTraceDurationNs: shortest, maxTraceDurationNs: longest, attributes, ...others } = narrowing;
  const asked = attributes.filter(({ scope, name, value }) => {
    const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isText && attributeTerm(scope, name, '=', value) !== undefined;
  });
  const isAll = asked.length === attributes.length && shortest === undefined && longest === undefined;
  return { ...others, attributes: asked, exact: narrowing.exact && isAll };
}

/** One condition; undefined where it cannot be asked for. */
export function conditionTerm({ field, operator, value }: SimpleCondition, anySemconv: boolean): string | undefined {
  if (field.node === 'intrinsic') return intrinsicTerm(field.name, operator, value?.value);
  const { scope, name } = field;
  if (!['span', 'resource', 'any'].includes(scope)) return undefined;
  const names = [name, ...(anySemconv ? otherNames(name) : [])];
  const terms = names.map((one) => attributeTerm(scope, one, operator, value?.value));
  if (terms.includes(undefined)) return undefined;
  return operator === 'missing' ? allOf(...terms) : anyOf(terms as string[]);
}

function intrinsicTerm(name: string, operator: string, value: unknown): string | undefined {
  switch (name) {
    case 'name':
      if (typeof value !== 'string') return undefined;
      return negatable(operator, equals('resource_name', value));
    case 'duration':
      if (operator === '=') return `@duration:${Number(value)}`;
      return BOUNDS.includes(operator) ? `@duration:${operator}${Math.round(Number(value))}` : undefined;
    case 'status':
      return value instanceof Keyword ? statusTerm(operator, value.name) : undefined;
    case 'kind':
      if (!(value instanceof Keyword) || value.name === 'unspecified') return undefined;
      return negatable(operator, `@span.kind:${value.name}`);
    default:
      return undefined;
  }
}

/** Datadog knows of failed spans and of others; among these, only OpenTelemetry tells ok from unset. */
function statusTerm(operator: string, name: string): string | undefined {
  if (operator === '=') return name === 'error' ? 'status:error' : '-status:error';
  return operator === '!=' && name === 'error' ? '-status:error' : undefined;
}

function negatable(operator: string, term: string | undefined): string | undefined {
  if (term === undefined || operator === '=') return term;
  return operator === '!=' ? `-${term}` : undefined;
}

function attributeTerm(scope: string, name: string, operator: string, value: unknown): string | undefined {
  const field = scope === 'span' ? undefined : RESOURCE_FIELDS[name];
  if (field !== undefined) return fieldTerm(field, operator, value);
  const renamed = OF_FIELDS[name];
  if (renamed !== undefined) return scope === 'resource' ? undefined : fieldTerm(renamed, operator, value);
  if (!isPlainKey(name) || NOT_ASKED.test(name)) return undefined;
  // What instrumentation says is an attribute; what the agent adds of its host is a tag.
  const [attribute, tag] = [`@${name}`, name];
  if (operator === 'missing') return `-${attribute}:* -${tag}:*`;
  if (STATUS_CODES.includes(name) && BOUNDS.includes(operator) && typeof value === 'number') {
    return `${attribute}:${operator}${value}`;
  }
  const text = operator === '=' ? textOf(value) : undefined;
  if (text === undefined) return anyOf([`${attribute}:*`, `${tag}:*`]);
  const terms = [equals(attribute, text), equals(tag, text)];
  return terms.includes(undefined) ? anyOf([`${attribute}:*`, `${tag}:*`]) : anyOf(terms as string[]);
}

function fieldTerm(field: string, operator: string, value: unknown): string | undefined {
  if (operator === 'exists') return `${field}:*`;
  if (operator === 'missing') return `-${field}:*`;
  return typeof value === 'string' ? negatable(operator, equals(field, value)) : undefined;
}

/** As it is indexed; numbers with a fraction may be written in several ways. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}
