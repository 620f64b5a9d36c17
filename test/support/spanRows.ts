import { NO_ATTRIBUTES, type Attributes } from '../../src/model/attributes';
import { SPAN_KINDS, type SpanKind } from '../../src/model/operation';
import { OperationTable } from '../../src/model/operationTable';
import type { SpanBatch } from '../../src/model/spanBatch';
import { SpanBatchBuilder } from '../../src/model/spanBatchBuilder';
import type { DetailsDecoder } from '../../src/model/detailsDecoder';
import { buildTrace } from '../../src/model/tree/buildTrace';
import { traceIdAt } from '../../src/model/ids';
import type { Trace } from '../../src/model/trace';

/** One span for a test; ids are small numbers, times nanoseconds after {@link EPOCH} (`null`: the span has none). */
export interface SpanSpec {
  readonly trace?: number;
  /** 0: the span comes without an id. */
  readonly id: number;
  readonly parent?: number;
  readonly start: number | null;
  readonly end: number | null;
  readonly service?: string;
  readonly name?: string;
  readonly kind?: SpanKind;
  readonly status?: number;
  readonly events?: number;
  readonly attributes?: Attributes;
  readonly cold?: Uint8Array;
}

/** What the times of a {@link SpanSpec} count from: 21 November 2026. */
export const EPOCH = 1_795_219_200_000_000_000n;

/** Appends spans to a builder as a decoder would. */
export function appendSpans(builder: SpanBatchBuilder, specs: Iterable<SpanSpec>): void {
  const resource = builder.internResource(new Uint8Array());
  const scope = builder.internScope(new Uint8Array());
  for (const spec of specs) {
    const cold = spec.cold ?? new Uint8Array();
    builder.reserve(1, cold.length);
    const row = builder.count;
    builder.traceIds.fill(0, row * 16, row * 16 + 16);
    new DataView(builder.traceIds.buffer).setUint32(row * 16 + 12, spec.trace ?? 1);
    writeId(builder.spanIds, row, spec.id);
    writeId(builder.parentIds, row, spec.parent ?? 0);
    builder.startNs[row] = spec.start === null ? 0n : EPOCH + BigInt(spec.start);
    builder.endNs[row] = spec.end === null ? 0n : EPOCH + BigInt(spec.end);
    builder.operation[row] = builder.operations.intern({
      service: spec.service ?? 'shop',
      resource: NO_ATTRIBUTES,
      scope: '',
      kind: spec.kind ?? SPAN_KINDS[1],
      name: spec.name ?? `span ${spec.id}`,
      attributes: spec.attributes ?? NO_ATTRIBUTES,
    });
    builder.resource[row] = resource;
    builder.scope[row] = scope;
    builder.status[row] = spec.status ?? 0;
    builder.eventCount[row] = spec.events ?? 0;
    builder.linkCount[row] = 0;
    builder.cold.set(cold, builder.coldLength);
    builder.coldLength += cold.length;
    builder.commitRow();
  }
}

/** A batch of these spans. */
export function batchOf(specs: Iterable<SpanSpec>, operations = new OperationTable()): SpanBatch {
  const builder = new SpanBatchBuilder(operations);
  appendSpans(builder, specs);
  return builder.seal();
}

/** One trace of these spans. */
export function traceOf(specs: Iterable<SpanSpec>): Trace {
  const batch = batchOf(specs);
  const rows = Uint32Array.from({ length: batch.count }, (_, row) => row);
  return buildTrace({ id: traceIdAt(batch.traceIds, 0), parts: [{ batch, rows }], decoder: emptyDecoder });
}

/** For spans whose cold bytes do not matter. */
export const emptyDecoder: DetailsDecoder = {
  cold: () => ({
    traceState: '',
    statusMessage: '',
    attributes: NO_ATTRIBUTES,
    events: [],
    links: [],
    droppedAttributes: 0,
    droppedEvents: 0,
    droppedLinks: 0,
  }),
  resource: () => NO_ATTRIBUTES,
  scope: () => ({ name: '', version: '', attributes: NO_ATTRIBUTES }),
};

/** `name[name name[name]]`: the tree as text, siblings in their order. */
export function treeText(trace: Trace): string {
  let text = '';
  for (let row = 0; row < trace.count; row++) {
    const depth = trace.depth[row]!;
    const before = row === 0 ? 0 : trace.depth[row - 1]!;
    if (row > 0) text += depth > before ? '[' : `${']'.repeat(before - depth)} `;
    text += trace.names[trace.name[row]!]!;
  }
  return text + ']'.repeat(trace.count === 0 ? 0 : trace.depth[trace.count - 1]!);
}

function writeId(column: Uint8Array, row: number, id: number): void {
  column.fill(0, row * 8, row * 8 + 8);
  new DataView(column.buffer).setUint32(row * 8 + 4, id);
}
