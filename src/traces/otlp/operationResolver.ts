import { copyBytes } from '../../base/copyBytes';
import { WordTable } from '../../base/wordTable';
import type { Attributes } from '../../model/attributes';
import { OPERATION_ATTRIBUTES } from '../../model/operation';
import type { OperationTable } from '../../model/operationTable';
import { ScalarReader } from './scalarReader';
import { WireReader } from './wire';

/** Longer than any operation's key: see OperationKeyEncoder. */
const CAPACITY = 16 * 1024;
/** Context and kind. */
const HEAD = 4;
/** Slot and length of an attribute. */
const ATTRIBUTE_HEAD = 3;
const NAME_MARK = 0;
/** 24 MiB of keys; then they are gathered anew. */
const MAX_WORDS = 6 * 1024 * 1024;

/**
 * Finds the operation of a span by the raw bytes of what identifies it, in the order in which they came. Spans of one
 * operation nearly always have the same bytes, so most cost a copy, a hash and a comparison; only bytes that were not
 * seen before are decoded, put in order, and looked up in the operation table.
 */
export class OperationResolver {
  private readonly words = new Uint32Array(CAPACITY / 4);
  private readonly bytes = new Uint8Array(this.words.buffer);
  private readonly view = new DataView(this.words.buffer);
  private length = HEAD;
  private tooLong = false;
  private readonly known = new WordTable();
  private readonly reader = new WireReader(this.bytes);
  private readonly scalar = new ScalarReader(this.reader, OPERATION_ATTRIBUTES.length);
  /** Of the span at hand, by index in OPERATION_ATTRIBUTES; -1: not there. */
  private readonly types = new Int8Array(OPERATION_ATTRIBUTES.length);
  private readonly textFrom = new Int32Array(OPERATION_ATTRIBUTES.length);
  private readonly textTo = new Int32Array(OPERATION_ATTRIBUTES.length);

  constructor(private readonly operations: OperationTable) {}

  /** Begins a span. */
  start(): void {
    this.length = HEAD;
    this.tooLong = false;
  }

  /**
   * Takes an identifying attribute.
   * @param slot index in OPERATION_ATTRIBUTES.
   * @param start where its AnyValue begins in `from`; @param end where it ends.
   */
  attribute(slot: number, from: DataView, start: number, end: number): void {
    const at = this.length;
    const size = end - start;
    if (at + ATTRIBUTE_HEAD + 1 + size > CAPACITY) {
      this.tooLong = true;
      return;
    }
    this.view.setUint32(at, (slot + 1) | (size << 8), true);
    copyBytes(this.view, at + ATTRIBUTE_HEAD, from, start, end);
    this.length = at + ATTRIBUTE_HEAD + size;
  }

  /**
   * The number of the operation.
   * @param context number of service and scope, from the operation table.
   * @param kind OTLP's SpanKind, 0 to 5.
   * @param nameStart where the name begins in `from`; @param nameEnd where it ends.
   * @param resource asked for when the operation is new.
   * @throws SpanlightError if an identifying attribute is malformed.
   */
  resolve(
    context: number,
    kind: number,
    from: DataView,
    nameStart: number,
    nameEnd: number,
    resource: () => Attributes,
  ): number {
    const { operations, known, words } = this;
    const nameAt = this.length + 1;
    const nameTo = nameAt + nameEnd - nameStart;
    if (this.tooLong || context < 0 || nameTo + HEAD > CAPACITY) return operations.overflow();
    words[0] = context * 8 + kind;
    this.bytes[this.length] = NAME_MARK;
    copyBytes(this.view, nameAt, from, nameStart, nameEnd);
    // Zeros up to a whole word; the length makes names that end in zeros differ.
    this.view.setUint32(nameTo, 0, true);
    const count = ((nameTo + 3) >>> 2) + 1;
    words[count - 1] = nameTo;
    const hash = known.hash(words, count);
    const index = known.find(hash, words, count);
    if (index < 0) return this.resolveNew(hash, count, nameAt, nameTo, resource);
    return operations.isOverflow(index) ? operations.overflow() : index;
  }

  private resolveNew(hash: number, count: number, nameAt: number, nameTo: number, resource: () => Attributes): number {
    const { operations, known, words, view, scalar, types } = this;
    const { encoder } = operations;
    this.readAttributes(nameAt - 1);
    const head = words[0]!;
    encoder.start(head >>> 3, head & 7);
    for (let slot = 0; slot < types.length; slot++) {
      const type = types[slot]!;
      if (type >= 0) encoder.attribute(slot, type, scalar.text(type), this.textFrom[slot]!, this.textTo[slot]!);
    }
    encoder.name(view, nameAt, nameTo);
    const index = operations.internEncoded(resource);
    if (known.wordLength + count > MAX_WORDS) known.clear();
    known.add(hash, words, count, index);
    return index;
  }

  /** Reads the attributes that lie before `end`; of those that came twice the last one counts. */
  private readAttributes(end: number): void {
    const { view, scalar, types } = this;
    types.fill(-1);
    for (let at = HEAD; at < end;) {
      const slot = view.getUint8(at) - 1;
      const valueAt = at + ATTRIBUTE_HEAD;
      at = valueAt + view.getUint16(at + 1, true);
      scalar.read(valueAt, at, slot);
      types[slot] = scalar.type;
      this.textFrom[slot] = scalar.textFrom;
      this.textTo[slot] = scalar.textTo;
    }
  }
}
