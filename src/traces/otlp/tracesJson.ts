import { SpanlightError } from '../../base/errors';
import { SPAN_KINDS } from '../../model/operation';
import type { SpanBatchBuilder } from '../../model/spanBatchBuilder';
import { Rejections, type DecodeResult } from './decodeResult';
import {
  countField,
  enumField,
  fieldOf,
  idField,
  isObject,
  JsonFieldError,
  listField,
  objectField,
  textField,
  unsignedField,
  type JsonObject,
} from './jsonFields';
import { writeAttributes, writeResource, writeScope } from './jsonValues';
import { parseJsonLossless } from './losslessJson';
import { ProtobufWriter } from './protobufWriter';
import { TracesDecoder } from './tracesDecoder';

const STATUS_CODES = ['UNSET', 'OK', 'ERROR'];

/**
 * Decodes OTLP/JSON (a text, or what was parsed from one) into the columns of a builder: it is written as protobuf and
 * takes the same way. Besides ExportTraceServiceRequest it knows what backends make of it: `batches` for
 * `resourceSpans`, `instrumentationLibrarySpans` for `scopeSpans`, a `trace` or `result` around it, ids in base64. A
 * span that cannot be read is left out alone.
 *
 * @throws SpanlightError if it is no JSON or not of this shape; no row was added.
 */
export function decodeTracesJson(
  input: string | JsonObject,
  builder: SpanBatchBuilder,
  decoder: TracesDecoder = new TracesDecoder(builder),
): DecodeResult {
  const { bytes, rejections } = tracesJsonToProtobuf(input);
  const decoded = decoder.decode(bytes);
  if (rejections.count === 0) return decoded;
  const result = rejections.result(decoded.accepted, 'spans');
  if (decoded.rejected === 0) return result;
  return {
    accepted: decoded.accepted,
    rejected: decoded.rejected + result.rejected,
    message: `${decoded.message}; ${result.message}`,
  };
}

/** OTLP/JSON as an ExportTraceServiceRequest in protobuf, without the spans that cannot be read. */
export function tracesJsonToProtobuf(input: string | JsonObject): { bytes: Uint8Array; rejections: Rejections } {
  const writer = new ProtobufWriter();
  const rejections = new Rejections();
  asShapeError(() => {
    const body = typeof input === 'string' ? parseBody(input) : input;
    for (const item of resourceSpansOf(body)) writeResourceSpans(writer, item, rejections);
  });
  return { bytes: writer.written, rejections };
}

/** Parses a request body; what is no JSON object is refused. */
export function parseBody(text: string): JsonObject {
  let body: unknown;
  try {
    body = parseJsonLossless(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SpanlightError(`The body is not JSON: ${(error as Error).message}.`, undefined, undefined, {
      cause: error,
    });
  }
  if (isObject(body)) return body;
  throw new SpanlightError('The body is not OTLP/JSON: it is not an object.');
}

/** Turns a fault of the frame around spans or log records into the user's words. */
export function asShapeError(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof JsonFieldError)) throw error;
    throw new SpanlightError(`The body is not OTLP/JSON: ${error.message}.`, undefined, undefined, { cause: error });
  }
}

function resourceSpansOf(body: JsonObject): readonly unknown[] {
  let frame = body;
  for (const wrapper of ['result', 'trace']) frame = objectField(frame, wrapper) ?? frame;
  return listField(frame, fieldOf(frame, 'resourceSpans') === undefined ? 'batches' : 'resourceSpans');
}

function writeResourceSpans(writer: ProtobufWriter, item: unknown, rejections: Rejections): void {
  if (!isObject(item)) throw new JsonFieldError('an item of resourceSpans is not an object');
  const legacy = fieldOf(item, 'scopeSpans') === undefined;
  writer.message(1, () => {
    writeResource(writer, 1, objectField(item, 'resource') ?? {});
    for (const scope of listField(item, legacy ? 'instrumentationLibrarySpans' : 'scopeSpans')) {
      writeScopeSpans(writer, scope, rejections);
    }
  });
}

