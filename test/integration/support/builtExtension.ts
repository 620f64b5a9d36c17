import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import assert from 'node:assert/strict';
import { projectRoot } from '../../support/cacheFolder';

/** Throws unless dist/ was built: what a test in VS Code runs is the bundles, not the source. */
export function requireBuild(): void {
  const engine = path.join(projectRoot, 'dist', 'engine.js');
  assert.ok(existsSync(engine), 'dist/ is not built: run "npm run build" first');
}

/** Packages the extension as it is published, and returns the path of the VSIX. */
export async function packageExtension(): Promise<string> {
  const run = promisify(execFile);
  const vsix = path.join(projectRoot, 'out', 'test.vsix');
  await mkdir(path.dirname(vsix), { recursive: true });
  await run(process.execPath, ['esbuild.mjs', '--production'], { cwd: projectRoot });
  const vsce = path.join(projectRoot, 'node_modules', '@vscode', 'vsce', 'vsce');
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  await run(process.execPath, [vsce, 'package', ...options, '--out', vsix], { cwd: projectRoot });
  const { size } = statSync(vsix);
  console.log(`      VSIX of ${(size / 2 ** 20).toFixed(2)} MB`);
  return vsix;
}
