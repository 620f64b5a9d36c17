import type { AttributeValue } from '../../../src/model/attributes';
import type { PlainAttributes } from './plainSpans';

/** Lists and maps as the JSON text that formats without them make of it. */
export function nestedAsText(attributes: PlainAttributes): PlainAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, isNested(value) ? jsonText(value) : value]),
  );
}

/** A value as a text: a text as it is, anything else as JSON. */
export function plainText(value: AttributeValue): string {
  const json = jsonText(value);
  return typeof value === 'string' ? value : value === null ? '' : json.startsWith('"') ? json.slice(1, -1) : json;
}

/** All values as texts, but for bytes. */
export function asTexts(attributes: PlainAttributes): PlainAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, value instanceof Uint8Array ? value : plainText(value)]),
  );
}

/** JSON with sorted keys and 64-bit integers in full, as the Collector writes values. */
export function jsonText(value: AttributeValue): string {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (Array.isArray(value)) return `[${(value as readonly AttributeValue[]).map(jsonText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value as { readonly [key: string]: AttributeValue }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${jsonText(inner)}`).join(',')}}`;
}

function isNested(value: AttributeValue): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}
