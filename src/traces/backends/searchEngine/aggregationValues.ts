import { isObject, type JsonObject } from '../../otlp/jsonFields';

/** The buckets of an aggregation; none where it is missing. */
export function bucketsIn(aggregation: unknown): JsonObject[] {
  const buckets = isObject(aggregation) ? aggregation.buckets : undefined;
  return Array.isArray(buckets) ? (buckets as unknown[]).filter(isObject) : [];
}

/** The `doc_count` of an aggregation. */
export function countIn(aggregation: unknown): number {
  return isObject(aggregation) ? numberOf(aggregation.doc_count) : 0;
}

/** A number of an answer; 0 where there is none. */
export function numberOf(value: unknown): number {
  const number = Number(value ?? 0);
  return Number.isFinite(number) ? number : 0;
}
