/** Suites inside a real VS Code: the desktop where it can be had, else the server. The output says which ran. */
import { TEST_MS } from '../support/processes';
import { requireBuild } from './support/builtExtension';
import { suitePasses } from './support/suitePasses';

describe('in VS Code', function () {
  // A start of VS Code, and a suite to its limit.
  this.timeout(3 * TEST_MS);

  before(requireBuild);

  it('shows hints, hovers, traces and its way back after a crash', () =>
    suitePasses({ workspace: 'test/workspaces/orders', suitePath: 'test/integration/suites/hints.test.ts' }));

  it('keeps to its bounds in Restricted Mode', () =>
    suitePasses({
      workspace: 'test/workspaces/restricted',
      suitePath: 'test/integration/suites/untrusted.test.ts',
      trusted: false,
      userSettings: { 'security.workspace.trust.startupPrompt': 'never' },
    }));

  it('works without a folder', () => suitePasses({ suitePath: 'test/integration/suites/noFolder.test.ts' }));

  it('says what a virtual workspace cannot have', () =>
    suitePasses({
      workspace: 'test/workspaces/virtual/virtual.code-workspace',
      suitePath: 'test/integration/suites/virtual.test.ts',
    }));

  it('says when other machines can reach the receiver', () =>
    suitePasses({
      workspace: 'test/workspaces/orders',
      suitePath: 'test/integration/suites/openToNetwork.test.ts',
      userSettings: { 'spanlight.receiver.host': '0.0.0.0' },
    }));

  it('finds where the context is lost, and mends it', () =>
    suitePasses({
      workspace: 'test/workspaces/lint',
      suitePath: 'test/integration/suites/lint.test.ts',
      // VS Code in a browser would save what the suite mends.
      userSettings: { 'files.autoSave': 'off' },
    }));

  it('keeps up with whatever happens to files that are linted', () =>
    suitePasses({
      workspace: 'test/workspaces/lint',
      suitePath: 'test/integration/suites/lintTour.test.ts',
      userSettings: { 'files.autoSave': 'off' },
    }));

  it('lints as the settings say, as soon as they say it', () =>
    suitePasses({
      workspace: 'test/workspaces/lint',
      suitePath: 'test/integration/suites/lintSettings.test.ts',
      userSettings: { 'files.autoSave': 'off' },
    }));

  it('lints languages that VS Code does not ship', () =>
    suitePasses({ workspace: 'test/workspaces/kotlin', suitePath: 'test/integration/suites/kotlin.test.ts' }));

  it('is told where operations belong, and says why', () =>
    suitePasses({ workspace: 'test/workspaces/choices', suitePath: 'test/integration/suites/choices.test.ts' }));

  it('is told once where the files of a process lie', () =>
    suitePasses({ workspace: 'test/workspaces/paths', suitePath: 'test/integration/suites/paths.test.ts' }));

  it('works with two folders', () =>
    suitePasses({
      workspace: 'test/workspaces/two/two.code-workspace',
      suitePath: 'test/integration/suites/twoFolders.test.ts',
    }));
});
