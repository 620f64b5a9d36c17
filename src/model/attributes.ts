/** An OpenTelemetry attribute value (AnyValue). Integers beyond 2^53 are `bigint`. */
export type AttributeValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

/** Attributes by key, in the order they were sent; of duplicate keys the last one wins. */
export type Attributes = ReadonlyMap<string, AttributeValue>;

/** Shared by everything that has none. */
export const NO_ATTRIBUTES: Attributes = new Map();

/** The value as text for display and for comparing with literals; undefined if there is none. */
export function attributeText(attributes: Attributes, key: string): string | undefined {
  const value = attributes.get(key);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return undefined;
  return String(value);
}

/** The first of `keys` that has a text. */
export function firstText(attributes: Attributes, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = attributeText(attributes, key);
    if (text !== undefined && text !== '') return text;
  }
  return undefined;
}
