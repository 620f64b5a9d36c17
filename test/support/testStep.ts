import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from './cacheFolder';
import { plainEnvironment, startProcess, stopProcess } from './processes';
import { addCounts, readTally, REPORT_VARIABLE, TALLY_VARIABLE, type MochaReport } from './suiteResult';

/** A part of `npm test`: a tool that says yes or no, or a runner that counts tests. */
export interface TestStep {
  readonly name: string;
  /** Arguments for Node, relative to the project. */
  readonly args: readonly string[];
  /** True where the step is a mocha run whose tests count. */
  readonly counts: boolean;
  readonly limitMinutes: number;
  /**
   * True where a step that failed is run once more: a VS Code in a browser on a starved machine can lose a minute for
   * reasons of its own.
   */
  readonly twice?: boolean;
  /** True where what the step prints is worth reading when it passes. */
  readonly show?: boolean;
}

/** How a step went. */
export interface StepResult extends MochaReport {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly output: string;
  /** How many of the tests ran inside VS Code. */
  readonly inVscode: number;
}

const none: MochaReport = { passed: 0, failed: 0, skipped: 0, skippedTitles: [], retriedTitles: [] };

/** A step that runs a tool of the project's dependencies. */
export function toolStep(name: string, tool: string, ...args: readonly string[]): TestStep {
  return { name, args: [path.join('node_modules', tool), ...args], counts: false, limitMinutes: 10 };
}

/** A test that failed is run once more, and its name printed: sockets and pages on a starved machine lose races of their own. */
const RETRIES = ['--retries', '1'];

/** A step that runs mocha over files other than those that package.json names. */
export function mochaStep(name: string, limitMinutes: number, show: boolean, ...specs: readonly string[]): TestStep {
  return mocha(name, limitMinutes, show, ['--no-config', '--no-package', '--require', 'tsx/cjs', ...specs]);
}

/** A {@link mochaStep} of several files at once, a process for each. */
export function sideBySideStep(
  name: string,
  limitMinutes: number,
  jobs: number,
  ...specs: readonly string[]
): TestStep {
  const told = ['--require', path.join(projectRoot, 'test', 'support', 'failuresAsJson.ts')];
  return mochaStep(name, limitMinutes, false, ...told, '--parallel', '--jobs', String(jobs), ...specs);
}

/** A step that runs mocha as package.json configures it, but for the files that match `ignored`. */
export function unitStep(name: string, limitMinutes: number, ignored: string): TestStep {
  return mocha(name, limitMinutes, false, ['--ignore', ignored]);
}

function mocha(name: string, limitMinutes: number, show: boolean, args: readonly string[]): TestStep {
  const reporter = ['--reporter', path.join(projectRoot, 'test', 'support', 'countingReporter.ts')];
  const runner = path.join('node_modules', 'mocha', 'bin', 'mocha.js');
  return { name, args: [runner, ...reporter, ...RETRIES, ...args], counts: true, limitMinutes, show };
}

/** Runs a step to its end or its limit. A run of tests without a single one has failed. */
export async function runStep(step: TestStep): Promise<StepResult> {
  const started = Date.now();
  const folder = mkdtempSync(path.join(tmpdir(), 'spanlight-step-'));
  const report = path.join(folder, 'report.json');
  try {
    const tally = path.join(folder, 'tally.jsonl');
    const { code, output } = await runNode(step, { [REPORT_VARIABLE]: report, [TALLY_VARIABLE]: tally });
    const inside = readTally(tally);
    const told = (step.counts ? readCounts(report) : none) ?? { ...none, failed: 1 };
    const counts = { ...told, ...addCounts(told, inside) };
    const ran = !step.counts || counts.passed + counts.failed > 0;
    const ok = code === 0 && counts.failed === 0 && ran;
    const failed = ok ? 0 : Math.max(1, counts.failed);
    const seconds = (Date.now() - started) / 1_000;
    const inVscode = inside.passed + inside.failed;
    return { ...counts, failed, name: step.name, ok, seconds, output, inVscode };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runNode(step: TestStep, env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = startProcess(process.execPath, [...step.args], {
    cwd: projectRoot,
    env: plainEnvironment({ ...env, NO_COLOR: '1' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const timer = setTimeout(() => {
    output += `\n${step.name} was ended after ${step.limitMinutes} minutes`;
    void stopProcess(child);
  }, step.limitMinutes * 60_000);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(1);
    });
    child.once('close', resolve);
  });
  clearTimeout(timer);
  return { code, output };
}

function readCounts(file: string): MochaReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as MochaReport;
  } catch {
    return undefined;
  }
}
