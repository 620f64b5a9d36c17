// Makes ../generated/otlp.js and otlp.d.ts out of the schemas beside this file. Does nothing when they are up to date:
// the first line of the module carries a hash of everything that went into it. The module exports one function, so that
// the classes (and protobufjs) are only set up when somebody needs them.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const here = path.dirname(fileURLToPath(import.meta.url));
const generated = path.join(here, '..', 'generated');
const schemas = ['common', 'trace', 'logs', 'collector'].map((name) => path.join(here, `${name}.proto`));
const cli = path.dirname(require.resolve('protobufjs-cli/package.json'));

const hash = createHash('sha256');
for (const file of [...schemas, fileURLToPath(import.meta.url), path.join(cli, 'package.json')]) {
  hash.update(await readFile(file));
}
const stamp = `// made by schema/generate.mjs ${hash.digest('hex').slice(0, 32)}\n`;

if (!(await upToDate())) await generate();

async function upToDate() {
  try {
    const [module] = await Promise.all(['otlp.js', 'otlp.d.ts'].map((f) => readFile(path.join(generated, f), 'utf8')));
    return module.startsWith(stamp);
  } catch {
    return false;
  }
}

async function generate() {
  // A folder of its own, so that two builds at once do not read each other's half-written files.
  const work = path.join(generated, `.${process.pid}`);
  await mkdir(work, { recursive: true });
  const module = path.join(work, 'otlp.js');
  const types = path.join(work, 'otlp.d.ts');
  const flags = [
    '-t',
    'static-module',
    '-w',
    'commonjs',
    '--no-verify',
    '--no-delimited',
    '--no-service',
    '-r',
    'spanlight',
  ];
  await run(process.execPath, [path.join(cli, 'bin', 'pbjs'), ...flags, '-o', module, ...schemas]);
  await run(process.execPath, [path.join(cli, 'bin', 'pbts'), '--no-comments', '-o', types, module]);
  await writeFile(module, stamp + wrap(await readFile(module, 'utf8')));
  await writeFile(types, `${await readFile(types, 'utf8')}\nexport function load(): typeof opentelemetry;\n`);
  for (const file of [types, module]) await rename(file, path.join(generated, path.basename(file)));
  await rm(work, { recursive: true, force: true });
}

function wrap(source) {
  const body = source.replace(/^module\.exports = \$root;$/m, 'return $root.opentelemetry;');
  if (body === source) throw new Error('pbjs made a module of another shape than this script knows');
  return `let loaded;\nexports.load = () => (loaded ??= create());\nfunction create() {\n${body}\n}\n`;
}
