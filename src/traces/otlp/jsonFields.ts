/** Readers for what OTLP/JSON fields may hold. Rules: opentelemetry-proto/docs/specification.md, "JSON Protobuf Encoding". */
import { scaledDecimal } from '../../base/decimal';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A field that cannot be read; the message names it. Rejects the span or log record it belongs to. */
export class JsonFieldError extends Error {
  /** Without a stack: taking one costs more than reading a span, and a body can hold millions of bad ones (measured). */
  constructor(message: string) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = limit;
  }
}

/** `trace_id` by `traceId`: most fields of most spans are absent, and each is then looked for by both names. */
const schemaNames = new Map<string, string>();

/** A field under its JSON name, or under the name of the schema (`trace_id` for `traceId`). */
export function fieldOf(object: JsonObject, name: string): unknown {
  const value = object[name];
  if (value !== undefined) return value ?? undefined;
  return object[schemaName(name)] ?? undefined;
}

function schemaName(name: string): string {
  let known = schemaNames.get(name);
  if (known === undefined) {
    known = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    schemaNames.set(name, known);
  }
  return known;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectField(object: JsonObject, name: string): JsonObject | undefined {
  const value = fieldOf(object, name);
  if (value === undefined || isObject(value)) return value;
  throw new JsonFieldError(`${name} is not an object`);
}

/** The items of a list; none where the field is missing. */
export function listField(object: JsonObject, name: string): readonly unknown[] {
  const value = fieldOf(object, name);
  if (value === undefined) return [];
  if (Array.isArray(value)) return value as unknown[];
  throw new JsonFieldError(`${name} is not a list`);
}

export function textField(object: JsonObject, name: string): string {
  const value = fieldOf(object, name);
  if (value === undefined || typeof value === 'string') return value ?? '';
  throw new JsonFieldError(`${name} is not a text`);
}

/**
 * A 64-bit integer as a number or a decimal text (`"17"`, also `"+17"` and `"1.7e18"`), or as the two halves that some
 * protobuf libraries make of one (`{low, high}`); 0 where the field is missing.
 */
export function integer(value: unknown, name: string): bigint {
  if (value === undefined || value === '') return 0n;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'string') {
    if (/^-?\d{1,20}$/.test(value)) return BigInt(value);
    const decimal = scaledDecimal(value, 0);
    if (decimal?.exact === true) return decimal.value;
  }
  const halves = isObject(value) ? integerOfHalves(value) : undefined;
  if (halves !== undefined) return halves;
  throw new JsonFieldError(`${name} is not an integer`);
}

function integerOfHalves({ low, high, unsigned }: JsonObject): bigint | undefined {
  if (!Number.isInteger(low) || !Number.isInteger(high)) return undefined;
  const whole = (BigInt(high as number) << 32n) + BigInt.asUintN(32, BigInt(low as number));
  return unsigned === true ? BigInt.asUintN(64, whole) : BigInt.asIntN(64, whole);
}

/** Unsigned nanoseconds or counts of up to 64 bits. */
export function unsignedField(object: JsonObject, name: string): bigint {
  const value = integer(fieldOf(object, name), name);
  if (value < 0n || value >= 1n << 64n) throw new JsonFieldError(`${name} is negative or beyond 64 bits`);
  return value;
}

/** 32 unsigned bits; what is larger or no number counts as 0, because nothing depends on it. */
export function countField(object: JsonObject, name: string): number {
  const value = Number(fieldOf(object, name) ?? 0);
  return Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff ? value : 0;
}

/** A double as a number, or as a string for what JSON numbers cannot say. */
export function double(value: unknown): number {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  if (Number.isNaN(number) && value !== 'NaN') throw new JsonFieldError('doubleValue is not a number');
  return number;
}

/** An enum as a number or by name, with or without the prefix of its type; 0 for unknown names. */
export function enumField(object: JsonObject, name: string, prefix: string, names: readonly string[]): number {
  const value = fieldOf(object, name);
  if (value === undefined) return 0;
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? value : 0;
  if (typeof value !== 'string') throw new JsonFieldError(`${name} is neither a number nor a name`);
  if (/^\d+$/.test(value)) return Number(value);
  return Math.max(0, names.indexOf(value.toUpperCase().replace(prefix, '')));
}

/**
 * An id of `size` bytes: hex in any case, as the specification wants, or base64 (also URL-safe, also unpadded), as plain
 * protobuf JSON writes bytes; the lengths tell them apart. Undefined where the field is missing or empty.
 */
export function idField(object: JsonObject, name: string, size: number): Uint8Array | undefined {
  const text = textField(object, name);
  if (text === '') return undefined;
  if (text.length === size * 2 && /^[0-9a-f]+$/i.test(text)) return Buffer.from(text, 'hex');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === size && /^[\w+/-]+={0,2}$/.test(text)) return bytes;
  throw new JsonFieldError(`${name} is not ${size * 2} hex digits`);
}
