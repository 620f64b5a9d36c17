import { mixHash } from './byteInterner';

/** Words in front of a key: its value and its length. */
const HEAD = 2;

/**
 * A hash table from sequences of 32-bit words to small numbers, with open addressing. Keys lie behind each other in one
 * array, and a slot holds a key's hash beside its place, so that finding one touches little memory and makes no object.
 */
export class WordTable {
  private arena!: Uint32Array;
  /** Place 0 stands for "empty". */
  private end = 1;
  /** Pairs of hash and place. */
  private slots!: Int32Array;
  private entries = 0;
  /** Against keys that were made to collide. All hashes are signed: the engine keeps small integers without boxes. */
  private readonly seed = (Math.random() * 0xffff_ffff) | 0;

  constructor() {
    this.clear();
  }

  /** Words in use. */
  get wordLength(): number {
    return this.end + this.slots.length;
  }

  /** The hash of the first `count` words. Two lanes, so that one multiplication need not wait for the other. */
  hash(words: Uint32Array, count: number, from = 0): number {
    const end = from + count;
    let a = this.seed;
    let b = count;
    let at = from;
    for (; at + 1 < end; at += 2) {
      a = Math.imul(a ^ words[at]!, 0x9e3779b1);
      a = (a << 13) | (a >>> 19);
      b = Math.imul(b ^ words[at + 1]!, 0x85ebca77);
      b = (b << 15) | (b >>> 17);
    }
    if (at < end) a = Math.imul(a ^ words[at]!, 0x9e3779b1);
    return mixHash(a ^ Math.imul(b, 0xc2b2ae3d)) | 0;
  }

  /** The value of a key, or -1. */
  find(hash: number, words: Uint32Array, count: number): number {
    const { slots, arena } = this;
    const mask = slots.length - 1;
    for (let slot = (hash * 2) & mask; slots[slot + 1] !== 0; slot = (slot + 2) & mask) {
      if (slots[slot] !== hash) continue;
      const place = slots[slot + 1]!;
      if (arena[place + 1] !== count) continue;
      const start = place + HEAD;
      let same = 0;
      while (same < count && arena[start + same] === words[same]) same++;
      if (same === count) return arena[place]!;
    }
    return -1;
  }

  /**
   * Adds a key that the table does not have, with its value.
   *
   * @param extra words that are kept behind the key but are not part of it; they follow it in `words`.
   * @returns the place of the key, for {@link wordsAt}.
   */
  add(hash: number, words: Uint32Array, count: number, value: number, extra = 0): number {
    const place = this.end;
    const needed = place + HEAD + count + extra;
    if (needed > this.arena.length) {
      const larger = new Uint32Array(Math.max(this.arena.length * 2, needed));
      larger.set(this.arena);
      this.arena = larger;
    }
    this.arena[place] = value;
    this.arena[place + 1] = count;
    for (let i = 0; i < count + extra; i++) this.arena[place + HEAD + i] = words[i]!;
    this.end = needed;
    if (++this.entries * 4 > this.slots.length) this.widen();
    put(this.slots, hash, place);
    return place;
  }

  /** A key by its place, with everything behind it. */
  wordsAt(place: number): { readonly words: Uint32Array; readonly count: number } {
    return { words: this.arena.subarray(place + HEAD), count: this.arena[place + 1]! };
  }

  /** Forgets everything. */
  clear(): void {
    this.end = 1;
    this.entries = 0;
    this.arena = new Uint32Array(1024);
    this.slots = new Int32Array(512);
  }

  private widen(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    for (let slot = 0; slot < old.length; slot += 2) {
      if (old[slot + 1] !== 0) put(this.slots, old[slot]!, old[slot + 1]!);
    }
  }
}

function put(slots: Int32Array, hash: number, place: number): void {
  const mask = slots.length - 1;
  let slot = (hash * 2) & mask;
  while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
  slots[slot] = hash;
  slots[slot + 1] = place;
}
