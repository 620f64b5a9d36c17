import type { Attributes } from '../../model/attributes';
import type { SpanBatchBuilder } from '../../model/spanBatchBuilder';
import { Rejections, type DecodeResult } from '../otlp/decodeResult';
import { ProtobufWriter } from '../otlp/protobufWriter';
import { TracesDecoder } from '../otlp/tracesDecoder';
import { writeRecordAttributes } from './recordAttributes';
import { isBadRecord, type ConvertedSpan, type RecordScope, type SpanRecord } from './spanRecord';

/** Encoded spans that wait for their rows: beyond this, or with this many groups, they are written. */
const MAX_WAITING_BYTES = 1 << 20;
const MAX_GROUPS = 128;
const MAX_UNSIGNED = (1n << 64n) - 1n;

/** The spans of one resource and one scope. */
interface Group {
  readonly resource: Buffer;
  readonly scope: Buffer;
  readonly spans: ProtobufWriter;
}

/**
 * Writes {@link SpanRecord}s into the columns of a builder: each is encoded as OTLP, and a megabyte at a time decoded
 * like what a receiver gets, so there is one way into a batch. Rows come grouped by resource and scope. Call
 * {@link finish} after the last one.
 */
export class RecordWriter {
  /** Spans that were written under other ids than the format had. */
  mendedIds = 0;
  private readonly rejections = new Rejections(Infinity);
  private readonly resources = new EncodedMessages<Attributes>((writer, value) => {
    this.attributes(writer, 1, value);
  });
  private readonly scopes = new EncodedMessages<RecordScope>((writer, { name, version, attributes }) => {
    writer.text(1, name);
    writer.text(2, version);
    if (attributes !== undefined) this.attributes(writer, 3, attributes);
  });
  /** By the keys of their resource and of their scope. */
  private readonly groups = new Map<string, Map<string, Group>>();
  private groupCount = 0;
  /** Emptied writers of groups that were written: memory of a megabyte need not be had anew for each. */
  private readonly spare: ProtobufWriter[] = [];
  private readonly request = new ProtobufWriter();
  private waitingBytes = 0;
  private accepted = 0;

  constructor(
    builder: SpanBatchBuilder,
    private readonly decoder: TracesDecoder = new TracesDecoder(builder),
  ) {}

  /** Spans that could not be read so far. */
  get rejected(): number {
    return this.rejections.count;
  }

  /** Takes a span, or counts why there is none. */
  add(span: ConvertedSpan): void {
    if (isBadRecord(span)) return this.rejections.add(span.problem);
    const problem = problemOf(span);
    if (problem !== undefined) return this.rejections.add(problem);
    const { spans } = this.group(span);
    const before = spans.length;
    const start = spans.begin(2);
    this.writeSpan(spans, span);
    spans.end(start);
    if (span.idsMended === true) this.mendedIds++;
    this.waitingBytes += spans.length - before;
    if (this.waitingBytes > MAX_WAITING_BYTES || this.groupCount > MAX_GROUPS) this.flush();
  }

  addAll(spans: Iterable<ConvertedSpan>): void {
    for (const span of spans) this.add(span);
  }

  /** Writes what waits, too. @returns what became of all spans since the writer was made. */
  finish(): DecodeResult {
    this.flush();
    return this.rejections.result(this.accepted, 'spans');
  }

  /** Writes what waits. */
  flush(): void {
    const { request } = this;
    for (const scopes of this.groups.values()) {
      for (const group of scopes.values()) {
        writeGroup(request, group);
        group.spans.clear();
        this.spare.push(group.spans);
      }
    }
    this.groups.clear();
    this.groupCount = 0;
    this.waitingBytes = 0;
    const { accepted, rejected } = this.decoder.decode(request.written);
    request.clear();
    this.accepted += accepted;
    for (let i = 0; i < rejected; i++) this.rejections.add('an id is all zero');
  }

