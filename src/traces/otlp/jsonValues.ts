import {
  countField,
  double,
  fieldOf,
  integer,
  isObject,
  JsonFieldError,
  listField,
  objectField,
  textField,
  type JsonObject,
} from './jsonFields';
import type { ProtobufWriter } from './protobufWriter';

/** Deeper nesting is refused: writing follows it by recursion. */
const MAX_DEPTH = 64;

/** Writes a list of KeyValue from JSON as the repeated field `field`. */
export function writeAttributes(
  writer: ProtobufWriter,
  field: number,
  attributes: readonly unknown[],
  depth = 0,
): void {
  for (const attribute of attributes) writeAttribute(writer, field, attribute, depth);
}

function writeAttribute(writer: ProtobufWriter, field: number, attribute: unknown, depth: number): void {
  if (!isObject(attribute)) throw new JsonFieldError('an attribute is not an object');
  writer.message(field, () => {
    writer.text(1, textField(attribute, 'key'));
    const value = objectField(attribute, 'value');
    if (value !== undefined) writeValue(writer, 2, value, depth);
  });
}

/**
 * Writes the attributes in a field of `object`. One that cannot be read costs only itself: it is left out, and why is
 * told to `drop`; so is a field that is no list.
 *
 * @returns how many were left out.
 */
export function writeAttributesAlone(
  writer: ProtobufWriter,
  field: number,
  object: JsonObject,
  drop: (reason: string) => void,
): number {
  let dropped = 0;
  const leftOut = (error: unknown): void => {
    if (!(error instanceof JsonFieldError)) throw error;
    dropped++;
    drop(error.message);
  };
  let attributes: readonly unknown[] = [];
  try {
    attributes = listField(object, 'attributes');
  } catch (error) {
    leftOut(error);
  }
  for (const attribute of attributes) {
    const before = writer.length;
    try {
      writeAttribute(writer, field, attribute, 0);
    } catch (error) {
      writer.length = before;
      leftOut(error);
    }
  }
  return dropped;
}

/** Writes an AnyValue. */
export function writeValue(writer: ProtobufWriter, field: number, value: JsonObject, depth = 0): void {
  if (depth > MAX_DEPTH) throw new JsonFieldError(`an attribute is nested more than ${MAX_DEPTH} deep`);
  writer.message(field, () => writeCase(writer, value, depth));
}

/** Writes a Resource; attributes that cannot be read are left out and told to `drop`. */
export function writeResource(
  writer: ProtobufWriter,
  field: number,
  resource: JsonObject,
  drop: (reason: string) => void,
): void {
  writer.message(field, () => {
    const leftOut = writeAttributesAlone(writer, 1, resource, drop);
    const dropped = countField(resource, 'droppedAttributesCount') + leftOut;
    if (dropped > 0) writer.number(2, dropped);
  });
}

const SCOPE_TEXTS = [
  [1, 'name'],
  [2, 'version'],
] as const;

/** Writes an InstrumentationScope; as {@link writeResource}. */
export function writeScope(
  writer: ProtobufWriter,
  field: number,
  scope: JsonObject,
  drop: (reason: string) => void,
): void {
  writer.message(field, () => {
    for (const [number, name] of SCOPE_TEXTS) {
      const text = fieldOf(scope, name) ?? '';
      if (typeof text === 'string') writer.text(number, text);
      else drop(`${name} of a scope is not a text`);
    }
    writeAttributesAlone(writer, 3, scope, drop);
  });
}

function writeCase(writer: ProtobufWriter, value: JsonObject, depth: number): void {
  const cases: Readonly<Record<string, (content: unknown) => void>> = {
    stringValue: (content) => writer.text(1, textOf(content, 'stringValue')),
    boolValue: (content) => writer.number(2, content === true || content === 'true' ? 1 : 0),
    intValue: (content) => writer.int64(3, integer(content, 'intValue')),
    doubleValue: (content) => writer.double(4, double(content)),
    arrayValue: () => writer.message(5, () => writeList(writer, objectField(value, 'arrayValue')!, depth + 1)),
    kvlistValue: () =>
      writer.message(6, () =>
        writeAttributes(writer, 1, listField(objectField(value, 'kvlistValue')!, 'values'), depth + 1),
      ),
    bytesValue: (content) => writer.raw(7, Buffer.from(textOf(content, 'bytesValue'), 'base64')),
  };
  for (const [name, write] of Object.entries(cases)) {
    const content = fieldOf(value, name);
    if (content !== undefined) return write(content);
  }
}

function writeList(writer: ProtobufWriter, list: JsonObject, depth: number): void {
  for (const item of listField(list, 'values')) {
    writeValue(writer, 1, isObject(item) ? item : {}, depth);
  }
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw new JsonFieldError(`${name} is not a text`);
}
