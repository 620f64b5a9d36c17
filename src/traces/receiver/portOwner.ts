import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Socket state LISTEN in /proc/net/tcp. */
const LISTEN = '0A';
/** Looking may not keep the receiver from starting. */
const LOOK_MS = 1_500;

/**
 * What listens on a TCP port of this machine, as `node (pid 4711)`; undefined where it cannot be known: processes of
 * other users, and systems that have neither /proc nor lsof.
 *
 * @param mayRun whether a program (lsof) may be run for it; not in a workspace that is not trusted.
 */
export async function portOwner(port: number, mayRun: boolean): Promise<string | undefined> {
  try {
    if (process.platform === 'linux') return await withinTime(ownerByProc(port));
    if (mayRun && process.platform !== 'win32') return await ownerByLsof(port);
  } catch {
    // Not being able to look is an answer, too: the port is taken by something unknown.
  }
  return undefined;
}

async function ownerByProc(port: number): Promise<string | undefined> {
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    for (const inode of listeningInodes(text, port)) inodes.add(`socket:[${inode}]`);
  }
  if (inodes.size === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    if (!links.some((link) => inodes.has(link))) continue;
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'a process');
    return `${name.trim()} (pid ${pid})`;
  }
  return undefined;
}

/** Inodes of the sockets that listen on `port`, out of a table like /proc/net/tcp. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) && columns[3] === LISTEN)
    .map((columns) => columns[9] ?? '');
}

async function ownerByLsof(port: number): Promise<string | undefined> {
  const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
  const { stdout } = await promisify(execFile)('lsof', args, { timeout: LOOK_MS });
  return ownerInLsof(stdout);
}

/** The first process in lsof's field output (`p` pid, `c` command). */
export function ownerInLsof(output: string): string | undefined {
  const pid = /^p(\d+)$/m.exec(output)?.[1];
  const name = /^c(.+)$/m.exec(output)?.[1];
  return pid === undefined ? undefined : `${name ?? 'a process'} (pid ${pid})`;
}

async function withinTime<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LOOK_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
