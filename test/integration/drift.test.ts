/** Spans of an older commit in a real window: hints are where the code is now, and say on which code they were measured. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { SpanKind } from '@opentelemetry/api';
import type { Page } from 'playwright-core';
import { projectRoot } from '../support/cacheFolder';
import { GitRepository, withEmptyFolder } from '../support/gitRepository';
import { TEST_MS } from '../support/processes';
import { openVscode } from '../support/vscodeHost';
import { requireBuild } from './support/builtExtension';
import { SpanSender } from './support/sentSpans';
import { freePort, QUIET_SETTINGS, waitForStatus, waitForWords, wordsBehind } from './support/workbench';

const ORDERS = `import { save } from './save';

export function createOrder(id: string): void {
  save(id);
}

export function cancelOrder(id: string): void {
  save(id);
  save(id);
}

export function listOrders(): string[] {
  return [];
}
`;

/** How the words behind a line look. */
function looks(page: Page, code: string): Promise<{ italic: boolean; opacity: number }> {
  return page.evaluate((text) => {
    const lines = [...document.querySelectorAll('.view-line')];
    const line = lines.find((candidate) => candidate.textContent?.replaceAll('\u00a0', ' ').includes(text));
    const drawn = [...(line?.querySelectorAll('span') ?? [])]
      .map((span) => getComputedStyle(span, '::after'))
      .find(({ content }) => content !== 'none' && content !== 'normal' && /ms|call/.test(content));
    return { italic: drawn?.fontStyle === 'italic', opacity: Number(drawn?.opacity) };
  }, code);
}

/** Sends calls of the functions as they were at a commit; lines count from 1. */
async function sendCalls(
  endpoint: string,
  resource: Record<string, string>,
  lines: Record<string, number>,
): Promise<void> {
  const sender = new SpanSender(endpoint, 'orders', resource);
  for (const [name, line] of Object.entries(lines)) {
    const attributes = { 'code.file.path': '/app/src/orders.ts', 'code.line.number': line, 'code.function.name': name };
    for (let i = 0; i < 6; i++) sender.send({ name, kind: SpanKind.INTERNAL, durationMs: 12, attributes });
  }
  await sender.close();
}

describe('code that changed since it was measured', function () {
  this.timeout(2 * TEST_MS);

  before(requireBuild);

  it('is told at the line, dimmed, in a repository and in an editor', () =>
    withEmptyFolder(async (folder) => {
      const repository = GitRepository.create(folder).write({
        'package.json': '{ "name": "orders", "dependencies": { "@opentelemetry/api": "1.9.0" } }',
        'src/orders.ts': ORDERS,
        'src/save.ts': 'export function save(id: string): void {}\n',
      });
      const revision = repository.commit('What runs');
      const at = revision.slice(0, 7);
      const moved = `// Orders of the shop.\n// See README.md.\n\n${ORDERS}`;
      repository
        .write({ 'src/orders.ts': moved.replace('return [];', 'return ["one"];') })
        .commit('What is checked out');
      const port = await freePort();
      const userSettings = {
        ...QUIET_SETTINGS,
        'files.autoSave': 'off',
        'spanlight.receiver.httpPort': port,
        'spanlight.receiver.grpcPort': 0,
      };
      const vscode = await openVscode({ workspace: folder, userSettings, log: () => undefined });
      try {
        const { page } = vscode;
        await waitForStatus(page, /waiting on :\d+/);
        const lines = { createOrder: 3, cancelOrder: 7, listOrders: 12 };
        await sendCalls(`http://127.0.0.1:${port}`, { 'vcs.ref.head.revision': revision }, lines);
        await page.keyboard.press('Control+P');
        await page.keyboard.type('orders.ts');
        await page.locator('.quick-input-list .monaco-list-row', { hasText: 'orders.ts' }).first().waitFor();
        await page.keyboard.press('Enter');
        assert.doesNotMatch(await waitForWords(page, 'function createOrder', /12 ms/), /at /);
        assert.doesNotMatch(await waitForWords(page, 'function cancelOrder', /12 ms/), /at /);
        assert.match(await waitForWords(page, 'function listOrders', /12 ms/), new RegExp(` · at ${at}$`));
        assert.deepEqual(await looks(page, 'function createOrder'), { italic: false, opacity: 1 });
        assert.deepEqual(await looks(page, 'function listOrders'), { italic: true, opacity: 0.6 });

        // The editor itself carries the words while somebody types above them.
        await page.locator('.view-line', { hasText: 'function createOrder' }).click();
        await page.keyboard.press('Control+Home');
        await page.keyboard.press('Enter');
        assert.match(await wordsBehind(page, 'function createOrder'), /12 ms/);

        // An edit of a function that was the same so far.
        await page.locator('.view-line', { hasText: 'function cancelOrder' }).click();
        await page.keyboard.press('End');
        await page.keyboard.press('Enter');
        await page.keyboard.type('save(id + id)');
        await waitForWords(page, 'function cancelOrder', new RegExp(` · at ${at}$`));
        assert.doesNotMatch(await waitForWords(page, 'function createOrder', /12 ms/), /at /);

        await page.locator('.view-line', { hasText: 'function listOrders' }).getByText('listOrders').hover();
        const hover = page.locator('.monaco-hover', { hasText: `Measured at ${at}, function changed since.` });
        await hover.first().waitFor();
        const shots = path.join(projectRoot, 'test', 'screenshots');
        mkdirSync(shots, { recursive: true });
        await page.screenshot({ path: path.join(shots, 'drift.png') });

        // What is deployed next is the code that is checked out.
        const head = repository.git('rev-parse', 'HEAD');
        await sendCalls(`http://127.0.0.1:${port}`, { 'vcs.ref.head.revision': head }, lines);
        await waitForWords(page, 'function cancelOrder', new RegExp(` · at ${head.slice(0, 7)}$`));
        assert.doesNotMatch(await waitForWords(page, 'function listOrders', /· 12$/), /at /);
      } finally {
        await vscode.dispose();
      }
    }));
});
