import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CliBundle } from '../../support/cliBundle';

describe('the compiled code of the command line', function () {
  this.timeout(120_000);
  let cli: CliBundle;

  before(() => {
    cli = new CliBundle();
    mkdirSync(path.join(cli.folder, 'project'));
  });

  after(() => cli.remove());

  /** What `spanlight lint` says of an empty project. */
  const lint = (cache: string, more: NodeJS.ProcessEnv = {}): string => {
    const env = { ...process.env, XDG_CACHE_HOME: cache, LOCALAPPDATA: cache, HOME: cache };
    delete (env as NodeJS.ProcessEnv)['NODE_DISABLE_COMPILE_CACHE'];
    const { stdout, stderr } = spawnSync(process.execPath, [cli.script, 'lint', path.join(cli.folder, 'project')], {
      encoding: 'utf8',
      env: { ...env, ...more },
    });
    return stdout + stderr;
  };

  const filesIn = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [path.join(entry.parentPath, entry.name)] : [],
    );

  const cacheFolder = (name: string): string => {
    const folder = path.join(cli.folder, name);
    mkdirSync(folder);
    return folder;
  };

  it('is kept in the cache folder of the user, and used by the next run', () => {
    const cache = cacheFolder('kept');
    assert.equal(lint(cache), '0 findings\n');
    const kept = filesIn(cache);
    assert.ok(kept.length > 0);
    const written = kept.map((file) => statSync(file).mtimeMs);
    assert.equal(lint(cache), '0 findings\n');
    assert.deepEqual(filesIn(cache), kept);
    assert.deepEqual(
      kept.map((file) => statSync(file).mtimeMs),
      written,
    );
  });

  it('is made anew where what is kept is broken', () => {
    const cache = cacheFolder('broken');
    lint(cache);
    const kept = filesIn(cache);
    for (const file of kept) writeFileSync(file, 'not compiled code');
    assert.equal(lint(cache), '0 findings\n');
    for (const file of kept) assert.ok(statSync(file).size > 100, file);
  });

  it('is not needed where nothing can be written', () => {
    const cache = path.join(cli.folder, 'file');
    writeFileSync(cache, 'a file is in the place of the folder');
    assert.equal(lint(cache), '0 findings\n');
  });

  it('is not kept where Node is told so', () => {
    const cache = cacheFolder('off');
    assert.equal(lint(cache, { NODE_DISABLE_COMPILE_CACHE: '1' }), '0 findings\n');
    assert.deepEqual(filesIn(cache), []);
  });
});
