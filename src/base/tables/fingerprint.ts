import { mixHash } from './byteInterner';

/** Odd multipliers with well spread bits, one per lane. */
const FIRST = 0x9e3779b1;
const SECOND = 0x85ebca77;

/** For one range. */
const tag = new Int32Array(1);
const start = new Int32Array(1);
const end = new Int32Array(1);

/**
 * A 64-bit hash of a sequence of numbers and byte ranges, taken where the bytes lie. Two lanes of multiply and rotate, so
 * that one multiplication need not wait for the other. 64 bits can stand for the bytes themselves: among 50,000 of them
 * the next one is taken for another with a probability of 3·10⁻¹⁵. The seeds are random, so that nobody can send bytes
 * that were made to collide. For tables, not for secrets.
 */
export class Fingerprint {
  /** Both halves are signed: the engine keeps small integers without boxes. */
  first = 0;
  second = 0;
  readonly firstSeed = (Math.random() * 0xffff_ffff) | 0;
  readonly secondSeed = (Math.random() * 0xffff_ffff) | 0;

  start(): void {
    this.first = this.firstSeed;
    this.second = this.secondSeed;
  }

  /** Takes 32 bits. */
  number(value: number): void {
    const a = Math.imul(this.first ^ value, FIRST);
    const b = Math.imul(this.second ^ value, SECOND);
    this.first = (a << 13) | (a >>> 19);
    this.second = (b << 17) | (b >>> 15);
  }

  /** Takes the bytes at `from .. to` of `view`, and how many they are. */
  bytes(view: DataView, from: number, to: number): void {
    tag[0] = 0;
    start[0] = from;
    end[0] = to;
    this.ranges(view, 1, tag, start, end);
  }

  /**
   * Takes `count` byte ranges of `view`, and how many bytes they are: range `i` lies at `starts[i] .. ends[i]` and has the
   * number `tags[i]`, of 8 bits. One loop over all of them, with the lanes in registers.
   */
  ranges(view: DataView, count: number, tags: Int32Array, starts: Int32Array, ends: Int32Array): void {
    let { first, second } = this;
    for (let range = 0; range < count; range++) {
      const to = ends[range]!;
      let at = starts[range]!;
      const length = to - at;
      let word = tags[range]! | (length << 8);
      for (;;) {
        first = Math.imul(first ^ word, FIRST);
        second = Math.imul(second ^ word, SECOND);
        first = (first << 13) | (first >>> 19);
        second = (second << 17) | (second >>> 15);
        if (at + 4 <= to) word = view.getInt32(at, true);
        else if (at >= to) break;
        // The last bytes: some once more where there are four, else one by one.
        else word = length >= 4 ? view.getInt32(to - 4, true) : short(view, at, to);
        at += 4;
      }
    }
    this.first = first;
    this.second = second;
  }

  /** Spreads what was taken over all bits. */
  finish(): void {
    const { first, second } = this;
    this.first = mixHash(first ^ Math.imul(second, 0xc2b2ae3d)) | 0;
    this.second = mixHash(second ^ Math.imul(first, 0x27d4eb2f)) | 0;
  }
}

/** Up to three bytes as one number. */
function short(view: DataView, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = (value << 8) | view.getUint8(at);
  return value;
}
