import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openSentTrace } from '../support/openedTrace';
import { receiverUrl, spanlight } from '../support/spanlight';

describe('a window without a folder', () => {
  it('starts nothing by itself, then listens with the first command', async () => {
    assert.equal(vscode.workspace.workspaceFolders, undefined);
    const api = await spanlight();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(api.status(), undefined, 'nobody asked for an engine');
    await vscode.commands.executeCommand('spanlight.copyExporterEnvironment');
    const url = await receiverUrl(api);
    const copied = await vscode.env.clipboard.readText();
    assert.ok(copied.includes(url), copied);
  });

  it('receives and opens traces', async () => {
    const api = await spanlight();
    await openSentTrace(api, 3);
  });
});
