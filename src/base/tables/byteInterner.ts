/** murmur3's 32-bit finaliser: spreads a weak hash over all bits. */
export function mixHash(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Bytes as a text of as many characters, to look them up in a `Map`: made and hashed by native code, which for the few
 * messages of a request is cheaper than a loop that has to be compiled first (measured), and its hashes are seeded.
 */
export function bytesKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Gives equal byte strings the same small number, in order of arrival, and keeps a copy of each, and its key. */
export class ByteInterner {
  private readonly numbers = new Map<string, number>();
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

  /** The number of `value`, which is copied if it is new. @param key its {@link bytesKey}, if that is at hand. */
  intern(value: Uint8Array, key = bytesKey(value)): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.list.length);
    this.bytes += value.length;
    return this.list.push(value.slice()) - 1;
  }

  /** Forgets every value from number `size` on. */
  truncate(size: number): void {
    for (const value of this.list.splice(size)) {
      this.numbers.delete(bytesKey(value));
      this.bytes -= value.length;
    }
  }

  clear(): void {
    this.numbers.clear();
    this.list.length = 0;
    this.bytes = 0;
  }
}
