/** How many bytes a number has, 1 to 3; 0 for more. */
export function varintSize(at: usize): i32 {
  const bytes = load<u32>(at);
  if ((bytes & 0x80) == 0) return 1;
  if ((bytes & 0x8000) == 0) return 2;
  return (bytes & 0x80_0000) == 0 ? 3 : 0;
}

export function varint(at: usize, size: i32): i32 {
  const bytes: i32 = load<u32>(at);
  if (size == 1) return bytes & 0x7f;
  const two = (bytes & 0x7f) | ((bytes >> 1) & 0x3f80);
  return size == 2 ? two : two | ((bytes >> 2) & 0x1f_c000);
}

/** Copies a range; may write up to 7 bytes more. @returns where the copy ends. */
export function copy(to: usize, from: usize, end: usize): usize {
  const length = end - from;
  if (length > 64) memory.copy(to, from, length);
  else for (let at: usize = 0; at < length; at += 8) store<i64>(to + at, load<i64>(from + at));
  return to + length;
}
