// Gives the rows of a group their operations, all of them one after the other: the table of fingerprints has megabytes, so
// looking one up is mostly waiting for memory, which many can do together. Done span by span, it was a third of the
// kernel's time (measured).

import {
  COLD,
  COLD_STARTS,
  ENDS,
  EVENT_COUNTS,
  FINGERPRINTS,
  GROUP_RANGES,
  KINDS,
  LINK_COUNTS,
  OPERATIONS,
  PARENT_IDS,
  RANGE_COUNTS,
  RANGES_STRIDE,
  SPAN_IDS,
  STARTS,
  STATUSES,
  TRACE_IDS,
} from './memory';
import { ask, find, isOverflow } from './operations';

/** Fields of `Span`, as tags. */
const NAME: u8 = 0x2a;
const KIND: u8 = 0x30;

let overflowed: i32 = 0;
let coldBase: i32 = 0;

/** Empties the columns. @param base what is added to places in the cold area. */
export function beginRows(base: i32): void {
  overflowed = 0;
  coldBase = base;
  store<i32>(COLD_STARTS, base);
}

/** Rows of the overflow operation that were recognised since {@link beginRows}. */
export function overflowedRows(): i32 {
  return overflowed;
}

/** Where the cold bytes of a row begin. */
export function coldOf(row: i32): usize {
  return COLD + <usize>(load<i32>(COLD_STARTS + <usize>row * 4) - coldBase);
}

/** Says where the cold bytes of a row begin. */
export function coldBegins(row: i32, at: usize): void {
  store<i32>(COLD_STARTS + <usize>row * 4, <i32>(at - COLD) + coldBase);
}

/** Completes the rows `from .. to`. @returns where the rows end: some may have been left out. */
export function finishGroup(from: i32, to: i32, context: i32): i32 {
  let names: usize = 0;
  let end = to;
  for (let row = from; row < to; row++) {
    const member = <usize>(row - from);
    const fingerprint = load<i64>(FINGERPRINTS + member * 8);
    let operation = find(fingerprint);
    if (operation < 0) {
      const ranges = GROUP_RANGES + member * RANGES_STRIDE;
      operation = ask(fingerprint, context, load<u8>(KINDS + member), ranges, load<u8>(RANGE_COUNTS + member));
      if (operation < 0) end--;
    } else if (isOverflow(operation)) overflowed++;
    store<i32>(OPERATIONS + <usize>row * 4, operation);
    if (isOverflow(operation)) names += nameFieldSize(member);
  }
  if (names > 0) insertNames(from, to, names);
  if (end < to) removeRows(from, to);
  return end;
}

/** Where range and so the text of a member's name is written down. */
function nameRange(member: usize): usize {
  return GROUP_RANGES + member * RANGES_STRIDE + <usize>load<u8>(RANGE_COUNTS + member) * 12;
}

/** Bytes of kind and name as fields. */
function nameFieldSize(member: usize): usize {
  const range = nameRange(member);
  const length = load<u32>(range, 8) - load<u32>(range, 4);
  let size: usize = 4 + length;
  for (let rest = length; rest >= 0x80; rest >>>= 7) size++;
  return size;
}

/** The overflow operation says neither name nor kind, so its rows do: makes room for `names` bytes, from the last row on. */
function insertNames(from: i32, to: i32, names: usize): void {
  let shift = names;
  for (let row = to - 1; shift > 0; row--) {
    const member = <usize>(row - from);
    const start = coldOf(row);
    const end = coldOf(row + 1);
    const own = isOverflow(load<i32>(OPERATIONS + <usize>row * 4)) ? nameFieldSize(member) : 0;
    coldBegins(row + 1, end + shift);
    shift -= own;
    memory.copy(start + shift, start, end - start);
    if (own > 0) writeName(end + shift, member);
  }
}

function writeName(to: usize, member: usize): void {
  let at = to;
  store<u8>(at, KIND);
  store<u8>(at, load<u8>(KINDS + member), 1);
  store<u8>(at, NAME, 2);
  at += 3;
  const range = nameRange(member);
  let from: usize = load<u32>(range, 4);
  const end: usize = load<u32>(range, 8);
  let rest = end - from;
  for (; rest >= 0x80; rest >>>= 7) store<u8>(at++, (<u8>(rest & 0x7f)) | 0x80);
  store<u8>(at++, <u8>rest);
  // No byte more: what follows is already there.
  for (; from + 8 <= end; from += 8, at += 8) store<i64>(at, load<i64>(from));
  for (; from < end; from++) store<u8>(at++, load<u8>(from));
}

/** Closes the gaps of rows without an operation: of spans that are malformed. Rare. */
function removeRows(from: i32, to: i32): void {
  let end = to;
  for (let row = to - 1; row >= from; row--) {
    if (load<i32>(OPERATIONS + <usize>row * 4) >= 0) continue;
    const start = coldOf(row);
    const next = coldOf(row + 1);
    memory.copy(start, next, coldOf(end) - next);
    for (let other = row + 1; other < end; other++) coldBegins(other, coldOf(other + 1) - (next - start));
    closeGap(TRACE_IDS, 16, row, end);
    closeGap(SPAN_IDS, 8, row, end);
    closeGap(PARENT_IDS, 8, row, end);
    closeGap(STARTS, 8, row, end);
    closeGap(ENDS, 8, row, end);
    closeGap(OPERATIONS, 4, row, end);
    closeGap(EVENT_COUNTS, 2, row, end);
    closeGap(LINK_COUNTS, 2, row, end);
    closeGap(STATUSES, 1, row, end);
    end--;
  }
}

function closeGap(column: usize, width: usize, row: i32, end: i32): void {
  const at = column + <usize>row * width;
  memory.copy(at, at + width, <usize>(end - row - 1) * width);
}
