import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';

/** As long as a slow machine with much else to do may take for what is a moment's work. */
export const SLOW_MS = 120_000;

/** As long as a test with several such moments may take before it counts as hung. */
export const TEST_MS = 5 * 60_000;

const running = new Set<ChildProcess>();
let watching = false;

/** The environment without what npm, tsx and VS Code put into it for their own children. */
export function plainEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS$|INIT_CWD$|VSCODE_|ELECTRON_|TSX_)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

/**
 * Starts a process that ends with this one, however this one ends short of SIGKILL. On POSIX it leads a group of its
 * own, so that {@link stopProcess} reaches its children too.
 */
export function startProcess(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  watchForEnd();
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/** Ends a process and its group: asks first, and insists after `graceMs`. Resolves when it has gone. */
export async function stopProcess(child: ChildProcess, graceMs = 3_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    signalGroup(child, 'SIGKILL');
    return;
  }
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  await gone;
  clearTimeout(timer);
  // Grandchildren that outlived their leader.
  signalGroup(child, 'SIGKILL');
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function watchForEnd(): void {
  if (watching) return;
  watching = true;
  process.on('exit', () => running.forEach((child) => signalGroup(child, 'SIGKILL')));
  // A handler of someone else's (npm start's) may want to stop things in order; then it is left to it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  }
}

/** A port on 127.0.0.1 that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Asks `ready` until it answers other than undefined or false.
 * @throws Error naming `what` when `timeoutMs` have passed, with what the last attempt threw.
 */
export async function waitFor<T>(
  what: string,
  timeoutMs: number,
  ready: () => Promise<T | undefined> | T | undefined,
  intervalMs = 100,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await ready();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      const reason = last instanceof Error ? `: ${last.message}` : '';
      throw new Error(`${what} did not come within ${Math.round(timeoutMs / 1000)} s${reason}`);
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
