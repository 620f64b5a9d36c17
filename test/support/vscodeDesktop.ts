import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { cacheFolder, type Log } from './cacheFolder';

const UPDATES = 'https://update.code.visualstudio.com/api/releases/stable';

/** A desktop VS Code that can be started here. */
export interface DesktopVscode {
  readonly executable: string;
  /** `1.139.1`, or `at <path>` where the installation does not say. */
  readonly version: string;
  /** `xvfb-run` and its arguments where a Linux machine has no display of its own. */
  readonly display: readonly string[];
}

let found: Promise<DesktopVscode | undefined> | undefined;

/**
 * The desktop VS Code that `VSCODE_PATH` names, else one that can be downloaded. Undefined, with a line that says why,
 * where neither is to be had: the server stands in for it then. `SPANLIGHT_HOST=server` asks for the server outright.
 * @throws Error when VSCODE_PATH names nothing.
 */
export function findDesktopVscode(log: Log): Promise<DesktopVscode | undefined> {
  found ??= search(log);
  return found;
}

async function search(log: Log): Promise<DesktopVscode | undefined> {
  if (process.env['SPANLIGHT_HOST'] === 'server') return undefined;
  const named = process.env['VSCODE_PATH'];
  if (named && !existsSync(named)) throw new Error(`VSCODE_PATH names ${named}, which does not exist.`);
  const display = displayCommand();
  if (!display) {
    log('no desktop VS Code: this machine has neither a display nor xvfb-run; using the VS Code server');
    return undefined;
  }
  if (named) return { executable: named, display, version: versionOf(named) };
  if (!(await downloadsAnswer())) {
    log('no desktop VS Code: VSCODE_PATH is not set and its downloads are out of reach; using the VS Code server');
    return undefined;
  }
  try {
    const executable = await downloadAndUnzipVSCode({ version: 'stable', cachePath: `${cacheFolder()}/desktop` });
    return { executable, display, version: versionOf(executable) };
  } catch (error) {
    log(`no desktop VS Code: the download failed (${(error as Error).message}); using the VS Code server`);
    return undefined;
  }
}

/** The manifest of the product lies beside the executable (Linux, Windows) or in the bundle (macOS). */
function versionOf(executable: string): string {
  const folder = path.dirname(executable);
  for (const place of ['resources/app', '../Resources/app', '../resources/app']) {
    const manifest = path.join(folder, place, 'package.json');
    if (existsSync(manifest)) return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
  }
  return `at ${executable}`;
}

function displayCommand(): readonly string[] | undefined {
  if (process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']) return [];
  try {
    execFileSync('xvfb-run', ['--help'], { stdio: 'ignore' });
    return ['xvfb-run', '-a'];
  } catch {
    return undefined;
  }
}

async function downloadsAnswer(): Promise<boolean> {
  try {
    return (await fetch(UPDATES, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}
