import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nullLogger } from '../../src/base/logger';
import { NO_LINT_SETTINGS } from '../../src/lint/lintSettings';
import { WorkspaceLinter } from '../../src/lint/workspaceLinter';
import { WorkspaceFiles } from '../../src/source/workspace/workspaceFiles';
import { SyntaxService } from '../../src/syntax/syntaxService';
import { CliBundle } from '../support/cliBundle';
import { syntaxAssets } from '../support/syntaxAssets';
import { childCpu, median } from './support/cpu';

const ROUNDS = 7;
const PACKAGES = 100;
const FILES = 50;

/**
 * The CPU time of `spanlight lint` over a workspace of 5,000 TypeScript files (or the folder that
 * `SPANLIGHT_BENCH_TREE` names), in turn with oxlint with one rule where `SPANLIGHT_BENCH_OXLINT` names its program: of a
 * run that reads everything and of one before which nothing changed; and how long the
 * findings take after a key is pressed in a file of 1,000 lines of that workspace.
 */
async function main(): Promise<void> {
  const made = mkdtempSync(path.join(tmpdir(), 'spanlight-bench-'));
  const cli = new CliBundle();
  try {
    makeWorkspace(made);
    wholeWorkspace(process.env['SPANLIGHT_BENCH_TREE'] ?? made, cli.script);
    await afterAnEdit(made);
  } finally {
    cli.remove();
    rmSync(made, { recursive: true, force: true });
  }
}

function wholeWorkspace(tree: string, script: string): void {
  const oxlint = process.env['SPANLIGHT_BENCH_OXLINT'];
  const again = [process.execPath, script, 'lint', tree];
  const whole = [...again, '--no-cache'];
  // The compiled code of the first run is kept for the others, as it is for users.
  delete process.env['NODE_DISABLE_COMPILE_CACHE'];
  process.env['XDG_CACHE_HOME'] = path.join(path.dirname(script), 'cache');
  const first = childCpu(again);
  console.log(
    `spanlight lint, the first run of all, which keeps what it compiled and found: ${first.toFixed(2)} CPU-s`,
  );
  const own = { whole: [] as number[], again: [] as number[] };
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    own.whole.push(childCpu(whole));
    own.again.push(childCpu(again));
    if (oxlint !== undefined) theirs.push(childCpu([oxlint, '-A', 'all', '-D', 'no-debugger', '--silent', tree]));
  }
  const other = oxlint === undefined ? undefined : median(theirs);
  tell('everything read', median(own.whole), other);
  tell('nothing changed since the last run', median(own.again), other);
  if (other === undefined) console.log('no ratio: SPANLIGHT_BENCH_OXLINT names no oxlint');
  else console.log(`oxlint, one rule: ${other.toFixed(2)} CPU-s`);
}

function tell(which: string, own: number, other: number | undefined): void {
  const ratio = other === undefined ? '' : `; ratio ${(own / other).toFixed(2)} (goal 1.5)`;
  console.log(`spanlight lint, ${which}: ${own.toFixed(2)} CPU-s, median of ${ROUNDS}${ratio}`);
}

async function afterAnEdit(tree: string): Promise<void> {
  const syntax = await SyntaxService.create(syntaxAssets());
  const files = new WorkspaceFiles([tree], nullLogger);
  await files.list();
  const linter = new WorkspaceLinter({ files, code: syntax, settings: NO_LINT_SETTINGS });
  await linter.run();
  const edited = path.join(tree, 'packages', 'p0', 'src', 'long.ts');
  const times: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < 20; round++) {
    files.setOverlay(edited, `${longFile()}// ${round}\n`);
    linter.edited(edited);
    const before = performance.now();
    const used = process.cpuUsage();
    await linter.run();
    times.push(performance.now() - before);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1_000);
  }
  times.sort((a, b) => a - b);
  cpu.sort((a, b) => a - b);
  console.log(
    `after an edit of 1,000 lines: median ${times[10]!.toFixed(0)} ms (${cpu[10]!.toFixed(0)} CPU-ms), worst ${times.at(-1)!.toFixed(0)} ms`,
  );
  await syntax.dispose();
}

function makeWorkspace(folder: string): void {
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  write('package.json', '{"name": "shop", "private": true, "workspaces": ["packages/*"]}');
  for (let i = 0; i < PACKAGES; i++) {
    const traced = i % 5 === 0 ? ', "dependencies": {"@opentelemetry/sdk-node": "0.52.0"}' : '';
    write(`packages/p${i}/package.json`, `{"name": "p${i}", "scripts": {"start": "node src/main.js"}${traced}}`);
    if (i % 5 === 0)
      write(
        `packages/p${i}/src/tracing.ts`,
        `import { NodeSDK } from '@opentelemetry/sdk-node';\nimport { HttpInstrumentation } from '@opentelemetry/instrumentation-http';\nnew NodeSDK({ instrumentations: [new HttpInstrumentation()] }).start();\n`,
      );
    for (let j = 0; j < FILES; j++) write(`packages/p${i}/src/m${j}.ts`, moduleText(j, 60));
  }
  write('packages/p0/src/long.ts', longFile());
}

function longFile(): string {
  return moduleText(0, 990);
}

/** Every tenth module sends requests. */
function moduleText(seed: number, lines: number): string {
  const body = Array.from({ length: Math.ceil(lines / 6) }, (_, i) => {
    const read = seed % 10 === 0 && i % 5 === 0 ? 'await fetch(`${base}/stock/${id}`)' : 'await store.find(id)';
    return `export async function work${i}(id: string, base: string): Promise<Item> {\n  const found = ${read};\n  if (found === undefined) throw new Error(\`no \${id} in ${i}\`);\n  return { id, count: Number(found.count) + ${i}, tags: ['a', 'b'].map((tag) => tag + id) };\n}\n`;
  });
  return `import { store, type Item } from './store';\n\n${body.join('\n')}`;
}

void main();
