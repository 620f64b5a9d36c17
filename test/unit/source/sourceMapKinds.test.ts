import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';
import { transpileModule, ModuleKind, ScriptTarget } from 'typescript';
import type { SourceMapper } from '../../../src/source/sourceMapper';
import { openMapper, operation, told, withFolder } from '../../support/mappingWorkspace';

const SOURCE = `interface Order {
  id: string;
}

export class OrderService {
  place(order: Order): string {
    const label: string = order.id;
    return label;
  }
}
`;
const WHERE = 'src/orders.ts:6 OrderService.place';
const PROJECT = { 'package.json': '{}', 'src/orders.ts': SOURCE };

interface Compiled {
  readonly code: string;
  readonly map: Record<string, unknown>;
  /** 1-based, of `const label`. */
  readonly line: number;
}

function compile(source: string): Compiled {
  const { code, map } = transformSync(SOURCE, { loader: 'ts', sourcemap: 'external', sourcesContent: false });
  const line = code.split('\n').findIndex((row) => row.includes('const label')) + 1;
  return { code, map: { ...(JSON.parse(map) as Record<string, unknown>), sources: [source] }, line };
}

function key(file: string, line: number, column?: number, service = '') {
  const attributes = {
    'code.file.path': file,
    'code.line.number': line,
    ...(column === undefined ? {} : { 'code.column.number': column }),
  };
  return operation('INTERNAL', `${file} ${column}`, attributes, { language: 'nodejs', service });
}

async function reason(mapper: SourceMapper, asked: ReturnType<typeof key>): Promise<string> {
  const mapping = await mapper.map(asked);
  return mapping.status === 'mapped' ? told(mapper, mapping) : mapping.reason.text;
}

/** Where `const label` of `dist/main.js` is found, of which `map` is the source map and `url` its name. */
async function askMain(
  map: string,
  url: string,
  more: Readonly<Record<string, string>> = {},
  { line }: { line: number } = compile(''),
): Promise<string> {
  const { code } = compile('');
  const files = {
    ...PROJECT,
    'dist/main.js': `${code}//# sourceMappingURL=${url}\n`,
    'dist/main.js.map': map,
    ...more,
  };
  let found = '';
  await withFolder(files, async (folder) => {
    const mapper = await openMapper([folder]);
    found = await reason(mapper, key('/app/dist/main.js', line, 5));
  });
  return found;
}

