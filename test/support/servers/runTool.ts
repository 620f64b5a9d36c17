import { once } from 'node:events';
import { setPriority } from 'node:os';
import type { Log } from '../cacheFolder';
import { plainEnvironment, startProcess, stopProcess } from '../processes';

/** A step of an installation. */
export interface ToolRun {
  /** For the progress lines: `building Jaeger 1.76.0`. */
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** 20 minutes by default. */
  readonly limitMinutes?: number;
}

/**
 * Runs a build tool behind everything else that wants the processor, with a line of progress every fifteen seconds.
 * @throws Error with the end of what the tool said when it fails or takes longer than its limit.
 */
export async function runTool(run: ToolRun, log: Log): Promise<void> {
  const started = Date.now();
  const seconds = (): number => Math.round((Date.now() - started) / 1_000);
  log(`${run.what} …`);
  const child = startProcess(run.command, run.args, {
    cwd: run.cwd,
    env: plainEnvironment(run.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const read = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-8_000));
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  if (child.pid !== undefined) setPriority(child.pid, 10);
  const ticker = setInterval(() => log(`  ${run.what}: ${seconds()} s`), 15_000);
  const limit = setTimeout(() => void stopProcess(child), (run.limitMinutes ?? 20) * 60_000);
  try {
    // `once` rejects with the error event's value, as where the command does not exist.
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${run.what} failed after ${seconds()} s (${code ?? 'ended'}):\n${output.trim()}`);
  } finally {
    clearInterval(ticker);
    clearTimeout(limit);
  }
  log(`  ${run.what}: done in ${seconds()} s`);
}
