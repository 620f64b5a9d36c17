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
import { writeAttributesAlone, writeResource, writeScope } from './jsonValues';
import { parseJsonLossless } from './losslessJson';
import { ProtobufWriter } from './protobufWriter';
import { TracesDecoder } from './tracesDecoder';

const STATUS_CODES = ['UNSET', 'OK', 'ERROR'];

/**
 * Decodes OTLP/JSON (a text, or what was parsed from one) into the columns of a builder: it is written as protobuf and
 * takes the same way. Besides ExportTraceServiceRequest it knows what backends make of it: `batches` for
 * `resourceSpans`, `instrumentationLibrarySpans` for `scopeSpans`, a `trace` or `result` around it, ids in base64. What
 * cannot be read costs only itself: an attribute, a span, a group of spans.
 *
 * @throws SpanlightError if it is no JSON, not of this shape, or holds nothing but groups that cannot be read; no row
 *   was added.
 */
export function decodeTracesJson(
  input: string | JsonObject,
  builder: SpanBatchBuilder,
  decoder: TracesDecoder = new TracesDecoder(builder),
  rejections: Rejections = new Rejections(),
): DecodeResult {
  const bytes = tracesJsonToProtobuf(input, rejections);
  const decoded = decoder.decode(bytes);
  if (rejections.count === 0 && rejections.dropped === 0) return decoded;
  const result = rejections.result(decoded.accepted, 'spans');
  if (decoded.rejected === 0) return result;
  return {
    ...result,
    rejected: decoded.rejected + result.rejected,
    message: `${decoded.message}; ${result.message}`,
  };
}

