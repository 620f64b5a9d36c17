import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nullLogger } from '../../../../src/base/logger';
import { WorkspaceFiles } from '../../../../src/source/workspace/workspaceFiles';
import { withFolder } from '../../../support/mappingWorkspace';

function names(files: WorkspaceFiles): string[] {
  return [...files.all()].map(({ relative }) => relative).sort();
}

describe('workspace files', () => {
  it('respects .gitignore at every level, and skips what is never source', async () => {
    const tree = {
      '.gitignore': 'secret/\n*.log\n/gen\n!keep.log\n',
      'a.ts': '',
      'x.log': '',
      'keep.log': '',
      '.env': 'A=1',
      'secret/s.ts': '',
      'gen/g.ts': '',
      'sub/gen/g.ts': '',
      'sub/.gitignore': 'scratch\n!x.log\n',
      'sub/scratch/t.ts': '',
      'sub/x.log': '',
      'node_modules/m/index.js': '',
      'dist/a.js': '',
      'bin/www.js': '',
      'net/Net.csproj': '',
      'net/bin/out.cs': '',
      '.git/config': '',
    };
    await withFolder(tree, async (folder) => {
      const files = new WorkspaceFiles([folder], nullLogger);
      await files.list();
      assert.deepEqual(names(files), [
        '.env',
        '.gitignore',
        'a.ts',
        'bin/www.js',
        'keep.log',
        'net/Net.csproj',
        'sub/.gitignore',
        'sub/gen/g.ts',
        'sub/x.log',
      ]);
      assert.equal(files.isIgnored(path.join(folder, 'sub/scratch/new.ts')), true);
      assert.equal(files.isIgnored(path.join(folder, 'node_modules/x/a.js')), true);
      assert.equal(files.isIgnored(path.join(folder, 'sub/new.ts')), false);
    });
  });

  it('is not caught in a cycle of links, and does not leave the folder through one', async () => {
    await withFolder({ 'outside/secret.txt': 'secret', 'ws/a.ts': 'a' }, async (root) => {
      const folder = path.join(root, 'ws');
      symlinkSync('.', path.join(folder, 'loop'));
      symlinkSync('../outside', path.join(folder, 'escape'));
      symlinkSync('../outside/secret.txt', path.join(folder, 'secret.ts'));
      const files = new WorkspaceFiles([folder], nullLogger);
      await files.list();
      assert.deepEqual(names(files), ['a.ts']);
      assert.equal(await files.read(path.join(folder, 'secret.ts')), undefined);
      assert.equal(await files.read(path.join(folder, 'escape', 'secret.txt')), undefined);
      assert.equal(await files.read(path.join(folder, '..', 'outside', 'secret.txt')), undefined);
      assert.equal(await files.read(path.join(folder, 'a.ts')), 'a');
    });
  });

  it('stops at its limit and says so', async () => {
    const warnings: string[] = [];
    await withFolder({ 'a.ts': '', 'b.ts': '', 'c.ts': '' }, async (folder) => {
      const files = new WorkspaceFiles([folder], { ...nullLogger, warn: (text) => warnings.push(text) }, 2);
      await files.list();
      assert.equal(files.size, 2);
      assert.equal(files.truncated, true);
      assert.match(warnings.join(), /Only the first 2 files/);
    });
  });

  it('says where it cannot list, and goes on', async () => {
    const warnings: string[] = [];
    const files = new WorkspaceFiles(['/nowhere/at/all'], { ...nullLogger, warn: (text) => warnings.push(text) });
    await files.list();
    assert.equal(files.size, 0);
    assert.match(warnings.join(), /nowhere/);
  });

  it('lays open documents over the disk', async () => {
    await withFolder({ 'a.ts': 'disk' }, async (folder) => {
      const files = new WorkspaceFiles([folder], nullLogger);
      await files.list();
      const a = path.join(folder, 'a.ts');
      files.setOverlay(a, 'typed');
      assert.equal(await files.read(a), 'typed');
      files.setOverlay(a, undefined);
      assert.equal(await files.read(a), 'disk');
    });
  });

  it('makes no text of bytes that do not matter, and asks of nothing but a listed file on disk', async () => {
    const tree = { 'a.ts': 'const a = 1;', 'b.ts': 'fetch(a)', 'wide.ts': '', 'binary.ts': 'a\u0000b' };
    await withFolder(tree, async (folder) => {
      const at = (name: string): string => path.join(folder, name);
      writeFileSync(at('wide.ts'), Buffer.from('\ufeffconst w = 1;', 'utf16le'));
      const files = new WorkspaceFiles([folder], nullLogger);
      await files.list();
      const load = (name: string): ReturnType<WorkspaceFiles['loadIf']> =>
        files.loadIf(at(name), (bytes) => Buffer.from(bytes).includes('fetch'));
      assert.equal(await load('a.ts'), undefined);
      assert.deepEqual(await load('b.ts'), { text: 'fetch(a)' });
      assert.deepEqual(await load('wide.ts'), { text: 'const w = 1;' });
      assert.deepEqual(await load('binary.ts'), { why: 'binary' });
      assert.deepEqual(await load('none.ts'), { why: 'gone' });
      files.setOverlay(at('a.ts'), 'const a = 2;');
      assert.deepEqual(await load('a.ts'), { text: 'const a = 2;' });
    });
  });
});
