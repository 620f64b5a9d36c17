import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nullLogger, type Logger } from '../../../../src/base/logger';
import { FactsCache } from '../../../../src/source/index/factsCache';
import type { FactsProvider } from '../../../../src/source/index/factsStore';
import { openMapper, operation, sharedSyntax, told, withFolder } from '../../../support/mappingWorkspace';

const SPAN = (name: string): string =>
  `export function load() {\n  return tracer.startActiveSpan('${name}', run);\n}\n`;
const FILES = {
  'src/a.ts': SPAN('load orders'),
  'src/b.py': 'def plain():\n    return 1\n',
  'src/c.ts': 'export class Base {}\nexport class Orders extends Base {}\n',
};

/** The parser itself, and which files it was asked to parse. */
async function counted(): Promise<{ provider: FactsProvider; parsed: string[] }> {
  const syntax = await sharedSyntax();
  const parsed: string[] = [];
  const provider: FactsProvider = {
    languageOf: (file) => syntax.languageOf(file),
    mayHaveFacts: (file, text) => syntax.mayHaveFacts(file, text),
    facts: (file, text) => {
      parsed.push(path.basename(file));
      return syntax.facts(file, text);
    },
    update: (file, text) => syntax.update(file, text),
    forget: (file) => syntax.forget(file),
  };
  return { provider, parsed };
}

describe('what earlier sessions read of a workspace', () => {
  let caches: string;
  beforeEach(() => (caches = mkdtempSync(path.join(os.tmpdir(), 'spanlight-facts-'))));
  afterEach(() => rmSync(caches, { recursive: true, force: true }));

  /** One session: where a span of this name is, and what had to be parsed. */
  async function session(
    folder: string,
    name: string,
    build = 'one',
    logger: Logger = nullLogger,
  ): Promise<[string, string[]]> {
    const { provider, parsed } = await counted();
    const cache = await FactsCache.open(caches, [folder], build, logger);
    const mapper = await openMapper([folder], { syntax: provider, cache });
    const place = told(mapper, await mapper.map(operation('INTERNAL', name)));
    await cache.save();
    return [place, parsed];
  }

  it('is not read again', () =>
    withFolder(FILES, async (folder) => {
      assert.deepEqual(await session(folder, 'load orders'), ['src/a.ts:1 load 0.7', ['a.ts']]);
      assert.deepEqual(await session(folder, 'load orders'), ['src/a.ts:1 load 0.7', []]);
    }));

  it('tells files by their stamps, but for those that were just written', () =>
    withFolder(FILES, async (folder) => {
      const hashed: string[] = [];
      const keyOf = FactsCache.keyOf.bind(FactsCache);
      const { now } = Date;
      FactsCache.keyOf = (language, text) => {
        hashed.push(text);
        return keyOf(language, text);
      };
      try {
        await session(folder, 'load orders');
        assert.deepEqual(await session(folder, 'load orders'), ['src/a.ts:1 load 0.7', []]);
        assert.equal(hashed.splice(0).filter((text) => text === FILES['src/b.py']).length, 2);
        Date.now = () => now() + 10_000;
        await session(folder, 'load orders');
        hashed.splice(0);
        assert.deepEqual(await session(folder, 'load orders'), ['src/a.ts:1 load 0.7', []]);
        assert.deepEqual(hashed, []);
        writeFileSync(path.join(folder, 'src/a.ts'), SPAN('load orderz'));
        assert.deepEqual(await session(folder, 'load orderz'), ['src/a.ts:1 load 0.7', ['a.ts']]);
        assert.ok(hashed.length > 0 && hashed.every((text) => text === SPAN('load orderz')));
        assert.deepEqual(await session(folder, 'load orderz'), ['src/a.ts:1 load 0.7', []]);
      } finally {
        FactsCache.keyOf = keyOf;
        Date.now = now;
      }
    }));

  it('is read again where the text is another one, or another version of Spanlight reads', () =>
    withFolder(FILES, async (folder) => {
      await session(folder, 'load orders');
      writeFileSync(path.join(folder, 'src/a.ts'), `\n${SPAN('load items')}`);
      assert.deepEqual(await session(folder, 'load items'), ['src/a.ts:2 load 0.7', ['a.ts']]);
      assert.deepEqual(await session(folder, 'load items', 'two'), ['src/a.ts:2 load 0.7', ['a.ts']]);
      assert.deepEqual(await session(folder, 'load items', 'one'), ['src/a.ts:2 load 0.7', []]);
    }));

  it('finds a text in whichever file it is, and lets go of texts that are gone', () =>
    withFolder(FILES, async (folder) => {
      await session(folder, 'load orders');
      const before = kept(caches);
      rmSync(path.join(folder, 'src/a.ts'));
      writeFileSync(path.join(folder, 'src/z.ts'), FILES['src/a.ts']);
      writeFileSync(path.join(folder, 'src/c.ts'), 'export const x = 1;\n');
      assert.deepEqual(await session(folder, 'load orders'), ['src/z.ts:1 load 0.7', []]);
      assert.match(before, /Orders/);
      assert.doesNotMatch(kept(caches), /Orders/);
    }));

  it('is read again where it is cut off or no cache at all, which is told', () =>
    withFolder(FILES, async (folder) => {
      await session(folder, 'load orders');
      const [name = ''] = readdirSync(caches);
      const whole = readFileSync(path.join(caches, name));
      for (const broken of [
        whole.subarray(0, whole.length - 5),
        Buffer.from('{'),
        Buffer.from('null\n'),
        Buffer.alloc(0),
      ]) {
        writeFileSync(path.join(caches, name), broken);
        const warnings: string[] = [];
        const logger = { ...nullLogger, warn: (text: string) => void warnings.push(text) };
        assert.deepEqual(await session(folder, 'load orders', 'one', logger), ['src/a.ts:1 load 0.7', ['a.ts']]);
        assert.match(warnings.join(), /cannot be used and is read again/);
      }
    }));

  it('does without where nothing can be written, which is told', () =>
    withFolder(FILES, async (folder) => {
      rmSync(caches, { recursive: true });
      writeFileSync(caches, 'a file in its place');
      const warnings: string[] = [];
      const logger = { ...nullLogger, warn: (text: string) => void warnings.push(text) };
      assert.equal((await session(folder, 'load orders', 'one', logger))[0], 'src/a.ts:1 load 0.7');
      assert.match(warnings.join(), /cannot be kept in/);
      assert.ok(existsSync(caches));
    }));
});

function kept(folder: string): string {
  return readdirSync(folder)
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('');
}