/** OTLP/JSON as an ExportTraceServiceRequest in protobuf, without what cannot be read. */
export function tracesJsonToProtobuf(input: string | JsonObject, rejections = new Rejections()): Uint8Array {
  const request = new RequestWriter(rejections);
  asShapeError(() => request.write(typeof input === 'string' ? parseBody(input) : input));
  return request.written;
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

/** Writes one request: its frame here, the spans by {@link writeSpan}. */
class RequestWriter {
  private readonly writer = new ProtobufWriter();
  private readonly drop = (reason: string) => this.rejections.drop(reason);
  private spans = 0;
  private firstBadGroup: JsonFieldError | undefined;

  constructor(private readonly rejections: Rejections) {}

  get written(): Uint8Array {
    return this.writer.written;
  }

  /** @throws JsonFieldError if there are groups, and none can be read. */
  write(body: JsonObject): void {
    for (const item of resourceSpansOf(body)) this.alone(() => this.resourceSpans(item));
    if (this.spans === 0 && this.firstBadGroup !== undefined) throw this.firstBadGroup;
  }

  /** A group that is broken in itself is left out and counted once. */
  private alone(write: () => void): void {
    const before = this.writer.length;
    try {
      write();
    } catch (error) {
      if (!(error instanceof JsonFieldError)) throw error;
      this.writer.length = before;
      this.firstBadGroup ??= error;
      this.rejections.add(error.message);
    }
  }

  private resourceSpans(item: unknown): void {
    const { writer, drop } = this;
    if (!isObject(item)) throw new JsonFieldError('an item of resourceSpans is not an object');
    const legacy = fieldOf(item, 'scopeSpans') === undefined;
    const resource = this.shared(item, 'resource') ?? {};
    const scopes = listField(item, legacy ? 'instrumentationLibrarySpans' : 'scopeSpans');
    writer.message(1, () => {
      writeResource(writer, 1, resource, drop);
      for (const scope of scopes) this.alone(() => this.scopeSpans(scope));
    });
  }

  private scopeSpans(item: unknown): void {
    const { writer, drop } = this;
    if (!isObject(item)) throw new JsonFieldError('an item of scopeSpans is not an object');
    const scope = this.shared(item, 'scope') ?? this.shared(item, 'instrumentationLibrary') ?? {};
    const spans = listField(item, 'spans');
    writer.message(2, () => {
      writeScope(writer, 1, scope, drop);
      for (const span of spans) this.span(span);
    });
  }

  /** What spans share; they are read without it, too. */
  private shared(item: JsonObject, name: string): JsonObject | undefined {
    try {
      return objectField(item, name);
    } catch (error) {
      if (!(error instanceof JsonFieldError)) throw error;
      this.firstBadGroup ??= error;
      this.drop(error.message);
      return undefined;
    }
  }

  private span(span: unknown): void {
    const { writer, drop } = this;
    const before = writer.length;
    this.spans++;
    try {
      if (!isObject(span)) throw new JsonFieldError('a span is not an object');
      writer.message(2, () => writeSpan(writer, span, drop));
    } catch (error) {
      if (!(error instanceof JsonFieldError)) throw error;
      writer.length = before;
      this.rejections.add(error.message);
    }
  }
}

/** Told why a part of a span is left out. */
type Drop = (reason: string) => void;

function writeSpan(writer: ProtobufWriter, span: JsonObject, drop: Drop): void {
  writeId(writer, 1, idField(span, 'traceId', 16));
  writeId(writer, 2, idField(span, 'spanId', 8));
  writeText(writer, 3, textField(span, 'traceState'));
  writeId(writer, 4, idField(span, 'parentSpanId', 8));
  writeText(writer, 5, textField(span, 'name'));
  writer.number(6, enumField(span, 'kind', 'SPAN_KIND_', SPAN_KINDS));
  writer.fixed64(7, unsignedField(span, 'startTimeUnixNano'));
  writer.fixed64(8, unsignedField(span, 'endTimeUnixNano'));
  const attributes = writeAttributesAlone(writer, 9, span, drop);
  writeCount(writer, 10, countField(span, 'droppedAttributesCount') + attributes);
  const events = writeParts(writer, 11, span, 'events', drop, writeEvent);
  writeCount(writer, 12, countField(span, 'droppedEventsCount') + events);
  const links = writeParts(writer, 13, span, 'links', drop, writeLink);
  writeCount(writer, 14, countField(span, 'droppedLinksCount') + links);
  const status = objectField(span, 'status');
  if (status !== undefined) writer.message(15, () => writeStatus(writer, status));
  const flags = countField(span, 'flags');
  if (flags > 0) writer.fixed32(16, flags);
}

/** Writes events or links. One that cannot be read costs only itself. @returns how many were left out. */
function writeParts(
  writer: ProtobufWriter,
  field: number,
  span: JsonObject,
  name: string,
  drop: Drop,
  write: (writer: ProtobufWriter, part: JsonObject, drop: Drop) => void,
): number {
  const value = fieldOf(span, name) ?? [];
  if (!Array.isArray(value)) {
    drop(`${name} is not a list`);
    return 1;
  }
  let dropped = 0;
  for (const part of value as readonly unknown[]) {
    const before = writer.length;
    try {
      if (!isObject(part)) throw new JsonFieldError(`an item of ${name} is not an object`);
      writer.message(field, () => write(writer, part, drop));
    } catch (error) {
      if (!(error instanceof JsonFieldError)) throw error;
      writer.length = before;
      dropped++;
      drop(error.message);
    }
  }
  return dropped;
}

function writeEvent(writer: ProtobufWriter, event: JsonObject, drop: Drop): void {
  writer.fixed64(1, unsignedField(event, 'timeUnixNano'));
  writer.text(2, textField(event, 'name'));
  const dropped = writeAttributesAlone(writer, 3, event, drop);
  writeCount(writer, 4, countField(event, 'droppedAttributesCount') + dropped);
}

function writeLink(writer: ProtobufWriter, link: JsonObject, drop: Drop): void {
  writeId(writer, 1, idField(link, 'traceId', 16));
  writeId(writer, 2, idField(link, 'spanId', 8));
  writeText(writer, 3, textField(link, 'traceState'));
  const dropped = writeAttributesAlone(writer, 4, link, drop);
  writeCount(writer, 5, countField(link, 'droppedAttributesCount') + dropped);
}

function writeStatus(writer: ProtobufWriter, status: JsonObject): void {
  writeText(writer, 2, textField(status, 'message'));
  writeCount(writer, 3, enumField(status, 'code', 'STATUS_CODE_', STATUS_CODES));
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
