import { buildTrace } from '../model/buildTrace';
import type { DetailsDecoder } from '../model/detailsDecoder';
import type { TraceId } from '../model/ids';
import type { SpanBatch } from '../model/spanBatch';
import { wordsOf } from '../model/traceRows';
import type { Trace } from '../model/trace';
import { decodeCold, decodeResource, decodeScope } from './otlp/spanDetails';
import { TraceIndex } from './store/traceIndex';

const decoder: DetailsDecoder = { cold: decodeCold, resource: decodeResource, scope: decodeScope };

/** The traces of a batch that is complete: of a file, or of a backend's answer. */
export class BatchTraces {
  private readonly index = new TraceIndex();
  /** Rows grouped by trace, and where each group begins. */
  private readonly rows: Uint32Array;
  private readonly begins: Uint32Array;

  constructor(private readonly batch: SpanBatch) {
    const words = wordsOf(batch.traceIds);
    const numbers = new Uint32Array(batch.count);
    for (let row = 0; row < batch.count; row++) numbers[row] = this.index.intern(words, row * 4);
    this.begins = new Uint32Array(this.index.size + 1);
    for (const number of numbers) this.begins[number + 1]!++;
    for (let number = 0; number < this.index.size; number++) this.begins[number + 1]! += this.begins[number]!;
    const next = this.begins.slice();
    this.rows = new Uint32Array(batch.count);
    for (let row = 0; row < batch.count; row++) this.rows[next[numbers[row]!]!++] = row;
  }

  get size(): number {
    return this.index.size;
  }

  /** In the order of their first spans. */
  ids(): TraceId[] {
    return Array.from({ length: this.size }, (_, number) => this.index.id(number));
  }

  trace(id: TraceId): Trace | undefined {
    const number = this.index.findId(id);
    return number < 0 ? undefined : this.build(number);
  }

  /** All of them, built one at a time. */
  *[Symbol.iterator](): IterableIterator<Trace> {
    for (let number = 0; number < this.size; number++) yield this.build(number);
  }

  private build(number: number): Trace {
    const rows = this.rows.subarray(this.begins[number], this.begins[number + 1]);
    return buildTrace({ id: this.index.id(number), parts: [{ batch: this.batch, rows }], decoder });
  }
}
