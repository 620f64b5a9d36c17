/** 256 KiB. */
const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;

/** Keeps short sequences of 32-bit words behind each other, in chunks: what is there is never copied to make room. */
export class WordArena {
  private readonly chunks: Uint32Array[] = [];
  private end = 0;

  /** Words in use. */
  get length(): number {
    return this.end;
  }

  /** Keeps the first `count` words, at most 65,535. @returns their place. */
  add(words: Uint32Array, count: number): number {
    // One word in front of them says how many.
    if (this.end + count + 1 > this.chunks.length * CHUNK) {
      this.end = this.chunks.push(new Uint32Array(CHUNK)) * CHUNK - CHUNK;
    }
    const place = this.end;
    const chunk = this.chunks[place >>> CHUNK_BITS]!;
    let at = place & (CHUNK - 1);
    chunk[at++] = count;
    for (let i = 0; i < count; i++) chunk[at++] = words[i]!;
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
