import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');

/**
 * Builds the engine and the command line, with what they load at run time, into a folder: as the package has them, or
 * `quick`, which does the same and is larger.
 */
export function buildPrograms(folder: string, how: 'as packaged' | 'quick' = 'as packaged'): void {
  const args = [path.join(ROOT, 'esbuild.mjs'), ...(how === 'quick' ? [] : ['--production']), '--programs', folder];
  const { status, stderr, error } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The programs were not built: ${error?.message ?? stderr}`);
}
