import type { PreparedSearch } from '../traceql/plan/prepareSearch';
import type { SimpleCondition } from '../traceql/plan/pushdown';

/** Conditions that are named one by one; more are counted. */
const MOST_NAMED = 4;

/** How much of a condition a backend is asked for. */
export type AskedShare = 'whole' | 'part' | 'not';

/**
 * What of a search the backend is not asked for, or for less of it than is meant, in a sentence; undefined where it is asked
 * for all of it.
 * @param name what the user calls the backend.
 */
export function testedConditions(
  name: string,
  { isEmpty, pushdown, query }: PreparedSearch,
  askedOf: (condition: SimpleCondition) => AskedShare,
): string | undefined {
  if (isEmpty) return undefined;
  const conditions = [...pushdown.groups.flat(), ...pushdown.trace];
  const left = conditions.filter((condition) => askedOf(condition) !== 'whole');
  if (pushdown.exact && left.length === 0) return undefined;
  if (conditions.every((condition) => askedOf(condition) === 'not')) {
    return `${name} cannot be asked for any of this: Spanlight tests all traces of the time range.`;
  }
  if (left.length === 0)
    return `${name} finds the traces that may match; Spanlight tests how their spans belong together.`;
  const texts = [...new Set(left.map((condition) => textOf(condition, query.text)))];
  const more = texts.length > MOST_NAMED ? ` and ${texts.length - MOST_NAMED} more` : '';
  return `${name} cannot be asked for all of ${texts.slice(0, MOST_NAMED).join(', ')}${more}: Spanlight tests it on the traces that fit the rest.`;
}

/** As it is written in the query. */
function textOf({ field, operator, value }: SimpleCondition, text: string): string {
  if (value !== undefined) return text.slice(Math.min(field.from, value.from), Math.max(field.to, value.to));
  return `${text.slice(field.from, field.to)} ${operator === 'exists' ? '!= nil' : '= nil'}`;
}
