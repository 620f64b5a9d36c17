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
  for (const attribute of attributes) {
    if (!isObject(attribute)) throw new JsonFieldError('an attribute is not an object');
    writer.message(field, () => {
      writer.text(1, textField(attribute, 'key'));
      const value = objectField(attribute, 'value');
      if (value !== undefined) writeValue(writer, 2, value, depth);
    });
  }
}

/** Writes an AnyValue. */
export function writeValue(writer: ProtobufWriter, field: number, value: JsonObject, depth = 0): void {
  if (depth > MAX_DEPTH) throw new JsonFieldError(`an attribute is nested more than ${MAX_DEPTH} deep`);
  writer.message(field, () => writeCase(writer, value, depth));
}

/** Writes a Resource. */
export function writeResource(writer: ProtobufWriter, field: number, resource: JsonObject): void {
  writer.message(field, () => {
    writeAttributes(writer, 1, listField(resource, 'attributes'));
    const dropped = countField(resource, 'droppedAttributesCount');
    if (dropped > 0) writer.number(2, dropped);
  });
}

/** Writes an InstrumentationScope. */
export function writeScope(writer: ProtobufWriter, field: number, scope: JsonObject): void {
  writer.message(field, () => {
    writer.text(1, textField(scope, 'name'));
    writer.text(2, textField(scope, 'version'));
    writeAttributes(writer, 3, listField(scope, 'attributes'));
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
