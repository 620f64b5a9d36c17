import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../cacheFolder';
import { freePort, plainEnvironment, startProcess, stopProcess, waitFor } from '../processes';
import type { ServerKind } from './serverKinds';

/** How to start a server once its ports are known. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Resolves to true when the server answers; false or an error is asked again. */
  readonly ready: () => Promise<boolean>;
}

/** A process that serves on loopback. */
export interface ServerProcess {
  /** All that it printed. Kept for a week after it was started. */
  readonly logFile: string;
  /** Ends it, with every process it started, and removes its data. May be called again. */
  readonly stop: () => Promise<void>;
}

const DAY_MS = 86_400_000;

/**
 * Starts a server on free ports, in an empty folder of its own, and waits until it answers. Another process may take a
 * port between its choice and its use; then the server is started once more on others.
 * @param ports how many ports it needs.
 * @throws Error with the end of its log when it does not come up.
 */
export async function startServerProcess(
  kind: ServerKind,
  ports: number,
  command: (ports: readonly number[], folder: string) => ServerCommand | Promise<ServerCommand>,
): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(kind, ports, command);
    } catch (error) {
      if (attempt === 2 || !/address already in use|BindException|EADDRINUSE/i.test((error as Error).message))
        throw error;
    }
  }
}

async function startOnce(
  kind: ServerKind,
  ports: number,
  command: (ports: readonly number[], folder: string) => ServerCommand | Promise<ServerCommand>,
): Promise<ServerProcess> {
  const folder = await mkdtemp(path.join(tmpdir(), `spanlight-${kind}-`));
  removeAtExit(folder);
  const taken = new Set<number>();
  while (taken.size < ports) taken.add(await freePort());
  const { command: program, args, env, ready } = await command([...taken], folder);
  const logFile = newLogFile(kind);
  const log = openSync(logFile, 'a');
  const child = spawnGuarded(program, args, { cwd: folder, env: plainEnvironment(env), log });
  closeSync(log);
  const stop = async (): Promise<void> => {
    await stopProcess(child);
    await rm(folder, { recursive: true, force: true });
  };
  let failed: Error | undefined;
  child.once('error', (error) => (failed = error));
  try {
    await waitFor(`${kind} on ${[...taken].join(', ')}`, 120_000, async () => {
      if (failed ?? hasEnded(child)) return 'over';
      return (await ready()) ? 'ready' : undefined;
    });
    if (failed ?? hasEnded(child)) throw new Error(failed?.message ?? `${kind} ended with ${child.exitCode}`);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}; its log (${logFile}) ends:\n${endOf(logFile)}`, { cause: error });
  }
  return { logFile, stop };
}

/**
 * The server and its folder also go when this process is killed outright: a shell that waits in the server's group for
 * the end of a pipe, whose other end only this process holds, sees to that.
 */
function spawnGuarded(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly log: number },
): ChildProcess {
  const { cwd, env, log } = options;
  // `$$` is the outer shell, which becomes the server; 0 is the group.
  const guard = 'cat <&3 >/dev/null; kill -KILL $$; rm -rf "$folder"; kill -KILL 0';
  const script = `folder=$1; shift; exec 3<&0; (${guard}) & exec "$@" 3<&- </dev/null`;
  return startProcess('sh', ['-c', script, 'sh', cwd, program, ...args], { cwd, env, stdio: ['pipe', log, log] });
}

const folders = new Set<string>();

/** Takes the folders of servers that were not stopped away when this process ends; they themselves end with it. */
function removeAtExit(folder: string): void {
  if (folders.size === 0)
    process.once('exit', () => folders.forEach((one) => rmSync(one, { recursive: true, force: true })));
  folders.add(folder);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

let started = 0;

/** Takes logs older than a week away when the first of this process is made. */
function newLogFile(kind: ServerKind): string {
  const folder = path.join(cacheFolder(), 'server-logs');
  mkdirSync(folder, { recursive: true });
  if (started === 0) {
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > 7 * DAY_MS) rmSync(file, { force: true });
    }
  }
  return path.join(folder, `${kind}-${process.pid}-${++started}.log`);
}

function endOf(logFile: string): string {
  return readFileSync(logFile, 'utf8').slice(-3_000).trim();
}
