import { Fingerprint } from '../../base/tables/fingerprint';
import { FingerprintTable } from '../../base/tables/fingerprintTable';
import type { Attributes } from '../../model/attributes';
import type { OperationTable } from '../../model/operationTable';
import { ScalarReader } from './scalarReader';
import type { WireReader } from './wire';

/** A span with more identifying attributes, all occurrences counted, is no operation's. */
const MAX_ATTRIBUTES = 256;
/** Not an index in OPERATION_ATTRIBUTES. */
const NAME = 255;
/** 3 to 6 MiB of fingerprints; then they are gathered anew. */
const MAX_KNOWN = 131_072;

/**
 * Finds the operation of a span by a fingerprint of the raw bytes that identify it, in the order in which they came.
 * Spans of one operation nearly always have the same bytes, so most cost a hash where the bytes lie and a look in a table;
 * only bytes that were not seen before are decoded, put in order, and looked up in the operation table.
 */
export class OperationResolver {
  private readonly fingerprint = new Fingerprint();
  private readonly known = new FingerprintTable(MAX_KNOWN);
  private readonly scalar: ScalarReader;
  private count = 0;
  /** Of the span at hand: indices in OPERATION_ATTRIBUTES, and where the AnyValue of each lies; then the name. */
  private readonly slots = new Int32Array(MAX_ATTRIBUTES + 1);
  private readonly starts = new Int32Array(MAX_ATTRIBUTES + 1);
  private readonly ends = new Int32Array(MAX_ATTRIBUTES + 1);

  /** @param reader that reads the spans. */
  constructor(
    private readonly operations: OperationTable,
    private readonly reader: WireReader,
  ) {
    this.scalar = new ScalarReader(reader);
  }

  /** Begins a span. */
  start(): void {
    this.count = 0;
  }

  /**
   * Takes an identifying attribute.
   * @param slot index in OPERATION_ATTRIBUTES.
   * @param start where its AnyValue begins in the reader's bytes; @param end where it ends.
   */
  attribute(slot: number, start: number, end: number): void {
    const index = this.count++;
    if (index >= MAX_ATTRIBUTES) return;
    this.slots[index] = slot;
    this.starts[index] = start;
    this.ends[index] = end;
  }

  /**
   * The number of the operation.
   * @param context number of service and scope, from the operation table.
   * @param kind OTLP's SpanKind, 0 to 5.
   * @param nameFrom where the name begins in the reader's bytes; @param nameTo where it ends.
   * @param resource asked for when the operation is new.
   * @throws SpanlightError if an identifying attribute is malformed.
   */
  resolve(context: number, kind: number, nameFrom: number, nameTo: number, resource: () => Attributes): number {
    const { operations, known, fingerprint, count } = this;
    if (count > MAX_ATTRIBUTES || context < 0) return operations.overflow();
    fingerprint.start();
    fingerprint.number(context * 8 + kind);
    this.slots[count] = NAME;
    this.starts[count] = nameFrom;
    this.ends[count] = nameTo;
    fingerprint.ranges(this.reader.view, count + 1, this.slots, this.starts, this.ends);
    fingerprint.finish();
    let index = known.find(fingerprint);
    if (index < 0) {
      index = this.resolveNew(context, kind, nameFrom, nameTo, resource);
      known.add(fingerprint, index);
    } else if (operations.isOverflow(index)) operations.overflow();
    return index;
  }

  /** As {@link resolve}, for bytes that are not known. */
  resolveNew(context: number, kind: number, nameFrom: number, nameTo: number, resource: () => Attributes): number {
    const { operations, scalar, count, slots, starts, ends } = this;
    const { encoder } = operations;
    this.sort();
    encoder.start(context, kind);
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      scalar.read(starts[i]!, ends[i]!);
      // Of those that came twice the last one counts.
      if (i + 1 < count && slots[i + 1] === slot) continue;
      const { type } = scalar;
      if (type >= 0) encoder.attribute(slot, type, scalar.text(type), scalar.textFrom, scalar.textTo);
    }
    encoder.name(this.reader.view, nameFrom, nameTo);
    return operations.internEncoded(resource);
  }

  /** Puts the attributes in the order of their slots; those that came twice stay in theirs. */
  private sort(): void {
    const { count, slots, starts, ends } = this;
    for (let i = 1; i < count; i++) {
      const slot = slots[i]!;
      const start = starts[i]!;
      const end = ends[i]!;
      let to = i;
      for (; to > 0 && slots[to - 1]! > slot; to--) {
        slots[to] = slots[to - 1]!;
        starts[to] = starts[to - 1]!;
        ends[to] = ends[to - 1]!;
      }
      slots[to] = slot;
      starts[to] = start;
      ends[to] = end;
    }
  }
}
