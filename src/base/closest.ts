/** A name this far from every known one, as a share of its length, is none with a slip. */
const MOST_OFF = 0.34;

/**
 * The known name that resembles one with a slip most, by Levenshtein's distance (insertions, deletions, substitutions of a
 * character); undefined where none resembles it.
 */
export function closest(written: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.floor(written.length * MOST_OFF) + 1;
  for (const name of known) {
    const off = distance(written, name);
    if (off < least) [best, least] = [name, off];
  }
  return best;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, swap));
    }
    row = next;
  }
  return row[b.length]!;
}
