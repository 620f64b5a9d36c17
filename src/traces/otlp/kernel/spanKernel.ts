import { NO_ATTRIBUTES } from '../../../model/attributes';
import { OPERATION_ATTRIBUTES } from '../../../model/operation';
import type { SpanBatchBuilder } from '../../../model/spanBatchBuilder';
import { AttributeKeys } from '../attributeKeys';
import { KNOWN_KEYS } from '../knownKeys';
import type { OperationResolver } from '../operationResolver';
import type { SpanContext } from '../spanDecoder';
import { KernelColumns } from './kernelColumns';
import { KERNEL, kernelInstance, type KernelExports } from './kernelInstance';
import { KernelIdentity, STATE } from './kernelState';

/** As in assembly/operations.ts. */
const OVERFLOW = 2 ** 30;
const NO_CONTEXT: SpanContext = { context: -1, resource: 0, scope: 0, attributes: () => NO_ATTRIBUTES };

/**
 * Decodes spans of the usual form in WebAssembly: a batch of rows at a time into columns in its memory, which are then
 * copied to the end of the builder's. Anything else is left to `SpanDecoder`, whose rows look the same.
 */
export class SpanKernel {
  private readonly bytes: Uint8Array;
  private readonly state: Int32Array;
  private readonly ranges: Int32Array;
  private readonly columns: KernelColumns;
  private readonly identity: KernelIdentity;
  private readonly bodyAt: number;
  private readonly bodyBytes: number;
  /** Of the spans at hand, for {@link resolve}. */
  private shared: SpanContext = NO_CONTEXT;
  private malformed: (error: unknown) => void = () => undefined;

  /** A kernel; undefined where there is no memory for it. */
  static create(builder: SpanBatchBuilder, resolver: OperationResolver): SpanKernel | undefined {
    // The kernel asks the object that is made of it.
    let made: SpanKernel | undefined = undefined;
    const instance = kernelInstance(() => made!.resolve());
    made = instance === undefined ? undefined : new SpanKernel(builder, resolver, instance);
    return made;
  }

  private constructor(
    private readonly builder: SpanBatchBuilder,
    private readonly resolver: OperationResolver,
    private readonly kernel: KernelExports,
  ) {
    const { buffer } = kernel.memory;
    this.bytes = new Uint8Array(buffer);
    this.state = new Int32Array(buffer, kernel.STATE.value as number, 10);
    this.ranges = new Int32Array(buffer, kernel.RANGES.value as number, 3 * 65);
    this.columns = new KernelColumns(kernel);
    this.identity = new KernelIdentity(kernel, this.state);
    this.bodyAt = kernel.BODY.value as number;
    this.bodyBytes = kernel.BODY_BYTES.value as number;
    const keys = new AttributeKeys(KNOWN_KEYS);
    this.bytes.set(keys.first, kernel.FIRST_KEYS.value as number);
    this.bytes.set(keys.next, kernel.NEXT_KEYS.value as number);
    this.bytes.set(keys.lengths, kernel.KEY_LENGTHS.value as number);
    this.bytes.set(new Uint8Array(keys.words.buffer), kernel.KEY_WORDS.value as number);
    const [first, second] = crypto.getRandomValues(new BigInt64Array(2));
    kernel.seed(first!, second!);
    kernel.seedIdentity(...builder.operations.seeds);
    kernel.identifyingAre(OPERATION_ATTRIBUTES.length);
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
    this.shared = shared;
    this.malformed = malformed;
    let at = bodyAt + from;
    let result: number;
    do {
      kernel.begin(this.builder.coldLength);
      result = kernel.decode(at, bodyAt + end, shared.context);
      this.commit(shared);
      at = state[STATE.position]!;
    } while (result === KERNEL.full);
    return at - bodyAt;
  }

  /** The operation of a span whose bytes were not seen before, see assembly/operations.ts; -1: the span is left out. */
  private resolve(): number {
    const { operations } = this.builder;
    let operation: number;
    if (this.identity.length > 0) operation = operations.internKey(this.identity, this.shared.attributes);
    else {
      try {
        operation = this.resolveRanges(this.shared);
      } catch (error) {
        this.malformed(error);
        return -1;
      }
    }
    return operation + (operations.isOverflow(operation) ? OVERFLOW : 0);
  }

  /** For what the kernel does not encode: other types, other alphabets. */
  private resolveRanges({ context, attributes }: SpanContext): number {
    const { state, ranges, resolver, bodyAt } = this;
    const name = state[STATE.ranges]! * 3 - 3;
    resolver.start();
    for (let at = 0; at < name; at += 3)
      resolver.attribute(ranges[at]!, ranges[at + 1]! - bodyAt, ranges[at + 2]! - bodyAt);
    const [nameFrom, nameTo] = [ranges[name + 1]! - bodyAt, ranges[name + 2]! - bodyAt];
    return resolver.resolveNew(context, state[STATE.kind]!, nameFrom, nameTo, attributes);
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
