import { formatDuration } from '../../base/format';
import type { PreparedSearch } from '../traceql/plan/prepareSearch';

/** Conditions that are named one by one; more are counted. */
const MOST_NAMED = 4;

/**
 * What a backend that only searches is asked of a query, and that the rest is tested here; undefined where nothing is left
 * to test.
 * @param name what the user calls the backend.
 */
export function testedHere(name: string, { isEmpty, narrowing }: PreparedSearch): string | undefined {
  if (isEmpty) return undefined;
  const { exact, kind, status = 'error', minTraceDurationNs, maxTraceDurationNs } = narrowing;
  const notAsked = [kind, minTraceDurationNs, maxTraceDurationNs, status === 'error' ? undefined : status];
  if (exact && notAsked.every((condition) => condition === undefined)) return undefined;
  const asked = askedConditions(narrowing);
  if (asked.length === 0) return `${name} cannot be asked for any of this: Spanlight tests the traces that it lists.`;
  const more = asked.length > MOST_NAMED ? ` and ${asked.length - MOST_NAMED} more` : '';
  const named = asked.slice(0, MOST_NAMED).join(', ');
  return `${name} is asked for ${named}${more}; Spanlight tests the rest on the traces that it returns.`;
}

function askedConditions({
  service,
  name,
  status,
  minDurationNs,
  maxDurationNs,
  attributes,
}: PreparedSearch['narrowing']): string[] {
  const asked: string[] = [];
  if (service !== undefined) asked.push(`service ${service}`);
  if (name !== undefined) asked.push(`operation ${name}`);
  if (status === 'error') asked.push('errors');
  if (minDurationNs !== undefined) asked.push(`durations from ${formatDuration(minDurationNs)}`);
  if (maxDurationNs !== undefined) asked.push(`durations up to ${formatDuration(maxDurationNs)}`);
  return [...asked, ...attributes.map((attribute) => `${attribute.name} = ${String(attribute.value)}`)];
}
