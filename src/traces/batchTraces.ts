import { buildTrace } from '../model/tree/buildTrace';
import type { DetailsDecoder } from '../model/detailsDecoder';
import type { TraceId } from '../model/ids';
import type { SpanBatch } from '../model/spanBatch';
import { wordsOf, type TraceRows } from '../model/tree/traceRows';
import type { Trace } from '../model/trace';
import { decodeCold, decodeResource, decodeScope } from './otlp/spanDetails';
import { repeatedRows } from './repeatedRows';
import { TraceIndex } from './store/traceIndex';

const decoder: DetailsDecoder = { cold: decodeCold, resource: decodeResource, scope: decodeScope };

/** The traces of batches that are complete and do not change: of files, or of a backend's answer. */
export class BatchTraces {
  private readonly index = new TraceIndex();
  private readonly batches: readonly SpanBatch[];
  /** The row with which each batch begins, when they are counted through; and at the end how many there are. */
  private readonly starts: readonly number[];
  /** Rows, counted through, grouped by trace, and where each group begins. */
  private readonly rows: Uint32Array;
  private readonly begins: Uint32Array;
  /** Rows that are left out, as they say once more what another says. */
  readonly repeated: number;

  /** @param withRepeats false: spans that say once more what another says are left out, as of files that overlap. */
  constructor(batches: readonly SpanBatch[], { withRepeats = true } = {}) {
    this.batches = batches;
    const starts = [0];
    for (const { count } of batches) starts.push(starts.at(-1)! + count);
    this.starts = starts;
    const numbers = this.numbers(starts.at(-1)!);
    const repeated = withRepeats ? new Set<number>() : repeatedRows(batches, numbers);
    this.repeated = repeated.size;
    this.begins = new Uint32Array(this.index.size + 1);
    for (let row = 0; row < numbers.length; row++) if (!repeated.has(row)) this.begins[numbers[row]! + 1]!++;
    for (let number = 0; number < this.index.size; number++) this.begins[number + 1]! += this.begins[number]!;
    const next = this.begins.slice();
    this.rows = new Uint32Array(numbers.length - repeated.size);
    for (let row = 0; row < numbers.length; row++) if (!repeated.has(row)) this.rows[next[numbers[row]!]!++] = row;
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

  /** Whether all spans of a trace are in these batches. */
  isWithin(id: TraceId, batches: ReadonlySet<SpanBatch>): boolean {
    if (batches.size === 0) return false;
    const number = this.index.findId(id);
    const within: ReadonlySet<unknown> = batches;
    return number >= 0 && this.parts(this.rowsOf(number)).every(({ batch }) => within.has(batch));
  }

  /** All of them, built one at a time, in the order of their first spans. */
  *[Symbol.iterator](): IterableIterator<Trace> {
    for (let number = 0; number < this.size; number++) yield this.build(number);
  }

  /** The trace's number of each row. */
  private numbers(count: number): Uint32Array {
    const numbers = new Uint32Array(count);
    for (const [at, batch] of this.batches.entries()) {
      const words = wordsOf(batch.traceIds);
      const start = this.starts[at]!;
      for (let row = 0; row < batch.count; row++) numbers[start + row] = this.index.intern(words, row * 4);
    }
    return numbers;
  }

  private build(number: number): Trace {
    return buildTrace({ id: this.index.id(number), parts: this.parts(this.rowsOf(number)), decoder });
  }

  private rowsOf(number: number): Uint32Array {
    return this.rows.subarray(this.begins[number], this.begins[number + 1]);
  }

  /** Rows that were counted through, by batch. */
  private parts(rows: Uint32Array): TraceRows[] {
    if (this.batches.length === 1) return [{ batch: this.batches[0]!, rows }];
    const parts: TraceRows[] = [];
    for (let from = 0; from < rows.length;) {
      const at = this.starts.findLastIndex((start) => start <= rows[from]!);
      const [start, end] = [this.starts[at]!, this.starts[at + 1]!];
      let to = from;
      while (to < rows.length && rows[to]! < end) to++;
      parts.push({ batch: this.batches[at]!, rows: rows.subarray(from, to).map((row) => row - start) });
      from = to;
    }
    return parts;
  }
}

/** What was left out of traces, in words for the user: short sentences without a full stop. */
export function repeatsInWords({ repeated }: BatchTraces): string[] {
  if (repeated === 0) return [];
  return [
    repeated === 1 ? '1 span is there twice and counted once' : `${repeated} spans are repeated and counted once`,
  ];
}
