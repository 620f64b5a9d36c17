/** 256 KiB. */
const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;

/**
 * Keeps short sequences of 32-bit words behind each other, in chunks: what is there is never copied to make room. A
 * sequence is written where it stays: ask for {@link room}, write at {@link offset}, then {@link keep} it.
 */
export class WordArena {
  /** The chunk with the free place. */
  bytes = new Uint8Array(0);
  view = new DataView(this.bytes.buffer);
  private words = new Uint32Array(0);
  private readonly chunks: Uint32Array[] = [];
  private end = 0;

  /** Words in use. */
  get length(): number {
    return this.end;
  }

  /** Where the free place lies in {@link bytes}; a multiple of 4. One word in front of it will say how many were kept. */
  get offset(): number {
    return ((this.end & (CHUNK - 1)) + 1) * 4;
  }

  /** Makes sure that `count` words, at most 65,535, can be written at the free place. */
  room(count: number): void {
    if (this.end + count < this.chunks.length * CHUNK) return;
    this.words = new Uint32Array(CHUNK);
    this.bytes = new Uint8Array(this.words.buffer);
    this.view = new DataView(this.words.buffer);
    this.end = this.chunks.push(this.words) * CHUNK - CHUNK;
  }

  /** Keeps the first `count` words at the free place. @returns their place. */
  keep(count: number): number {
    const place = this.end;
    this.words[place & (CHUNK - 1)] = count;
    this.end = place + count + 1;
    return place;
  }

  /** The words at a place. */
  at(place: number): Uint32Array {
    const chunk = this.chunks[place >>> CHUNK_BITS]!;
    const from = (place & (CHUNK - 1)) + 1;
    return chunk.subarray(from, from + chunk[from - 1]!);
  }
}
