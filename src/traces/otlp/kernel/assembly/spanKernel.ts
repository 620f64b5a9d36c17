// AssemblyScript, not TypeScript: compiled to WebAssembly by ../generate.mjs. Decodes `Span` messages of the form that
// every SDK writes: ids first, then name, kind, times, attributes and the rest in the order of their numbers. Whatever is
// otherwise (also what is malformed) it leaves to the decoder in TypeScript, which knows all forms and says what is wrong.
// Nothing is allocated, and the memory never grows.

import {
  COLD,
  COLD_STARTS,
  ENDS,
  EVENT_COUNTS,
  FIRST_KEYS,
  FOLLOWING,
  KEY_LENGTHS,
  KEY_WORDS,
  LINK_COUNTS,
  MAX_RANGES,
  NEXT_KEYS,
  OPERATIONS,
  PARENT_IDS,
  RANGES,
  ROWS,
  SLOT_COUNT,
  SLOTS,
  SPAN_IDS,
  STARTS,
  STATE,
  STATUSES,
  TRACE_IDS,
} from './memory';
import { encodeIdentity } from './identity';
import { copy, varint, varintSize } from './wire';

export * from './memory';
export { seedIdentity } from './identity';

/**
 * The host finds the operation whose kind, RANGES and IDENTITY were written down, or -1: the span is to be left out.
 */
declare function resolve(): i32;

/** What {@link decode} says. */
const DONE: i32 = 0;
/** The item where it stopped is for the other decoder. */
const UNUSUAL: i32 = 1;
/** No room for another row. */
const FULL: i32 = 2;

/** Beyond so many known fingerprints they are gathered anew. */
const MAX_KNOWN: i32 = 131_072;
/** Longest key that can be found. */
const MAX_KEY: i32 = 48;
const HIGHEST_KIND: i32 = 5;
/** Field 2 of ScopeSpans. */
const SPAN: i32 = 0x12;
const NAME: i32 = 0x2a;
const KIND: i32 = 0x30;
const START: i32 = 0x39;
const END: i32 = 0x41;
const ATTRIBUTES: i32 = 0x4a;
const DROPPED_ATTRIBUTES: i32 = 0x50;
const EVENTS: i32 = 0x5a;
const DROPPED_EVENTS: i32 = 0x60;
const LINKS: i32 = 0x6a;
const DROPPED_LINKS: i32 = 0x70;
const STATUS: i32 = 0x7a;
/** Both bytes of the tag of `flags`. */
const FLAGS: i32 = 0x0185;
/** As in `knownKeys`. */
const KNOWN_KEY: i32 = 0x08;
const UNKNOWN_KEY: i32 = 255;

let rows: i32 = 0;
let coldLength: i32 = 0;
let overflowed: i32 = 0;
// Of the span at hand.
let kind: i32 = 0;
let nameFrom: usize = 0;
let nameTo: usize = 0;
let ranges: i32 = 0;
/** Number + 1 of the key before. */
let previous: i32 = 0;
/** What is copied to the cold area next begins here. */
let run: usize = 0;
/** Where it goes. */
let cold: usize = 0;

/** Keys with lower numbers identify the operation. */
let identifying: i32 = 0;
let firstSeed: i64 = 0;
let secondSeed: i64 = 0;
let fingerprint: i64 = 0;
let freeSlot: usize = 0;
let known: i32 = 0;
let overflow: i32 = -1;
let coldBase: i32 = 0;
/** Where the cold bytes of the span at hand end. */
let rowEnd: usize = 0;

/** Makes fingerprints unpredictable. */
export function seed(first: i64, second: i64): void {
  firstSeed = first;
  secondSeed = second;
}

/** Says how many of the keys identify the operation. */
export function identifyingAre(count: i32): void {
  identifying = count;
}

/** Empties the columns. @param base what is added to places in the cold area. */
export function begin(base: i32): void {
  rows = 0;
  coldLength = 0;
  overflowed = 0;
  coldBase = base;
}

/** Says which number the overflow operation has. */
export function overflowIs(operation: i32): void {
  overflow = operation;
}

/** Reads spans at `from .. end` of ScopeSpans. @param context number of service and scope. */
export function decode(from: usize, end: usize, context: i32): i32 {
  let at = from;
  let result = DONE;
  while (at < end) {
    const size = varintSize(at + 1);
    const content = at + 1 + size;
    const to = content + varint(at + 1, size);
    if (rows == <i32>ROWS) result = FULL;
    else if (load<u8>(at) != SPAN || size == 0 || to > end) result = UNUSUAL;
    else result = span(content, to, context);
    if (result != DONE) break;
    at = to;
  }
  store<i32>(STATE, <i32>at);
  store<i32>(STATE, rows, 4);
  store<i32>(STATE, coldLength, 8);
  store<i32>(STATE, overflowed, 12);
  return result;
}

