import assert from 'node:assert/strict';
import { runSuiteInVscode, type SuiteOptions } from '../../support/vscodeHost';

/** Any free port: tests of several checkouts run on one machine, and a person's window may hold the usual ones. */
const ANY_PORT = { 'spanlight.receiver.httpPort': 0, 'spanlight.receiver.grpcPort': 0 };

/** Runs a suite in VS Code, prints what it printed and where it ran, and fails with it. */
export async function suitePasses(options: Omit<SuiteOptions, 'log'>): Promise<void> {
  const lines: string[] = [];
  const userSettings = { ...ANY_PORT, ...options.userSettings };
  const result = await runSuiteInVscode({ ...options, userSettings, log: (line: string) => lines.push(line) });
  console.log(`      ${result.host}`);
  console.log(result.output.replace(/^/gm, '      '));
  assert.equal(result.failed, 0, `${result.failed} tests failed in ${result.host}\n${lines.join('\n')}`);
  assert.ok(result.passed > 0, 'no test ran');
}
