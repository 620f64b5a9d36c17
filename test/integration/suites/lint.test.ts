import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { openFile, spanlight, until } from '../support/spanlight';

const RULE = 'JS-FETCH-NO-UNDICI';

describe('lint, in VS Code', () => {
  let document: vscode.TextDocument;

  before(async () => {
    await spanlight();
    ({ document } = await openFile('tracing.js'));
  });

  it('underlines the set-up that leaves a client out, and leads to the calls', async () => {
    const [found, ...others] = await diagnostics((list) => list.length > 0);
    assert.deepEqual([others.length, found!.source, severity(found!)], [0, 'Spanlight', 'Warning']);
    assert.match(document.lineAt(found!.range.start.line).text, /instrumentations|NodeSDK/);
    assert.match(found!.message, /fetch/);
    const { target } = found!.code as { target: vscode.Uri };
    const page = (await vscode.workspace.openTextDocument(target)).getText();
    assert.match(page, /^# JS-FETCH-NO-UNDICI\n\n.*undici/s);
    const places = found!.relatedInformation!.map(({ location }) => vscode.workspace.asRelativePath(location.uri));
    assert.ok(places.includes('server.js'), places.join());
  });

  it('hears of what others write on disk: the file that calls, and its folder', async () => {
    const folder = path.dirname(document.fileName);
    const [server, calls] = [path.join(folder, 'server.js'), path.join(folder, 'calls')];
    const text = readFileSync(server, 'utf8');
    try {
      writeFileSync(server, text.replace(/\bfetch\(/g, 'find('));
      await diagnostics((list) => list.length === 0);
      mkdirSync(calls);
      writeFileSync(path.join(calls, 'calls.js'), text);
      writeFileSync(server, `require('./calls/calls');\n`);
      await diagnostics((list) => list.length === 1);
      rmSync(calls, { recursive: true });
      await diagnostics((list) => list.length === 0);
    } finally {
      rmSync(calls, { recursive: true, force: true });
      writeFileSync(server, text);
    }
    await diagnostics((list) => list.length === 1);
  });

  it('mends it by a quick fix, as soon as the edit is made', async () => {
    const [found] = await diagnostics((list) => list.length > 0);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      found!.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ isPreferred, edit }) => isPreferred === true && edit !== undefined);
    assert.ok(fix, actions.map(({ title }) => title).join(', '));
    assert.ok(await vscode.workspace.applyEdit(fix.edit!));
    assert.match(document.getText(), /new UndiciInstrumentation\(\)/);
    assert.match(document.getText(), /require\('@opentelemetry\/instrumentation-undici'\)/);
    await diagnostics((list) => list.length === 0);
  });

  it('says why something is covered', async () => {
    await vscode.commands.executeCommand('spanlight.showTracingFacts');
    const facts = await until('the page of facts', () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label }) => label.includes('Tracing facts')),
    );
    assert.ok(facts);
  });

  after(async () => {
    for (const changed of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
      await vscode.window.showTextDocument(changed);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  function diagnostics(is: (list: readonly vscode.Diagnostic[]) => boolean): Promise<readonly vscode.Diagnostic[]> {
    return until(`diagnostics of ${document.fileName}`, () => {
      const list = vscode.languages.getDiagnostics(document.uri).filter(({ code }) => codeOf(code) === RULE);
      return is(list) ? list : undefined;
    });
  }
});

function codeOf(code: vscode.Diagnostic['code']): string {
  return String(typeof code === 'object' ? code.value : code);
}

function severity({ severity: value }: vscode.Diagnostic): string {
  return vscode.DiagnosticSeverity[value];
}
