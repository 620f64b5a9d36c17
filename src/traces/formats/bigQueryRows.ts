import { isObject, type JsonObject } from '../otlp/jsonFields';
import { parseJsonLossless } from '../otlp/losslessJson';
import { itemsOf, textOf } from './recordValues';

/**
 * The rows of an answer of BigQuery's API as objects by the names of their columns: cells come without names
 * (`{"f":[{"v":…}]}`) and scalars as texts. Columns of JSON are read.
 *
 * Source: Google Cloud, BigQuery API, `jobs.query` and `TableFieldSchema`.
 */
export function* bigQueryRows(answer: JsonObject): Generator<JsonObject> {
  const fields = fieldsOf(answer.schema);
  for (const row of itemsOf(answer.rows)) yield recordOf(row, fields);
}

function fieldsOf(schema: unknown): readonly JsonObject[] {
  return isObject(schema) ? itemsOf(schema.fields).filter(isObject) : [];
}

/** Recurses into records, which BigQuery nests 15 deep at most. */
function recordOf(row: unknown, fields: readonly JsonObject[]): JsonObject {
  const cells = isObject(row) ? itemsOf(row.f) : [];
  const named = fields.map((field, at) => {
    const cell = cells[at];
    return [textOf(field.name) ?? '', valueOf(isObject(cell) ? cell.v : undefined, field)] as const;
  });
  return Object.fromEntries(named.filter(([, value]) => value !== undefined && value !== null));
}

function valueOf(value: unknown, field: JsonObject): unknown {
  if (value === undefined || value === null) return undefined;
  if (field.mode === 'REPEATED') {
    const one = { ...field, mode: 'NULLABLE' };
    return itemsOf(value).map((cell) => valueOf(isObject(cell) ? cell.v : undefined, one));
  }
  if (field.type === 'RECORD' || field.type === 'STRUCT')
    return recordOf(value, itemsOf(field.fields).filter(isObject));
  if (field.type !== 'JSON' || typeof value !== 'string') return value;
  try {
    return parseJsonLossless(value);
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}
