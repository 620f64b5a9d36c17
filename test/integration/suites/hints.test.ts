import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SpanContext } from '@opentelemetry/api';
import type { SpanlightApi } from '../../../src/vscode/api';
import { sendOrders } from '../support/ordersSpans';
import { SpanSender } from '../support/sentSpans';
import { hintAt, hoverOver, lineOf, openFile, plain, receiverUrl, spanlight, until } from '../support/spanlight';

describe('hints at functions, in VS Code', () => {
  let api: SpanlightApi;
  let sender: SpanSender;
  let failed: SpanContext;

  before(async () => {
    api = await spanlight();
    sender = new SpanSender(await receiverUrl(api), 'orders');
    failed = await sendOrders(sender);
  });

  after(() => sender.close());

  it('shows count, latency and errors at the line that declares the function', async () => {
    const { document } = await openFile('src/orders.ts');
    const hint = await hintAt(api, document, 'async create(', /p50/);
    assert.match(plain(hint.text), /^p50 1[78](\.\d)? ms · p95 1[78](\.\d)? ms · 40 · 3 % err/);
    assert.equal(hint.symbol.endsWith('create'), true, hint.symbol);
    assert.equal(hint.severity, 'warning', 'one of forty failed, and 1 % is the line');
    const lines = api.shownHints(document.uri).map(({ line }) => line);
    assert.deepEqual(lines, [lineOf(document, 'async create(')], 'nothing where nothing was measured');
  });

  it('finds functions by legacy attributes and by route', async () => {
    const store = await openFile('src/store.ts');
    assert.match(plain((await hintAt(api, store.document, 'function save', /p50/)).text), /· 40/);
    const server = await openFile('src/server.ts');
    const slow = await hintAt(api, server.document, 'function getOrders', /^p50 700 ms · max 700 ms · 10$/);
    assert.ok(slow.text.length > 0);
    await hintAt(api, server.document, 'function postOrder', /p50 20(\.\d)? ms · p95 20(\.\d)? ms · 40/);
  });

  it('explains in the hover: numbers, picture, traces and evidence', async () => {
    const { document } = await openFile('src/server.ts');
    const text = await hoverOver(document, 'postOrder', /POST \/orders/);
    assert.match(text, /!\[.*\]\(data:image\/svg\+xml;base64,/);
    assert.match(text, /40 calls/);
    assert.match(text, /command:spanlight\.openTrace/);
    assert.match(text, /route POST \/orders/);
  });

  it('says at a function without data why there is none', async () => {
    const { document } = await openFile('src/orders.ts');
    const text = await hoverOver(document, 'cancel', /./);
    assert.match(text, /cancel|no span|nothing/i);
    assert.doesNotMatch(text, /p50/);
  });

  it('follows the function when lines are inserted above it', async () => {
    const editor = await openFile('src/orders.ts');
    const before = lineOf(editor.document, 'async create(');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// one\n// two\n'));
    const hint = await hintAt(api, editor.document, 'async create(', /p50/);
    assert.equal(hint.line, before + 2);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('shows code lenses and inlay hints to those who choose them, and nothing when off', async () => {
    const { document } = await openFile('src/orders.ts');
    await hintAt(api, document, 'async create(', /p50/);
    const configuration = vscode.workspace.getConfiguration('spanlight.hints');
    const line = lineOf(document, 'async create(');
    try {
      await configuration.update('style', 'codeLens', vscode.ConfigurationTarget.Global);
      await until('a code lens', async () => (await lensTitles(document, line)).find((title) => /p50/.test(title)));
      await configuration.update('style', 'inlay', vscode.ConfigurationTarget.Global);
      await until('an inlay hint', async () => (await inlayTexts(document, line)).find((text) => /p50/.test(text)));
      assert.deepEqual(await lensTitles(document, line), [], 'one style at a time');
      await configuration.update('style', 'off', vscode.ConfigurationTarget.Global);
      await until('silence', async () => ((await inlayTexts(document, line)).length === 0 ? true : undefined));
    } finally {
      await configuration.update('style', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('opens a trace beside the code', async () => {
    await openFile('src/orders.ts');
    await api.openTrace(failed.traceId, failed.spanId);
    const tab = await until('the panel', () =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .find((candidate) => candidate.input instanceof vscode.TabInputWebview && candidate.label.includes('POST')),
    );
    assert.equal(tab.label, 'POST /orders 20 ms');
    assert.notEqual(tab.group.viewColumn, vscode.ViewColumn.One);
    await vscode.window.tabGroups.close(tab);
  });

  it('refuses what is no trace id, in words', async () => {
    await assert.rejects(api.openTrace('hello'), /no trace id/);
  });

  it('counts spans and mapped operations in the status bar', async () => {
    await until(
      'the counts',
      () => (/^\$\(pulse\) 130 spans · 4 of 4 mapped/.test(plain(api.statusText())) ? true : undefined),
      () => api.statusText(),
    );
  });

  it('starts the engine again when it was killed, and hints come back with new data', async () => {
    const { document } = await openFile('src/orders.ts');
    await hintAt(api, document, 'async create(', /p50/);
    const pid = api.status()!.pid;
    process.kill(pid, 'SIGKILL');
    await until('another engine', () => {
      const status = api.status();
      return status !== undefined && status.pid !== pid ? true : undefined;
    });
    // The collected traces went with the old engine, so nothing may be shown any more.
    await until('an editor without hints', () => (api.shownHints(document.uri).length === 0 ? true : undefined));
    const again = new SpanSender(await receiverUrl(api), 'orders');
    await sendOrders(again);
    await again.close();
    await hintAt(api, document, 'async create(', /p50/);
  });
});

async function lensTitles(document: vscode.TextDocument, line: number): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    100,
  );
  return lenses
    .filter((lens) => lens.range.start.line === line && lens.command?.command.startsWith('spanlight.'))
    .map((lens) => plain(lens.command!.title));
}

async function inlayTexts(document: vscode.TextDocument, line: number): Promise<string[]> {
  const range = new vscode.Range(0, 0, document.lineCount, 0);
  const inlays = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    document.uri,
    range,
  );
  return inlays
    .filter((inlay) => inlay.position.line === line)
    .map((inlay) => (typeof inlay.label === 'string' ? inlay.label : inlay.label.map((part) => part.value).join('')))
    .map(plain);
}
