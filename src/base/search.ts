/**
 * Index of the first item that is not before what is looked for, by halving; the length where all are.
 * Precondition: those that are before it come first.
 */
export function firstFrom<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(items[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
