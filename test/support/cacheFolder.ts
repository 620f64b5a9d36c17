import { existsSync } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Takes one line of progress, without a newline. */
export type Log = (line: string) => void;

/** The checkout the tests run in. */
export const projectRoot = path.join(__dirname, '..', '..');

/**
 * Where everything is kept that the tests fetch or unpack: `.vscode-test/` of the checkout, or the folder that
 * `SPANLIGHT_TEST_CACHE` names (several checkouts may share one).
 */
export function cacheFolder(): string {
  return process.env['SPANLIGHT_TEST_CACHE'] ?? path.join(projectRoot, '.vscode-test');
}

/**
 * Makes `<cache>/<name>` once. `fill` gets an empty folder beside it, which takes the name only when `fill` is through,
 * so that an interrupted run leaves nothing half made; a second process that asks meanwhile waits for the first.
 * @returns the absolute path of the finished folder.
 */
export async function cached(name: string, log: Log, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  return withLock(name, log, async () => {
    if (existsSync(folder)) return folder;
    const partial = `${folder}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await fill(partial);
    await rename(partial, folder);
    return folder;
  });
}

/** Runs `work` while no other process works under the same name. A lock whose owner has died is taken over. */
export async function withLock<T>(name: string, log: Log, work: () => Promise<T>): Promise<T> {
  const file = path.join(cacheFolder(), `${name}.lock`);
  await mkdir(path.dirname(file), { recursive: true });
  let tookOver = false;
  for (let waited = 0; ; waited++) {
    if (await createLock(file)) {
      if (!tookOver) break;
      // Another one that found the same dead owner may have removed this lock in place of the dead one's.
      await new Promise((resolve) => setTimeout(resolve, 100));
      if ((await readOwner(file)) === process.pid) break;
    }
    const owner = await readOwner(file);
    if (!(await ownerLives(file, owner))) {
      tookOver = true;
      await rm(file, { force: true });
      continue;
    }
    if (waited % 40 === 0) log(`waiting for process ${owner}, which is making ${name}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function readOwner(file: string): Promise<number> {
  return Number(await readFile(file, 'utf8').catch(() => ''));
}

async function createLock(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function ownerLives(file: string, owner: number): Promise<boolean> {
  if (!Number.isInteger(owner) || owner <= 0) {
    // Just created and not yet written, unless it has been like that for long.
    const age = await stat(file).then(
      (s) => Date.now() - s.mtimeMs,
      () => Infinity,
    );
    return age < 5_000;
  }
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Bytes in a folder, as far as it can be read while it is being written. */
export async function folderSize(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of names) {
    if (!entry.isFile()) continue;
    bytes += await stat(path.join(entry.parentPath, entry.name)).then(
      (s) => s.size,
      () => 0,
    );
  }
  return bytes;
}
