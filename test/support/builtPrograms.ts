import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');

/** Builds the engine and the command line as the package has them, with what they load at run time, into a folder. */
export function buildPrograms(folder: string): void {
  const args = [path.join(ROOT, 'esbuild.mjs'), '--production', '--programs', folder];
  const { status, stderr, error } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The programs were not built: ${error?.message ?? stderr}`);
}
