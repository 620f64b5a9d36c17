/** What lies in the package, and what does not. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { packageExtension } from '../integration/support/builtExtension';
import { zipNames } from './zipNames';

/** 1.0 MB of it are the grammars of ten languages, 0.2 MB the pictures of the README. */
const MOST_BYTES = 2.75 * 2 ** 20;

describe('the contents of the package', function () {
  this.timeout(300_000);
  let archive: Buffer;
  let names: readonly string[];

  before(async () => {
    archive = readFileSync(await packageExtension());
    names = zipNames(archive);
  });

  it('have at most 2.75 MB', () => assert.ok(archive.length <= MOST_BYTES, `${archive.length} bytes`));

  it('hold all that runs and all that is read', () => {
    for (const name of [
      'package.json',
      'package.nls.json',
      'readme.md',
      'changelog.md',
      'LICENSE.txt',
      'dist/extension.js',
      'dist/engine.js',
      'dist/cli.js',
      'dist/webview.js',
      'dist/search.js',
      'dist/web-tree-sitter.wasm',
      'src/lint/RULES.md',
      'dist/grammars/typescript.wasm.br',
      'dist/queries/javascript-calls.scm',
      'media/webview/page.css',
      'media/webview/search.css',
      'media/webview/trace.css',
    ]) {
      assert.ok(names.includes(`extension/${name}`), `${name} is missing among ${names.join(' ')}`);
    }
  });

  it('hold the images of the README', () => {
    const shown = [...readFileSync('README.md', 'utf8').matchAll(/\]\((media\/[^)]+)\)/g)].map((match) => match[1]);
    assert.ok(shown.length > 0, 'the README shows no image');
    for (const image of shown) assert.ok(names.includes(`extension/${image}`), `${image} is missing`);
  });

  it('hold the pages that the README links to', () => {
    const linked = [...readFileSync('README.md', 'utf8').matchAll(/\]\((?!\w+:|#)([^)#]+)/g)].map((match) => match[1]);
    assert.ok(linked.includes('src/lint/RULES.md'), 'the README does not lead to the rules');
    for (const page of linked) assert.ok(names.includes(`extension/${page}`), `${page} is missing`);
  });

  it('hold no native code, no sources, no maps, no packages', () => {
    const unwanted = /\.(node|so|dll|dylib|ts|tsx|map)$|node_modules|\/test\/|\/src\//;
    assert.deepEqual(
      names.filter((name) => unwanted.test(name) && name !== 'extension/src/lint/RULES.md'),
      [],
    );
  });
});
