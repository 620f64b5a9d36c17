/** From here on sorting by digits is faster than by comparing (65,536 counters have to be walked per digit). */
const RADIX_FROM = 4096;
const DIGITS = 4;
const RADIX = 1 << 16;

/**
 * The order that sorts 64-bit unsigned keys, equal keys in the order they have: `order[0]` is the row of the least key.
 * Keys are pairs of 32-bit words, low word first. Linear for many keys (radix sort, least digit first, digits that all
 * keys share skipped) and for keys that are in order already.
 */
export function stableOrder(words: Uint32Array): Uint32Array {
  const count = words.length >>> 1;
  let order: Uint32Array = new Uint32Array(count);
  for (let row = 0; row < count; row++) order[row] = row;
  if (isSorted(words, count)) return order;
  if (count < RADIX_FROM) {
    return order.sort((a, b) => words[2 * a + 1]! - words[2 * b + 1]! || words[2 * a]! - words[2 * b]! || a - b);
  }
  let spare: Uint32Array = new Uint32Array(count);
  for (let digit = 0; digit < DIGITS; digit++) {
    if (!sortByDigit(words, digit, order, spare)) continue;
    [order, spare] = [spare, order];
  }
  return order;
}

function isSorted(words: Uint32Array, count: number): boolean {
  for (let row = 1; row < count; row++) {
    const high = words[2 * row + 1]! - words[2 * row - 1]!;
    if (high < 0 || (high === 0 && words[2 * row]! < words[2 * row - 2]!)) return false;
  }
  return true;
}

/** One stable pass from `from` to `to`; false, with nothing moved, where all keys have the same digit. */
function sortByDigit(words: Uint32Array, digit: number, from: Uint32Array, to: Uint32Array): boolean {
  const word = digit >>> 1;
  const shift = (digit & 1) * 16;
  const starts = new Uint32Array(RADIX + 1);
  for (const row of from) starts[((words[2 * row + word]! >>> shift) & 0xffff) + 1]!++;
  if (starts[((words[word]! >>> shift) & 0xffff) + 1] === from.length) return false;
  for (let i = 1; i <= RADIX; i++) starts[i]! += starts[i - 1]!;
  for (const row of from) to[starts[(words[2 * row + word]! >>> shift) & 0xffff]!++] = row;
  return true;
}
