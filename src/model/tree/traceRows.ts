import { SPAN_KINDS, type OperationId, type OperationKey } from '../operation';
import { attributeText } from '../attributes';
import type { OperationTable } from '../operationTable';
import type { SpanColumns } from '../spanBatch';
import type { DetailsDecoder } from '../detailsDecoder';

/** Rows of one batch that belong to a trace. The batch must not change as long as the trace lives. */
export interface TraceRows {
  readonly batch: SpanColumns;
  readonly rows: Uint32Array;
}

/** The columns that the tree is made of, copied out of the batches in the order in which the spans arrived. */
export interface GatheredRows {
  readonly count: number;
  /** Index in the parts, and row within the part's batch. */
  readonly part: Uint16Array;
  readonly row: Uint32Array;
  /** Ids and times as pairs of 32-bit words, low word first. */
  readonly ids: Uint32Array;
  readonly parents: Uint32Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
}

/** Copies ids and times of all parts. */
export function gatherRows(parts: readonly TraceRows[]): GatheredRows {
  const count = parts.reduce((sum, part) => sum + part.rows.length, 0);
  const gathered = {
    count,
    part: new Uint16Array(count),
    row: new Uint32Array(count),
    ids: new Uint32Array(count * 2),
    parents: new Uint32Array(count * 2),
    start: new Uint32Array(count * 2),
    end: new Uint32Array(count * 2),
  };
  let at = 0;
  for (const [index, { batch, rows }] of parts.entries()) {
    const ids = wordsOf(batch.spanIds);
    const parents = wordsOf(batch.parentIds);
    const start = wordsOf(batch.startNs);
    const end = wordsOf(batch.endNs);
    for (const row of rows) {
      gathered.part[at] = index;
      gathered.row[at] = row;
      for (let word = 0; word < 2; word++) {
        gathered.ids[2 * at + word] = ids[2 * row + word]!;
        gathered.parents[2 * at + word] = parents[2 * row + word]!;
        gathered.start[2 * at + word] = start[2 * row + word]!;
        gathered.end[2 * at + word] = end[2 * row + word]!;
      }
      at++;
    }
  }
  return gathered;
}

/** The same memory as 32-bit words, low word first; copied only where it is not aligned. */
export function wordsOf(column: Uint8Array | BigUint64Array): Uint32Array {
  if (column.byteOffset % 4 === 0) return new Uint32Array(column.buffer, column.byteOffset, column.byteLength >>> 2);
  const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  return new Uint32Array(bytes.slice().buffer);
}

/** Services, names and operations of a trace, each once, and the numbers its rows have for them. */
export class TraceNames {
  readonly services: string[] = [];
  readonly names: string[] = [];
  readonly operationIds: OperationId[] = [];
  /** Of the same numbers as {@link operationIds}. */
  readonly operationKeys: OperationKey[] = [];
  private readonly serviceNumbers = new Map<string, number>();
  private readonly nameNumbers = new Map<string, number>();
  private readonly operationNumbers = new Map<OperationId, number>();
  private readonly known = new Map<OperationTable, Map<number, RowNames>>();

  constructor(private readonly decoder: DetailsDecoder) {}

  /** The numbers for one row of a batch. */
  of(batch: SpanColumns, row: number): RowNames {
    const operation = batch.operation[row]!;
    const table = this.known.get(batch.operations) ?? new Map<number, RowNames>();
    this.known.set(batch.operations, table);
    let names = table.get(operation);
    if (names !== undefined) return names;
    const key = batch.operations.key(operation);
    const id = number(batch.operations.id(operation), this.operationNumbers, this.operationIds);
    if (id === this.operationKeys.length) this.operationKeys.push(key);
    if (batch.operations.isOverflow(operation)) return this.overflowed(batch, row, id);
    names = this.numbers(key.service, key.name, SPAN_KINDS.indexOf(key.kind), id);
    table.set(operation, names);
    return names;
  }

  /** Rows of the overflow operation share nothing: each brings its own name and resource. */
  private overflowed(batch: SpanColumns, row: number, operation: number): RowNames {
    const cold = this.decoder.cold(coldBytes(batch, row));
    const resource = this.decoder.resource(batch.resources[batch.resource[row]!]!);
    const service = attributeText(resource, 'service.name') ?? '';
    return this.numbers(service, cold.name ?? '', SPAN_KINDS.indexOf(cold.kind ?? 'UNSPECIFIED'), operation);
  }

  private numbers(service: string, name: string, kind: number, operation: number): RowNames {
    return {
      service: number(service, this.serviceNumbers, this.services),
      name: number(name, this.nameNumbers, this.names),
      kind,
      operation,
    };
  }
}

/** Numbers of one row in {@link TraceNames}, and OTLP's number of its kind. */
export interface RowNames {
  readonly service: number;
  readonly name: number;
  readonly kind: number;
  readonly operation: number;
}

/** The cold bytes of a row, as a view. */
export function coldBytes(batch: SpanColumns, row: number): Uint8Array {
  return batch.cold.subarray(batch.coldStart[row], batch.coldStart[row + 1]);
}

function number<T>(value: T, numbers: Map<T, number>, list: T[]): number {
  const known = numbers.get(value);
  if (known !== undefined) return known;
  numbers.set(value, list.length);
  return list.push(value) - 1;
}
