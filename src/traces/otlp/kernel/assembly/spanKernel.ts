// AssemblyScript, not TypeScript: compiled to WebAssembly by ../generate.mjs. Decodes `Span` messages of the form that
// every SDK writes: ids first, then name, kind, times, attributes and the rest in the order of their numbers. Whatever is
// otherwise (also what is malformed) it leaves to the decoder in TypeScript, which knows all forms and says what is wrong.
// Nothing is allocated, and the memory never grows.

import { beginRows, coldBegins, coldOf, finishGroup, overflowedRows } from './group';
import { keyNumber, startKeys } from './keys';
import {
  COLD,
  ENDS,
  EVENT_COUNTS,
  FINGERPRINTS,
  GROUP,
  GROUP_RANGES,
  KINDS,
  LINK_COUNTS,
  MAX_RANGES,
  PARENT_IDS,
  RANGE_COUNTS,
  RANGES_STRIDE,
  ROWS,
  SPAN_IDS,
  STARTS,
  STATE,
  STATUSES,
  TRACE_IDS,
} from './memory';
import { hash } from './operations';
import { copy, varint, varintSize } from './wire';

export * from './memory';
export { seedIdentity } from './identity';
export { seed } from './operations';

/** What {@link decode} says. */
const DONE: i32 = 0;
/** The item where it stopped is for the other decoder. */
const UNUSUAL: i32 = 1;
/** No room for another row. */
const FULL: i32 = 2;

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
/** `AnyValue.string_value`. */
const TEXT: i32 = 0x0a;
/** As in `knownKeys`. */
const KNOWN_KEY: i32 = 0x08;
const KNOWN_TEXT: i32 = 0x0a;

let rows: i32 = 0;
/** Where the cold bytes of the next row begin. */
let coldEnd: usize = 0;
// Of the span at hand.
let kind: i32 = 0;
let nameFrom: usize = 0;
let nameTo: usize = 0;
let ranges: i32 = 0;
let rangesAt: usize = 0;
/** What is copied to the cold area next begins here. */
let run: usize = 0;
/** Where it goes. */
let cold: usize = 0;
/** Keys with lower numbers identify the operation. */
let identifying: i32 = 0;

/** Says how many of the keys identify the operation. */
export function identifyingAre(count: i32): void {
  identifying = count;
}

/** Empties the columns. @param base what is added to places in the cold area. */
export function begin(base: i32): void {
  rows = 0;
  coldEnd = COLD;
  beginRows(base);
}

/** Reads spans at `from .. end` of ScopeSpans. @param context number of service and scope. */
export function decode(from: usize, end: usize, context: i32): i32 {
  let at = from;
  let result = DONE;
  while (at < end && result == DONE) {
    const first = rows;
    while (at < end && rows - first < GROUP) {
      const size = varintSize(at + 1);
      const content = at + 1 + size;
      const to = content + varint(at + 1, size);
      if (rows == <i32>ROWS) result = FULL;
      else if (load<u8>(at) != SPAN || size == 0 || to > end) result = UNUSUAL;
      else result = span(content, to, context, <usize>(rows - first));
      if (result != DONE) break;
      rows++;
      at = to;
    }
    rows = finishGroup(first, rows, context);
    coldEnd = coldOf(rows);
  }
  store<i32>(STATE, <i32>at);
  store<i32>(STATE, rows, 4);
  store<i32>(STATE, <i32>(coldEnd - COLD), 8);
  store<i32>(STATE, overflowedRows(), 12);
  return result;
}

/** The columns of one span but its operation, and what that is found by. @param member its place in the group. */
function span(from: usize, end: usize, context: i32, member: usize): i32 {
  let at = head(from, end);
  if (at == 0) return UNUSUAL;
  run = at;
  cold = coldEnd;
  startKeys();
  let events: i32 = 0;
  let links: i32 = 0;
  let status: i32 = 0;
  ranges = 0;
  rangesAt = GROUP_RANGES + member * RANGES_STRIDE;
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
  store<u8>(KINDS + member, <u8>kind);
  store<u8>(RANGE_COUNTS + member, <u8>ranges);
  store<i64>(FINGERPRINTS + member * 8, hash(context * 8 + kind, rangesAt, ranges, nameFrom, nameTo));
  coldEnd = copy(cold, run, end);
  coldBegins(rows + 1, coldEnd);
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

/**
 * Writes the number of an attribute's key in place of the key, which lies at `from + 4 .. keyEnd`; where the value is a
 * text, in place of all that comes before the text.
 */
function shorten(from: usize, keyEnd: usize, known: i32): void {
  const at = copy(cold, run, from);
  const wide = known >> 7;
  const number = (known & 0x7f) | (wide << 7);
  const value: i32 = load<i32>(keyEnd);
  const size = (value >> 8) & 0x7f;
  const isText = ((value >> 16) & 0xff) == TEXT && value >>> 24 == size - 2;
  if (isText) {
    store<u32>(at, KNOWN_TEXT | ((size - 1 + wide) << 8) | (number << 16) | (1 << 24));
    cold = at + 3 + wide;
    run = keyEnd + 4;
  } else {
    const length = <i32>load<u8>(from, 1) - <i32>(keyEnd - from - 4) + wide;
    store<u32>(at, ATTRIBUTES | (length << 8) | (KNOWN_KEY << 16) | (number << 24));
    store<u8>(at, 1, 4);
    cold = at + 4 + wide;
    run = keyEnd;
  }
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
  const range = rangesAt + <usize>ranges * 12;
  ranges++;
  store<i32>(range, slot);
  store<u32>(range, value, 4);
  store<u32>(range, to, 8);
  return to;
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
