import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What nobody used for so long belongs to another build, or to a workspace that is gone. */
const KEPT_MS = 30 * 24 * 3_600_000;

/**
 * Writes a file of a cache as a whole, for its owner alone, and removes those of its kind that nobody uses any more. Throws
 * what the system says.
 *
 * @param kind what the names of such files begin with.
 */
export async function writeKept(file: string, kind: string, bytes: Uint8Array): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Renamed when it is whole: another run may be reading.
  const part = `${file}.${process.pid}`;
  await writeFile(part, bytes, { mode: 0o600 });
  await rename(part, file);
  for (const name of await readdir(folder)) {
    const other = path.join(folder, name);
    if (name.startsWith(kind) && Date.now() - (await stat(other)).mtimeMs > KEPT_MS) await rm(other, { force: true });
  }
}

/** Says that a file of a cache is still used. Throws what the system says. */
export async function touchKept(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now);
}
