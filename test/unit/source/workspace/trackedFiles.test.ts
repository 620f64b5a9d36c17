import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { nullLogger, type Logger } from '../../../../src/base/logger';
import { WorkspaceFiles } from '../../../../src/source/workspace/workspaceFiles';
import { GitRepository, gitIn, withEmptyFolder } from '../../../support/gitRepository';

/** A line for the binary `orders` names the folder of its main program, too. */
const FILES = {
  '.gitignore': 'orders\n*.gen.ts\n',
  'orders/notes.ts': '',
  'cmd/orders/main.go': '',
  'cmd/orders/deep/more.go': '',
  'web/api.gen.ts': '',
  'web/scratch.gen.ts': '',
};

const TRACKED = ['.gitignore', 'cmd/orders/deep/more.go', 'cmd/orders/main.go', 'web/api.gen.ts'];

/** What lists a repository's submodules, and leads to where it lies, is left out. */
async function listed(folder: string, logger: Logger = nullLogger): Promise<string[]> {
  const files = new WorkspaceFiles([folder], logger);
  await files.list();
  const names = [...files.all()].map(({ relative }) => relative).sort();
  return names.filter((name) => !/\.git(modules)?$/.test(name));
}

/** A repository in which what `.gitignore` names was added all the same. */
function repositoryIn(folder: string): GitRepository {
  const repository = GitRepository.create(folder).write(FILES);
  repository.git('add', '-f', ...TRACKED);
  return repository;
}

describe('files that git tracks though .gitignore names them', () => {
  const check = (run: (folder: string) => Promise<void>) => () => withEmptyFolder(run);

  it(
    'belong to the workspace, and nothing else beside them',
    check(async (folder) => {
      repositoryIn(folder);
      assert.deepEqual(await listed(folder), TRACKED);
    }),
  );

  it(
    'belong to a folder of the repository as well',
    check(async (folder) => {
      repositoryIn(path.join(folder, 'repo')).write({ 'cmd/.gitignore': 'orders/\n' });
      assert.deepEqual(await listed(path.join(folder, 'repo', 'cmd')), [
        '.gitignore',
        'orders/deep/more.go',
        'orders/main.go',
      ]);
    }),
  );

  it(
    'are those of the repository that a folder is the top of: one within another, a work tree, a submodule',
    check(async (folder) => {
      const outer = path.join(folder, 'outer');
      GitRepository.create(outer).write({ 'a.ts': '', '.gitignore': '/further\n' }).commit();
      const inner = repositoryIn(path.join(folder, 'inner'));
      inner.git('commit', '-q', '-m', 'All');
      gitIn(outer, 'clone', '-q', inner.folder, 'nested');
      gitIn(outer, 'submodule', '--quiet', 'add', inner.folder, 'module');
      inner.git('worktree', 'add', '-q', path.join(folder, 'tree'));
      const inAll = (top: string) => TRACKED.map((name) => `${top}/${name}`);
      const all = ['.gitignore', 'a.ts', ...inAll('module'), ...inAll('nested')];
      assert.deepEqual(await listed(outer), all.sort());
      assert.deepEqual(await listed(path.join(folder, 'tree')), TRACKED);
    }),
  );

  it(
    'are told apart when they come into being, and when git begins to track them',
    check(async (folder) => {
      const repository = repositoryIn(folder);
      const files = new WorkspaceFiles([folder], nullLogger);
      await files.list();
      const isIgnored = (name: string) => files.isIgnored(path.join(folder, name));
      assert.deepEqual([isIgnored('cmd/orders/main.go'), isIgnored('cmd/orders/new.go')], [false, true]);
      repository.write({ 'cmd/orders/new.go': '' }).git('add', '-f', 'cmd/orders/new.go');
      assert.deepEqual([isIgnored('cmd/orders/new.go'), isIgnored('orders/notes.ts')], [false, true]);
    }),
  );

  it(
    'are left out, which the log tells, where the index cannot be read',
    check(async (folder) => {
      repositoryIn(folder);
      const told: string[] = [];
      const logger = { ...nullLogger, warn: (line: string) => void told.push(line) };
      writeFileSync(path.join(folder, '.git', 'index'), 'DIRC and no more');
      assert.deepEqual(await listed(folder, logger), ['.gitignore']);
      assert.equal(told.length, 1);
      assert.match(told[0]!, /index is of a form that is not known/);
    }),
  );
});
