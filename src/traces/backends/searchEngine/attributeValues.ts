import type { AttributeQuery } from '../backend';
import { intrinsicValues, INTRINSIC_NAMES, spanAttribute } from '../suggestedAttributes';
import { allOf, terms, within, type Clause } from './clauses';
import { bucketsIn, countIn } from './aggregationValues';
import { isObject } from '../../otlp/jsonFields';
import type { SpanIndex } from './spanPages';

/** More values than this nobody reads through. */
const MAX_VALUES = 200;

/** Names to search by: fields of spans, and attributes as the mapping has them. */
export function attributeNames({ schema }: SpanIndex): string[] {
  return [...new Set([...INTRINSIC_NAMES, ...schema.shapes.flatMap((shape) => shape.attributeNames())])];
}

/** The most frequent values of an attribute; none where it is not known. */
export async function attributeValues(
  index: SpanIndex,
  name: string,
  { window, service }: AttributeQuery,
  always: readonly Clause[],
  signal: AbortSignal,
): Promise<string[]> {
  const known = intrinsicValues(name);
  if (known !== undefined) return known;
  const { api, schema } = index;
  const clauses = [within(schema.start, window), ...always];
  if (service !== undefined) clauses.push(terms(schema.service, [service]));
  const fields = fieldsOf(index, name);
  if (fields.length === 0) return [];
  const aggs = Object.fromEntries(
    fields.map((field, at) => [`f${at}`, { terms: { field, size: MAX_VALUES } }] as const),
  );
  const parts = ['aggregations.*.buckets.key*', 'aggregations.*.buckets.doc_count'];
  const { body } = await api.aggregate({ query: allOf(clauses), aggs }, { parts }, signal);
  const counts = new Map<string, number>();
  for (const found of Object.values(isObject(body.aggregations) ? body.aggregations : {})) {
    for (const bucket of bucketsIn(found)) {
      // Booleans are 0 and 1 with a text of their own.
      const value = String(bucket.key_as_string ?? bucket.key);
      counts.set(value, (counts.get(value) ?? 0) + countIn(bucket));
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([value]) => value);
}

function fieldsOf({ schema }: SpanIndex, name: string): string[] {
  if (name === 'name') return [...new Set(schema.shapes.map((shape) => shape.name))];
  if (name === 'resource.service.name') return [schema.service];
  const attribute = spanAttribute(name);
  if (attribute === undefined) return [];
  const fields = schema.shapes.flatMap((shape) => shape.attribute(attribute.scope, attribute.key));
  return [...new Set(fields.map((field) => field.name))];
}
