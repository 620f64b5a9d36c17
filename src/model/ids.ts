import type { Brand } from '../base/brand';

/** 32 lowercase hex digits, not all zero. */
export type TraceId = Brand<string, 'TraceId'>;

/** 16 lowercase hex digits, not all zero. */
export type SpanId = Brand<string, 'SpanId'>;

/** Reads a trace id in any case; undefined if it is not 32 hex digits or is all zero. */
export function parseTraceId(text: string): TraceId | undefined {
  return /^[0-9a-f]{32}$/i.test(text) && /[^0]/.test(text) ? (text.toLowerCase() as TraceId) : undefined;
}

/** Reads a span id in any case; undefined if it is not 16 hex digits or is all zero. */
export function parseSpanId(text: string): SpanId | undefined {
  return /^[0-9a-f]{16}$/i.test(text) && /[^0]/.test(text) ? (text.toLowerCase() as SpanId) : undefined;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The 16 bytes at `row * 16` of an id column as a trace id. The column must not hold zeros there. */
export function traceIdAt(column: Uint8Array, row: number): TraceId {
  return hex(column, row * 16, 16) as TraceId;
}

/** The 8 bytes at `row * 8` of an id column as a span id; undefined for all zeros ("no parent"). */
export function spanIdAt(column: Uint8Array, row: number): SpanId | undefined {
  const text = hex(column, row * 8, 8);
  return text === '0000000000000000' ? undefined : (text as SpanId);
}

function hex(bytes: Uint8Array, from: number, length: number): string {
  let text = '';
  for (let i = from; i < from + length; i++) text += HEX[bytes[i]!]!;
  return text;
}
