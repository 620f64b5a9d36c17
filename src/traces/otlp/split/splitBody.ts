import { SpanlightError } from '../../../base/errors';

/** A resource or scope without what is in it, a span, or a log record: none of them is larger in earnest. */
export const MAX_ITEM_BYTES = 4 * 1024 * 1024;

/** An export request cut into smaller ones, each of which repeats the resource and scope of what is in it. */
export interface SplitBody {
  /** Each is a request when its pieces are put together. */
  readonly parts: readonly (readonly Uint8Array[])[];
  /** Spans or log records beyond {@link MAX_ITEM_BYTES}, which are left out. */
  readonly tooLarge: number;
}

/**
 * Cuts a body into parts. It stops now and then (yields), so that somebody else may run: looking through 64 MiB takes a
 * good part of a second.
 */
export type BodySplitter = (body: Uint8Array, partBytes: number) => Generator<undefined, SplitBody>;

/** Items that follow each other in a body, or one that is cut itself. */
export type Entry<Cut> = Uint8Array | Cut;

/** Collects items that follow each other, up to about the size of a part. */
export class Runs<Cut> {
  readonly entries: Entry<Cut>[] = [];
  private from = -1;
  private to = -1;

  constructor(
    private readonly body: Uint8Array,
    private readonly partBytes: number,
  ) {}

  /** @param adjacent whether it may be kept together with the one before. */
  add(from: number, to: number, adjacent = true): void {
    if (!adjacent) this.flush();
    if (this.from < 0) this.from = from;
    this.to = to;
    if (to - this.from >= this.partBytes) this.flush();
  }

  cut(level: Cut): void {
    this.flush();
    this.entries.push(level);
  }

  flush(): void {
    if (this.from >= 0) this.entries.push(this.body.subarray(this.from, this.to));
    this.from = -1;
  }
}

/**
 * Puts runs together until they are twice as large as what is repeated with each of them: a large resource before
 * many small parts must not become most of the work.
 */
export function* batches(runs: readonly Uint8Array[], repeatedBytes: number): Generator<readonly Uint8Array[]> {
  let batch: Uint8Array[] = [];
  let size = 0;
  for (const run of runs) {
    batch.push(run);
    size += run.length;
    if (size < repeatedBytes * 2) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}

/** Entries as they come: runs together, and each cut alone. */
export function* inOrder<Cut>(entries: readonly Entry<Cut>[]): Generator<readonly Uint8Array[] | Cut> {
  let runs: Uint8Array[] = [];
  for (const entry of entries) {
    if (entry instanceof Uint8Array) {
      runs.push(entry);
      continue;
    }
    if (runs.length > 0) yield runs;
    runs = [];
    yield entry;
  }
  if (runs.length > 0) yield runs;
}

export function byteLength(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** @throws SpanlightError for a resource or scope that is too large to be repeated. */
export function checkFrame(bytes: number): void {
  if (bytes <= MAX_ITEM_BYTES) return;
  throw new SpanlightError(`A resource or scope in the body is larger than ${MAX_ITEM_BYTES / 1024 / 1024} MiB.`);
}
