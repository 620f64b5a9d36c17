import type { JsonObject } from '../otlp/jsonFields';

/** Values that are objects at the same time. */
const MAX_OBJECTS = 20_000;

/** Traces are spread over this many piles. */
const PILES = 64;

/**
 * Holds values until all are there, those of one trace together. Beyond some thousand they wait as bytes, in piles by
 * trace, of which one at a time becomes objects again: an object takes several times the room of its text.
 */
export class ValuesByTrace {
  private objects: JsonObject[] = [];
  private piles: Buffer[][] | undefined;

  /** @param traceOf the id of a value's trace; equal for values that belong together. */
  constructor(
    private readonly traceOf: (value: JsonObject) => string,
    private readonly maxObjects = MAX_OBJECTS,
  ) {}

  add(value: JsonObject): void {
    this.objects.push(value);
    if (this.objects.length >= this.maxObjects) this.pack();
  }

  /** The values in groups that share no trace; in the order they came where they are few. Once only. */
  *groups(): Generator<readonly JsonObject[]> {
    if (!this.piles) {
      yield this.objects;
      return;
    }
    this.pack();
    for (let i = 0; i < PILES; i++) {
      const packed = this.piles[i]!;
      this.piles[i] = [];
      yield packed.flatMap((bytes) => JSON.parse(bytes.toString('utf8')) as JsonObject[]);
    }
  }

  private pack(): void {
    this.piles ??= Array.from({ length: PILES }, () => []);
    const sorted: JsonObject[][] = this.piles.map(() => []);
    for (const value of this.objects) sorted[pileOf(this.traceOf(value))]!.push(value);
    sorted.forEach((values, i) => {
      if (values.length > 0) this.piles![i]!.push(Buffer.from(JSON.stringify(values)));
    });
    this.objects = [];
  }
}

function pileOf(trace: string): number {
  let hash = 0;
  for (let i = 0; i < trace.length; i++) hash = (Math.imul(hash, 31) + trace.charCodeAt(i)) | 0;
  return (hash >>> 0) % PILES;
}
