import type { AttributeScope } from '../traceql/language/ast';
import { KINDS, STATUSES } from '../traceql/language/datum';

/** What can be searched by everywhere, as `Backend.attributeNames` names it. */
export const INTRINSIC_NAMES = ['name', 'status', 'kind', 'duration', 'resource.service.name'];

/** An attribute that is asked for its values. */
export interface SuggestedAttribute<Scope = AttributeScope> {
  readonly scope: Scope;
  /** Without quotes. */
  readonly key: string;
}

/** All values that an intrinsic can have; undefined where they have to be asked for. */
export function intrinsicValues(name: string): string[] | undefined {
  if (name === 'status') return STATUSES.map((status) => status.name);
  return name === 'kind' ? KINDS.map((kind) => kind.name) : undefined;
}

/** An attribute as `Backend.attributeNames` names it, or without a scope (`.http.route`); undefined of anything else. */
export function suggestedAttribute(name: string): SuggestedAttribute | undefined {
  const match = /^(span|resource|event|link|instrumentation)?\.(?:"((?:[^"\\]|\\.)*)"|(.+))$/s.exec(name);
  if (match === null) return undefined;
  const key = match[3] ?? match[2]!.replace(/\\(.)/g, '$1');
  return { scope: (match[1] ?? 'any') as AttributeScope, key };
}

/** The same of spans and resources only. */
export function spanAttribute(name: string): SuggestedAttribute<'span' | 'resource' | 'any'> | undefined {
  const found = suggestedAttribute(name);
  if (found === undefined) return undefined;
  const { scope, key } = found;
  return scope === 'span' || scope === 'resource' || scope === 'any' ? { scope, key } : undefined;
}