  private group({ resource, scope }: SpanRecord): Group {
    const resourceBytes = this.resources.of(resource);
    const scopeBytes = this.scopes.of(scope);
    let scopes = this.groups.get(resourceBytes.key);
    if (scopes === undefined) this.groups.set(resourceBytes.key, (scopes = new Map<string, Group>()));
    let group = scopes.get(scopeBytes.key);
    if (group === undefined) {
      const spans = this.spare.pop() ?? new ProtobufWriter();
      scopes.set(scopeBytes.key, (group = { resource: resourceBytes.bytes, scope: scopeBytes.bytes, spans }));
      this.groupCount++;
    }
    return group;
  }

  /** Writes attributes. @returns how many were left out. */
  private attributes(writer: ProtobufWriter, field: number, attributes: Attributes): number {
    const dropped = writeRecordAttributes(writer, field, attributes);
    for (let i = 0; i < dropped; i++) this.rejections.drop('an attribute is nested more than 64 deep');
    return dropped;
  }

  private writeSpan(writer: ProtobufWriter, span: SpanRecord): void {
    writer.hex(1, span.traceId);
    writer.hex(2, span.spanId);
    if (span.traceState !== undefined && span.traceState !== '') writer.text(3, span.traceState);
    if (span.parentSpanId !== undefined) writer.hex(4, span.parentSpanId);
    writer.text(5, span.name);
    writer.number(6, span.kind);
    writer.fixed64(7, span.startNs);
    writer.fixed64(8, span.endNs);
    const dropped = this.attributes(writer, 9, span.attributes);
    if (dropped > 0) writer.number(10, dropped);
    for (const event of span.events) {
      writer.message(11, () => {
        writer.fixed64(1, event.timeNs);
        writer.text(2, event.name);
        this.attributes(writer, 3, event.attributes);
      });
    }
    for (const link of span.links) {
      writer.message(13, () => {
        writer.hex(1, link.traceId);
        writer.hex(2, link.spanId);
        if (link.traceState !== undefined && link.traceState !== '') writer.text(3, link.traceState);
        this.attributes(writer, 4, link.attributes);
      });
    }
    const { code, message } = span.status;
    if (code !== 0 || message !== undefined) {
      writer.message(15, () => {
        if (message !== undefined && message !== '') writer.text(2, message);
        if (code !== 0) writer.number(3, code);
      });
    }
    if (span.flags !== undefined && span.flags !== 0) writer.fixed32(16, span.flags);
  }
}

function writeGroup(request: ProtobufWriter, { resource, scope, spans }: Group): void {
  request.message(1, () => {
    request.raw(1, resource);
    request.message(2, () => {
      request.raw(1, scope);
      request.append(spans.written);
    });
  });
}

/** Writes all spans of one answer or file into a builder. */
export function writeRecords(spans: Iterable<ConvertedSpan>, builder: SpanBatchBuilder): DecodeResult {
  const writer = new RecordWriter(builder);
  writer.addAll(spans);
  return writer.finish();
}

function problemOf({ startNs, endNs, events }: SpanRecord): string | undefined {
  if (!isUnsigned(startNs) || !isUnsigned(endNs)) return 'a time is before 1970 or beyond 64 bits';
  const bad = events.some(({ timeNs }) => !isUnsigned(timeNs));
  return bad ? 'the time of an event is before 1970 or beyond 64 bits' : undefined;
}

function isUnsigned(time: bigint): boolean {
  return time >= 0n && time <= MAX_UNSIGNED;
}

/** Messages that many spans share, encoded once for each object. */
class EncodedMessages<T extends object> {
  private readonly known = new WeakMap<T, { readonly bytes: Buffer; readonly key: string }>();

  constructor(private readonly write: (writer: ProtobufWriter, value: T) => void) {}

  /** The bytes, and a text that is equal for equal bytes. */
  of(value: T): { readonly bytes: Buffer; readonly key: string } {
    let known = this.known.get(value);
    if (known === undefined) {
      const writer = new ProtobufWriter();
      this.write(writer, value);
      const bytes = Buffer.from(writer.written);
      known = { bytes, key: bytes.toString('latin1') };
      this.known.set(value, known);
    }
    return known;
  }
}
