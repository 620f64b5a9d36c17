/**
 * Copies `start .. end` of `from` to `at` of `to`, four bytes at a time. For short ranges: from some 50 bytes on, native
 * copies are cheaper.
 */
export function copyBytes(to: DataView, at: number, from: DataView, start: number, end: number): void {
  let target = at;
  let next = start;
  for (; next + 4 <= end; next += 4, target += 4) to.setUint32(target, from.getUint32(next, true), true);
  for (; next < end; next++) to.setUint8(target++, from.getUint8(next));
}
