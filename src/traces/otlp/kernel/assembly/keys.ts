// Finds known attribute keys in raw bytes, as `AttributeKeys` does, whose tables these are.

import { FIRST_KEYS, FOLLOWING, KEY_LENGTHS, KEY_WORDS, NEXT_KEYS } from './memory';

/** Longest key that can be found. */
const MAX_KEY: i32 = 48;
const UNKNOWN_KEY: i32 = 255;

/** Number + 1 of the key before; 0 where a span begins. */
let previous: i32 = 0;

/** A span begins. */
export function startKeys(): void {
  previous = 0;
}

/** The number of a key, -1 if it is not known. Most often it is the one that followed the one before last time. */
export function keyNumber(at: usize, length: i32): i32 {
  const guess: i32 = load<u8>(FOLLOWING + previous);
  if (
    guess != 0 &&
    load<u8>(KEY_LENGTHS + guess - 1) == length &&
    equal(KEY_WORDS + (guess - 1) * MAX_KEY, at, length)
  ) {
    previous = guess;
    return guess - 1;
  }
  const found = length < 3 || length > MAX_KEY ? -1 : findKey(at, length);
  if (found >= 0) store<u8>(FOLLOWING + previous, <u8>(found + 1));
  previous = found < 0 ? UNKNOWN_KEY : found + 1;
  return found;
}

function findKey(at: usize, length: i32): i32 {
  const first: i32 = load<u16>(at);
  const last: i32 = load<u16>(at + length - 2);
  const middle: i32 = load<u8>(at + (length >> 1));
  const bucket = (length * 37 + first * 11 + middle * 5 + last * 83) & 1023;
  let key: i32 = load<u8>(FIRST_KEYS + bucket);
  for (; key != 0; key = load<u8>(NEXT_KEYS + key)) {
    if (load<u8>(KEY_LENGTHS + key - 1) == length && equal(KEY_WORDS + (key - 1) * MAX_KEY, at, length)) break;
  }
  return key - 1;
}

function equal(a: usize, b: usize, length: i32): bool {
  let left = length;
  for (; left > 8; left -= 8, a += 8, b += 8) if (load<u64>(a) != load<u64>(b)) return false;
  return (load<u64>(a) ^ load<u64>(b)) << (64 - (left << 3)) == 0;
}
