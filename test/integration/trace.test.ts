/** From the code to the trace and back, by mouse and keyboard, in a real workbench. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { SLOW_MS, TEST_MS, waitFor } from '../support/processes';
import { openVscode, type OpenVscode } from '../support/vscodeHost';
import { requireBuild } from './support/builtExtension';
import { FIXED_TRACE_ID, sendFixedTrace } from './support/fixedTrace';
import { sendOrders } from './support/ordersSpans';
import { openByName, runAndWrite, runFromPalette } from './support/quickInput';
import { SpanSender } from './support/sentSpans';
import {
  freePort,
  QUIET_SETTINGS,
  tracePage,
  untilWrittenDown,
  waitForStatus,
  waitForWords,
} from './support/workbench';

describe('a trace beside its code', function () {
  this.timeout(TEST_MS);
  let vscode: OpenVscode;
  let page: Page;
  let endpoint: string;

  before(async () => {
    requireBuild();
    const port = await freePort();
    const userSettings = { ...QUIET_SETTINGS, 'spanlight.receiver.httpPort': port, 'spanlight.receiver.grpcPort': 0 };
    vscode = await openVscode({ workspace: 'test/workspaces/orders', userSettings, log: () => undefined });
    ({ page } = vscode);
    console.log(`      ${vscode.host}`);
    await waitForStatus(page, new RegExp(`waiting on :${port}`));
    endpoint = `http://127.0.0.1:${port}`;
    const sender = new SpanSender(endpoint, 'orders');
    await sendOrders(sender);
    await sender.close();
    await openByName(page, 'orders.ts');
  });

  after(() => vscode.dispose());

  it('draws the words of a hint in order behind the code', async () => {
    const words = await waitForWords(page, 'async create(', /err/);
    assert.match(words, /^p50 18 ms · p95 18 ms · 40 · 3 % err/);
  });

  it('says in words why a function has no hint', async () => {
    await page.locator('.view-line', { hasText: 'async cancel(' }).click();
    await runFromPalette(page, 'Spanlight: Why Is Nothing Shown Here?');
    const message = page.locator('.notification-list-item', { hasText: 'OrderService.cancel: ' });
    // The driver of tests keeps messages in their list, and a list that is opened before the message closes again.
    const listed = async (): Promise<true | undefined> => {
      if (!(await message.isVisible())) await page.locator('.statusbar-item[id*=notifications]').click();
      return (await message.isVisible()) ? true : undefined;
    };
    await waitFor('the message', SLOW_MS, listed, 1_000);
    assert.match(await message.innerText(), /none that belongs to this function/);
    await page.keyboard.press('Escape');
  });

  it('opens the failed trace from the code, on the span of the function', async () => {
    await page.locator('.view-line', { hasText: 'create' }).getByText('create', { exact: true }).first().click();
    await runFromPalette(page, 'Spanlight: Open Failed Trace');
    const trace = tracePage(page);
    await trace.getByRole('row', { name: /create order/ }).waitFor();
    await trace.getByRole('row', { name: /create order/, selected: true }).waitFor();
    assert.equal(await trace.getByRole('treegrid').getByRole('row').count(), 4, 'three spans and the head');
  });

  it('goes from a span to its line', async () => {
    const trace = tracePage(page);
    await clickRow(/save/);
    await page.keyboard.press('F12');
    await page.locator('.tab.active', { hasText: 'store.ts' }).waitFor();
    await page.locator('.statusbar-item', { hasText: /^Ln 8, Col/ }).waitFor();
    await trace.getByRole('row', { name: /save/ }).waitFor();
  });

  it('reveals the function of the cursor in the trace that is open', async () => {
    const trace = tracePage(page);
    await clickRow(/POST \/orders/);
    await trace.getByRole('row', { name: /POST \/orders/, selected: true }).waitFor();
    await page.locator('.view-line', { hasText: 'function save' }).first().click();
    await runFromPalette(page, 'Spanlight: Reveal in Trace');
    await trace.getByRole('row', { name: /save/, selected: true }).waitFor();
    assert.equal(await page.locator('iframe.webview.ready').count(), 1, 'the open trace serves');
  });

  it('is at its place after the window was reloaded, and says that its spans went with the old one', async () => {
    await sendFixedTrace(endpoint);
    await runAndWrite(page, 'Spanlight: Open Trace by Id…', FIXED_TRACE_ID, /Press 'Enter' to confirm/);
    await tracePage(page)
      .getByRole('row', { name: /POST \/orders fixed/ })
      .waitFor();
    await tracePage(page).locator('#tree').press('[');
    await spanRows(1);
    await untilWrittenDown(page, [FIXED_TRACE_ID, 'expandedLevel']);
    await page.reload();
    await page.locator('.tab.active', { hasText: 'POST /orders 80 ms' }).waitFor();
    await tracePage(page)
      .getByText(/before the window was reloaded.*keeps traces in memory/)
      .waitFor();
    await tracePage(page).getByRole('button', { name: 'Choose Another Trace' }).waitFor();
  });

  it('is shown as it was left as soon as its spans are there again', async () => {
    await waitForStatus(page, /waiting on :/);
    await sendFixedTrace(endpoint);
    await tracePage(page)
      .getByRole('row', { name: /POST \/orders fixed/ })
      .waitFor();
    await spanRows(1);
  });

  /** Waits until the waterfall has so many lines. */
  async function spanRows(count: number): Promise<void> {
    await tracePage(page)
      .locator(`#tree[aria-rowcount="${count + 1}"]`)
      .waitFor();
  }

  /** Rows are for screen readers; the pointer meets the layer above them, at the same place. */
  async function clickRow(name: RegExp): Promise<void> {
    await tracePage(page)
      .getByRole('row', { name })
      .click({ force: true, position: { x: 60, y: 8 } });
  }
});
