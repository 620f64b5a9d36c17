import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DesktopVscode } from './vscodeDesktop';
import { plainEnvironment, startProcess, stopProcess } from './processes';

/** Where a suite ran, and all that came out of it, VS Code's own lines included. */
export interface HostRun {
  readonly host: string;
  readonly output: string;
}

/** A suite for a desktop VS Code; every path absolute. */
export interface DesktopSuite {
  readonly extensionPath: string;
  readonly testsPath: string;
  readonly workspace: string | undefined;
  readonly trusted?: boolean;
  readonly userSettings?: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** The command line that makes a desktop VS Code start with nothing of the user's. */
export function desktopArguments(dataFolder: string, trusted: boolean): string[] {
  return [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-updates',
    '--skip-welcome',
    '--skip-release-notes',
    `--user-data-dir=${path.join(dataFolder, 'user')}`,
    `--extensions-dir=${path.join(dataFolder, 'extensions')}`,
    ...(trusted ? ['--disable-workspace-trust'] : []),
  ];
}

/** Writes the user settings where {@link desktopArguments} makes VS Code look for them. */
export async function writeDesktopSettings(
  dataFolder: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const folder = path.join(dataFolder, 'user', 'User');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings));
}

/** Runs a compiled suite in a desktop VS Code. */
export async function runOnDesktop(desktop: DesktopVscode, suite: DesktopSuite): Promise<HostRun> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'spanlight-desktop-'));
  try {
    await writeDesktopSettings(dataFolder, suite.userSettings ?? {});
    const args = [
      ...desktopArguments(dataFolder, suite.trusted ?? true),
      `--extensionDevelopmentPath=${suite.extensionPath}`,
      `--extensionTestsPath=${suite.testsPath}`,
      ...(suite.workspace ? [suite.workspace] : []),
    ];
    const output = await run(desktop, args, suite);
    return { host: `desktop VS Code ${desktop.version}`, output };
  } finally {
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function run(desktop: DesktopVscode, args: readonly string[], suite: DesktopSuite): Promise<string> {
  const [command = desktop.executable, ...first] = [...desktop.display, desktop.executable];
  const child = startProcess(command, [...first, ...args], {
    env: plainEnvironment(suite.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const late = (): void => reject(new Error(`the suite did not end in ${suite.timeoutMs / 1000} s:\n${output}`));
      timer = setTimeout(late, suite.timeoutMs);
      child.once('error', reject);
      child.once('close', () => resolve());
    });
  } finally {
    clearTimeout(timer);
    await stopProcess(child);
  }
  return output;
}
