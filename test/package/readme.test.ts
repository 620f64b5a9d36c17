import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../support/cacheFolder';
import { readmeFile, readmeWithTable } from './settingsTable';

describe('the README', () => {
  const readme = readFileSync(readmeFile, 'utf8');

  it('has the settings of package.json', () => {
    assert.equal(readme, readmeWithTable(), 'run `npm run readme`');
  });

  it('names files, scripts and commands that exist', () => {
    const links = [...readme.matchAll(/\]\((?!http)([^)#]+)\)/g)].map((match) => match[1]!);
    const missing = links.filter((link) => !existsSync(path.join(projectRoot, link)));
    assert.deepEqual(missing, []);

    const manifest = readFileSync(path.join(projectRoot, 'package.json'), 'utf8');
    const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> };
    const called = [...readme.matchAll(/npm (?:run )?(start|test|bench|package|readme|build)\b/g)].map(
      (match) => match[1]!,
    );
    assert.deepEqual(
      [...new Set(called)].filter((name) => !(name in scripts)),
      [],
    );

    const words = Object.values(JSON.parse(readFileSync(path.join(projectRoot, 'package.nls.json'), 'utf8')) as object);
    const commands = [...readme.matchAll(/\*\*Spanlight: ([^*]+)\*\*/g)].map((match) => match[1]!.replace(/\s+/g, ' '));
    assert.ok(commands.length >= 3);
    assert.deepEqual(
      commands.filter((title) => !words.includes(title)),
      [],
    );
  });
});
