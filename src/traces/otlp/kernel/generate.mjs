// Compiles assembly/ (AssemblyScript) to WebAssembly and wraps it as ../generated/spanKernel.js, which
// exports the module's bytes in base64: so it needs no file beside the bundles. Does nothing when it is up to date.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** 64 KiB each; enough for all areas, and never more. */
const PAGES = 100;
const here = path.dirname(fileURLToPath(import.meta.url));
const generated = path.join(here, '..', 'generated');
const names = (await readdir(path.join(here, 'assembly'))).sort();
const sources = new Map();
const hash = createHash('sha256').update(await readFile(fileURLToPath(import.meta.url)));
for (const name of names) {
  sources.set(name, await readFile(path.join(here, 'assembly', name), 'utf8'));
  hash.update(sources.get(name));
}
const stamp = `// made by kernel/generate.mjs ${hash.digest('hex').slice(0, 32)}\n`;

const present = await readFile(path.join(generated, 'spanKernel.js'), 'utf8').catch(() => '');
if (!present.startsWith(stamp)) await generate();

async function generate() {
  // Only where it is needed: loading the compiler takes a second.
  const { default: asc } = await import('assemblyscript/asc');
  const pages = ['--initialMemory', String(PAGES), '--maximumMemory', String(PAGES)];
  const plain = ['--runtime', 'stub', '--use', 'abort=', '--enable', 'bulk-memory'];
  let wasm;
  const { error, stderr } = await asc.main(
    ['spanKernel.ts', '-O3', ...plain, ...pages, '--outFile', 'spanKernel.wasm'],
    {
      readFile: (name) => sources.get(name) ?? null,
      writeFile: (name, contents) => void (wasm = contents),
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  await mkdir(generated, { recursive: true });
  await put('spanKernel.js', `${stamp}exports.base64 = '${Buffer.from(wasm).toString('base64')}';\n`);
  await put('spanKernel.d.ts', '/** A WebAssembly module. */\nexport declare const base64: string;\n');
}

/** In one step: another build may be reading it. */
async function put(name, contents) {
  const work = path.join(generated, `.${process.pid}.${name}`);
  await writeFile(work, contents);
  await rename(work, path.join(generated, name));
}
