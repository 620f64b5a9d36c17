// The operations that were found before, by fingerprints of the raw bytes that identify them.

import { encodeIdentity } from './identity';
import { RANGES, SLOT_COUNT, SLOTS } from './memory';

/**
 * The host finds the operation whose kind, RANGES and IDENTITY were written down, and adds OVERFLOW if it is that of the
 * rest; or -1: the span is to be left out.
 */
declare function resolve(): i32;

/** Added to the number of the operation that holds the rest. */
const OVERFLOW: i32 = 1 << 30;
/** Beyond so many known fingerprints they are gathered anew. */
const MAX_KNOWN: i32 = 131_072;
/** The tag of a name in a hash, which is no index of an attribute. */
const NAME: i32 = 255;

let firstSeed: i64 = 0;
let secondSeed: i64 = 0;
let freeSlot: usize = 0;
let known: i32 = 0;
/** The number of the operation that holds the rest. */
let overflow: i32 = -2;

/** Makes fingerprints unpredictable. */
export function seed(first: i64, second: i64): void {
  firstSeed = first;
  secondSeed = second;
}

/** Whether rows of this operation keep their names. */
export function isOverflow(operation: i32): bool {
  return operation == overflow;
}

/**
 * 64 bits for what identifies the operation: two lanes of multiply and rotate as in `Fingerprint`, 8 bytes at a time. Two,
 * because in one lane a change of the highest bit could be made up for by the next word. Writes the name behind the
 * `count` ranges.
 */
export function hash(head: i32, ranges: usize, count: i32, nameFrom: usize, nameTo: usize): i64 {
  let a = (firstSeed ^ head) * 0x9e3779b97f4a7c15;
  let b = (secondSeed ^ head) * 0xc2b2ae3d27d4eb4f;
  const last: usize = ranges + count * 12;
  store<i32>(last, NAME);
  store<u32>(last, nameFrom, 4);
  store<u32>(last, nameTo, 8);
  for (let range = ranges; range <= last; range += 12) {
    let at: usize = load<u32>(range, 4);
    let left: i32 = <i32>(load<u32>(range, 8) - <u32>at);
    let word: i64 = <i64>((left << 8) | load<i32>(range));
    for (;;) {
      a = rotl((a ^ word) * 0x9e3779b97f4a7c15, 29);
      b = rotl((b ^ word) * 0xc2b2ae3d27d4eb4f, 37);
      if (left <= 0) break;
      word = load<i64>(at);
      if (left < 8) word &= ((<i64>1) << (left << 3)) - 1;
      at += 8;
      left -= 8;
    }
  }
  a = (a ^ (a >>> 32) ^ rotl(b, 17)) * 0xd6e8feb86659fd93;
  a = (a ^ (a >>> 29) ^ b) * 0x9e3779b97f4a7c15;
  return a ^ (a >>> 32);
}

/** The number of the operation with a fingerprint; -1, and {@link freeSlot} is where it belongs. */
export function find(fingerprint: i64): i32 {
  let at = SLOTS + ((<usize>fingerprint) & (SLOT_COUNT - 1)) * 16;
  let entry = load<i32>(at, 8);
  while (entry != 0 && load<i64>(at) != fingerprint) {
    at = SLOTS + ((at - SLOTS + 16) & (SLOT_COUNT * 16 - 1));
    entry = load<i32>(at, 8);
  }
  freeSlot = at;
  return entry - 1;
}

/** Asks the host for the operation that was looked for last, and remembers it. @returns -1: leave the span out. */
export function ask(fingerprint: i64, context: i32, kind: i32, ranges: usize, count: i32): i32 {
  memory.copy(RANGES, ranges, count * 12 + 12);
  encodeIdentity(context, kind, count);
  let operation = resolve();
  if (operation < 0) return -1;
  if ((operation & OVERFLOW) != 0) overflow = operation ^= OVERFLOW;
  if (known == MAX_KNOWN) {
    memory.fill(SLOTS, 0, SLOT_COUNT * 16);
    known = 0;
    find(fingerprint);
  }
  known++;
  store<i64>(freeSlot, fingerprint);
  store<i32>(freeSlot, operation + 1, 8);
  return operation;
}