/** Asks the host for the operation of the span at hand, and remembers it. */
function unknown(context: i32): i32 {
  encodeIdentity(context, kind, ranges);
  const operation = resolve();
  if (operation < 0) return -1;
  if (known == MAX_KNOWN) {
    memory.fill(SLOTS, 0, SLOT_COUNT * 16);
    known = 0;
    find();
  }
  known++;
  store<i64>(freeSlot, fingerprint);
  store<i32>(freeSlot, operation + 1, 8);
  return operation;
}

function finish(operation: i32): void {
  const row = <usize>rows;
  store<i32>(OPERATIONS + row * 4, operation);
  if (operation == overflow) keepNameAndKind();
  rows++;
  coldLength = <i32>(rowEnd - COLD);
  store<i32>(COLD_STARTS + row * 4 + 4, coldBase + coldLength);
}

/** The overflow operation says neither, so the row does. */
function keepNameAndKind(): void {
  let at = rowEnd;
  store<u8>(at, <u8>KIND);
  store<u8>(at, <u8>kind, 1);
  store<u8>(at, <u8>NAME, 2);
  at += 3;
  let rest = nameTo - nameFrom;
  for (; rest >= 0x80; rest >>>= 7) store<u8>(at++, (<u8>(rest & 0x7f)) | 0x80);
  store<u8>(at++, <u8>rest);
  rowEnd = copy(at, nameFrom, nameTo);
}

/** The columns of one span but its operation; then that, if it is known. */
function span(from: usize, end: usize, context: i32): i32 {
  let at = head(from, end);
  if (at == 0) return UNUSUAL;
  run = at;
  cold = COLD + coldLength;
  previous = 0;
  let events: i32 = 0;
  let links: i32 = 0;
  let status: i32 = 0;
  ranges = 0;
  while (at < end) {
    const tag: i32 = load<u8>(at);
    if (tag == ATTRIBUTES) {
      at = attribute(at, end);
      if (at == 0) return UNUSUAL;
      continue;
    }
    const size = varintSize(at + 1);
    const value = varint(at + 1, size);
    const content = at + 1 + size;
    if (tag == EVENTS || tag == LINKS) {
      at = content + value;
      if (tag == EVENTS) events++;
      else links++;
    } else if (tag == STATUS) {
      const to = content + value;
      if (to > end) return UNUSUAL;
      status = statusOf(content, to);
      if (status < 0) return UNUSUAL;
      // A status that has nothing but its code is not kept.
      if (value <= 2) {
        cold = copy(cold, run, at);
        run = to;
      }
      at = to;
    } else if (tag == DROPPED_ATTRIBUTES || tag == DROPPED_EVENTS || tag == DROPPED_LINKS) at = content;
    else if (load<u16>(at) == FLAGS) at += 6;
    else return UNUSUAL;
    if (size == 0) return UNUSUAL;
  }
  if (at != end) return UNUSUAL;
  const row = <usize>rows;
  store<u8>(STATUSES + row, <u8>status);
  store<u16>(EVENT_COUNTS + row * 2, <u16>min(events, 0xffff));
  store<u16>(LINK_COUNTS + row * 2, <u16>min(links, 0xffff));
  rowEnd = copy(cold, run, end);
  fingerprint = hash(context * 8 + kind);
  let operation = find();
  if (operation < 0) operation = unknown(context);
  else if (operation == overflow) overflowed++;
  if (operation >= 0) finish(operation);
  return DONE;
}

/** Ids, name, kind and times. @returns where they end; 0 if they are not in the usual form. */
function head(from: usize, end: usize): usize {
  const row = <usize>rows;
  let at = from;
  if (at + 28 > end || load<u16>(at) != 0x100a || load<u16>(at, 18) != 0x0812) return 0;
  const first = load<i64>(at, 2);
  const second = load<i64>(at, 10);
  const id = load<i64>(at, 20);
  if ((first | second) == 0 || id == 0) return 0;
  store<i64>(TRACE_IDS + row * 16, first);
  store<i64>(TRACE_IDS + row * 16, second, 8);
  store<i64>(SPAN_IDS + row * 8, id);
  at += 28;
  let parent: i64 = 0;
  const parentHead: i32 = load<u16>(at);
  if (parentHead == 0x0822) {
    parent = load<i64>(at, 2);
    at += 10;
  } else if (parentHead == 0x0022) at += 2;
  store<i64>(PARENT_IDS + row * 8, parent);
  nameFrom = nameTo = at;
  if (load<u8>(at) == NAME) {
    const size = varintSize(at + 1);
    if (size == 0) return 0;
    nameFrom = at + 1 + size;
    nameTo = nameFrom + varint(at + 1, size);
    at = nameTo;
  }
  kind = 0;
  if (at + 2 <= end && load<u8>(at) == KIND) {
    kind = load<u8>(at, 1);
    if (kind > HIGHEST_KIND) return 0;
    at += 2;
  }
  if (at + 18 > end || load<u8>(at) != START || load<u8>(at, 9) != END) return 0;
  store<i64>(STARTS + row * 8, load<i64>(at, 1));
  store<i64>(ENDS + row * 8, load<i64>(at, 10));
  return at + 18;
}

