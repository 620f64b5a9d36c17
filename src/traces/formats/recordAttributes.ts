import type { AttributeValue, Attributes } from '../../model/attributes';
import type { ProtobufWriter } from '../otlp/protobufWriter';

/** Deeper nesting is left out: writing follows it by recursion, and so do readers. */
const MAX_DEPTH = 64;
const MIN_INT64 = -(1n << 63n);
const MAX_INT64 = (1n << 63n) - 1n;

/**
 * Writes attributes as the repeated KeyValue `field` (OTLP `common.proto`).
 *
 * @returns how many were left out because they are nested more than 64 deep.
 */
export function writeRecordAttributes(writer: ProtobufWriter, field: number, attributes: Attributes): number {
  let dropped = 0;
  for (const [key, value] of attributes) {
    if (typeof value === 'object' && value !== null && isTooDeep(value)) dropped++;
    else writeKeyValue(writer, field, key, value);
  }
  return dropped;
}

function writeKeyValue(writer: ProtobufWriter, field: number, key: string, value: AttributeValue): void {
  const start = writer.begin(field);
  writer.text(1, key);
  const valueStart = writer.begin(2);
  writeAnyValue(writer, value);
  writer.end(valueStart);
  writer.end(start);
}

function writeAnyValue(writer: ProtobufWriter, value: AttributeValue): void {
  if (value === null) return;
  if (typeof value === 'string') writer.text(1, value);
  else if (typeof value === 'boolean') writer.number(2, value ? 1 : 0);
  else if (typeof value === 'bigint') writeInteger(writer, value);
  else if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) writer.integer(3, value);
    else writer.double(4, value);
  } else if (value instanceof Uint8Array) writer.raw(7, value);
  else if (isList(value)) writer.message(5, () => value.forEach((item) => writeItem(writer, item)));
  else {
    const entries = Object.entries(value);
    writer.message(6, () => entries.forEach(([key, item]) => writeKeyValue(writer, 1, key, item)));
  }
}

function writeItem(writer: ProtobufWriter, item: AttributeValue): void {
  writer.message(1, () => writeAnyValue(writer, item));
}

/** What 64 bits cannot hold is kept as a text. */
function writeInteger(writer: ProtobufWriter, value: bigint): void {
  if (value >= MIN_INT64 && value <= MAX_INT64) writer.int64(3, value);
  else writer.text(1, String(value));
}

function isTooDeep(value: AttributeValue): boolean {
  let level: AttributeValue[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    level = level.flatMap(children);
    if (level.length === 0) return false;
  }
  return true;
}

function children(value: AttributeValue): readonly AttributeValue[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  return isList(value) ? value : Object.values(value);
}

function isList(value: AttributeValue): value is readonly AttributeValue[] {
  return Array.isArray(value);
}
