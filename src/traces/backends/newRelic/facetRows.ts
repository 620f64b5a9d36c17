import type { JsonObject } from '../../otlp/jsonFields';
import { numberOf } from './operationRows';

/** Rows by what they are grouped by. */
export function byFacets(rows: readonly JsonObject[], facets: readonly string[]): ReadonlyMap<string, JsonObject> {
  return new Map(rows.map((row) => [facetKey(row, facets), row]));
}

/** What a row is grouped by, as one text. */
export function facetKey(row: JsonObject, facets: readonly string[]): string {
  return JSON.stringify(facetValues(row, facets));
}

/** What a row is grouped by, null where its spans lack it. */
export function facetsOf(row: JsonObject, facets: readonly string[]): JsonObject {
  const values = facetValues(row, facets);
  return Object.fromEntries(facets.map((name, at) => [name, values[at]]));
}

/** Attributes that some spans of a row of `variationNrql` have another value of than others, or none. */
export function differing(row: JsonObject | undefined, attributes: readonly string[]): string[] {
  if (row === undefined) return [];
  const count = numberOf(row.n);
  return attributes.filter((_, at) => {
    const having = numberOf(row[`c${at}`]);
    return numberOf(row[`u${at}`]) > 1 || (having > 0 && having < count);
  });
}

/** The values that all spans of such a row share, null for what none of them has. */
export function sharedValues(row: JsonObject | undefined, attributes: readonly string[]): JsonObject {
  if (row === undefined) return {};
  const differ = new Set(differing(row, attributes));
  return Object.fromEntries(
    attributes.flatMap((name, at) => (differ.has(name) ? [] : [[name, row[`v${at}`] ?? null]])),
  );
}

/** Rows name what they were grouped by twice: by column, and as `facet`, which is a list where there are several. */
function facetValues(row: JsonObject, facets: readonly string[]): unknown[] {
  const listed: readonly unknown[] = Array.isArray(row.facet) ? (row.facet as unknown[]) : [row.facet];
  return facets.map((name, at) => row[name] ?? listed[at] ?? null);
}
