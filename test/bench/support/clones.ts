import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cached, type Log } from '../../support/cacheFolder';

const run = promisify(execFile);

/** What a public repository was at one time. */
export interface Pointer {
  /** `owner/name` on GitHub. */
  readonly repo: string;
  /** 40 hex digits. */
  readonly commit: string;
}

/**
 * The git folder of a repository that knows the commit: out of `clones` where that holds it (`owner+name`,
 * `owner+name.git` or `owner+name/repo`), else fetched into the cache, the commit alone, and files when they are asked for.
 */
export async function gitFolderOf({ repo, commit }: Pointer, clones: string | undefined, log: Log): Promise<string> {
  const name = repo.replace('/', '+');
  const given = clones === undefined ? [] : [path.join(name, 'repo'), `${name}.git`, name];
  for (const candidate of given) {
    const folder = path.join(clones!, candidate);
    const inside = path.join(folder, '.git');
    if (existsSync(path.join(folder, 'HEAD'))) return folder;
    if (existsSync(inside)) return inside;
  }
  const own = await cached(path.join('clones', name), log, async (folder) => {
    await run('git', ['init', '--quiet', '--bare', folder]);
    await run('git', ['--git-dir', folder, 'remote', 'add', 'origin', `https://github.com/${repo}.git`]);
    for (const [key, value] of [
      ['remote.origin.promisor', 'true'],
      ['remote.origin.partialclonefilter', 'blob:none'],
    ] as const)
      await run('git', ['--git-dir', folder, 'config', key, value]);
  });
  const known = await run('git', ['--git-dir', own, 'cat-file', '-e', commit]).then(
    () => true,
    () => false,
  );
  if (!known) {
    log(`fetching ${repo} at ${commit.slice(0, 12)}`);
    await run('git', ['--git-dir', own, 'fetch', '--quiet', '--depth', '1', '--filter=blob:none', 'origin', commit]);
  }
  return own;
}
