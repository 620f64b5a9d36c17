import { rfc3339, type TimeWindow } from '../../../model/time';

/** A clause of the query language that OpenSearch and Elasticsearch share ("query DSL"). */
export type Clause = Readonly<Record<string, unknown>>;

/** What a field can be compared with. */
export type TermValue = string | number | boolean;

const TIME_FORMAT = 'strict_date_optional_time_nanos';

/** The field has one of these values. */
export function terms(field: string, values: readonly TermValue[]): Clause {
  return values.length === 1 ? { term: { [field]: values[0] } } : { terms: { [field]: values } };
}

/** The field has a value that is indexed. */
export function exists(field: string): Clause {
  return { exists: { field } };
}

/** The field lies between bounds: `{ gte: 5 }`. */
export function range(field: string, bounds: Readonly<Record<string, TermValue>>): Clause {
  return { range: { [field]: bounds } };
}

/** The time lies within a window. */
export function within(field: string, { from, to }: TimeWindow): Clause {
  return range(field, { gte: rfc3339(from), lt: rfc3339(to), format: TIME_FORMAT });
}

/** The time is not later than that of the last page's last hit, in epoch nanoseconds. */
export function notAfter(field: string, time: bigint): Clause {
  return range(field, { lte: rfc3339(time as TimeWindow['to']), format: TIME_FORMAT });
}

/** All hold; none of them counts towards a score. */
export function allOf(clauses: readonly Clause[]): Clause {
  return { bool: { filter: clauses } };
}

/** One of them holds; without any: nothing is found. */
export function anyOf(clauses: readonly Clause[]): Clause {
  if (clauses.length === 0) return { match_none: {} };
  return clauses.length === 1 ? clauses[0]! : { bool: { should: clauses, minimum_should_match: 1 } };
}

/** None of them holds. */
export function noneOf(clauses: readonly Clause[]): Clause {
  return { bool: { must_not: clauses } };
}

/** The clauses that there are. */
export function known(clauses: readonly (Clause | undefined)[]): Clause[] {
  return clauses.filter((clause) => clause !== undefined);
}
