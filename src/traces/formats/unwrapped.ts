import { isObject, type JsonObject } from '../otlp/jsonFields';

/**
 * Takes lists, and the envelopes that hold them, apart into what is one span each, in the order they are written.
 *
 * @param listIn what an envelope holds; undefined for what is none.
 */
export function* unwrapped(
  answer: unknown,
  listIn: (object: JsonObject) => readonly unknown[] | undefined,
): Generator<unknown> {
  const open: unknown[] = [answer];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const inner = Array.isArray(next) ? (next as unknown[]) : isObject(next) ? listIn(next) : undefined;
    if (inner === undefined) yield next;
    else for (const item of inner.toReversed()) open.push(item ?? null);
  }
}
