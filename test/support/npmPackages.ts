import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cached, folderSize, type Log } from './cacheFolder';
import { plainEnvironment } from './processes';

/**
 * Packages at exact versions in a cache folder of their own, outside the project's dependencies: what the tests need
 * must not leak into what a user installs. Install scripts are not run.
 * @param name folder under the cache; put the versions into it, a folder that is there is not looked into again.
 * @param finish more to do before the folder counts as made.
 * @returns the folder whose `node_modules` holds the packages.
 */
export async function npmPackages(
  name: string,
  packages: Readonly<Record<string, string>>,
  log: Log,
  finish?: (folder: string) => Promise<void>,
): Promise<string> {
  return cached(name, log, async (folder) => {
    const what = Object.entries(packages).map(([pkg, version]) => `${pkg}@${version}`);
    await writeFile(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
    await npmInstall(folder, what.join(', '), log);
    await finish?.(folder);
  });
}

/** `npm install` (or `npm ci`) of what `folder`'s package.json names, with a line of progress every ten seconds. */
export async function npmInstall(
  folder: string,
  what: string,
  log: Log,
  command: 'install' | 'ci' = 'install',
): Promise<void> {
  const started = Date.now();
  log(`fetching ${what} …`);
  const ticker = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    void folderSize(path.join(folder, 'node_modules')).then((bytes) =>
      log(`  ${what}: ${Math.round(bytes / 1e6)} MB after ${seconds} s`),
    );
  }, 10_000);
  try {
    await run(folder, [command, '--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev', '--loglevel=error']);
  } catch (error) {
    throw new Error(
      `${what} could not be installed from the npm registry: ${(error as Error).message}. ` +
        'Check `npm ping`, then run the command again.',
      { cause: error },
    );
  } finally {
    clearInterval(ticker);
  }
  log(`fetched ${what} in ${Math.round((Date.now() - started) / 1000)} s`);
}

async function run(folder: string, args: readonly string[]): Promise<void> {
  // npm tells its scripts where it lies; elsewhere the one on the PATH is taken.
  const npm = process.env['npm_execpath'];
  const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, [...first, ...args], {
      cwd: folder,
      env: plainEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32' && !npm,
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(errors.trim().split('\n')[0] ?? `npm ended with ${code}`));
    });
  });
}

/**
 * An `npm ci` that is only done when the lock file has changed since the last one.
 * @param folder a folder with package.json and package-lock.json; its node_modules must be ignored by git.
 */
export async function npmCiOnce(folder: string, what: string, log: Log): Promise<void> {
  const lock = await readFile(path.join(folder, 'package-lock.json'), 'utf8');
  const stamp = path.join(folder, 'node_modules', '.spanlight-lock');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === lock) return;
  await rm(path.join(folder, 'node_modules'), { recursive: true, force: true });
  await npmInstall(folder, what, log, 'ci');
  await mkdir(path.dirname(stamp), { recursive: true });
  await writeFile(stamp, lock);
}