/** An attribute: key, value and nothing else. @returns where it ends, 0 for another form. */
function attribute(from: usize, end: usize): usize {
  const start: i32 = load<u32>(from);
  // Nearly all are shorter than 128 bytes: four bytes that can be looked at together.
  if ((start & 0x80ff80ff) != 0x000a004a) return longAttribute(from, end);
  const to = from + 2 + ((start >> 8) & 0x7f);
  const keyLength = start >>> 24;
  const keyEnd = from + 4 + keyLength;
  const valueStart: i32 = load<u16>(keyEnd);
  if ((valueStart & 0x80ff) != 0x0012 || keyEnd + 2 + (valueStart >> 8) != to || to > end) return 0;
  const known = keyNumber(from + 4, keyLength);
  if (known < 0) return to;
  shorten(from, keyEnd, known);
  return known < identifying ? identifies(known, keyEnd + 2, to) : to;
}

/** Writes the number of an attribute's key in place of the key, which lies at `from + 4 .. keyEnd`. */
function shorten(from: usize, keyEnd: usize, known: i32): void {
  let at = copy(cold, run, from);
  const wide = known >> 7;
  const size = <i32>load<u8>(from, 1) - <i32>(keyEnd - from - 4) + wide;
  store<u32>(at, ATTRIBUTES | (size << 8) | (KNOWN_KEY << 16) | (((known & 0x7f) | (wide << 7)) << 24));
  store<u8>(at, 1, 4);
  cold = at + 4 + wide;
  run = keyEnd;
}

/** An attribute of up to 2 MiB. */
function longAttribute(from: usize, end: usize): usize {
  const size = varintSize(from + 1);
  const key = from + 1 + size;
  const to = key + varint(from + 1, size);
  const keyLength: i32 = load<u8>(key, 1);
  const keyEnd = key + 2 + keyLength;
  if (size == 0 || to > end || load<u8>(key) != 0x0a || keyLength >= 0x80 || keyEnd + 2 > to) return 0;
  const valueSize = varintSize(keyEnd + 1);
  const value = keyEnd + 1 + valueSize;
  if (valueSize == 0 || load<u8>(keyEnd) != 0x12 || value + varint(keyEnd + 1, valueSize) != to) return 0;
  const known = keyNumber(key + 2, keyLength);
  return known >= 0 && known < identifying ? identifies(known, value, to) : to;
}

/** Remembers an attribute that identifies the operation. @returns where it ends, 0 if there are too many. */
function identifies(slot: i32, value: usize, to: usize): usize {
  if (ranges == MAX_RANGES) return 0;
  const range = RANGES + ranges++ * 12;
  store<i32>(range, slot);
  store<u32>(range, value, 4);
  store<u32>(range, to, 8);
  return to;
}

/** The number of a key, -1 if it is not known. Most often it is the one that followed the one before last time. */
function keyNumber(at: usize, length: i32): i32 {
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

/** As in `AttributeKeys`, whose tables these are. */
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

/** The code of a status: 0 to 2; -1 if the status is not in the usual form. */
function statusOf(from: usize, end: usize): i32 {
  let at = from;
  let code: i32 = 0;
  if (at < end && load<u8>(at) == 0x12) {
    const size = varintSize(at + 1);
    if (size == 0) return -1;
    at += 1 + size + varint(at + 1, size);
    // In two bytes there is room for an empty message, but that is not a code alone.
    if (at > end || end - from <= 2) return -1;
  }
  if (at + 2 <= end && load<u8>(at) == 0x18) {
    code = load<u8>(at, 1);
    if (code > 2) return -1;
    at += 2;
  }
  return at == end ? code : -1;
}

/**
 * 64 bits for what identifies the operation: two lanes of multiply and rotate as in `Fingerprint`, 8 bytes at a time. Two,
 * because in one lane a change of the highest bit could be made up for by the next word.
 */
function hash(head: i32): i64 {
  let a = (firstSeed ^ head) * 0x9e3779b97f4a7c15;
  let b = (secondSeed ^ head) * 0xc2b2ae3d27d4eb4f;
  const last: usize = RANGES + ranges * 12;
  store<i32>(last, 255);
  store<u32>(last, nameFrom, 4);
  store<u32>(last, nameTo, 8);
  for (let range = RANGES; range <= last; range += 12) {
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

/** The number of the operation with {@link fingerprint}; -1, and {@link freeSlot} is where it belongs. */
function find(): i32 {
  let at = SLOTS + ((<usize>fingerprint) & (SLOT_COUNT - 1)) * 16;
  let entry = load<i32>(at, 8);
  while (entry != 0 && load<i64>(at) != fingerprint) {
    at = SLOTS + ((at - SLOTS + 16) & (SLOT_COUNT * 16 - 1));
    entry = load<i32>(at, 8);
  }
  freeSlot = at;
  return entry - 1;
}
