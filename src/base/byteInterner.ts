/** Values with one hash that are compared before a newcomer is stored a second time: bounds what a hash flood costs. */
const MAX_CHAIN = 16;

/**
 * 32 bits of a byte range's hash: FNV-1a over the bytes, finished with murmur3's mixer. For tables, not for secrets.
 *
 * @param seed starts the hash, so that ranges of different kinds can share a table.
 */
export function hashBytes(bytes: Uint8Array, from: number, to: number, seed = 0): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return mixHash(hash);
}

/** murmur3's 32-bit finaliser: spreads a weak hash over all bits. */
export function mixHash(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Whether `length` bytes are equal. */
export function equalBytes(a: Uint8Array, aFrom: number, b: Uint8Array, bFrom: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aFrom + i] !== b[bFrom + i]) return false;
  return true;
}

/** Gives equal byte strings the same small number, in order of arrival, and keeps one copy of each. */
export class ByteInterner {
  private readonly byHash = new Map<number, number[]>();
  private readonly list: Uint8Array[] = [];
  private bytes = 0;

  /** The distinct values; the number of a value is its index. */
  get values(): readonly Uint8Array[] {
    return this.list;
  }

  /** Bytes of all values together. */
  get byteLength(): number {
    return this.bytes;
  }

  /** The number of `value`, which is copied if it is new. */
  intern(value: Uint8Array): number {
    const hash = hashBytes(value, 0, value.length);
    const chain = this.byHash.get(hash);
    if (chain === undefined) {
      this.byHash.set(hash, [this.list.length]);
      return this.append(value);
    }
    for (const index of chain) {
      const known = this.list[index]!;
      if (known.length === value.length && equalBytes(known, 0, value, 0, value.length)) return index;
    }
    if (chain.length < MAX_CHAIN) chain.push(this.list.length);
    return this.append(value);
  }

  /** Forgets every value from number `size` on. */
  truncate(size: number): void {
    if (size >= this.list.length) return;
    const kept = this.list.slice(0, size);
    this.clear();
    for (const [index, value] of kept.entries()) {
      const hash = hashBytes(value, 0, value.length);
      const chain = this.byHash.get(hash);
      if (chain === undefined) this.byHash.set(hash, [index]);
      else if (chain.length < MAX_CHAIN) chain.push(index);
      this.list.push(value);
      this.bytes += value.length;
    }
  }

  clear(): void {
    this.byHash.clear();
    this.list.length = 0;
    this.bytes = 0;
  }

  private append(value: Uint8Array): number {
    this.bytes += value.length;
    return this.list.push(value.slice()) - 1;
  }
}
