/** The break that is planted in the sample shop: found by lint, mended by its quick fix, and gone after a restart. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { SLOW_MS, TEST_MS, waitFor } from '../support/processes';
import { copyShop, installShop, startShop, type RunningShop } from '../support/shop';
import { openVscode, type OpenVscode } from '../support/vscodeHost';
import { requireBuild } from './support/builtExtension';
import { openByName, runFromPalette } from './support/quickInput';
import { freePort, pageWith, QUIET_SETTINGS, waitForStatus } from './support/workbench';

/** What the audit does later, and the same as part of a trace. */
const WRITTEN = '{ name = "write audit line" }';
const WHOLE = '{ resource.service.name = "api-gateway" && kind = server } >> { name = "write audit line" }';
const ROOTS = '{ trace:rootName = "write audit line" }';

/** What was clicked and not taken by then is clicked once more. */
const TRY_MS = 20_000;

describe('the break in the sample shop', function () {
  this.timeout(2 * TEST_MS);
  let vscode: OpenVscode;
  let page: Page;
  let shop: RunningShop | undefined;
  let folder: string;
  let port: number;

  before(async () => {
    requireBuild();
    await installShop(console.log);
    folder = await copyShop();
    port = await freePort();
    const userSettings = {
      ...QUIET_SETTINGS,
      'spanlight.receiver.httpPort': port,
      'spanlight.receiver.grpcPort': 0,
      'files.autoSave': 'off',
      // The line that is clicked may lie below the heads of its functions that stick to the top.
      'editor.stickyScroll.enabled': false,
    };
    vscode = await openVscode({ workspace: folder, userSettings, log: () => undefined });
    ({ page } = vscode);
    console.log(`      ${vscode.host}`);
    await waitForStatus(page, new RegExp(`waiting on :${port}`));
  });

  after(async () => {
    await shop?.stop();
    await vscode?.dispose();
    rmSync(path.dirname(folder), { recursive: true, force: true });
  });

  it('shows in the traces: the audit is no part of the order', async () => {
    await start();
    await untilFound(WRITTEN);
    await untilFound(ROOTS);
    await untilNone(WHOLE);
  });

  it('is underlined, with the rule and where the line is taken out', async () => {
    await openByName(page, 'audit.ts');
    await page.locator('.squiggly-warning').first().waitFor();
    await page.locator('.view-line', { hasText: 'waiting.push(line)' }).getByText('push').click();
    await runFromPalette(page, 'Go to Next Problem (Error, Warning, Info)');
    const marker = page.locator('.marker-widget, .zone-widget', { hasText: 'QUEUE-CTX-LOSS' }).first();
    await marker.getByText(/carries no trace context/).waitFor();
    await page.keyboard.press('Escape');
  });

  it('is mended by the quick fix', async () => {
    const fixed = page.locator('.view-line', { hasText: 'context: context.active()' });
    await waitFor('the quick fix', SLOW_MS, async () => {
      if (await fixed.isVisible()) return true;
      // A menu of the last try would take the click.
      await page.keyboard.press('Escape');
      await page.locator('.view-line', { hasText: 'waiting.push(line)' }).getByText('push').click({ timeout: TRY_MS });
      await page.keyboard.press('Control+Period');
      const entry = page.locator('.action-widget .monaco-list-row', { hasText: 'Keep the context with what waits' });
      await entry.click({ timeout: TRY_MS });
      await fixed.waitFor({ timeout: TRY_MS });
      return true;
    });
    await page.locator('.squiggly-warning').first().waitFor({ state: 'detached' });
    await page.keyboard.press('Control+KeyS');
    const saved = (): string => readFileSync(path.join(folder, 'orders-api/audit.ts'), 'utf8');
    await waitFor('the saved file', SLOW_MS, () => Promise.resolve(saved().includes('itsContext') || undefined));
    assert.match(saved(), /context\.with\(itsContext, \(\) => writeLine\(line\)\)/);
  });

  it('is gone after a restart: the audit is in the trace that the gateway began', async () => {
    await shop?.stop();
    await runFromPalette(page, 'Spanlight: Clear Collected Data');
    await start();
    await untilFound(WHOLE);
    await untilNone(ROOTS);
    const search = await pageWith(page, '#query');
    await ask(WHOLE);
    await search.locator('.result').first().click();
    await pageWith(page, '#tree .row:has-text("write audit line")');
  });

  /** Compiles the shop as it is now, and runs it under load. */
  async function start(): Promise<void> {
    const endpoint = `http://127.0.0.1:${port}`;
    const env = { SHOP_PROTOCOL: 'http/protobuf' };
    shop = await startShop({ folder, kafka: false, endpoint, grpcEndpoint: endpoint, env, log: () => undefined });
  }

  async function ask(query: string): Promise<void> {
    await runFromPalette(page, 'Spanlight: Search Traces');
    const search = await pageWith(page, '#query');
    await search.locator('#query').fill(query);
    await search.locator('#query').press('Enter');
  }

  async function untilFound(query: string): Promise<void> {
    await waitFor(`traces of ${query}`, SLOW_MS, async () => {
      await ask(query);
      const search = await pageWith(page, '#query');
      await search.locator('.status', { hasText: /\d traces?/ }).waitFor({ timeout: SLOW_MS / 12 });
      return true;
    });
  }

  async function untilNone(query: string): Promise<void> {
    await waitFor(`no traces of ${query}`, SLOW_MS, async () => {
      await ask(query);
      const search = await pageWith(page, '#query');
      await search.getByText(/^No traces?.* match/).waitFor({ timeout: SLOW_MS / 12 });
      return true;
    });
  }
});
