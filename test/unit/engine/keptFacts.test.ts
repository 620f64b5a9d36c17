import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { TestEngine, testSettings, waitFor } from './engineProcess';
import { sendOrders } from './sendTraces';
import { lineOf, shopWorkspace } from './shopWorkspace';

describe('what an engine read of a workspace', function () {
  this.timeout(60_000);

  it('is kept for the next one, which shows the same', async () => {
    const caches = mkdtempSync(path.join(os.tmpdir(), 'spanlight-caches-'));
    const shop = shopWorkspace();
    const written = () => readdirSync(caches).filter((name) => /^facts-[0-9a-f]+$/.test(name));
    const hintLines = async (): Promise<number[]> => {
      const engine = await TestEngine.start([shop.folder], testSettings(), { cacheFolder: caches });
      try {
        await sendOrders(await engine.receiverUrl(), { count: 5 });
        const uri = await engine.open(shop.ordersFile, 'typescript', shop.ordersText);
        return await waitFor('hints, and what was read on disk', async () => {
          const { hints } = await engine.request('spanlight/hints', { uri });
          return hints.length > 1 && written().length === 1 ? hints.map(({ line }) => line) : undefined;
        });
      } finally {
        await engine.stop();
      }
    };
    try {
      const first = await hintLines();
      assert.ok(first.includes(lineOf(shop.ordersText, 'createOrder')));
      const [name = ''] = written();
      const kept = readFileSync(path.join(caches, name), 'utf8');
      assert.match(kept, /price order/);
      if (process.platform !== 'win32')
        assert.equal(statSync(path.join(caches, name)).mode & 0o077, 0, 'for its user alone');
      assert.deepEqual(await hintLines(), first);
      assert.deepEqual(textsOf(readFileSync(path.join(caches, name), 'utf8')), textsOf(kept));
    } finally {
      shop.dispose();
      rmSync(caches, { recursive: true, force: true });
    }
  });
});

/** The texts and their facts. Which file had one is noted as well once the file is not new any more. */
function textsOf(kept: string): unknown {
  const end = kept.indexOf('\n');
  const { texts } = JSON.parse(kept.slice(0, end)) as { readonly texts: unknown };
  return [texts, kept.slice(end)];
}
