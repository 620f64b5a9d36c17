import { readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from './cacheFolder';

/**
 * Compiles a suite for the extension host: every `*.test.ts` of a folder (or the one file named), with the runner
 * beside them, into `out/suites/<name>/`.
 * @returns the path that VS Code takes as `extensionTestsPath`.
 */
export async function bundleSuite(suitePath: string): Promise<string> {
  const absolute = path.resolve(projectRoot, suitePath);
  const single = statSync(absolute).isFile();
  const files = single
    ? [absolute]
    : readdirSync(absolute)
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => path.join(absolute, name));
  if (files.length === 0) throw new Error(`${suitePath} holds no *.test.ts`);
  const name = path
    .relative(projectRoot, absolute)
    .replaceAll(/[\\/]/g, '-')
    .replace(/\.test\.ts$/, '');
  const outdir = path.join(projectRoot, 'out', 'suites', name);
  await rm(outdir, { recursive: true, force: true });
  const runner = path.join(projectRoot, 'test', 'support', 'suiteRunner.ts');
  await build({
    entryPoints: [...files, runner].map((file) => ({ in: file, out: path.basename(file, '.ts') })),
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha', 'playwright-core', 'esbuild'],
    logLevel: 'warning',
  });
  return path.join(outdir, 'suiteRunner');
}
