/**
 * Runs inside VS Code's extension host: mocha over the compiled suites that lie beside this file. Both hosts call
 * {@link run} and read the report it leaves.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import { TEST_MS } from './processes';
import { REPORT_VARIABLE, type SuiteReport } from './suiteResult';

/** Rejects when a test failed, which is what tells the host to end with an error. */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const lines: string[] = [];
  // The host does not let its console's methods be replaced, but the console as a whole.
  const original = globalThis.console;
  const log = (...args: unknown[]): void => {
    lines.push(format(...args));
    original.log(...args);
  };
  globalThis.console = Object.create(original, { log: { value: log } }) as Console;
  // Only now: mocha keeps the console it finds when it is loaded.
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: TEST_MS, reporter: 'spec' });
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.test.js'));
  for (const file of files.sort()) mocha.addFile(path.join(__dirname, file));
  const report = await new Promise<SuiteReport>((resolve) => {
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed: failures, skipped: pending, output: lines.join('\n') });
    });
  });
  const file = process.env[REPORT_VARIABLE];
  if (file) writeFileSync(file, JSON.stringify(report));
  if (report.failed > 0) throw new Error(`${report.failed} tests failed`);
  if (report.passed + report.skipped === 0) throw new Error('no test ran');
}
