import { isObject, type JsonObject } from '../otlp/jsonFields';

/** Keys whose values are lists of objects or otherwise read as they are. */
export type FlatDocument = ReadonlyMap<string, unknown>;

/**
 * A document of Elasticsearch or OpenSearch with dotted keys, whether it was nested or dotted: `{span: {id}}` and
 * `{"span.id"}` are one. Lists stay as they are.
 */
export function flatDocument(document: JsonObject): FlatDocument {
  const flat = new Map<string, unknown>();
  const open: [string, unknown][] = Object.entries(document).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [key, value] = next;
    if (!isObject(value)) flat.set(key, value);
    else for (const [name, item] of Object.entries(value).reverse()) open.push([`${key}.${name}`, item]);
  }
  return flat;
}

/** The documents of a search answer (`hits.hits[]._source`), of one hit, or of a list of documents. */
export function* documentsOf(answer: unknown): Generator<unknown> {
  if (Array.isArray(answer)) {
    for (const item of answer as readonly unknown[]) yield sourceOf(item);
    return;
  }
  const hits = isObject(answer) && isObject(answer.hits) ? answer.hits.hits : undefined;
  if (Array.isArray(hits)) for (const hit of hits as readonly unknown[]) yield sourceOf(hit);
  else yield sourceOf(answer);
}

/** The fields under a prefix, without it. */
export function fieldsUnder(flat: FlatDocument, prefix: string): [string, unknown][] {
  return [...flat].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]);
}

function sourceOf(hit: unknown): unknown {
  return isObject(hit) && isObject(hit._source) ? hit._source : hit;
}