function writeScopeSpans(writer: ProtobufWriter, item: unknown, rejections: Rejections): void {
  if (!isObject(item)) throw new JsonFieldError('an item of scopeSpans is not an object');
  writer.message(2, () => {
    writeScope(writer, 1, objectField(item, 'scope') ?? objectField(item, 'instrumentationLibrary') ?? {});
    for (const span of listField(item, 'spans')) {
      const before = writer.length;
      try {
        if (!isObject(span)) throw new JsonFieldError('a span is not an object');
        writer.message(2, () => writeSpan(writer, span));
      } catch (error) {
        if (!(error instanceof JsonFieldError)) throw error;
        writer.length = before;
        rejections.add(error.message);
      }
    }
  });
}

function writeSpan(writer: ProtobufWriter, span: JsonObject): void {
  writeId(writer, 1, idField(span, 'traceId', 16));
  writeId(writer, 2, idField(span, 'spanId', 8));
  writeText(writer, 3, textField(span, 'traceState'));
  writeId(writer, 4, idField(span, 'parentSpanId', 8));
  writeText(writer, 5, textField(span, 'name'));
  writer.number(6, enumField(span, 'kind', 'SPAN_KIND_', SPAN_KINDS));
  writer.fixed64(7, unsignedField(span, 'startTimeUnixNano'));
  writer.fixed64(8, unsignedField(span, 'endTimeUnixNano'));
  writeAttributes(writer, 9, listField(span, 'attributes'));
  writeCount(writer, 10, countField(span, 'droppedAttributesCount'));
  for (const event of objects(span, 'events')) writer.message(11, () => writeEvent(writer, event));
  writeCount(writer, 12, countField(span, 'droppedEventsCount'));
  for (const link of objects(span, 'links')) writer.message(13, () => writeLink(writer, link));
  writeCount(writer, 14, countField(span, 'droppedLinksCount'));
  const status = objectField(span, 'status');
  if (status !== undefined) writer.message(15, () => writeStatus(writer, status));
  const flags = countField(span, 'flags');
  if (flags > 0) writer.fixed32(16, flags);
}

function writeEvent(writer: ProtobufWriter, event: JsonObject): void {
  writer.fixed64(1, unsignedField(event, 'timeUnixNano'));
  writer.text(2, textField(event, 'name'));
  writeAttributes(writer, 3, listField(event, 'attributes'));
  writeCount(writer, 4, countField(event, 'droppedAttributesCount'));
}

function writeLink(writer: ProtobufWriter, link: JsonObject): void {
  writeId(writer, 1, idField(link, 'traceId', 16));
  writeId(writer, 2, idField(link, 'spanId', 8));
  writeText(writer, 3, textField(link, 'traceState'));
  writeAttributes(writer, 4, listField(link, 'attributes'));
  writeCount(writer, 5, countField(link, 'droppedAttributesCount'));
}

function writeStatus(writer: ProtobufWriter, status: JsonObject): void {
  writeText(writer, 2, textField(status, 'message'));
  writeCount(writer, 3, enumField(status, 'code', 'STATUS_CODE_', STATUS_CODES));
}

function objects(span: JsonObject, name: string): readonly JsonObject[] {
  return listField(span, name).map((item) => {
    if (isObject(item)) return item;
    throw new JsonFieldError(`an item of ${name} is not an object`);
  });
}

function writeId(writer: ProtobufWriter, field: number, id: Uint8Array | undefined): void {
  if (id !== undefined) writer.raw(field, id);
}

function writeText(writer: ProtobufWriter, field: number, text: string): void {
  if (text !== '') writer.text(field, text);
}

function writeCount(writer: ProtobufWriter, field: number, count: number): void {
  if (count > 0) writer.number(field, count);
}
