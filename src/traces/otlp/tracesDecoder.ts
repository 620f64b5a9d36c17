import { bytesKey } from '../../base/tables/byteInterner';
import { SpanlightError } from '../../base/errors';
import { LruMap } from '../../base/tables/lruMap';
import type { Attributes } from '../../model/attributes';
import type { SpanBatchBuilder } from '../../model/spanBatchBuilder';
import { AttributeKeys } from './attributeKeys';
import { Rejections, type DecodeResult } from './decodeResult';
import { SpanKernel } from './kernel/spanKernel';
import { KeyValueReader } from './keyValueReader';
import { OperationResolver } from './operationResolver';
import { SpanDecoder, type SpanContext } from './spanDecoder';
import { ScalarReader } from './scalarReader';
import { decodeResource, decodeScope } from './spanDetails';
import { WIRE, WireReader, wrongType } from './wire';

/** ExportTraceServiceRequest.resource_spans, Resource.attributes. */
const FIRST = 0x0a;
/** ResourceSpans.scope_spans, ScopeSpans.spans. */
const SECOND = 0x12;
/** What a service without a name is called; the SDKs' own word. */
const UNKNOWN_SERVICE = 'unknown_service';

/** A kernel has to be compiled and has a memory of its own: not for some requests in a test or a small file. */
const KERNEL_FROM = 256 * 1024;

/** Resources and scopes whose names are remembered, and how many bytes they may have: 2 MiB at the most. */
const REMEMBERED = 256;
const LARGE = 4096;

const NO_BYTES = new Uint8Array(0);

/** What spans share came after them, so the request has to be read again. */
class LateField extends Error {}

/** Decodes trace export requests (also called TracesData: the same bytes) into the columns of one builder. */
export class TracesDecoder {
  private readonly reader = new WireReader();
  private readonly spans: SpanDecoder;
  private readonly keyValue = new KeyValueReader(this.reader);
  private readonly scalar = new ScalarReader(this.reader);
  private readonly serviceName = new AttributeKeys(['service.name']);
  /** Of Resource messages, by their bytes. */
  private readonly services = new LruMap<string, string>(REMEMBERED);
  /** Of InstrumentationScope messages, by their bytes. */
  private readonly scopeNames = new LruMap<string, string>(REMEMBERED);
  private rejections = new Rejections();
  private lookAhead = false;
  private kernel: SpanKernel | undefined;
  private decodedBytes = 0;
  /** Whether the kernel has the body that is read. */
  private loaded = false;
  private readonly malformedSpan = (error: unknown): void => {
    if (!(error instanceof SpanlightError)) throw error;
    this.rejections.add(error.message);
  };

  /** @param kernelFrom bytes from which on spans are decoded in WebAssembly. */
  constructor(
    readonly builder: SpanBatchBuilder,
    private kernelFrom = KERNEL_FROM,
  ) {
    this.spans = new SpanDecoder(builder, this.reader);
  }

  /**
   * Appends the spans of a request. A span with bad ids, or malformed within its own bounds, is left out alone.
   * @throws SpanlightError naming the byte where the request itself is malformed or ends too early; no row was added.
   */
  decode(body: Uint8Array): DecodeResult {
    const { builder, reader } = this;
    // Never a Buffer: two classes of arrays in the inner loops cost a third of the speed (measured).
    const bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
    const firstRow = builder.count;
    this.loadKernel(bytes);
    try {
      try {
        this.read(bytes, false);
      } catch (error) {
        if (!(error instanceof LateField)) throw error;
        builder.truncate(firstRow);
        this.read(bytes, true);
      }
    } catch (error) {
      builder.truncate(firstRow);
      throw error;
    } finally {
      reader.reset(NO_BYTES, 0, 0);
    }
    return this.rejections.result(builder.count - firstRow, 'spans');
  }

  private loadKernel(bytes: Uint8Array): void {
    this.decodedBytes += bytes.length;
    if (this.kernel === undefined && this.decodedBytes >= this.kernelFrom) {
      this.kernel = SpanKernel.create(this.builder, new OperationResolver(this.builder.operations, this.reader));
      // Where there is no memory for it, once is enough.
      this.kernelFrom = Infinity;
    }
    this.loaded = this.kernel?.load(bytes) === true;
  }

  /** @param lookAhead look for the messages that spans share wherever they are; else they must come first. */
  private read(bytes: Uint8Array, lookAhead: boolean): void {
    const { reader } = this;
    this.rejections = new Rejections();
    this.lookAhead = lookAhead;
    reader.reset(bytes, 0, bytes.length);
    while (reader.at < bytes.length) {
      const from = reader.at;
      const tag = reader.tag();
      if (tag === FIRST) this.resourceSpans(reader.contentEnd());
      else if (tag >>> 3 === 1) throw wrongType(tag, from);
      else reader.skip(tag);
    }
  }

