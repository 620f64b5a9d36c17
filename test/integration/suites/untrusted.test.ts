import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lintDiagnostics, quickFixes } from '../support/lintDiagnostics';
import { openFile, plain, receiverUrl, spanlight, until } from '../support/spanlight';

describe('Restricted Mode', () => {
  it('opens no port by what the workspace holds, and says why', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const api = await spanlight();
    const reason = await until('a reason', () => api.status()?.receiver.reason);
    assert.equal(api.status()?.receiver.state, 'off');
    assert.match(reason, /not trusted/);
  });

  it('listens when asked, but not at the address that the workspace names', async () => {
    const api = await spanlight();
    await vscode.commands.executeCommand('spanlight.startReceiver');
    const url = new URL(await receiverUrl(api));
    assert.equal(url.hostname, '127.0.0.1');
  });

  it('asks none of the backends that the workspace names, and says so', async () => {
    const api = await spanlight();
    await until(
      'the words',
      () => (/Restricted Mode: the backends in this workspace/.test(plain(api.statusTooltip())) ? true : undefined),
      () => api.statusTooltip(),
    );
    assert.match(api.statusTooltip(), /command:workbench\.trust\.manage/);
    const source = api.status()?.source;
    assert.deepEqual([source?.kind, source?.state, source?.requests], ['embedded', 'ready', 0]);
    assert.deepEqual(vscode.workspace.getConfiguration('spanlight').get('backends'), []);
  });

  it('lints, which runs nothing of what the workspace holds', async () => {
    const { document } = await openFile('src/tracing.js');
    const [found] = await until('a finding', () => {
      const list = lintDiagnostics(document.uri, 'JS-FETCH-NO-UNDICI');
      return list.length > 0 ? list : undefined;
    });
    const [fix] = await quickFixes(document.uri, found!.range);
    assert.equal(fix?.title, 'Add UndiciInstrumentation');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('takes what opens nothing', () => {
    assert.equal(vscode.workspace.getConfiguration('spanlight.hints').get('window'), 30);
  });
});
