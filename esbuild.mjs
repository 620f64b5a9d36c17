// Builds dist/: the extension, the engine, the webview, the command line, and what they load at run time.
import { build, context, transform } from 'esbuild';
import { readFileSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { brotliCompress, constants as zlib } from 'node:zlib';
import path from 'node:path';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
// `--programs <folder>` builds the engine and the command line alone, into another folder: what tests run.
const apart = process.argv.indexOf('--programs');
const root = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const at = (...parts) => path.join(root, ...parts);
const dist = apart < 0 ? at('dist') : path.resolve(process.argv[apart + 1]);

/** Where the grammars lie in node_modules, by the name the syntax room asks for. */
const grammars = JSON.parse(readFileSync(at('src/syntax/grammars.json'), 'utf8'));

const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'warning',
};
// The parser's runtime asks `import.meta.url` for its place, which a CommonJS bundle does not have; its own CommonJS
// build does not ask.
const alias = {
  'web-tree-sitter': at('node_modules/web-tree-sitter/web-tree-sitter.cjs'),
  // Its CommonJS build requires its parts in a way that no bundler sees.
  'jsonc-parser': at('node_modules/jsonc-parser/lib/esm/main.js'),
};
const node = { ...shared, platform: 'node', target: 'node20', format: 'cjs', alias };

/** The language client is large and needed only with the engine: it stays a file of its own, required on first use. */
const lazyClient = {
  name: 'lazy-client',
  setup(build) {
    build.onResolve({ filter: /\/languageClient$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './client.js', external: true } : undefined,
    );
  },
};

/**
 * Modules that are split into parts are written as ES modules alone, which neither VS Code nor V8's code cache takes. Each
 * part is turned into CommonJS by itself: what they import from each other stays as it is.
 */
const commonJsParts = {
  name: 'common-js-parts',
  setup({ onEnd }) {
    onEnd(async ({ outputFiles = [] }) => {
      await mkdir(dist, { recursive: true });
      for (const { path: file, text } of outputFiles) {
        const name = path.basename(file);
        const { code, map } = await transform(text, {
          format: 'cjs',
          platform: 'node',
          target: 'node20',
          supported: { 'dynamic-import': false },
          minifyWhitespace: production,
          minifySyntax: production,
          sourcemap: production ? false : 'external',
          logLevel: 'warning',
          banner: name === 'cli.js' ? '#!/usr/bin/env node' : '',
        });
        await writeFile(path.join(dist, name), production ? code : `${code}//# sourceMappingURL=${name}.map\n`);
        if (!production) await writeFile(path.join(dist, `${name}.map`), map);
      }
    });
  },
};

/** The engine and the command line, with what they share in parts that are loaded when they are needed. */
const programs = {
  ...node,
  format: 'esm',
  splitting: true,
  entryPoints: { engine: at('src/engine/main.ts'), cli: at('src/cli/main.ts') },
  outdir: dist,
  chunkNames: 'part-[hash]',
  // Google's library would fetch with it if it were not given another way, and is.
  external: ['node-fetch'],
  sourcemap: production ? false : 'inline',
  write: false,
  plugins: [commonJsParts],
};

const bundles = [
  programs,
  {
    ...node,
    entryPoints: [at('src/extension.ts')],
    outfile: at('dist/extension.js'),
    external: ['vscode'],
    plugins: [lazyClient],
    // Turns import() into require(): only that is asked for `vscode` by the extension host.
    supported: { 'dynamic-import': false },
  },
  {
    ...node,
    entryPoints: [at('src/vscode/engine/languageClient.ts')],
    outfile: at('dist/client.js'),
    external: ['vscode'],
  },
  {
    ...shared,
    platform: 'browser',
    target: 'chrome130',
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryPoints: [at('src/webview/main.ts')],
    outfile: at('dist/webview.js'),
  },
  {
    ...shared,
    platform: 'browser',
    target: 'chrome130',
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryPoints: [at('src/webview/search/main.ts')],
    outfile: at('dist/search.js'),
  },
];

/** Generates the protobufjs static module and the decoder's WebAssembly out of their sources (not committed). */
async function generate() {
  for (const part of ['schema', 'kernel']) {
    await promisify(execFile)(process.execPath, [at(`src/traces/otlp/${part}/generate.mjs`)]);
  }
}

/**
 * Packs the grammars: their tables are 19 MB plain, 1.6 MB in a ZIP and 1.0 MB this way. To unpack one takes 1 to 7 ms;
 * to pack them as small as can be takes half a minute, which only a published package is worth.
 */
async function packGrammars() {
  await mkdir(path.join(dist, 'grammars'), { recursive: true });
  const pack = promisify(brotliCompress);
  const params = { [zlib.BROTLI_PARAM_QUALITY]: production && apart < 0 ? zlib.BROTLI_MAX_QUALITY : 5 };
  const packed = Object.entries(grammars).map(async ([name, from]) => {
    const bytes = await pack(await readFile(at('node_modules', from)), { params });
    await writeFile(path.join(dist, 'grammars', `${name}.wasm.br`), bytes);
  });
  await Promise.all(packed);
}

async function copyAssets() {
  await packGrammars();
  await cp(at('src/syntax/queries'), path.join(dist, 'queries'), { recursive: true });
  await cp(at('node_modules/web-tree-sitter/web-tree-sitter.wasm'), path.join(dist, 'web-tree-sitter.wasm'));
}

if (!watch && apart < 0) await rm(dist, { recursive: true, force: true });
if (apart < 0) await generate();
await copyAssets();
for (const bundle of apart < 0 ? bundles : [programs]) {
  if (watch) await (await context(bundle)).watch();
  else await build(bundle);
}
if (!watch) process.stdout.write(`built ${path.basename(dist)}/: ${(await readdir(dist)).join(' ')}\n`);
