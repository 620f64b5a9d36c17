import type { Attributes, AttributeValue } from '../../model/attributes';
import type { AttributeView } from '../../protocol/traceView';

/** Nested values deeper than this are cut: a hostile span may nest without end. */
const DEEPEST = 16;
const HEX_BYTES = 1024;

/** Attributes as text ready for display, in the order they were sent. */
export function attributeViews(attributes: Attributes): AttributeView[] {
  return [...attributes].map(([key, value]) => ({ key, value: attributeWords(value), type: typeOf(value) }));
}

/** A value as a person reads it: texts as they are, bytes as hex, arrays and maps as JSON. */
export function attributeWords(value: AttributeValue): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return hex(value);
  return JSON.stringify(plain(value, DEEPEST));
}

function typeOf(value: AttributeValue): AttributeView['type'] {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return Number.isInteger(value) ? 'int' : 'double';
    default:
      if (value === null) return 'empty';
      if (value instanceof Uint8Array) return 'bytes';
      return Array.isArray(value) ? 'array' : 'map';
  }
}

/** What JSON can hold. Recursion is bounded by `depth`. */
function plain(value: AttributeValue, depth: number): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return hex(value);
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.map((item: AttributeValue) => plain(item, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, depth - 1)]));
}

function hex(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, HEX_BYTES)).toString('hex');
  return bytes.length > HEX_BYTES ? `${shown}… (${bytes.length} bytes)` : shown;
}
