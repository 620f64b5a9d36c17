import { ByteInterner } from '../base/tables/byteInterner';
import { SpanlightError } from '../base/errors';
import type { OperationTable } from './operationTable';
import type { SpanBatch } from './spanBatch';

/** 16 + 8 + 8 id bytes, 8 + 8 time bytes, 4 indices of 4 bytes (with coldStart), 1 status byte, 2 + 2 count bytes. */
const HOT_BYTES_PER_ROW = 69;
const FIRST_ROWS = 256;
const FIRST_COLD_BYTES = 64 * 1024;
/** A larger part of an array than this is kept with the rest of it, which the system has given no memory for so far. */
const FULL_SHARE = 3 / 4;
/** `coldStart` counts in 32 bits. */
const MAX_COLD_BYTES = 0xffff_ffff;

/**
 * Columns of a {@link SpanBatch} while they grow. A writer calls {@link reserve}, fills every column at row
 * {@link count}, puts cold bytes at {@link coldLength} (and moves it on), and ends the row with {@link commitRow}. What
 * lies beyond `count` and `coldLength` is scratch and may hold old values. Columns are replaced when they grow: do not
 * keep one across a call of `reserve`.
 */
export class SpanBatchBuilder {
  count = 0;
  traceIds!: Uint8Array;
  spanIds!: Uint8Array;
  parentIds!: Uint8Array;
  startNs!: BigUint64Array;
  endNs!: BigUint64Array;
  /** `traceIds` as 4 words a row, for writing several bytes at once. */
  traceWords!: Uint32Array;
  /** `spanIds` as 2 words a row. */
  spanWords!: Uint32Array;
  /** `parentIds` as 2 words a row. */
  parentWords!: Uint32Array;
  /** `startNs` as pairs of 32-bit words, low word first: every platform that VS Code runs on is little-endian. */
  startWords!: Uint32Array;
  /** `endNs` as pairs of 32-bit words, low word first. */
  endWords!: Uint32Array;
  operation!: Uint32Array;
  resource!: Uint32Array;
  scope!: Uint32Array;
  status!: Uint8Array;
  eventCount!: Uint16Array;
  linkCount!: Uint16Array;
  coldStart!: Uint32Array;
  cold: Uint8Array = new Uint8Array(FIRST_COLD_BYTES);
  coldLength = 0;

  private readonly resourceTable = new ByteInterner();
  private readonly scopeTable = new ByteInterner();

  constructor(readonly operations: OperationTable) {
    this.allocateRows(FIRST_ROWS);
  }

  /** Bytes that {@link seal} would keep alive now. */
  get byteLength(): number {
    const messages = this.resourceTable.byteLength + this.scopeTable.byteLength;
    return this.count * HOT_BYTES_PER_ROW + this.coldLength + messages;
  }

  /** Bytes of memory that are held now, with the room that is not used yet. */
  get heldBytes(): number {
    const { count, coldLength, byteLength } = this;
    const messages = byteLength - count * HOT_BYTES_PER_ROW - coldLength;
    return this.status.length * HOT_BYTES_PER_ROW + this.cold.length + messages;
  }

  /** Gives the room back. Only while there are no rows. */
  releaseRoom(): void {
    if (this.count > 0) throw new RangeError('cannot release the room of rows that are in use');
    this.allocateRows(FIRST_ROWS);
    this.cold = new Uint8Array(FIRST_COLD_BYTES);
  }

  /** Makes room for `rows` more rows and `coldBytes` more cold bytes. */
  reserve(rows: number, coldBytes: number): void {
    if (this.count + rows > this.status.length) {
      this.allocateRows(Math.max(this.count + rows, this.status.length * 2));
    }
    const needed = this.coldLength + coldBytes;
    if (needed > this.cold.length) this.growCold(needed);
  }

  /** Ends the row that was written at {@link count}; its cold bytes end at {@link coldLength}. */
  commitRow(): void {
    this.coldStart[++this.count] = this.coldLength;
  }

  /** Ends `rows` rows at once, which were written with their {@link coldStart} and `coldBytes` cold bytes. */
  commitRows(rows: number, coldBytes: number): void {
    this.count += rows;
    this.coldLength += coldBytes;
  }

  /**
   * The index of a `Resource` message (OTLP protobuf bytes, copied if new).
   * @param key its `bytesKey`, if that is at hand.
   */
  internResource(bytes: Uint8Array, key?: string): number {
    return this.resourceTable.intern(bytes, key);
  }

  /** As {@link internResource}, for an `InstrumentationScope` message. */
  internScope(bytes: Uint8Array, key?: string): number {
    return this.scopeTable.intern(bytes, key);
  }