describe('source maps', () => {
  it('are followed without a column, as most spans name none', async () => {
    const options = { target: ScriptTarget.ES2022, module: ModuleKind.CommonJS, sourceMap: true };
    const { outputText, sourceMapText } = transpileModule(SOURCE, {
      fileName: '../src/orders.ts',
      compilerOptions: options,
    });
    const line = outputText.split('\n').findIndex((row) => row.includes('const label')) + 1;
    const map = JSON.stringify({ ...(JSON.parse(sourceMapText!) as object), sources: ['../src/orders.ts'] });
    const files = {
      ...PROJECT,
      'dist/orders.js': outputText.replace(/sourceMappingURL=.*/, 'sourceMappingURL=orders.js.map'),
      'dist/orders.js.map': map,
    };
    await withFolder(files, async (folder) => {
      const mapper = await openMapper([folder]);
      const mapping = await mapper.map(key('/app/dist/orders.js', line));
      assert.equal(told(mapper, mapping), `${WHERE} 0.9`);
      assert.ok(mapping.status === 'mapped');
      assert.match(
        mapping.location.evidence[0]!.text,
        new RegExp(`^file src/orders\\.ts:7 \\(compiled to /app/dist/orders\\.js:${line}\\)`),
      );
    });
  });

  it('do not tell where many lines were joined to one and no column is named', async () => {
    const long = `${SOURCE}\nexport function other(a: number) {\n${'  a += run();\n'.repeat(12)}  return a;\n}\n`;
    const { code, map } = transformSync(long, {
      loader: 'ts',
      sourcemap: 'external',
      sourcefile: '../src/orders.ts',
      minify: true,
    });
    const files = { ...PROJECT, 'src/orders.ts': long, 'dist/main.js': code, 'dist/main.js.map': map };
    await withFolder(files, async (folder) => {
      const mapper = await openMapper([folder]);
      assert.equal(
        await reason(mapper, key('/app/dist/main.js', 1)),
        'Line 1 of dist/main.js was made of many lines, and the span names no column.',
      );
      const column = code.indexOf('place(') + 9;
      assert.match(told(mapper, await mapper.map(key('/app/dist/main.js', 1, column))), /^src\/orders\.ts:6 /);
    });
  });

  for (const source of [
    '/ci/build/shop/src/orders.ts',
    'https://example.com/shop/src/orders.ts',
    'file:///C:/ci/my%20shop/src/orders.ts',
    'C:\\ci\\shop\\src\\orders.ts',
    'webpack://@acme/shop/./src/orders.ts',
    'webpack:///home/ci/shop/src/orders.ts',
    'turbopack:///[project]/src/orders.ts',
  ]) {
    it(`lead to the source that is called ${source} where it was compiled`, async () =>
      assert.equal(await askMain(JSON.stringify(compile(source).map), 'main.js.map'), `${WHERE} 0.9`));
  }

  it('lead to the package that the source’s path names, and to libraries', async () => {
    const inPackage = compile('/ci/repo/packages/b/src/orders.ts');
    const inLibrary = compile('../node_modules/express/lib/orders.js');
    const files = {
      'packages/a/package.json': '{"name": "a"}',
      'packages/b/package.json': '{"name": "b"}',
      'packages/a/src/orders.ts': SOURCE,
      'packages/b/src/orders.ts': SOURCE,
      'packages/b/dist/main.js': inPackage.code,
      'packages/b/dist/main.js.map': JSON.stringify(inPackage.map),
      'packages/b/dist/library.js': inLibrary.code,
      'packages/b/dist/library.js.map': JSON.stringify(inLibrary.map),
    };
    await withFolder(files, async (folder) => {
      const mapper = await openMapper([folder]);
      const found = await mapper.map(key('/app/dist/main.js', inPackage.line, 5, 'b'));
      assert.match(told(mapper, found), /^packages\/b\/src\/orders\.ts:6 /);
      const library = await mapper.map(key('/app/dist/library.js', inLibrary.line, 5, 'b'));
      assert.equal(told(mapper, library), 'unmapped library-code');
    });
  });

  it('are read in sections, by names that are encoded, and through compiled code of other packages', async () => {
    const { code, map, line } = compile('turbopack:///[project]/src/orders.ts');
    const empty = { version: 3, sources: [], names: [], mappings: '' };
    const sections = [
      { offset: { line: 0, column: 0 }, map: empty },
      { offset: { line: 1, column: 0 }, map },
    ];
    const chunk = '.next/server/chunks/[root]__1._.js';
    const around = compile('../.next/server/chunks/[root]__1._.js');
    const files = {
      ...PROJECT,
      [chunk]: `// first\n${code}//# sourceMappingURL=%5Broot%5D__1._.js.map\n`,
      [`${chunk}.map`]: JSON.stringify({ version: 3, sections }),
      'dist/again.js': code,
      'dist/again.js.map': JSON.stringify({ ...around.map, mappings: `AA${vlq(line)}E` }),
    };
    await withFolder(files, async (folder) => {
      const mapper = await openMapper([folder]);
      assert.equal(told(mapper, await mapper.map(key(`/app/${chunk}`, line + 1, 5))), `${WHERE} 0.9`);
      assert.equal(told(mapper, await mapper.map(key('/app/dist/again.js', 1, 5))), `${WHERE} 0.9`);
    });
  });

  it('are looked for beside the file where their name leads nowhere', async () => {
    const map = JSON.stringify(compile('../src/orders.ts').map);
    for (const url of [
      'gone.map',
      '/static/main.js.map',
      'main.js.map?v=1',
      '../../../../etc/hosts',
      'https://x/y.map',
    ])
      assert.equal(await askMain(map, url), `${WHERE} 0.9`, url);
    assert.equal(await askMain(`)]}'\n${map}`, 'main.js.map'), `${WHERE} 0.9`);
  });

  it('that are damaged, or lead out of the workspace, are a reason', async () => {
    const damaged = 'The source map of dist/main.js cannot be read.';
    for (const map of ['{"version":3,"mappings":"AAAA', '[]', 'null', '{"version":3}'])
      assert.equal(await askMain(map, 'main.js.map'), damaged, map);
    for (const url of ['data:application/json,%E0%A4%A', 'data:application/json;base64,%%%%'])
      assert.equal(await askMain('', url), damaged, url);
    const outside = JSON.stringify(compile('../../../../etc/orders.ts').map);
    assert.match(await askMain(outside, 'main.js.map'), /compiled from .*etc\/orders\.ts, which is no file of/);
  });

  it('of several services are not taken for that of one that is bound to no folder', async () => {
    const { code, map, line } = compile('../src/orders.ts');
    const files: Record<string, string> = {};
    for (const name of ['a', 'b']) {
      files[`services/${name}/package.json`] = `{"name": "${name}"}`;
      files[`services/${name}/src/orders.ts`] = SOURCE;
    }
    files['services/a/dist/orders.js'] = code;
    files['services/a/dist/orders.js.map'] = JSON.stringify(map);
    await withFolder(files, async (folder) => {
      const mapper = await openMapper([folder]);
      mapper.noteServices(['a', 'b', 'unknown']);
      const ask = async (file: string, service: string): Promise<string> =>
        told(mapper, await mapper.map(key(file, line, 5, service)));
      assert.equal(await ask('/app/dist/orders.js', 'unknown'), 'unmapped file-not-found');
      assert.match(await ask('/app/dist/orders.js', 'a'), /^services\/a\/src\/orders\.ts:6 /);
      assert.match(await ask('/app/services/a/dist/orders.js', 'unknown'), /^services\/a\/src\/orders\.ts:6 /);
    });
  });

  it('are found by rules, and beside compiled files that belong to the workspace', async () => {
    const { code, map, line } = compile('../../src/orders.ts');
    const files = {
      ...PROJECT,
      'public/js/main.js': `${code}//# sourceMappingURL=main.js.map\n`,
      'public/js/main.js.map': JSON.stringify(map),
      '.cache/js/main.js': code,
      '.cache/js/main.js.map': JSON.stringify(map),
    };
    await withFolder(files, async (folder) => {
      const mapper = await openMapper([folder], { pathRules: [{ from: '/srv/run', to: path.join(folder, '.cache') }] });
      assert.equal(told(mapper, await mapper.map(key('/app/public/js/main.js', line, 5))), `${WHERE} 0.9`);
      assert.equal(told(mapper, await mapper.map(key('/srv/run/js/main.js', line, 5))), `${WHERE} 0.9`);
    });
  });

  it('that keep the sources tell what changed since they were compiled', async () => {
    const { code, map, line } = compile('../src/orders.ts');
    const files = {
      ...PROJECT,
      'dist/main.js': code,
      'dist/main.js.map': JSON.stringify({ ...map, sourcesContent: [SOURCE] }),
    };
    await withFolder(files, async (folder) => {
      const asked = key('/app/dist/main.js', line, 5);
      const before = await (await openMapper([folder])).map(asked);
      assert.ok(before.status === 'mapped');
      assert.equal(before.location.measured, undefined);
      const source = path.join(folder, 'src/orders.ts');
      writeFileSync(source, `function first() {\n${'  void 0;\n'.repeat(9)}}\n\n${SOURCE}`);
      const mapper = await openMapper([folder]);
      assert.equal(told(mapper, await mapper.map(asked)), 'src/orders.ts:18 OrderService.place 0.9');
      writeFileSync(source, SOURCE.replace('return label;', 'return label.trim();'));
      const changed = await (await openMapper([folder])).map(asked);
      assert.ok(changed.status === 'mapped');
      assert.equal(changed.location.measured?.text, 'measured as it was compiled, function changed since');
    });
  });

  it('are not needed to know the source of a folder below the output', async () =>
    withFolder(
      { 'package.json': '{}', 'src/lib/orders.ts': SOURCE, 'lib/orders.js': 'exports.x = 1;\n' },
      async (folder) => {
        const mapper = await openMapper([folder]);
        const named = (file: string) =>
          operation('INTERNAL', file, {
            'code.file.path': file,
            'code.line.number': 1,
            'code.function.name': 'OrderService.place',
          });
        assert.match(told(mapper, await mapper.map(named('/app/dist/lib/orders.js'))), /^src\/lib\/orders\.ts:6 /);
      },
    ));
});

/** One number as source maps write it. */
function vlq(value: number): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let rest = value << 1;
  let text = '';
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += digits[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}
