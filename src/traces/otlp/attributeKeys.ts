const BUCKETS = 1024;
/** Words kept per key; longer names are refused. */
const STRIDE = 12;

/**
 * Finds a key of a small fixed set in raw bytes, four bytes at a time. Most attributes are of no interest, so the hash
 * looks at the length and both ends only; of a thousand buckets all but a few dozen are empty.
 */
export class AttributeKeys {
  /** Per bucket the first key, as index + 1. */
  readonly first = new Uint8Array(BUCKETS);
  /** Per key (index + 1) the next one of its bucket, as index + 1. */
  readonly next: Uint8Array;
  readonly lengths: Uint8Array;
  /** Per key its bytes as words, low byte first, padded with zeros. */
  readonly words: Uint32Array;

  /** @param names at most 254, of 3 to 48 bytes. */
  constructor(names: readonly string[]) {
    this.next = new Uint8Array(names.length + 1);
    this.lengths = new Uint8Array(names.length);
    this.words = new Uint32Array(names.length * STRIDE);
    const bytes = new Uint8Array(this.words.buffer);
    const view = new DataView(this.words.buffer);
    for (const [index, name] of names.entries()) {
      const key = new TextEncoder().encode(name);
      if (key.length < 3 || key.length > STRIDE * 4) throw new RangeError(`no room for the key ${name}`);
      bytes.set(key, index * STRIDE * 4);
      this.lengths[index] = key.length;
      const bucket = bucketOf(view, index * STRIDE * 4, key.length);
      this.next[index + 1] = this.first[bucket]!;
      this.first[bucket] = index + 1;
    }
  }

  /** The index of the name at `from .. from + length`, which must lie within `view`; -1 if it is none. */
  find(view: DataView, from: number, length: number): number {
    if (length < 3 || length > STRIDE * 4) return -1;
    let slot = this.first[bucketOf(view, from, length)]!;
    while (slot !== 0 && !this.is(slot - 1, view, from, length)) slot = this.next[slot]!;
    return slot - 1;
  }

  private is(index: number, view: DataView, from: number, length: number): boolean {
    if (this.lengths[index] !== length) return false;
    let word = index * STRIDE;
    let at = from;
    const end = from + length;
    for (; at + 4 <= end; at += 4) if (view.getUint32(at, true) !== this.words[word++]) return false;
    for (let shift = 0; at < end; at++, shift += 8) {
      if (view.getUint8(at) !== ((this.words[word]! >>> shift) & 0xff)) return false;
    }
    return true;
  }
}

function bucketOf(view: DataView, from: number, length: number): number {
  const first = view.getUint16(from, true);
  const last = view.getUint16(from + length - 2, true);
  const middle = view.getUint8(from + (length >> 1));
  return (length * 37 + first * 11 + middle * 5 + last * 83) & (BUCKETS - 1);
}
