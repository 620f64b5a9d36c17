/**
 * `npm test`: everything, on a machine with Node and git. Checks of the code go beside the tests in Chromium; the tests in
 * VS Code have the machine to themselves, as they wait for what a person would wait for. The last line is
 * `N passed, N failed, N skipped` from the runners' own counts. `npm test -- unit lint` runs only the steps named.
 */
import { findChromium } from './support/chromiumBinary';
import { projectRoot } from './support/cacheFolder';
import { installShop } from './support/shop';
import { findDesktopVscode } from './support/vscodeDesktop';
import { serverBinary } from './support/vscodeServer';
import { mochaStep, runStep, toolStep, unitStep, type StepResult, type TestStep } from './support/testStep';

type Lane = readonly TestStep[];

const build: TestStep = { name: 'build', args: ['esbuild.mjs'], counts: false, limitMinutes: 10 };

/** Only the source, and no screen. */
const codeLane: Lane = [
  toolStep('types', 'typescript/bin/tsc', '-p', '.'),
  toolStep('types of the webview', 'typescript/bin/tsc', '-p', 'src/webview'),
  toolStep('types of the tests', 'typescript/bin/tsc', '-p', 'test'),
  toolStep('format', 'prettier/bin/prettier.cjs', '--check', 'src', 'test', 'esbuild.mjs', 'eslint.config.mjs'),
  unitStep('unit', 15),
  toolStep('lint', 'eslint/bin/eslint.js', 'src', 'test'),
];

/** In Chromium alone. */
const pageLane: Lane = [mochaStep('webview', 15, false, 'test/webview/**/*.test.ts')];

/** In VS Code, on what the build made; several processes each. The package comes last: it builds dist/ anew. */
const editorLane: Lane = [
  mochaStep('shop', 15, true, 'test/start/**/*.test.ts'),
  mochaStep('integration', 25, true, 'test/integration/*.test.ts'),
  mochaStep('package', 10, true, 'test/package/**/*.test.ts'),
];

async function main(names: readonly string[]): Promise<boolean> {
  const wanted = (step: TestStep): boolean => names.length === 0 || names.some((name) => step.name.startsWith(name));
  const code = codeLane.filter(wanted);
  const page = pageLane.filter(wanted);
  const editor = editorLane.filter(wanted);
  if (code.length + page.length + editor.length === 0) throw new Error(`no such step: ${names.join(' ')}`);

  const results = [await run(build)];
  if (results[0]?.ok) {
    const onScreen = page.length + editor.length > 0;
    const [inCode, fetching] = await Promise.all([runAll(code), onScreen ? fetchAndRun(page) : []]);
    results.push(...inCode, ...fetching);
    if (fetching.every((result) => result.name !== 'fetch')) results.push(...(await runAll(editor)));
  }
  for (const { name, skippedTitles } of results) {
    for (const title of skippedTitles) console.log(`skipped in ${name}: ${title}`);
  }
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

/** The page's tests, or why what they need could not be had. */
async function fetchAndRun(steps: Lane): Promise<StepResult[]> {
  const result = await fetched();
  return result.ok ? runAll(steps) : [result];
}

async function run(step: TestStep): Promise<StepResult> {
  const result = await runStep(step);
  const inside = result.inVscode > 0 ? ` (${result.inVscode} of them inside VS Code)` : '';
  const words = `  ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped${inside}`;
  const counts = step.counts ? words : '';
  if (!result.ok || step.show) console.log(result.output.trimEnd());
  console.log(`${result.ok ? 'ok' : 'FAILED'}  ${step.name}  ${result.seconds.toFixed(1)} s${counts}`);
  return result;
}

/** What the tests on screen need is fetched before them, where its progress can be seen. */
async function fetched(): Promise<StepResult> {
  const started = Date.now();
  const done = (ok: boolean, output: string): StepResult => {
    const seconds = (Date.now() - started) / 1_000;
    console.log(`${ok ? 'ok' : 'FAILED'}  fetch  ${seconds.toFixed(1)} s  ${output}`);
    const counts = { passed: 0, failed: ok ? 0 : 1, skipped: 0, skippedTitles: [], inVscode: 0 };
    return { name: 'fetch', ok, seconds, output, ...counts };
  };
  try {
    const { origin } = await findChromium(console.log);
    const desktop = await findDesktopVscode(console.log);
    const { version } = await serverBinary(console.log);
    await installShop(console.log);
    const host = desktop ? `desktop VS Code ${desktop.version}` : `VS Code ${version} server`;
    return done(true, `${host}, Chromium from ${origin}`);
  } catch (error) {
    return done(false, (error as Error).message);
  }
}

process.chdir(projectRoot);
main(process.argv.slice(2)).then(
  (ok) => process.exit(ok ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
