import { createHash } from 'node:crypto';
import { parseSpanId, parseTraceId, type SpanId, type TraceId } from '../../model/ids';

const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const UPPER_A = 0x41;
const LETTER_A = 0x61;
const LETTER_F = 0x66;
/** Nothing, zeros, or zeros in base64. */
const NO_ID = /^\s*(0*|A{11}=?|A{22}(==)?)\s*$/;

/**
 * Reads a trace id as foreign formats write it: hex in any case and of any length up to 32 digits (filled up with zeros
 * on the left), or 16 bytes in base64. Undefined if it is missing, of another form or all zero.
 */
export function traceIdOf(value: unknown): TraceId | undefined {
  if (isWrittenId(value, TRACE_DIGITS)) return value as TraceId;
  const hex = hexOf(value, TRACE_DIGITS);
  return hex === undefined ? undefined : parseTraceId(hex);
}

/** Reads a span id: hex of up to 16 digits, or 8 bytes in base64. Undefined as for {@link traceIdOf}. */
export function spanIdOf(value: unknown): SpanId | undefined {
  if (isWrittenId(value, SPAN_DIGITS)) return value as SpanId;
  const hex = hexOf(value, SPAN_DIGITS);
  return hex === undefined ? undefined : parseSpanId(hex);
}

/** A span id written as an unsigned decimal number, as a text, number or bigint; 0 and what is no number: undefined. */
export function spanIdOfDecimal(value: unknown): SpanId | undefined {
  const number = unsigned(value);
  return number === undefined
    ? undefined
    : parseSpanId((number & 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, '0'));
}

/** A trace id written as a decimal number of up to 128 bits; as {@link spanIdOfDecimal}. */
export function traceIdOfDecimal(value: unknown): TraceId | undefined {
  const number = unsigned(value);
  return number === undefined ? undefined : parseTraceId(number.toString(16).padStart(TRACE_DIGITS, '0'));
}

/** Whether an id says that there is none: missing, empty, or nothing but zeros. */
export function isNoId(value: unknown): boolean {
  if (typeof value === 'string' && value.length > 0 && !beginsLikeNoId(value.charCodeAt(0))) return false;
  return value === undefined || value === null || NO_ID.test(text(value));
}

/** The ids of one span. */
export interface RecordIds {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly parentSpanId: SpanId | undefined;
  /** One of them was not of OpenTelemetry's form. */
  readonly idsMended: boolean;
}

/**
 * The ids of a span. What is no id in any known form stands for itself as a hash: equal ids stay equal, so parents and
 * children still find each other.
 *
 * @returns undefined if the trace or the span has no id at all.
 */
export function recordIds(trace: unknown, span: unknown, parent: unknown): RecordIds | undefined {
  if (isNoId(trace) || isNoId(span)) return undefined;
  const traceId = traceIdOf(trace);
  const spanId = spanIdOf(span);
  const hasParent = !isNoId(parent);
  const parentSpanId = hasParent ? spanIdOf(parent) : undefined;
  return {
    traceId: traceId ?? hashedTraceId(trace),
    spanId: spanId ?? hashedSpanId(span),
    parentSpanId: hasParent ? (parentSpanId ?? hashedSpanId(parent)) : undefined,
    idsMended: traceId === undefined || spanId === undefined || (hasParent && parentSpanId === undefined),
  };
}

/** A trace id that stands for a text. */
export function hashedTraceId(value: unknown): TraceId {
  return hashed(value, TRACE_DIGITS) as TraceId;
}

/** A span id that stands for a text. */
export function hashedSpanId(value: unknown): SpanId {
  return hashed(value, SPAN_DIGITS) as SpanId;
}

function hashed(value: unknown, digits: number): string {
  return createHash('sha256').update(text(value)).digest('hex').slice(0, digits);
}

/** Whether an id is written as OpenTelemetry writes it, and not all zero: most are, and need no pattern. */
function isWrittenId(value: unknown, digits: number): boolean {
  if (typeof value !== 'string' || value.length !== digits) return false;
  let isZero = true;
  for (let i = 0; i < digits; i++) {
    const code = value.charCodeAt(i);
    if (!((code >= DIGIT_0 && code <= DIGIT_9) || (code >= LETTER_A && code <= LETTER_F))) return false;
    if (code !== DIGIT_0) isZero = false;
  }
  return !isZero;
}

/** Whether {@link NO_ID} can match what begins with this character: white space (of any kind), a zero or an A. */
function beginsLikeNoId(code: number): boolean {
  return code <= 0x20 || code === DIGIT_0 || code === UPPER_A || code > 0x7f;
}

function hexOf(value: unknown, digits: number): string | undefined {
  const id = text(value).trim();
  if (/^[0-9a-f]+$/i.test(id)) {
    const digitsOnly = id.length > digits ? id.replace(/^0+/, '') : id;
    return digitsOnly.length <= digits ? digitsOnly.padStart(digits, '0') : undefined;
  }
  if (!/^[\w+/-]+={0,2}$/.test(id)) return undefined;
  const bytes = Buffer.from(id, 'base64');
  return bytes.length * 2 === digits ? bytes.toString('hex') : undefined;
}

function unsigned(value: unknown): bigint | undefined {
  const id = text(value).trim();
  return /^\d{1,39}$/.test(id) ? BigInt(id) : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
}
