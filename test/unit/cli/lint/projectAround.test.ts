import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectAround } from '../../../../src/cli/lint/projectAround';
import { readLintArguments } from '../../../../src/cli/lint/lintArguments';
import { readUnits } from '../../../../src/lint/project/readUnits';
import { WorkspaceFiles } from '../../../../src/source/workspace/workspaceFiles';
import { nullLogger } from '../../../../src/base/logger';

describe('spanlight lint: what it is pointed at', () => {
  let top: string;
  beforeEach(() => (top = mkdtempSync(path.join(tmpdir(), 'spanlight-around-'))));
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  function write(name: string, text: string | Buffer = ''): string {
    const file = path.join(top, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  async function read(folder: string) {
    const files = new WorkspaceFiles([folder], nullLogger);
    await files.list();
    return readUnits(files);
  }

  it('reads the project of a file: the nearest manifest of its language', async () => {
    const source = write('shop/api/src/deep/a.py');
    write('shop/api/src/package.json', '{}');
    write('shop/api/pyproject.toml');
    write('shop/pyproject.toml');
    write('other/b.py');
    assert.equal(await projectAround(source), path.join(top, 'shop', 'api'));
  });

  it('reads the repository that a file lies in', async () => {
    const source = write('shop/api/a.go');
    write('shop/api/go.mod');
    mkdirSync(path.join(top, 'shop', '.git'));
    assert.equal(await projectAround(source), path.join(top, 'shop'));
  });

  it('reads the folder of a file that has no project, whatever the working folder is', async () => {
    const source = write('some/where/a.cs');
    mkdirSync(path.join(top, 'some', 'package.json'));
    assert.equal(await projectAround(source), path.join(top, 'some', 'where'));
    const request = await readLintArguments([source]);
    assert.deepEqual([request?.folders, request?.only], [[path.join(top, 'some', 'where')], [source]]);
  });

  it('says of a path that does not exist what to do', async () => {
    await assert.rejects(readLintArguments([path.join(top, 'nothing')]), /There is no such file or folder/);
  });

  it('finds nothing in an empty folder', async () => {
    assert.deepEqual(await read(top), { units: [], skipped: [] });
  });

  it('waits for no pipe, runs in no circle of links, and reads no binary manifest', async function () {
    if (process.platform === 'win32') return this.skip();
    write('index.js');
    write('a/package.json', Buffer.from([0, 0xff, 0xfe, 0, 1, 2, 0, 0, 9]));
    write('a/index.js');
    write(
      'b/go.mod',
      Buffer.concat([Buffer.from('module x // '), Buffer.from([0xe9, 0xe8]), Buffer.from('\ngo 1.21\n')]),
    );
    write('b/main.go', 'package main');
    for (const name of ['package.json', 'Dockerfile', 'pyproject.toml']) execFileSync('mkfifo', [path.join(top, name)]);
    symlinkSync(top, path.join(top, 'a', 'loop'));
    symlinkSync(path.join(top, 'c'), path.join(top, 'c'));
    const { units, skipped } = await read(top);
    assert.deepEqual(
      units.map(({ id }) => path.relative(top, id)).sort(),
      ['a/package.json', 'b/go.mod', `../${path.basename(top)}#node`].sort(),
    );
    assert.deepEqual(
      skipped.map(({ file, why }) => `${path.relative(top, file)}: ${why}`),
      ['a/package.json: binary'],
    );
  });
});
