import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { MEMORY_SCHEME, MemoryFiles } from '../support/memoryFiles';
import { openSentTrace } from '../support/openedTrace';
import { ordersRequest } from '../support/ordersSpans';
import { SpanSender } from '../support/sentSpans';
import { receiverUrl, spanlight, until } from '../support/spanlight';

const CODE = 'export class OrderService {\n  async create(): Promise<void> {\n    await save();\n  }\n}\n';

describe('a virtual workspace', () => {
  let registration: vscode.Disposable;

  before(() => {
    const files = new MemoryFiles(
      new Map([
        ['/orders/orders.ts', CODE],
        ['/orders/package.json', '{ "dependencies": { "@opentelemetry/sdk-node": "*" } }'],
      ]),
    );
    registration = vscode.workspace.registerFileSystemProvider(MEMORY_SCHEME, files);
  });

  after(() => {
    registration.dispose();
  });

  it('says in the status item what is limited, and why', async () => {
    assert.equal(vscode.workspace.workspaceFolders?.[0]?.uri.scheme, MEMORY_SCHEME);
    const api = await spanlight();
    assert.match(api.statusTooltip(), /This folder is virtual, so its code cannot be read from disk/);
    await vscode.commands.executeCommand('spanlight.startReceiver');
    await receiverUrl(api);
    await until(
      'the limit beside the receiver',
      () => (/OTLP\/HTTP on[^]*This folder is virtual/.test(api.statusTooltip()) ? true : undefined),
      () => api.statusTooltip(),
    );
  });

  it('draws nothing at its code and leaves it to others', async () => {
    const api = await spanlight();
    const uri = vscode.Uri.from({ scheme: MEMORY_SCHEME, path: '/orders/orders.ts' });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const sender = new SpanSender(await receiverUrl(api), 'orders');
    for (let i = 0; i < 30; i++) sender.send(ordersRequest(20));
    await sender.flush();
    await sender.close();
    await until(
      'the spans',
      () => (api.status()?.spans === 90 ? true : undefined),
      () => api.status(),
    );
    assert.deepEqual(api.shownHints(uri), []);
    assert.equal(api.status()?.mapping.mapped, 0);
  });

  it('says why nothing is linted', async () => {
    await spanlight();
    const page = vscode.Uri.from({ scheme: 'spanlight', path: '/Tracing facts.md' });
    await until('the reason', async () => {
      const text = (await vscode.workspace.openTextDocument(page)).getText();
      return /The folder `orders` is virtual: lint reads .* Clone the repository/.test(text) ? true : undefined;
    });
  });

  it('opens traces as anywhere', async () => {
    const api = await spanlight();
    await openSentTrace(api, 93);
  });
});
