import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lintDiagnostics, quickFixes } from '../support/lintDiagnostics';
import { SpanSender, type SentSpan } from '../support/sentSpans';
import { hintAt, openFile, receiverUrl, spanlight, until } from '../support/spanlight';

describe('two folders', () => {
  it('finds the functions of both', async () => {
    const api = await spanlight();
    const url = await receiverUrl(api);
    for (const [service, file, name] of [
      ['left', 'stock.ts', 'reserveStock'],
      ['right', 'prices.ts', 'quotePrice'],
    ] as const) {
      const sender = new SpanSender(url, service);
      const attributes = { 'code.function.name': name, 'code.file.path': `/app/src/${file}`, 'code.line.number': 1 };
      const span: SentSpan = { name, durationMs: 8, attributes };
      for (let i = 0; i < 30; i++) sender.send(span);
      await sender.flush();
      await sender.close();
    }
    await hintAt(api, (await openFile('src/stock.ts', 0)).document, 'reserveStock', /p50 8 ms .* 30/);
    await hintAt(api, (await openFile('src/prices.ts', 1)).document, 'quotePrice', /p50 8 ms .* 30/);
  });

  it('lints each by its own manifest, and says in which folder a place is', async () => {
    await spanlight();
    for (const [i, folder] of ['left', 'right'].entries()) {
      const { document } = await openFile('src/tracing.js', i);
      const [found, ...others] = await until(`the finding of ${folder}`, () => {
        const list = lintDiagnostics(document.uri, 'JS-FETCH-NO-UNDICI');
        return list.length > 0 ? list : undefined;
      });
      assert.equal(others.length, 0);
      assert.match(found!.message, new RegExp(`\\(\`${folder}/package\\.json:\\d+\``));
      const places = found!.relatedInformation!.map(({ location }) => vscode.workspace.asRelativePath(location.uri));
      assert.ok(places.includes(`${folder}/src/server.js`), places.join());
      assert.ok(
        places.every((place) => place.startsWith(`${folder}/`)),
        places.join(),
      );
      const titles = (await quickFixes(document.uri, found!.range)).map(({ title }) => title);
      assert.ok(titles.includes('Fix all JS-FETCH-NO-UNDICI in the workspace (2)'), titles.join());
    }
  });
});
