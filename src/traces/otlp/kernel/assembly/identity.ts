// What identifies an operation, as `OperationKeyEncoder` writes it, and its fingerprint, as `Fingerprint` takes it: for
// spans whose bytes were not seen before. Texts in ASCII and small numbers only; the rest is left to the former.

import { IDENTITY, IDENTITY_BYTES, RANGES, STATE, TYPES } from './memory';
import { copy, varint, varintSize } from './wire';

/** AnyValue's cases, as tags. */
const STRING: i32 = 0x0a;
const INT: i32 = 0x18;
/** As in TEXT_TYPE. */
const STRING_TYPE: i32 = 0;
const INT_TYPE: i32 = 2;

let firstSeed: i32 = 0;
let secondSeed: i32 = 0;
/** Where the next byte of the identity goes. */
let to: usize = 0;

/** The seeds of the operation table's fingerprints. */
export function seedIdentity(first: i32, second: i32): void {
  firstSeed = first;
  secondSeed = second;
}

/** Writes IDENTITY and TYPES of `count` RANGES and the name behind them, and of STATE all but what `decode` leaves there. */
export function encodeIdentity(context: i32, kind: i32, count: i32): void {
  const end = encode(context, kind, count);
  store<i32>(STATE, kind, 16);
  store<i32>(STATE, count + 1, 20);
  store<i32>(STATE, end == 0 ? 0 : <i32>(end - IDENTITY), 24);
  store<i32>(STATE, count, 28);
  if (end != 0) takeFingerprint(end);
}

/** @returns where the identity ends; 0 if it is for the other encoder. */
function encode(context: i32, kind: i32, count: i32): usize {
  sort(count);
  store<i32>(IDENTITY, context * 8 + kind);
  to = IDENTITY + 4;
  const name: usize = RANGES + count * 12;
  for (let range = RANGES; range < name; range += 12) {
    // Of those that came twice the last one counts: rare enough.
    if (load<i32>(range) == load<i32>(range, 12)) return 0;
    const type = attribute(load<i32>(range), load<u32>(range, 4), load<u32>(range, 8));
    if (type < 0) return 0;
    store<u8>(TYPES + (range - RANGES) / 12, <u8>type);
  }
  store<u8>(to++, 0);
  if (!text(load<u32>(name, 4), load<u32>(name, 8))) return 0;
  store<u32>(to, 1);
  return (to + 4) & ~3;
}

/** Appends an attribute whose AnyValue lies at `from .. end`. @returns its type, or -1. */
function attribute(slot: i32, from: usize, end: usize): i32 {
  const size = varintSize(from + 1);
  const content = from + 1 + size;
  if (from == end || size == 0) return -1;
  const head = to;
  to += 3;
  if (load<u8>(from) == STRING) {
    if (content + varint(from + 1, size) != end || !text(content, end)) return -1;
    store<u8>(head, <u8>(slot + 1));
    store<u16>(head, <u16>(end - content), 1);
    return STRING_TYPE;
  }
  if (load<u8>(from) != INT || content != end) return -1;
  const digits = decimal(varint(from + 1, size));
  store<u8>(head, <u8>(slot + 1));
  store<u16>(head, <u16>digits, 1);
  return INT_TYPE;
}

/** Appends a text. False if it is too long or not ASCII. */
function text(from: usize, end: usize): bool {
  if (to + 16 + (end - from) > IDENTITY + IDENTITY_BYTES) return false;
  let bits: u64 = 0;
  let at = from;
  for (; at + 8 <= end; at += 8) bits |= load<u64>(at);
  if (at < end) bits |= load<u64>(at) << (64 - ((end - at) << 3));
  to = copy(to, from, end);
  return (bits & 0x8080_8080_8080_8080) == 0;
}

/** Appends a number's digits. @returns how many. */
function decimal(value: i32): i32 {
  let digits = 1;
  for (let rest = value; rest >= 10; rest /= 10) digits++;
  let rest = value;
  for (let at = digits - 1; at >= 0; at--) {
    store<u8>(to + at, <u8>(0x30 + (rest % 10)));
    rest /= 10;
  }
  to += digits;
  return digits;
}

/** Puts the ranges in the order of their slots; those that came twice stay in theirs. */
function sort(count: i32): void {
  const end: usize = RANGES + count * 12;
  for (let range = RANGES + 12; range < end; range += 12) {
    const slot = load<i32>(range);
    const places = load<i64>(range, 4);
    let at = range;
    for (; at > RANGES && load<i32>(at - 12) > slot; at -= 12) {
      store<i32>(at, load<i32>(at - 12));
      store<i64>(at, load<i64>(at - 8), 4);
    }
    store<i32>(at, slot);
    store<i64>(at, places, 4);
  }
}

/** As `Fingerprint.bytes` and `finish` do. */
function takeFingerprint(end: usize): void {
  let first = firstSeed;
  let second = secondSeed;
  let word = <i32>((end - IDENTITY) << 8);
  for (let at = IDENTITY; ; at += 4) {
    first = rotl((first ^ word) * 0x9e3779b1, 13);
    second = rotl((second ^ word) * 0x85ebca77, 17);
    if (at == end) break;
    word = load<i32>(at);
  }
  store<i32>(STATE, mix(first ^ (second * 0xc2b2ae3d)), 32);
  store<i32>(STATE, mix(second ^ (first * 0x27d4eb2f)), 36);
}

/** murmur3's 32-bit finaliser. */
function mix(hash: u32): u32 {
  let h = (hash ^ (hash >> 16)) * 0x85ebca6b;
  h = (h ^ (h >> 13)) * 0xc2b2ae35;
  return h ^ (h >> 16);
}