  private resourceSpans(end: number): void {
    const { builder, reader } = this;
    const outer = this.enter(end);
    const bytes = this.sharedMessage(end);
    const key = bytesKey(bytes);
    const resource = builder.internResource(bytes, key);
    const kept = builder.resourceBytes(resource);
    let decoded: Attributes | undefined;
    const attributes = (): Attributes => (decoded ??= decodeResource(kept));
    const service = remembered(this.services, key, () => this.service(bytes));
    while (this.nextItem(end)) this.scopeSpans(reader.contentEnd(), service, resource, attributes);
    reader.end = outer;
  }

  private scopeSpans(end: number, service: string, resource: number, attributes: () => Attributes): void {
    const { builder, reader } = this;
    const outer = this.enter(end);
    const bytes = this.sharedMessage(end);
    const key = bytesKey(bytes);
    const scope = builder.internScope(bytes, key);
    const name = remembered(this.scopeNames, key, () => decodeScope(bytes).name);
    const context = builder.operations.context(service, name);
    const shared: SpanContext = { context, resource, scope, attributes };
    for (;;) {
      if (this.loaded) reader.at = this.kernel!.decode(reader.at, end, shared, this.malformedSpan);
      if (!this.nextItem(end)) break;
      this.span(reader.contentEnd(), shared);
    }
    reader.end = outer;
  }

  private span(end: number, shared: SpanContext): void {
    const { builder, reader } = this;
    const outer = this.enter(end);
    const { coldLength } = builder;
    try {
      const reason = this.spans.decode(end, shared);
      if (reason !== undefined) this.rejections.add(reason);
    } catch (error) {
      if (!(error instanceof SpanlightError)) throw error;
      this.rejections.add(error.message);
      builder.coldLength = coldLength;
      reader.at = end;
    }
    reader.end = outer;
  }

  /** Lets nothing be read beyond `end`; returns the bound to go back to. */
  private enter(end: number): number {
    const outer = this.reader.end;
    this.reader.end = end;
    return outer;
  }

  /**
   * Goes to the next item (ScopeSpans in ResourceSpans, Span in ScopeSpans), behind its tag. False at the end.
   * @throws LateField if the message that the items share comes only now.
   */
  private nextItem(end: number): boolean {
    const { reader } = this;
    while (reader.at < end) {
      const from = reader.at;
      const tag = reader.tag();
      if (tag === SECOND) return true;
      if (tag === FIRST && !this.lookAhead) throw new LateField();
      if (tag >>> 3 <= 3 && (tag & 7) !== WIRE.bytes) throw wrongType(tag, from);
      reader.skip(tag);
    }
    return false;
  }

  /**
   * The message in field 1 (Resource, InstrumentationScope). Every SDK writes it first. Looking ahead, all of its
   * occurrences between here and `end` are found, and put together, as protobuf merges them.
   */
  private sharedMessage(end: number): Uint8Array {
    const { reader } = this;
    const start = reader.at;
    let found: Uint8Array = NO_BYTES;
    while (reader.at < end) {
      const from = reader.at;
      const tag = reader.tag();
      if (tag !== FIRST) {
        if (!this.lookAhead) {
          reader.at = from;
          return found;
        }
        reader.skip(tag);
        continue;
      }
      const to = reader.contentEnd();
      found = found.length === 0 ? reader.bytes.subarray(reader.at, to) : concat(found, reader, to);
      reader.at = to;
    }
    if (this.lookAhead) reader.at = start;
    return found;
  }

  /** `service.name` of a Resource message, which may be a part of the bytes being read or stand apart. */
  private service(resource: Uint8Array): string {
    const { reader, keyValue, scalar } = this;
    const { bytes, at, end } = reader;
    const apart = resource.buffer !== bytes.buffer;
    const from = apart ? 0 : resource.byteOffset - bytes.byteOffset;
    const to = from + resource.length;
    reader.reset(apart ? resource : bytes, from, to);
    let service = '';
    while (reader.at < to) {
      const tag = reader.tag();
      if (tag !== FIRST) {
        reader.skip(tag);
        continue;
      }
      const attributeEnd = reader.contentEnd();
      keyValue.key(attributeEnd);
      if (this.serviceName.find(reader.view, keyValue.keyFrom, keyValue.keyTo - keyValue.keyFrom) === 0) {
        scalar.read(keyValue.valueFrom, keyValue.valueTo);
        if (scalar.type >= 0) service = utf8(scalar.text(scalar.type), scalar.textFrom, scalar.textTo);
      }
      reader.at = attributeEnd;
    }
    reader.reset(bytes, at, end);
    return service === '' ? UNKNOWN_SERVICE : service;
  }
}

/** What `find` says of a message that every request of a sender begins with, by its bytes. */
function remembered(names: LruMap<string, string>, key: string, find: () => string): string {
  if (key.length > LARGE) return find();
  let name = names.get(key);
  if (name === undefined) names.set(key, (name = find()));
  return name;
}

/** Decodes one request; for many requests keep a {@link TracesDecoder}. */
export function decodeTracesProtobuf(bytes: Uint8Array, builder: SpanBatchBuilder): DecodeResult {
  return new TracesDecoder(builder).decode(bytes);
}

function concat(first: Uint8Array, reader: WireReader, to: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([first, reader.bytes.subarray(reader.at, to)]));
}

function utf8(view: DataView, from: number, to: number): string {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('utf8', from, to);
}
