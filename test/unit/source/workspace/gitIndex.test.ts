import assert from 'node:assert/strict';
import { readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { trackedPaths } from '../../../../src/source/workspace/gitIndex';
import { GitRepository, gitIn, withEmptyFolder } from '../../../support/gitRepository';

const FILES = {
  'a.ts': '',
  'a/b.ts': '',
  'a/bc.ts': '',
  'a/longer name.ts': '',
  'a/ünïcode/größe.ts': '',
  'z.ts': '',
  [`deep/${'long/'.repeat(40)}file.ts`]: '',
};

/** What git says itself. */
function listed(folder: string): string[] {
  return gitIn(folder, '-c', 'core.quotePath=false', 'ls-files', '-z').split('\0').filter(Boolean);
}

function read(folder: string): string[] | undefined {
  return trackedPaths(readFileSync(path.join(folder, '.git', 'index')));
}

describe("git's index", () => {
  const check = (prepare: (repository: GitRepository) => void, version: number) => () =>
    withEmptyFolder((folder) => {
      const repository = GitRepository.create(folder).write(FILES);
      prepare(repository);
      const index = readFileSync(path.join(folder, '.git', 'index'));
      assert.equal(index.readUInt32BE(4), version);
      assert.deepEqual(trackedPaths(index), listed(folder));
      assert.equal(read(folder)?.length, Object.keys(FILES).length);
      return Promise.resolve();
    });

  it(
    'gives the files of version 2',
    check((repository) => repository.commit(), 2),
  );
  it(
    'gives those of version 3, which marks some',
    check((repository) => {
      repository.commit();
      repository.git('update-index', '--skip-worktree', 'a/b.ts', 'z.ts');
    }, 3),
  );
  it(
    'gives those of version 4, which shortens paths',
    check((repository) => {
      repository.commit();
      repository.git('update-index', '--index-version', '4');
    }, 4),
  );
  it('gives those whose objects are named by SHA-256', () =>
    withEmptyFolder((folder) => {
      gitIn(folder, 'init', '-q', '--object-format=sha256');
      new GitRepository(folder).write(FILES).git('add', '-A');
      assert.deepEqual(read(folder), listed(folder));
      new GitRepository(folder).git('update-index', '--index-version', '4');
      assert.deepEqual(read(folder), listed(folder));
      return Promise.resolve();
    }));
  it('gives no links, and the files of both sides of a merge that is not over', () =>
    withEmptyFolder((folder) => {
      const repository = GitRepository.create(folder).write({ 'a.ts': 'base' });
      symlinkSync('a.ts', path.join(folder, 'link.ts'));
      repository.commit();
      repository.git('checkout', '-q', '-b', 'other');
      repository.write({ 'a.ts': 'other' }).commit();
      repository.git('checkout', '-q', 'main');
      repository.write({ 'a.ts': 'mine' }).commit();
      assert.throws(() => repository.git('merge', 'other'));
      assert.deepEqual([...new Set(read(folder))], ['a.ts']);
      return Promise.resolve();
    }));

  it('is none where it is cut off, of another version, or something else', () =>
    withEmptyFolder((folder) => {
      GitRepository.create(folder).write(FILES).commit();
      const index = readFileSync(path.join(folder, '.git', 'index'));
      const newer = Buffer.from(index);
      newer.writeUInt32BE(5, 4);
      const endless = Buffer.from(index);
      endless.writeUInt32BE(0xffff_ffff, 8);
      const wrong = [Buffer.alloc(0), Buffer.from('DIRC'), index.subarray(0, 200), newer, endless, Buffer.alloc(300)];
      assert.deepEqual(wrong.map(trackedPaths), Array(wrong.length).fill(undefined));
      return Promise.resolve();
    }));
});
