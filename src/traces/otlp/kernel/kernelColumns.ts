import type { SpanBatchBuilder } from '../../../model/spanBatchBuilder';
import type { KernelExports } from './kernelInstance';

/** The kernel's columns. */
export class KernelColumns {
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
