import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cached } from '../support/cacheFolder';

describe('the cache of what the tests fetch', () => {
  const before = process.env['SPANLIGHT_TEST_CACHE'];
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'spanlight-cache-'));
    process.env['SPANLIGHT_TEST_CACHE'] = folder;
  });
  afterEach(() => {
    if (before === undefined) delete process.env['SPANLIGHT_TEST_CACHE'];
    else process.env['SPANLIGHT_TEST_CACHE'] = before;
    rmSync(folder, { recursive: true, force: true });
  });

  const silent = (): void => undefined;
  const fill = (words: string) => async (target: string) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    writeFileSync(path.join(target, 'content'), words);
  };

  it('is filled once by those who ask at the same time', async () => {
    const all = await Promise.all(['a', 'b', 'c'].map((words) => cached('thing', silent, fill(words))));
    assert.deepEqual(new Set(all), new Set([path.join(folder, 'thing')]));
    assert.match(readFileSync(path.join(folder, 'thing', 'content'), 'utf8'), /^[abc]$/);
    assert.deepEqual(readdirSync(folder), ['thing']);
  });

  it('takes up what an interrupted process left half made', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    mkdirSync(path.join(folder, 'thing.partial'));
    writeFileSync(path.join(folder, 'thing.partial', 'rubbish'), '');
    writeFileSync(path.join(folder, 'thing.lock'), String(dead));
    await cached('thing', silent, fill('whole'));
    assert.deepEqual(readdirSync(folder), ['thing']);
    assert.deepEqual(readdirSync(path.join(folder, 'thing')), ['content']);
  });

  it('keeps nothing of what failed, and can be tried again', async () => {
    await assert.rejects(
      cached('thing', silent, () => Promise.reject(new Error('the registry is out of reach'))),
      /out of reach/,
    );
    assert.ok(!readdirSync(folder).includes('thing'));
    await cached('thing', silent, fill('whole'));
    assert.equal(readFileSync(path.join(folder, 'thing', 'content'), 'utf8'), 'whole');
  });
});
