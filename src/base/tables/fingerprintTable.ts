import type { Fingerprint } from './fingerprint';

/** Both halves of a fingerprint, and the value + 1. */
const STRIDE = 3;
const FIRST_SLOTS = 1024;

/** A hash table from {@link Fingerprint}s to small numbers: open addressing, 12 bytes a slot, at most half of them used. */
export class FingerprintTable {
  private slots!: Int32Array;
  private mask = 0;
  private entries = 0;

  /** @param limit with more entries than this, all are forgotten. */
  constructor(private readonly limit = Infinity) {
    this.clear();
  }

  get byteLength(): number {
    return this.slots.byteLength;
  }

  /** The value of a finished fingerprint, or -1. */
  find({ first, second }: Fingerprint): number {
    const { slots, mask } = this;
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      const at = slot * STRIDE;
      const entry = slots[at + 2]!;
      if (entry === 0 || (slots[at] === first && slots[at + 1] === second)) return entry - 1;
    }
  }

  /** Adds a finished fingerprint that the table does not have. */
  add({ first, second }: Fingerprint, value: number): void {
    if (this.entries >= this.limit) this.clear();
    if (++this.entries * 2 > this.mask) this.widen();
    this.put(first, second, value + 1);
  }

  clear(): void {
    this.entries = 0;
    this.allocate(FIRST_SLOTS);
  }

  private allocate(slots: number): void {
    this.slots = new Int32Array(slots * STRIDE);
    this.mask = slots - 1;
  }

  private widen(): void {
    const old = this.slots;
    this.allocate((this.mask + 1) * 4);
    for (let at = 0; at < old.length; at += STRIDE) {
      if (old[at + 2] !== 0) this.put(old[at]!, old[at + 1]!, old[at + 2]!);
    }
  }

  private put(first: number, second: number, entry: number): void {
    const { slots, mask } = this;
    let slot = first & mask;
    while (slots[slot * STRIDE + 2] !== 0) slot = (slot + 1) & mask;
    slots[slot * STRIDE] = first;
    slots[slot * STRIDE + 1] = second;
    slots[slot * STRIDE + 2] = entry;
  }
}
