/**
 * `npm test`: everything, on a machine with Node and git. Checks of the code go beside the tests in Chromium and those
 * against real trace servers, which are built first; the tests in VS Code have the machine to themselves, as they wait for
 * what a person would wait for. A test that fails is run once more, and so is a file of tests in VS Code; the output names
 * what passed only then. The last line is
 * `N passed, N failed, N skipped` from the runners' own counts. `npm test -- unit lint` runs only the steps named.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { findChromium } from './support/chromiumBinary';
import { projectRoot } from './support/cacheFolder';
import { installServers } from './support/servers/installServers';
import { installShop } from './support/shop';
import { findDesktopVscode } from './support/vscodeDesktop';
import { serverBinary } from './support/vscodeServer';
import {
  mochaStep,
  runStep,
  sideBySideStep,
  toolStep,
  unitStep,
  type StepResult,
  type TestStep,
} from './support/testStep';

type Lane = readonly TestStep[];

/** The steps that passed when they were run again. */
const failedAtFirst: string[] = [];

const build: TestStep = { name: 'build', args: ['esbuild.mjs'], counts: false, limitMinutes: 10 };

/** The contract that every backend keeps: for the most part against real servers, which have to be installed first. */
const BACKENDS = 'test/unit/traces/backends/**/*.test.ts';

/** Only the source, and no screen. */
const codeLane: Lane = [
  toolStep('types', 'typescript/bin/tsc', '-p', '.'),
  toolStep('types of the webview', 'typescript/bin/tsc', '-p', 'src/webview'),
  toolStep('types of the tests', 'typescript/bin/tsc', '-p', 'test'),
  toolStep('format', 'prettier/bin/prettier.cjs', '--check', 'src', 'test', 'esbuild.mjs', 'eslint.config.mjs'),
  unitStep('unit', 15, BACKENDS),
  toolStep('lint', 'eslint/bin/eslint.js', 'src', 'test'),
];

/** In Chromium alone. */
const pageLane: Lane = [mochaStep('webview', 15, false, 'test/webview/**/*.test.ts')];

/**
 * Against real servers out of packages, for as many as this machine has the toolchains. Half of the time goes by waiting for
 * them: three files at once take half as long as one after the other (measured on two cores).
 */
const serverLane: Lane = [
  sideBySideStep('servers', 20, 3, '--timeout', '20000', 'test/servers/**/*.test.ts', BACKENDS),
];

/** In VS Code, on what the build made; several processes each. The package comes last: it builds dist/ anew. */
function editorLane(): Lane {
  const integration = readdirSync('test/integration')
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
    .map((file) => mochaStep(`integration/${path.basename(file, '.test.ts')}`, 25, true, `test/integration/${file}`));
  return [
    mochaStep('shop', 15, true, 'test/start/**/*.test.ts'),
    ...integration.map((step) => ({ ...step, twice: true })),
    mochaStep('package', 10, true, 'test/package/**/*.test.ts'),
  ];
}

async function main(names: readonly string[]): Promise<boolean> {
  const wanted = (step: TestStep): boolean => names.length === 0 || names.some((name) => step.name.startsWith(name));
  const code = codeLane.filter(wanted);
  const page = pageLane.filter(wanted);
  const servers = serverLane.filter(wanted);
  const editor = editorLane().filter(wanted);
  if (code.length + page.length + servers.length + editor.length === 0)
    throw new Error(`no such step: ${names.join(' ')}`);

  const results = [await run(build)];
  if (results[0]?.ok) {
    const onScreen = page.length + editor.length > 0;
    const [inCode, fetching, onServers] = await Promise.all([
      runAll(code),
      onScreen ? prepareAndRun('fetch', fetchForScreen, page) : [],
      servers.length > 0 ? prepareAndRun('install', installForServers, servers) : [],
    ]);
    results.push(...inCode, ...fetching, ...onServers);
    if (fetching.every((result) => result.name !== 'fetch')) results.push(...(await runAll(editor)));
  }
  for (const { name, ok, skippedTitles, retriedTitles } of results) {
    for (const title of skippedTitles) console.log(`skipped in ${name}: ${title}`);
    if (ok) for (const title of retriedTitles) console.log(`passed only the second time: ${name}: ${title}`);
  }
  for (const name of failedAtFirst) console.log(`passed only the second time: ${name}`);
  const failed = results.filter((result) => !result.ok);
  if (failed.length > 0) console.log(`failed: ${failed.map((result) => result.name).join(', ')}`);
  const sum = (key: 'passed' | 'failed' | 'skipped'): number => results.reduce((all, result) => all + result[key], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  return failed.length === 0;
}

async function runAll(steps: Lane): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) results.push(await run(step));
  return results;
}

/** The steps, or why what they need could not be had. */
async function prepareAndRun(name: string, prepare: () => Promise<string>, steps: Lane): Promise<StepResult[]> {
  const result = await prepared(name, prepare);
  return result.ok ? runAll(steps) : [result];
}

/** A step to its end. What is run twice counts as it went the second time; what failed the first time stays in the output. */
async function run(step: TestStep): Promise<StepResult> {
  const first = await runOnce(step);
  if (first.ok || step.twice !== true) return first;
  console.log(`again: ${step.name}`);
  const second = await runOnce(step);
  if (second.ok) failedAtFirst.push(step.name);
  return second;
}

async function runOnce(step: TestStep): Promise<StepResult> {
  const result = await runStep(step);
  const inside = result.inVscode > 0 ? ` (${result.inVscode} of them inside VS Code)` : '';
  const words = `  ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped${inside}`;
  const counts = step.counts ? words : '';
  if (!result.ok || step.show) console.log(result.output.trimEnd());
  console.log(`${result.ok ? 'ok' : 'FAILED'}  ${step.name}  ${result.seconds.toFixed(1)} s${counts}`);
  return result;
}

/** What tests need is fetched and built before them, where its progress can be seen. */
async function prepared(name: string, prepare: () => Promise<string>): Promise<StepResult> {
  const started = Date.now();
  const done = (ok: boolean, output: string): StepResult => {
    const seconds = (Date.now() - started) / 1_000;
    console.log(`${ok ? 'ok' : 'FAILED'}  ${name}  ${seconds.toFixed(1)} s  ${output}`);
    const counts = { passed: 0, failed: ok ? 0 : 1, skipped: 0, skippedTitles: [], retriedTitles: [], inVscode: 0 };
    return { name, ok, seconds, output, ...counts };
  };
  try {
    return done(true, await prepare());
  } catch (error) {
    return done(false, (error as Error).message);
  }
}

async function fetchForScreen(): Promise<string> {
  const { origin } = await findChromium(console.log);
  const desktop = await findDesktopVscode(console.log);
  const { version } = await serverBinary(console.log);
  await installShop(console.log);
  const host = desktop ? `desktop VS Code ${desktop.version}` : `VS Code ${version} server`;
  return `${host}, Chromium from ${origin}`;
}

async function installForServers(): Promise<string> {
  const { names } = await installServers(console.log);
  return names.join(', ');
}

process.chdir(projectRoot);
main(process.argv.slice(2)).then(
  (ok) => process.exit(ok ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
