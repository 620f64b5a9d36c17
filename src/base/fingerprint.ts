import { mixHash } from './byteInterner';

/** Odd multipliers with well spread bits, one per lane. */
const FIRST = 0x9e3779b1;
const SECOND = 0x85ebca77;

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
  private readonly firstSeed = (Math.random() * 0xffff_ffff) | 0;
  private readonly secondSeed = (Math.random() * 0xffff_ffff) | 0;

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

  /** Takes the bytes at `from .. to` of `view`. Say how many there are where ranges of different lengths may follow. */
  bytes(view: DataView, from: number, to: number): void {
    let { first, second } = this;
    let at = from;
    for (; at + 4 <= to; at += 4) {
      const word = view.getInt32(at, true);
      first = Math.imul(first ^ word, FIRST);
      first = (first << 13) | (first >>> 19);
      second = Math.imul(second ^ word, SECOND);
      second = (second << 17) | (second >>> 15);
    }
    this.first = first;
    this.second = second;
    if (at === to) return;
    let rest = 0;
    for (; at < to; at++) rest = (rest << 8) | view.getUint8(at);
    this.number(rest);
  }

  /** Spreads what was taken over all bits. */
  finish(): void {
    const { first, second } = this;
    this.first = mixHash(first ^ Math.imul(second, 0xc2b2ae3d)) | 0;
    this.second = mixHash(second ^ Math.imul(first, 0x27d4eb2f)) | 0;
  }
}
