import { mixHash } from '../../base/tables/byteInterner';
import { traceIdAt, type TraceId } from '../../model/ids';

const FIRST_SLOTS = 1024;

/** {@link TraceIndex.find}: there is no such trace. */
export const NO_TRACE = -1;

/**
 * Numbers traces in the order in which their first span arrived, and forgets the oldest first; so a trace is held
 * exactly if its number is not below {@link oldest}. An open-addressing table over typed arrays: 36 to 72 bytes a trace,
 * where a `Map` of strings takes some 200.
 */
export class TraceIndex {
  /** The oldest trace that is held; equal to {@link next} when there is none. */
  oldest = 0;
  /** The number that the next new trace gets. */
  next = 0;
  /** Trace number + 1 by hash; 0: free. 32 bits of trace numbers outlast any session. */
  private slots = new Uint32Array(FIRST_SLOTS);
  /** Columns by `number - base`. */
  private base = 0;
  private ids = new Uint32Array((FIRST_SLOTS / 2) * 4);
  private spans = new Uint32Array(FIRST_SLOTS / 2);
  private bytes = new Float64Array(FIRST_SLOTS / 2);
  /** Random, so that nobody can send ids that all fall into one slot. */
  private readonly seed = (Math.random() * 2 ** 32) >>> 0;

  get size(): number {
    return this.next - this.oldest;
  }

  /** Memory held, in bytes. */
  get byteLength(): number {
    return this.slots.byteLength + this.ids.byteLength + this.spans.byteLength + this.bytes.byteLength;
  }

  /** The number of the trace whose id stands in four words of `words` from `at` on. */
  find(words: Uint32Array, at: number): number {
    return this.slots[this.slotOf(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!)]! - 1;
  }

  /** As {@link find}, for an id as text. */
  findId(id: TraceId): number {
    const bytes = Uint8Array.from(id.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    return bytes.length === 16 ? this.find(new Uint32Array(bytes.buffer), 0) : NO_TRACE;
  }

  /** As {@link find}; a trace that is not known gets the next number. */
  intern(words: Uint32Array, at: number): number {
    const slot = this.slotOf(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
    const known = this.slots[slot]!;
    if (known !== 0) return known - 1;
    if (this.next - this.base < this.spans.length) return this.place(words, at, slot);
    this.reserve(1);
    return this.place(words, at, this.slotOf(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!));
  }

  /** Makes room for `count` new traces. */
  reserve(count: number): void {
    if (this.next - this.base + count > this.spans.length) this.makeRoom(count);
  }

  /** Counts a span of a held trace, and the bytes that are free once the trace is dropped. */
  count(number: number, bytes: number): void {
    const index = number - this.base;
    this.spans[index]!++;
    this.bytes[index]! += bytes;
  }

  spanCount(number: number): number {
    return this.spans[number - this.base]!;
  }

  /** The id of a held trace. */
  id(number: number): TraceId {
    return traceIdAt(new Uint8Array(this.ids.buffer), number - this.base);
  }

  /** Forgets the oldest trace; gives its spans and bytes. There must be one. */
  dropOldest(): { number: number; spans: number; bytes: number } {
    const number = this.oldest;
    const index = number - this.base;
    const at = index * 4;
    this.free(this.slotOf(this.ids[at]!, this.ids[at + 1]!, this.ids[at + 2]!, this.ids[at + 3]!));
    this.oldest++;
    return { number, spans: this.spans[index]!, bytes: this.bytes[index]! };
  }

  private place(words: Uint32Array, at: number, slot: number): number {
    const number = this.next++;
    const index = number - this.base;
    for (let word = 0; word < 4; word++) this.ids[index * 4 + word] = words[at + word]!;
    this.spans[index] = 0;
    this.bytes[index] = 0;
    this.slots[slot] = number + 1;
    return number;
  }

  /** Moves the columns of held traces to the front, into larger ones where more than half would be held. */
  private makeRoom(count: number): void {
    const from = this.oldest - this.base;
    const held = this.next - this.oldest;
    let room = this.spans.length;
    while (held + count > room / 2) room *= 2;
    this.ids = moved(this.ids, new Uint32Array(room * 4), from * 4, held * 4);
    this.spans = moved(this.spans, new Uint32Array(room), from, held);
    this.bytes = moved(this.bytes, new Float64Array(room), from, held);
    this.base = this.oldest;
    if (room * 2 === this.slots.length) return;
    this.slots = new Uint32Array(room * 2);
    for (let index = 0; index < held; index++) {
      const at = index * 4;
      const slot = this.slotOf(this.ids[at]!, this.ids[at + 1]!, this.ids[at + 2]!, this.ids[at + 3]!);
      this.slots[slot] = this.base + index + 1;
    }
  }

  private hash(a: number, b: number, c: number, d: number): number {
    return mixHash(a ^ mixHash(b ^ mixHash(c ^ mixHash(d ^ this.seed))));
  }

  /** The slot that holds the id, or the free one where it belongs. */
  private slotOf(a: number, b: number, c: number, d: number): number {
    const mask = this.slots.length - 1;
    let slot = this.hash(a, b, c, d) & mask;
    for (;;) {
      const entry = this.slots[slot]!;
      if (entry === 0) return slot;
      const at = (entry - 1 - this.base) * 4;
      const { ids } = this;
      if (ids[at] === a && ids[at + 1] === b && ids[at + 2] === c && ids[at + 3] === d) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** Empties a slot and closes the gap, so that probing still finds what lies behind (Knuth's algorithm 6.4R). */
  private free(slot: number): void {
    const mask = this.slots.length - 1;
    let gap = slot;
    for (let next = (gap + 1) & mask; this.slots[next] !== 0; next = (next + 1) & mask) {
      const at = (this.slots[next]! - 1 - this.base) * 4;
      const home = this.hash(this.ids[at]!, this.ids[at + 1]!, this.ids[at + 2]!, this.ids[at + 3]!) & mask;
      if (((next - home) & mask) < ((next - gap) & mask)) continue;
      this.slots[gap] = this.slots[next]!;
      gap = next;
    }
    this.slots[gap] = 0;
  }
}

function moved<T extends Uint32Array | Float64Array>(from: T, to: T, start: number, count: number): T {
  to.set(from.subarray(start, start + count));
  return to;
}
