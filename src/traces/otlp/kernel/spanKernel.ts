import { OPERATION_ATTRIBUTES } from '../../../model/operation';
import type { SpanBatchBuilder } from '../../../model/spanBatchBuilder';
import { AttributeKeys } from '../attributeKeys';
import type { OperationResolver } from '../operationResolver';
import type { SpanContext } from '../spanDecoder';
import { KERNEL, kernelInstance, type KernelExports } from './kernelInstance';

/**
 * Decodes spans of the usual form in WebAssembly: a batch of rows at a time into columns in its memory, which are then
 * copied to the end of the builder's. Anything else is left to `SpanDecoder`, whose rows look the same.
 */
export class SpanKernel {
  private readonly bytes: Uint8Array;
  private readonly state: Int32Array;
  private readonly ranges: Int32Array;
  private readonly columns: KernelColumns;
  private readonly bodyAt: number;
  private readonly bodyBytes: number;

  /** A kernel; undefined where there is no memory for it. */
  static create(builder: SpanBatchBuilder, resolver: OperationResolver): SpanKernel | undefined {
    const instance = kernelInstance();
    return instance === undefined ? undefined : new SpanKernel(builder, resolver, instance);
  }

  private constructor(
    private readonly builder: SpanBatchBuilder,
    private readonly resolver: OperationResolver,
    private readonly kernel: KernelExports,
  ) {
    const { buffer } = kernel.memory;
    this.bytes = new Uint8Array(buffer);
    this.state = new Int32Array(buffer, kernel.STATE.value as number, 6);
    this.ranges = new Int32Array(buffer, kernel.RANGES.value as number, 3 * 65);
    this.columns = new KernelColumns(kernel);
    this.bodyAt = kernel.BODY.value as number;
    this.bodyBytes = kernel.BODY_BYTES.value as number;
    const keys = new AttributeKeys(OPERATION_ATTRIBUTES);
    this.bytes.set(new Uint8Array(keys.lastBytes.buffer), kernel.LAST_BYTES.value as number);
    this.bytes.set(keys.first, kernel.FIRST_KEYS.value as number);
    this.bytes.set(keys.next, kernel.NEXT_KEYS.value as number);
    this.bytes.set(keys.lengths, kernel.KEY_LENGTHS.value as number);
    this.bytes.set(new Uint8Array(keys.words.buffer), kernel.KEY_WORDS.value as number);
    const [first, second] = crypto.getRandomValues(new BigInt64Array(2));
    kernel.seed(first!, second!);
  }

  /** Takes the body whose spans are decoded next. False if it is too large. */
  load(body: Uint8Array): boolean {
    if (body.length > this.bodyBytes) return false;
    this.bytes.set(body, this.bodyAt);
    return true;
  }

  /**
   * Decodes the `spans` of a ScopeSpans message, which lie at `from .. end` of the body, up to the first that is not
   * usual, and commits their rows.
   *
   * @param malformed told of a span that is left out because an identifying attribute is malformed.
   * @returns where it stopped: at the tag of a field, or at `end`.
   */
  decode(from: number, end: number, shared: SpanContext, malformed: (error: unknown) => void): number {
    const { kernel, state, bodyAt } = this;
    if (shared.context < 0) return from;
    kernel.begin(this.builder.coldLength);
    let result = kernel.decode(bodyAt + from, bodyAt + end, shared.context);
    for (; result === KERNEL.unknown || result === KERNEL.full;) {
      if (result === KERNEL.unknown) this.resolve(shared, malformed);
      else {
        this.commit(shared);
        kernel.begin(this.builder.coldLength);
      }
      result = kernel.decode(state[STATE.position]!, bodyAt + end, shared.context);
    }
    this.commit(shared);
    return state[STATE.position]! - bodyAt;
  }

