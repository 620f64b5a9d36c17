import { SpanSender, type SentSpan } from '../support/sentSpans';
import { hintAt, openFile, receiverUrl, spanlight } from '../support/spanlight';

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
});
