import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lintDiagnostics } from '../support/lintDiagnostics';
import { openFile, spanlight, until } from '../support/spanlight';

const RULE = 'JS-FETCH-NO-UNDICI';

type Setting = 'scope' | 'severities' | 'coveredBy' | 'injectHelpers' | 'assumedAgents';

describe('the settings of lint, in VS Code', () => {
  let uri: vscode.Uri;

  before(async () => {
    await spanlight();
    uri = (await openFile('tracing.js')).document.uri;
    await shown('Warning');
  });

  afterEach(async () => {
    for (const name of ['scope', 'severities', 'coveredBy', 'assumedAgents'] as const) await set(name, undefined);
    await shown('Warning');
  });

  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('give a rule another severity, and switch it off', async () => {
    await set('severities', { [RULE]: 'error' });
    await shown('Error');
    await set('severities', { [RULE]: 'hint' });
    await shown('Hint');
    await set('severities', { [RULE]: 'off' });
    await shown();
  });

  it('say what covers a library, and which agents are added', async () => {
    await set('coveredBy', ['undici: service mesh']);
    await shown();
    await set('coveredBy', []);
    await shown('Warning');
    await set('assumedAgents', ['otel-operator-nodejs']);
    await shown();
    // One of another language is in no Node process.
    await set('assumedAgents', ['otel-java-agent']);
    await shown('Warning');
  });

  it('choose between open files, the whole workspace and nothing', async () => {
    await set('scope', 'off');
    await shown();
    assert.match(await facts(), /Nothing is linted: `spanlight\.lint\.scope` is `off`/);
    await set('scope', 'workspace');
    await shown('Warning');
    await set('scope', 'openFiles');
    await shown('Warning');
  });

  it('are told where they are wrong, and what would be right', async () => {
    await set('severities', { 'JS-FETCH-NO-UNDICY': 'off' });
    await shown('Warning');
    await until('a word about it', async () =>
      /spanlight\.lint\.severities: There is no rule "JS-FETCH-NO-UNDICY".*JS-FETCH-NO-UNDICI is one/.test(
        await facts(),
      )
        ? true
        : undefined,
    );
  });

  async function set(name: Setting, value: unknown): Promise<void> {
    const section = vscode.workspace.getConfiguration('spanlight.lint');
    await section.update(name, value, vscode.ConfigurationTarget.Global);
  }

  function shown(...severities: string[]): Promise<true> {
    const now = (): string[] => lintDiagnostics(uri, RULE).map(({ severity }) => vscode.DiagnosticSeverity[severity]);
    return until(
      `${severities.join() || 'nothing'}`,
      () => (now().join() === severities.join() ? true : undefined),
      now,
    );
  }

  /** The page of **Why Is This Covered?**, as of now. */
  async function facts(): Promise<string> {
    const page = vscode.Uri.from({ scheme: 'spanlight', path: '/Tracing facts.md', query: `${uri.toString()}` });
    // A document that nobody shows is asked for anew.
    await vscode.commands.executeCommand('spanlight.showTracingFacts');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    const all = page.with({ query: `${Date.now()}` });
    return (await vscode.workspace.openTextDocument(all)).getText();
  }
});
