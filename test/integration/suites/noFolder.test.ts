import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ordersRequest } from '../support/ordersSpans';
import { SpanSender } from '../support/sentSpans';
import { receiverUrl, spanlight, until } from '../support/spanlight';

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
    const sender = new SpanSender(await receiverUrl(api), 'orders');
    const { traceId } = sender.send(ordersRequest(20));
    await sender.flush();
    await sender.close();
    await until(
      'the spans',
      () => (api.status()?.spans === 3 ? true : undefined),
      () => api.status(),
    );
    await api.openTrace(traceId);
    await until('the panel', () =>
      vscode.window.tabGroups.all.flatMap((group) => group.tabs).find((tab) => tab.label === 'POST /orders 20 ms'),
    );
  });
});
