import type { AttributeValue } from '../../model/attributes';
import { isObject, type JsonObject } from '../otlp/jsonFields';
import type { MutableAttributes } from './spanRecord';

/** Attributes that semantic conventions define as integers, and that text-only formats carry as texts. */
export const INTEGER_KEYS: ReadonlySet<string> = new Set([
  'client.port',
  'code.column',
  'code.column.number',
  'code.line.number',
  'code.lineno',
  'db.response.returned_rows',
  'http.request.body.size',
  'http.request.resend_count',
  'http.request_content_length',
  'http.resend_count',
  'http.response.body.size',
  'http.response.status_code',
  'http.response_content_length',
  'http.status_code',
  'messaging.batch.message_count',
  'messaging.kafka.message.offset',
  'messaging.kafka.offset',
  'messaging.kafka.partition',
  'messaging.message.body.size',
  'net.host.port',
  'net.peer.port',
  'network.local.port',
  'network.peer.port',
  'process.pid',
  'rpc.grpc.status_code',
  'rpc.jsonrpc.error_code',
  'server.port',
  'thread.id',
]);

/** No attribute is kept that is nested this deep: beyond it, nothing is copied. */
const DEEP = 70;

/** A JSON value as an attribute value: what JSON cannot say (64-bit integers, bytes) is for the caller. */
export function valueOf(value: unknown, depth = 0): AttributeValue {
  if (value === undefined || value === null || depth > DEEP) return null;
  if (Array.isArray(value)) return value.map((item) => valueOf(item, depth + 1));
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, valueOf(item, depth + 1)]));
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/**
 * An attribute out of a format that knows nothing but texts, in the type that semantic conventions give its key, so that
 * comparisons with numbers find it. Keys they do not define stay texts.
 */
export function typedText(key: string, text: string): AttributeValue {
  return INTEGER_KEYS.has(key) && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

/** Whether {@link typedText} makes numbers of an attribute's texts. */
export function isTypedKey(key: string): boolean {
  return INTEGER_KEYS.has(key);
}

/** Texts of a map as attributes (see {@link typedText}); other values as they are. */
export function textAttributes(values: unknown, into: MutableAttributes = new Map()): MutableAttributes {
  if (!isObject(values)) return into;
  for (const [key, value] of Object.entries(values)) {
    into.set(key, typeof value === 'string' ? typedText(key, value) : valueOf(value));
  }
  return into;
}

/** Nested objects as attributes with dotted keys: `{code: {function: {name}}}` as `code.function.name`. */
export function dottedAttributes(values: JsonObject, into: MutableAttributes = new Map()): MutableAttributes {
  const open: [string, unknown][] = Object.entries(values).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [key, value] = next;
    if (!isObject(value)) into.set(key, typeof value === 'string' ? typedText(key, value) : valueOf(value));
    else for (const [name, item] of Object.entries(value).reverse()) open.push([`${key}.${name}`, item]);
  }
  return into;
}

/** The text of a field that may be a text, number or boolean; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** Items of a list; none where it is not one. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** Removes the first of `keys` that has a text (number, boolean). @returns its text. */
export function takeText(attributes: MutableAttributes, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textOf(attributes.get(key));
    if (text === undefined) continue;
    attributes.delete(key);
    return text;
  }
  return undefined;
}

/** OTLP's number for a span kind by name in any case, with or without `SPAN_KIND_`; 0 where it is unknown. */
export function kindOf(value: unknown): number {
  if (typeof value === 'number') return value >= 0 && value <= 5 ? Math.trunc(value) : 0;
  if (typeof value !== 'string') return 0;
  const name = value.toUpperCase().replace(/^SPAN_KIND_/, '');
  return /^[0-5]$/.test(name) ? Number(name) : Math.max(0, KINDS.indexOf(name));
}

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
