import { isObject, type JsonObject } from '../otlp/jsonFields';
import { nanosOfMicros } from './recordTimes';
import { itemsOf, textOf } from './recordValues';
import { endpointOf, zipkinFrame, type ZipkinEndpoint, type ZipkinSpan } from './zipkinSpan';

/** The annotations that say when a side sent and received, and which side that is. */
const CORE: Readonly<Record<string, { readonly side: Side; readonly end: boolean }>> = {
  cs: { side: 'CLIENT', end: false },
  cr: { side: 'CLIENT', end: true },
  sr: { side: 'SERVER', end: false },
  ss: { side: 'SERVER', end: true },
  ms: { side: 'PRODUCER', end: false },
  mr: { side: 'CONSUMER', end: false },
  ws: { side: '', end: false },
  wr: { side: '', end: false },
};
/** Addresses of the other side: `sa` and `ma` as seen by clients and messages, `ca` as seen by servers. */
const ADDRESSES: readonly string[] = ['sa', 'ca', 'ma'];

const SIDES = ['CLIENT', 'PRODUCER', 'SERVER', 'CONSUMER'] as const;
type Side = '' | (typeof SIDES)[number];

/** Whether a record is in the format of version 1. */
export function isZipkinV1(record: JsonObject): boolean {
  if (Array.isArray(record.binaryAnnotations)) return true;
  const [first] = itemsOf(record.annotations);
  return isObject(first) && first.endpoint !== undefined;
}

/**
 * The spans of a record in the format of version 1: one, or a client's and a server's where it has the annotations of
 * both (the server's half is then shared). What an annotation's endpoint says decides to which of them it belongs.
 * Source: openzipkin/zipkin `zipkin2.v1.V1SpanConverter`.
 */
export function zipkinSpansV1(record: JsonObject): ZipkinSpan[] | string {
  const annotations = itemsOf(record.annotations).filter(isObject);
  const first = zipkinFrame(record, false);
  if (typeof first === 'string') return first;
  const sides = new Set(
    annotations.map(({ value }) => CORE[textOf(value) ?? '']?.side ?? '').filter((side) => side !== ''),
  );
  const halves = new SpanHalves(record, sides);
  for (const annotation of annotations) halves.annotation(annotation);
  for (const annotation of itemsOf(record.binaryAnnotations))
    if (isObject(annotation)) halves.binaryAnnotation(annotation);
  return halves.finish();
}

/** The one or two spans of a record while its annotations are dealt out. */
class SpanHalves {
  private readonly spans: ZipkinSpan[];
  private readonly times = new Map<ZipkinSpan, { start: bigint; end: bigint }>();

  constructor(
    private readonly record: JsonObject,
    sides: ReadonlySet<Side>,
  ) {
    // The record's own times are those of the side that began.
    const inOrder = SIDES.filter((side) => sides.has(side));
    this.spans = (inOrder.length > 0 ? inOrder : ([''] as const)).map((side) => this.begin(side));
  }

  annotation({ value, timestamp, endpoint }: JsonObject): void {
    const text = textOf(value) ?? '';
    const local = endpointOf(endpoint);
    const timeNs = nanosOfMicros(timestamp) ?? 0n;
    const core = CORE[text];
    if (core === undefined) {
      const span = this.of(local);
      span.annotations.push({ timeNs, value: text });
      return;
    }
    const span = this.spans.find(({ kind }) => kind === core.side) ?? this.spans[0]!;
    span.local ??= local;
    const times = this.times.get(span)!;
    if (core.end) times.end = timeNs;
    else times.start = timeNs;
  }

  binaryAnnotation({ key, value, endpoint }: JsonObject): void {
    const name = textOf(key) ?? '';
    const other = endpointOf(endpoint);
    if (ADDRESSES.includes(name)) {
      const side: Side = name === 'ca' ? 'SERVER' : 'CLIENT';
      const span = this.spans.find(({ kind }) => kind === side) ?? this.spans[0]!;
      if (span.kind === '' && name !== 'ma') span.kind = side;
      span.remote = other;
      return;
    }
    const span = this.of(other);
    if (name === 'lc') {
      if (value !== '' && !span.tags.has('lc')) span.tags.set('lc', value);
    } else span.tags.set(name, value);
  }

  /** Core annotations say when a side began and ended where the record does not. */
  finish(): ZipkinSpan[] {
    for (const [index, span] of this.spans.entries()) {
      const { start, end } = this.times.get(span)!;
      if (index > 0 || span.startNs === 0n) span.startNs = start;
      if (index > 0 || span.durationNs === undefined) {
        span.durationNs = start > 0n && end > start ? end - start : undefined;
      }
    }
    return this.spans;
  }

  /** The span of the side at an endpoint: of the same service, or one that has none yet. */
  private of(endpoint: ZipkinEndpoint | undefined): ZipkinSpan {
    const [first] = this.spans;
    if (endpoint === undefined) return first!;
    const same = this.spans.find(({ local }) => local?.service === endpoint.service);
    const span = same ?? this.spans.find(({ local }) => local === undefined) ?? first!;
    span.local ??= endpoint;
    return span;
  }

  private begin(kind: Side): ZipkinSpan {
    // A record that has only the server's annotations is the half of an id that a client made, if that is there.
    const frame = zipkinFrame(this.record, kind === 'SERVER');
    if (typeof frame === 'string') throw new RangeError(frame);
    frame.kind = kind;
    this.times.set(frame, { start: 0n, end: 0n });
    return frame;
  }
}
