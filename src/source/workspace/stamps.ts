import { statfsSync, statSync } from 'node:fs';

/** File systems tell times to two seconds at worst. */
const SETTLED_MS = 2_000;

/**
 * Tells a file or folder on the disk from what it was or will be, without reading it; undefined where that is not certain:
 * what was just written may have the same stamp the next moment, with another content.
 */
export function stampOf(file: string): string | undefined {
  try {
    const { size, mtimeMs, ctimeMs, ino, dev } = statSync(file);
    const isSettled = Math.max(mtimeMs, ctimeMs) < Date.now() - SETTLED_MS;
    return isSettled ? `${size} ${mtimeMs} ${ctimeMs} ${ino} ${dev}` : undefined;
  } catch {
    return undefined;
  }
}

/** How many numbers {@link stampInto} writes. */
export const STAMP_NUMBERS = 5;

/**
 * Writes what tells a file on the disk from what it was or will be, as {@link stampOf}, where many are kept: numbers, which
 * are NaN, equal to nothing, where that is not certain of a file as it was read after a moment.
 *
 * @param began milliseconds of the epoch: when the first of them was read.
 */
export function stampInto(numbers: Float64Array, at: number, file: string, began: number): void {
  numbers.fill(NaN, at, at + STAMP_NUMBERS);
  try {
    const { size, mtimeMs, ctimeMs, ino, dev } = statSync(file);
    if (Math.max(mtimeMs, ctimeMs) < began - SETTLED_MS) numbers.set([size, mtimeMs, ctimeMs, ino, dev], at);
  } catch {
    // It is gone, and nothing may be concluded from that.
  }
}

/** ext2 to ext4, XFS, Btrfs, F2FS, tmpfs, overlays of these: by the numbers that Linux gives them. */
const KEEPS_FOLDER_TIMES: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x01021994, 0x794c7630,
]);

/**
 * Whether a folder's stamp changes with every file that comes to it, goes or is renamed. What lies in a network or is put
 * together by a program may leave a folder the times that it began with, and so may FAT under Windows.
 */
export function keepsFolderTimes(folder: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return KEEPS_FOLDER_TIMES.has(statfsSync(folder).type);
  } catch {
    return false;
  }
}