  /** A `Resource` message by its index: the builder's copy, which outlives {@link seal}. */
  resourceBytes(index: number): Uint8Array {
    return this.resourceTable.values[index]!;
  }

  /** Forgets the rows from `count` on, with the resources and scopes that only they used. */
  truncate(count: number): void {
    if (count > this.count) throw new RangeError(`cannot truncate ${this.count} rows to ${count}`);
    this.count = count;
    this.coldLength = this.coldStart[count]!;
    this.resourceTable.truncate(highest(this.resource, count) + 1);
    this.scopeTable.truncate(highest(this.scope, count) + 1);
  }

  /** The rows so far without copying; valid until the next row is appended or the builder is sealed or truncated. */
  view(): SpanBatch {
    return this.batch((column, length) => column.subarray(0, length) as typeof column);
  }

  /** The rows so far in arrays of exactly their size; the builder is empty afterwards and keeps its room. */
  seal(): SpanBatch {
    const sealed = this.batch((column, length) => column.slice(0, length) as typeof column);
    this.clear();
    return sealed;
  }

  /**
   * The cold bytes so far, for good: the array that they were written to if they fill most of it, so that they are not
   * copied, else a copy. To be followed by {@link clear}.
   * @param mostRoom bytes that the next rows begin with, at the most.
   */
  takeCold(mostRoom: number): Uint8Array {
    const { cold, coldLength } = this;
    const isFull = coldLength >= cold.length * FULL_SHARE;
    if (isFull || cold.length > mostRoom) this.cold = new Uint8Array(Math.min(cold.length, mostRoom));
    return isFull ? cold.subarray(0, coldLength) : cold.slice(0, coldLength);
  }

  /** Forgets all rows and keeps the room. */
  clear(): void {
    this.count = 0;
    this.coldLength = 0;
    this.resourceTable.clear();
    this.scopeTable.clear();
  }

  private batch(cut: <T extends Column>(column: T, length: number) => T): SpanBatch {
    const count = this.count;
    return {
      count,
      traceIds: cut(this.traceIds, count * 16),
      spanIds: cut(this.spanIds, count * 8),
      parentIds: cut(this.parentIds, count * 8),
      startNs: cut(this.startNs, count),
      endNs: cut(this.endNs, count),
      operation: cut(this.operation, count),
      resource: cut(this.resource, count),
      scope: cut(this.scope, count),
      status: cut(this.status, count),
      eventCount: cut(this.eventCount, count),
      linkCount: cut(this.linkCount, count),
      coldStart: cut(this.coldStart, count + 1),
      cold: cut(this.cold, this.coldLength),
      resources: [...this.resourceTable.values],
      scopes: [...this.scopeTable.values],
      operations: this.operations,
    };
  }

  private allocateRows(rows: number): void {
    this.traceWords = grown(this.traceWords, new Uint32Array(rows * 4));
    this.spanWords = grown(this.spanWords, new Uint32Array(rows * 2));
    this.parentWords = grown(this.parentWords, new Uint32Array(rows * 2));
    this.traceIds = new Uint8Array(this.traceWords.buffer);
    this.spanIds = new Uint8Array(this.spanWords.buffer);
    this.parentIds = new Uint8Array(this.parentWords.buffer);
    this.startWords = grown(this.startWords, new Uint32Array(rows * 2));
    this.endWords = grown(this.endWords, new Uint32Array(rows * 2));
    this.startNs = new BigUint64Array(this.startWords.buffer);
    this.endNs = new BigUint64Array(this.endWords.buffer);
    this.operation = grown(this.operation, new Uint32Array(rows));
    this.resource = grown(this.resource, new Uint32Array(rows));
    this.scope = grown(this.scope, new Uint32Array(rows));
    this.eventCount = grown(this.eventCount, new Uint16Array(rows));
    this.linkCount = grown(this.linkCount, new Uint16Array(rows));
    this.coldStart = grown(this.coldStart, new Uint32Array(rows + 1));
    this.status = grown(this.status, new Uint8Array(rows));
  }

  private growCold(needed: number): void {
    if (needed > MAX_COLD_BYTES) {
      throw new SpanlightError('One batch of spans cannot hold more than 4 GiB.', undefined, 'Send smaller batches.');
    }
    let size = this.cold.length * 2;
    while (size < needed) size *= 2;
    this.cold = grown(this.cold, new Uint8Array(Math.min(MAX_COLD_BYTES, size)));
  }
}

type Column = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

function grown<T extends Uint8Array | Uint16Array | Uint32Array>(old: T | undefined, larger: T): T {
  if (old !== undefined) larger.set(old.subarray(0, larger.length));
  return larger;
}

function highest(column: Uint32Array, count: number): number {
  let found = -1;
  for (let row = 0; row < count; row++) if (column[row]! > found) found = column[row]!;
  return found;
}
