import { createHash } from 'node:crypto';
import { fieldOf, isObject, listField, type JsonObject } from '../otlp/jsonFields';
import { loadMessages } from '../otlp/messages';

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

/**
 * Trace files hold ids that no receiver would take: too short, too long, not hex, missing. Such spans are shown all the
 * same, under ids made of what was written: equal ids stay equal, so parents and children still find each other. Short
 * hex ids are filled up with zeros on the left, as Jaeger does; others are hashed.
 */
export class IdRepair {
  /** Spans with an id that had to be repaired. */
  spans = 0;
  private missing = 0;

  /** The same request with ids of the right length everywhere. */
  json(body: JsonObject): JsonObject {
    return this.frame(body);
  }

  /** The same request (protobuf) with ids of the right length everywhere; undefined if it cannot be read at all. */
  protobuf(bytes: Uint8Array): Uint8Array | undefined {
    const { TracesData } = loadMessages().trace.v1;
    let request;
    try {
      request = TracesData.decode(bytes);
    } catch {
      // Malformed further inside: the caller has told which spans were left out.
      return undefined;
    }
    for (const resource of request.resourceSpans ?? []) {
      for (const scope of resource.scopeSpans ?? []) {
        for (const span of scope.spans ?? []) {
          const before = [span.traceId, span.spanId, span.parentSpanId];
          span.traceId = this.id(span.traceId, TRACE_BYTES) ?? hashed('', TRACE_BYTES);
          span.spanId = this.id(span.spanId, SPAN_BYTES) ?? this.unique();
          span.parentSpanId = this.id(span.parentSpanId, SPAN_BYTES) ?? new Uint8Array();
          this.count(before[0] !== span.traceId || before[1] !== span.spanId || isOdd(before[2], SPAN_BYTES));
          for (const link of span.links ?? []) {
            link.traceId = this.id(link.traceId, TRACE_BYTES) ?? new Uint8Array();
            link.spanId = this.id(link.spanId, SPAN_BYTES) ?? new Uint8Array();
          }
        }
      }
    }
    return TracesData.encode(request).finish();
  }

  /** Walks down the known frames around spans; what is of another shape stays as it is. */
  private frame(body: JsonObject): JsonObject {
    return mapFields(body, {
      result: (value) => (isObject(value) ? this.frame(value) : value),
      trace: (value) => (isObject(value) ? this.frame(value) : value),
      resourceSpans: (value) => this.resources(value),
      batches: (value) => this.resources(value),
    });
  }

  private resources(list: unknown): unknown {
    const scopes = (value: unknown) =>
      mapItems(value, (scope) => mapFields(scope, { spans: (spans) => mapItems(spans, (span) => this.span(span)) }));
    return mapItems(list, (item) => mapFields(item, { scopeSpans: scopes, instrumentationLibrarySpans: scopes }));
  }

  private span(span: JsonObject): JsonObject {
    const traceId = this.text(span, 'traceId', TRACE_BYTES);
    const spanId = this.text(span, 'spanId', SPAN_BYTES);
    const parentSpanId = this.text(span, 'parentSpanId', SPAN_BYTES);
    const links = listOf(span, 'links').map((link) =>
      isObject(link)
        ? {
            ...link,
            traceId: this.text(link, 'traceId', TRACE_BYTES).id ?? '',
            spanId: this.text(link, 'spanId', SPAN_BYTES).id ?? '',
          }
        : link,
    );
    this.count(traceId.repaired || spanId.repaired || parentSpanId.repaired || !traceId.id || !spanId.id);
    return {
      ...span,
      traceId: traceId.id ?? hex(hashed('', TRACE_BYTES)),
      spanId: spanId.id ?? hex(this.unique()),
      parentSpanId: parentSpanId.id ?? '',
      ...(links.length > 0 ? { links } : {}),
    };
  }

  private count(repaired: boolean): void {
    if (repaired) this.spans++;
  }

  /** An id field as hex; undefined where it is missing or all zero. */
  private text(object: JsonObject, name: string, size: number): { id: string | undefined; repaired: boolean } {
    const value = fieldOf(object, name);
    if (typeof value !== 'string' || /^0*$/.test(value)) return { id: undefined, repaired: false };
    if (/^[0-9a-f]+$/i.test(value)) {
      if (value.length <= size * 2) return { id: value.padStart(size * 2, '0'), repaired: value.length < size * 2 };
    } else {
      const bytes = Buffer.from(value, 'base64');
      if (bytes.length === size && /^[\w+/-]+={0,2}$/.test(value)) {
        return { id: bytes.every((byte) => byte === 0) ? undefined : hex(bytes), repaired: false };
      }
    }
    return { id: hex(hashed(value, size)), repaired: true };
  }

  /** Bytes of an id; the same object if nothing is wrong; undefined where it is missing or all zero. */
  private id(bytes: Uint8Array | null | undefined, size: number): Uint8Array | undefined {
    if (!bytes || bytes.every((byte) => byte === 0)) return undefined;
    if (bytes.length === size) return bytes;
    if (bytes.length > size) return hashed(bytes, size);
    const padded = new Uint8Array(size);
    padded.set(bytes, size - bytes.length);
    return padded;
  }

  /** An id that no other span has: what has no id must not become anybody's parent. */
  private unique(): Uint8Array {
    return hashed(`missing ${this.missing++}`, SPAN_BYTES);
  }
}

function isOdd(bytes: Uint8Array | null | undefined, size: number): boolean {
  return bytes !== null && bytes !== undefined && bytes.length !== 0 && bytes.length !== size;
}

function hashed(value: string | Uint8Array, size: number): Uint8Array {
  return createHash('sha256').update(value).digest().subarray(0, size);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function listOf(object: JsonObject, name: string): readonly unknown[] {
  return Array.isArray(fieldOf(object, name)) ? listField(object, name) : [];
}

function mapItems(list: unknown, map: (item: JsonObject) => JsonObject): unknown {
  return Array.isArray(list) ? list.map((item: unknown) => (isObject(item) ? map(item) : item)) : list;
}

/** Maps the fields that are there, under their JSON names or those of the schema. */
function mapFields(object: JsonObject, maps: Readonly<Record<string, (value: unknown) => unknown>>): JsonObject {
  const mapped: Record<string, unknown> = { ...object };
  for (const [name, map] of Object.entries(maps)) {
    const value = fieldOf(object, name);
    if (value !== undefined) mapped[name] = map(value);
  }
  return mapped;
}
