import { SpanlightError } from '../../base/errors';
import type { Attributes } from '../../model/attributes';
import { spanIdAt, traceIdAt } from '../../model/ids';
import { SPAN_KINDS, type SpanKind } from '../../model/operation';
import { nanos, type Nanos } from '../../model/time';
import type { SpanEvent, SpanLink } from '../../model/trace';
import { AttributeCollector, AttributeReader } from './attributeReader';
import { KNOWN_TEXT } from './knownKeys';
import { WireReader } from './wire';

/** What the cold bytes of a span say. */
export interface ColdDetails {
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  readonly traceState: string;
  readonly statusMessage: string;
  /** W3C trace flags and the "parent is remote" bits. */
  readonly flags: number;
  readonly droppedAttributes: number;
  readonly droppedEvents: number;
  readonly droppedLinks: number;
  /** Only where the operation is the table's overflow. */
  readonly name?: string;
  /** Only where the operation is the table's overflow. */
  readonly kind?: SpanKind;
  /** Why the rest could not be read; what comes before it is there. */
  readonly problem?: string;
}

/** An instrumentation scope. */
export interface ScopeDetails {
  readonly name: string;
  readonly version: string;
  readonly attributes: Attributes;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Decodes a row's bytes of `SpanBatch.cold`. Never throws for bad bytes: see {@link ColdDetails.problem}. */
export function decodeCold(bytes: Uint8Array): ColdDetails {
  const attributes = new AttributeCollector();
  const events: SpanEvent[] = [];
  const links: SpanLink[] = [];
  const details: Writable<Partial<ColdDetails>> = {};
  const values = new AttributeReader(new WireReader(bytes));
  const { reader } = values;
  const problem = untilMalformed(values, (tag) => {
    if (tag === KNOWN_TEXT) values.knownText(attributes.into);
    else if (tag === 0x4a) values.coldAttribute(attributes.into);
    else if (tag === 0x5a) events.push(event(values));
    else if (tag === 0x6a) links.push(link(values));
    else if (tag === 0x7a) details.statusMessage = statusMessage(values, details.statusMessage ?? '');
    else if (tag === 0x1a) details.traceState = values.text();
    else if (tag === 0x50) details.droppedAttributes = reader.int32() >>> 0;
    else if (tag === 0x60) details.droppedEvents = reader.int32() >>> 0;
    else if (tag === 0x70) details.droppedLinks = reader.int32() >>> 0;
    else if (tag === 0x85) details.flags = reader.fixed32();
    else if (tag === 0x2a) details.name = values.text();
    else if (tag === 0x30) details.kind = SPAN_KINDS[reader.int32()] ?? 'UNSPECIFIED';
    else reader.skip(tag);
  });
  return {
    traceState: '',
    statusMessage: '',
    flags: 0,
    droppedAttributes: 0,
    droppedEvents: 0,
    droppedLinks: 0,
    ...details,
    attributes: attributes.result,
    events,
    links,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** The attributes of a `Resource` message; those before the first bad byte. */
export function decodeResource(bytes: Uint8Array): Attributes {
  const attributes = new AttributeCollector();
  const values = new AttributeReader(new WireReader(bytes));
  untilMalformed(values, (tag) => {
    if (tag === 0x0a) values.keyValue(attributes.into);
    else values.reader.skip(tag);
  });
  return attributes.result;
}

/** An `InstrumentationScope` message, up to the first bad byte. */
export function decodeScope(bytes: Uint8Array): ScopeDetails {
  const attributes = new AttributeCollector();
  const values = new AttributeReader(new WireReader(bytes));
  let name = '';
  let version = '';
  untilMalformed(values, (tag) => {
    if (tag === 0x0a) name = values.text();
    else if (tag === 0x12) version = values.text();
    else if (tag === 0x1a) values.keyValue(attributes.into);
    else values.reader.skip(tag);
  });
  return { name, version, attributes: attributes.result };
}

function untilMalformed({ reader }: AttributeReader, read: (tag: number) => void): string | undefined {
  try {
    while (reader.at < reader.end) read(reader.tag());
    return undefined;
  } catch (error) {
    if (error instanceof SpanlightError) return error.message;
    throw error;
  }
}

function event(values: AttributeReader): SpanEvent {
  const attributes = new AttributeCollector();
  let timeNs: Nanos = nanos(0n);
  let name = '';
  values.message((tag) => {
    if (tag === 0x09) {
      values.reader.fixed64();
      timeNs = nanos(values.reader.unsigned());
    } else if (tag === 0x12) name = values.text();
    else if (tag === 0x1a) values.keyValue(attributes.into);
    else values.reader.skip(tag);
  });
  return { timeNs, name, attributes: attributes.result };
}

function link(values: AttributeReader): SpanLink {
  const attributes = new AttributeCollector();
  let traceId: SpanLink['traceId'];
  let spanId: SpanLink['spanId'];
  values.message((tag) => {
    if (tag === 0x0a) traceId = idOf(values.reader, 16, traceIdAt);
    else if (tag === 0x12) spanId = idOf(values.reader, 8, spanIdAt);
    else if (tag === 0x22) values.keyValue(attributes.into);
    else values.reader.skip(tag);
  });
  return { traceId, spanId, attributes: attributes.result };
}

/** An id of the right length that is not all zero; undefined otherwise. */
function idOf<T>(reader: WireReader, length: number, read: (column: Uint8Array, row: number) => T): T | undefined {
  const end = reader.contentEnd();
  const bytes = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return bytes.length === length && bytes.some((byte) => byte !== 0) ? read(bytes, 0) : undefined;
}

function statusMessage(values: AttributeReader, before: string): string {
  let message = before;
  values.message((tag) => {
    if (tag === 0x12) message = values.text();
    else values.reader.skip(tag);
  });
  return message;
}
