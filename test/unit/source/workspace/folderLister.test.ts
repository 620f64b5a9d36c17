import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { nullLogger } from '../../../../src/base/logger';
import type { KeptFolder, KeptFolders } from '../../../../src/source/workspace/folderLister';
import { keepsFolderTimes } from '../../../../src/source/workspace/stamps';
import { WorkspaceFiles } from '../../../../src/source/workspace/workspaceFiles';
import { GitRepository } from '../../../support/gitRepository';
import { withFolder } from '../../../support/mappingWorkspace';

const FILES = {
  '.gitignore': '*.log\n',
  'a.ts': '',
  'a.log': '',
  'src/b.ts': '',
  'src/b.log': '',
  'src/deep/c.ts': '',
};

/** What sessions keep of folders, each of what the one before it kept. */
class Sessions implements KeptFolders {
  private before = new Map<string, KeptFolder>();
  private now = new Map<string, KeptFolder>();
  /** The folders that were read in the last session, by name. */
  read: string[] = [];

  folder(name: string): KeptFolder | undefined {
    return this.before.get(name);
  }

  noteFolder(name: string, folder: KeptFolder): void {
    if (this.before.get(name) !== folder) this.read.push(path.basename(name));
    this.now.set(name, folder);
  }

  async list(folder: string): Promise<string[]> {
    // The clock of file systems goes in steps of some milliseconds.
    await setTimeout(20);
    this.before = this.now;
    this.now = new Map<string, KeptFolder>();
    this.read = [];
    const files = new WorkspaceFiles([folder], nullLogger, undefined, this);
    await files.list();
    await setTimeout(20);
    return [...files.all()].map(({ relative }) => relative).sort();
  }
}

describe('folders that an earlier session listed', () => {
  const { now } = Date;
  beforeEach(() => (Date.now = () => now() + 10_000));
  afterEach(() => (Date.now = now));

  const check = (run: (folder: string, sessions: Sessions) => Promise<void>) =>
    function (this: Mocha.Context): Promise<void> {
      return withFolder(FILES, (folder) => {
        if (!keepsFolderTimes(folder)) this.skip();
        return run(folder, new Sessions());
      });
    };

  it(
    'are not read again while they are as they were',
    check(async (folder, sessions) => {
      const all = ['.gitignore', 'a.ts', 'src/b.ts', 'src/deep/c.ts'];
      assert.deepEqual(await sessions.list(folder), all);
      assert.deepEqual(await sessions.list(folder), all);
      assert.deepEqual(sessions.read, []);
      writeFileSync(path.join(folder, 'src', 'd.ts'), '');
      assert.deepEqual(await sessions.list(folder), [...all.slice(0, 3), 'src/d.ts', 'src/deep/c.ts'].sort());
      assert.deepEqual(sessions.read, ['src']);
      rmSync(path.join(folder, 'src', 'deep'), { recursive: true });
      assert.deepEqual(await sessions.list(folder), [...all.slice(0, 3), 'src/d.ts']);
    }),
  );

  it(
    'are, with all below, once their rules change',
    check(async (folder, sessions) => {
      await sessions.list(folder);
      writeFileSync(path.join(folder, '.gitignore'), 'deep\n');
      assert.deepEqual(await sessions.list(folder), ['.gitignore', 'a.log', 'a.ts', 'src/b.log', 'src/b.ts']);
      mkdirSync(path.join(folder, 'src', 'new'));
      writeFileSync(path.join(folder, 'src', '.gitignore'), 'b.*\n');
      assert.deepEqual(await sessions.list(folder), ['.gitignore', 'a.log', 'a.ts', 'src/.gitignore']);
      rmSync(path.join(folder, '.gitignore'));
      const rest = ['a.log', 'a.ts', 'src/.gitignore', 'src/deep/c.ts'];
      assert.deepEqual(await sessions.list(folder), rest);
      assert.deepEqual(await sessions.list(folder), rest);
      assert.deepEqual(sessions.read, []);
    }),
  );

  it(
    'are where git tracks what their rules name, which no stamp tells, and kept as they were where it does not',
    check(async (folder, sessions) => {
      const repository = GitRepository.create(folder);
      const all = ['.gitignore', 'a.ts', 'src/b.ts', 'src/deep/c.ts'];
      repository.write({ 'x.log/in/d.ts': '' }).git('add', 'a.ts');
      assert.deepEqual(await sessions.list(folder), all);
      assert.deepEqual(await sessions.list(folder), all);
      assert.deepEqual(sessions.read, []);
      repository.git('add', '-f', 'src/b.log', 'x.log/in/d.ts');
      const more = [...all.slice(0, 2), 'src/b.log', ...all.slice(2), 'x.log/in/d.ts'];
      assert.deepEqual(await sessions.list(folder), more);
      assert.deepEqual(sessions.read.sort(), [path.basename(folder), 'in', 'src', 'x.log'].sort());
      assert.deepEqual(await sessions.list(folder), more);
      assert.deepEqual(sessions.read, []);
      repository.git('rm', '-q', '--cached', 'src/b.log', 'x.log/in/d.ts');
      assert.deepEqual(await sessions.list(folder), all);
    }),
  );

  it(
    'are while what they hold may still change under the same stamp',
    check(async (folder, sessions) => {
      Date.now = now;
      await sessions.list(folder);
      assert.deepEqual(sessions.read, []);
      assert.equal(sessions.folder(folder), undefined);
      assert.deepEqual((await sessions.list(folder)).length, 4);
    }),
  );
});
