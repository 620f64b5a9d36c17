import { buildSync } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CliBundle } from '../support/cliBundle';
import { childCpu, median } from './support/cpu';
import type { Keystrokes } from './support/keystrokes';
import type { ResolvedOperations } from './support/resolvedOperations';
import { writeTracedShop } from './support/tracedShop';

const ROOT = path.join(__dirname, '..', '..');
const ROUNDS = 5;
const KEYS = 41;

/** A file of each language, so that its grammar is loaded and its patterns compiled. */
const OF_EVERY_LANGUAGE: Readonly<Record<string, string>> = {
  'a.ts': `router.get('/a', list);\n`,
  'a.tsx': `router.get('/b', list);\n`,
  'a.js': `router.get('/c', list);\n`,
  'a.py': `@app.get("/d")\ndef d():\n    return 1\n`,
  'A.java': `class A { @GetMapping("/e") void e() {} }\n`,
  'A.kt': `class A { @GetMapping("/f") fun f() {} }\n`,
  'a.go': `package a\n\nfunc A() { mux.HandleFunc("/g", h) }\n`,
  'A.cs': `app.MapGet("/h", List);\n`,
  'a.rb': `get "/i" do\n  1\nend\n`,
  'a.php': `<?php\n$app->get('/j', 'list');\n`,
  'a.rs': `#[get("/k")]\nasync fn k() {}\n`,
  'a.ex': `defmodule A do\n  get "/l", A, :l\nend\n`,
};

/**
 * What it costs to know where operations are, in a workspace of 5,000 TypeScript files (or the folder that
 * `SPANLIGHT_BENCH_TREE` names): the CPU time of `spanlight map` as a process, cold and from its cache; of 5,000 operations;
 * of a key pressed in a file of 1,000 lines; and the memory with the grammars of all languages. None of it is in the
 * extension host: `test/architecture.test.ts` keeps `source` and `syntax` out of it.
 */
function main(): void {
  const made = mkdtempSync(path.join(tmpdir(), 'spanlight-bench-'));
  const cli = new CliBundle();
  try {
    writeTracedShop(path.join(made, 'shop'));
    wholeProcess(cli, process.env['SPANLIGHT_BENCH_TREE'] ?? path.join(made, 'shop'));
    memory(cli, path.join(made, 'shop'));
    operations(cli, path.join(made, 'shop'));
    keystroke(cli, path.join(made, 'shop'));
  } finally {
    cli.remove();
    rmSync(made, { recursive: true, force: true });
  }
}

function wholeProcess(cli: CliBundle, tree: string): void {
  const none = path.join(cli.folder, cli.write('none.json', '[]'));
  const map = [process.execPath, cli.script, 'map', tree, '--operations', none, '--no-git'];
  const caches = path.join(cli.folder, 'cache');
  // What the first run compiled is kept for the others, as it is for users.
  delete process.env['NODE_DISABLE_COMPILE_CACHE'];
  process.env['XDG_CACHE_HOME'] = caches;
  childCpu(map);
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rmSync(path.join(caches, 'spanlight', 'facts'), { recursive: true, force: true });
    cold.push(childCpu(map));
    warm.push(childCpu(map));
  }
  console.log(`index of ${tree}, median of ${ROUNDS}`);
  console.log(`  cold ${median(cold).toFixed(2)} CPU-s (goal 4), from the cache ${median(warm).toFixed(2)} (goal 0.5)`);
}

/** The peak of a process that parses with the grammars of all languages, and then holds the index. */
function memory(cli: CliBundle, tree: string): void {
  for (const [name, text] of Object.entries(OF_EVERY_LANGUAGE)) writeFileSync(path.join(tree, name), text);
  const told = path.join(cli.folder, 'peak');
  const peak = `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(told)}, String(process.resourceUsage().maxRSS)))`;
  const noting = path.join(cli.folder, cli.write('peak.cjs', peak));
  const none = path.join(cli.folder, 'none.json');
  childCpu([process.execPath, '--require', noting, cli.script, 'map', tree, '--operations', none, '--no-cache']);
  const megabytes = Number(readFileSync(told, 'utf8')) / 1024;
  console.log(
    `  peak with the grammars of ${Object.keys(OF_EVERY_LANGUAGE).length} languages: ${megabytes.toFixed(0)} MB (goal 250)`,
  );
  for (const name of Object.keys(OF_EVERY_LANGUAGE)) rmSync(path.join(tree, name));
}

/** In processes that have resolved nothing before, as a window that was just opened, and then again in each. */
function operations(cli: CliBundle, tree: string): void {
  const runs = Array.from({ length: ROUNDS }, () => {
    return inItsProcess<ResolvedOperations>(cli, 'resolvedOperations', [tree]);
  });
  const first = median(runs.map(({ cpu }) => cpu[0]!)).toFixed(2);
  const later = median(runs.flatMap(({ cpu }) => cpu.slice(1))).toFixed(2);
  const { count, mapped } = runs[0]!;
  console.log(`  ${count} operations: ${first} CPU-s (goal 0.5), later ${later}, ${mapped} of them mapped`);
}

function keystroke(cli: CliBundle, tree: string): void {
  const edited = path.join(tree, 'services', 's0', 'src', 'long.ts');
  const { wall, cpu } = inItsProcess<Keystrokes>(cli, 'keystrokes', [tree, edited, String(KEYS)]);
  console.log(
    `  a key in 1,000 lines: ${median(wall).toFixed(1)} ms, ${median(cpu).toFixed(1)} CPU-ms, median of ${KEYS} (goal 5)`,
  );
}

/**
 * What a script of `support` measured in a process that runs what users run: bundled, and with the engine's flags. Loaded
 * module by module, with names put on every function, the same keys took a fifth more.
 */
function inItsProcess<T>(cli: CliBundle, name: string, args: readonly string[]): T {
  const script = path.join(cli.folder, `${name}.js`);
  buildSync({
    entryPoints: [path.join(__dirname, 'support', `${name}.ts`)],
    outfile: script,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    alias: { 'web-tree-sitter': path.join(ROOT, 'node_modules', 'web-tree-sitter', 'web-tree-sitter.cjs') },
    define: { __dirname: JSON.stringify(path.join(__dirname, '..', 'support')) },
  });
  const answer = path.join(cli.folder, `${name}.json`);
  const { status, stderr } = spawnSync(process.execPath, ['--liftoff-only', script, ...args, answer], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(readFileSync(answer, 'utf8')) as T;
}

main();
