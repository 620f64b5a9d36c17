/** Suites inside a real VS Code: the desktop where it can be had, else the server. The output says which ran. */
import assert from 'node:assert/strict';
import { runSuiteInVscode, type SuiteOptions } from '../support/vscodeHost';
import { packageExtension, requireBuild } from './support/builtExtension';

/** Any free port: tests of several checkouts run on one machine, and a person's window may hold the usual ones. */
const ANY_PORT = { 'spanlight.receiver.httpPort': 0, 'spanlight.receiver.grpcPort': 0 };

async function passes(options: Omit<SuiteOptions, 'log'>): Promise<void> {
  const lines: string[] = [];
  const userSettings = { ...ANY_PORT, ...options.userSettings };
  const result = await runSuiteInVscode({ ...options, userSettings, log: (line: string) => lines.push(line) });
  console.log(`      ${result.host}`);
  console.log(result.output.replace(/^/gm, '      '));
  assert.equal(result.failed, 0, `${result.failed} tests failed in ${result.host}\n${lines.join('\n')}`);
  assert.ok(result.passed > 0, 'no test ran');
}

describe('in VS Code', function () {
  this.timeout(420_000);

  before(requireBuild);

  it('shows hints, hovers, traces and its way back after a crash', () =>
    passes({ workspace: 'test/workspaces/orders', suitePath: 'test/integration/suites/hints.test.ts' }));

  it('keeps to its bounds in Restricted Mode', () =>
    passes({
      workspace: 'test/workspaces/restricted',
      suitePath: 'test/integration/suites/untrusted.test.ts',
      trusted: false,
      userSettings: { 'security.workspace.trust.startupPrompt': 'never' },
    }));

  it('works without a folder', () => passes({ suitePath: 'test/integration/suites/noFolder.test.ts' }));

  it('works with two folders', () =>
    passes({
      workspace: 'test/workspaces/two/two.code-workspace',
      suitePath: 'test/integration/suites/twoFolders.test.ts',
    }));

  it('does all that installed from its package', async () =>
    passes({
      workspace: 'test/workspaces/orders',
      suitePath: 'test/integration/suites/hints.test.ts',
      vsix: await packageExtension(),
    }));
});
