/** Saying once where the files of a process lie. */
import * as vscode from 'vscode';
import type { SpanlightApi } from '../../../src/vscode/api';
import { SpanSender } from '../support/sentSpans';
import { hintAt, hoverOver, openFile, receiverUrl, spanlight, until } from '../support/spanlight';

/** Spans of a process whose folder does not say which of two it is. */
async function send(api: SpanlightApi): Promise<void> {
  const sender = new SpanSender(await receiverUrl(api), 'mystery');
  for (const file of ['orders', 'refunds']) {
    const attributes = { 'code.file.path': `/srv/run/lib/${file}.ts`, 'code.line.number': 2 };
    for (let i = 0; i < 6; i++) sender.send({ name: file, durationMs: 5, attributes });
  }
  await sender.close();
}

describe('paths that may be several files, in VS Code', () => {
  let api: SpanlightApi;

  before(async () => {
    api = await spanlight();
    await send(api);
  });

  it('are found once it is said where one of them lies', async () => {
    const { document } = await openFile('billing/lib/orders.ts');
    await until(
      'paths that are not found',
      () => (api.status()?.mapping.unmapped === 2 ? true : undefined),
      () => api.status()?.mapping,
    );
    let isDone = false;
    const asking = vscode.commands.executeCommand('spanlight.locatePath').then(() => (isDone = true));
    // The first entry is the file that comes first.
    await until('an answer', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return isDone || undefined;
    });
    await asking;
    await hintAt(api, document, 'function billOrder', /6/);
    const refunds = await openFile('billing/lib/refunds.ts');
    await hintAt(api, refunds.document, 'function refund', /6/);
  });

  it('are still found when the engine starts again', async () => {
    await vscode.commands.executeCommand('spanlight.restartEngine');
    await send(api);
    const { document } = await openFile('billing/lib/orders.ts');
    await hintAt(api, document, 'function billOrder', /6/);
  });

  it('are not known any more when that is forgotten, and lead to the question from the function', async () => {
    await vscode.commands.executeCommand('spanlight.forgetAllPicks');
    const { document } = await openFile('billing/lib/orders.ts');
    await until('no hint', () => (api.shownHints(document.uri).length === 0 ? true : undefined));
    await hoverOver(document, 'billOrder', /why nothing|No spans|sends spans|bound/i);
  });
});