  private resolve(shared: SpanContext, malformed: (error: unknown) => void): void {
    const { kernel, state, ranges, resolver, bodyAt } = this;
    const name = state[STATE.ranges]! * 3 - 3;
    resolver.start();
    for (let at = 0; at < name; at += 3)
      resolver.attribute(ranges[at]!, ranges[at + 1]! - bodyAt, ranges[at + 2]! - bodyAt);
    let operation: number;
    try {
      const [nameFrom, nameTo] = [ranges[name + 1]! - bodyAt, ranges[name + 2]! - bodyAt];
      operation = resolver.resolveNew(shared.context, state[STATE.kind]!, nameFrom, nameTo, shared.attributes);
    } catch (error) {
      malformed(error);
      return;
    }
    kernel.take(operation, this.builder.operations.isOverflow(operation));
  }

  /** Copies the rows to the end of the builder's columns. */
  private commit(shared: SpanContext): void {
    const { builder, state, columns } = this;
    const rows = state[STATE.rows]!;
    if (rows === 0) return;
    const coldLength = state[STATE.coldLength]!;
    builder.reserve(rows, coldLength);
    columns.copyTo(builder, rows, coldLength);
    builder.resource.fill(shared.resource, builder.count, builder.count + rows);
    builder.scope.fill(shared.scope, builder.count, builder.count + rows);
    builder.commitRows(rows, coldLength);
    builder.operations.countOverflow(state[STATE.overflowed]!);
  }
}

/** Places in the kernel's STATE. */
const STATE = { position: 0, rows: 1, coldLength: 2, overflowed: 3, kind: 4, ranges: 5 } as const;

/** The kernel's columns. */
class KernelColumns {
  private readonly traceWords: Uint32Array;
  private readonly spanWords: Uint32Array;
  private readonly parentWords: Uint32Array;
  private readonly startWords: Uint32Array;
  private readonly endWords: Uint32Array;
  private readonly operation: Uint32Array;
  /** From row 1 on: row 0 begins where the builder ends. */
  private readonly coldStart: Uint32Array;
  private readonly eventCount: Uint16Array;
  private readonly linkCount: Uint16Array;
  private readonly status: Uint8Array;
  private readonly cold: Uint8Array;

  constructor(kernel: KernelExports) {
    const { buffer } = kernel.memory;
    const rows = kernel.ROWS.value as number;
    const words = (area: WebAssembly.Global, perRow: number, from = 0): Uint32Array =>
      new Uint32Array(buffer, (area.value as number) + from, rows * perRow);
    this.traceWords = words(kernel.TRACE_IDS, 4);
    this.spanWords = words(kernel.SPAN_IDS, 2);
    this.parentWords = words(kernel.PARENT_IDS, 2);
    this.startWords = words(kernel.STARTS, 2);
    this.endWords = words(kernel.ENDS, 2);
    this.operation = words(kernel.OPERATIONS, 1);
    this.coldStart = words(kernel.COLD_STARTS, 1, 4);
    this.eventCount = new Uint16Array(buffer, kernel.EVENT_COUNTS.value as number, rows);
    this.linkCount = new Uint16Array(buffer, kernel.LINK_COUNTS.value as number, rows);
    this.status = new Uint8Array(buffer, kernel.STATUSES.value as number, rows);
    this.cold = new Uint8Array(buffer, kernel.COLD.value as number);
  }

  /** Copies `rows` rows with `coldLength` cold bytes to where the builder has room for them. */
  copyTo(builder: SpanBatchBuilder, rows: number, coldLength: number): void {
    const { count } = builder;
    builder.traceWords.set(this.traceWords.subarray(0, rows * 4), count * 4);
    builder.spanWords.set(this.spanWords.subarray(0, rows * 2), count * 2);
    builder.parentWords.set(this.parentWords.subarray(0, rows * 2), count * 2);
    builder.startWords.set(this.startWords.subarray(0, rows * 2), count * 2);
    builder.endWords.set(this.endWords.subarray(0, rows * 2), count * 2);
    builder.operation.set(this.operation.subarray(0, rows), count);
    builder.coldStart.set(this.coldStart.subarray(0, rows), count + 1);
    builder.eventCount.set(this.eventCount.subarray(0, rows), count);
    builder.linkCount.set(this.linkCount.subarray(0, rows), count);
    builder.status.set(this.status.subarray(0, rows), count);
    builder.cold.set(this.cold.subarray(0, coldLength), builder.coldLength);
  }
}
