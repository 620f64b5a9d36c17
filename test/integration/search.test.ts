/** The search of traces and the editor of trace files, in a real workbench. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { SLOW_MS, TEST_MS, waitFor } from '../support/processes';
import { openVscode, type OpenVscode } from '../support/vscodeHost';
import { requireBuild } from './support/builtExtension';
import { sendOrders } from './support/ordersSpans';
import { openByName, rows, runFromPalette } from './support/quickInput';
import { SpanSender } from './support/sentSpans';
import { freePort, pageWith, QUIET_SETTINGS, waitForStatus, waitForWords } from './support/workbench';

const JAEGER = path.join(__dirname, '../fixtures/files/jaeger-api.json');

describe('search and trace files', function () {
  this.timeout(TEST_MS);
  let vscode: OpenVscode;
  let page: Page;
  let failed: string;
  const folder = mkdtempSync(path.join(tmpdir(), 'spanlight-files-'));

  before(async () => {
    requireBuild();
    const port = await freePort();
    const userSettings = {
      ...QUIET_SETTINGS,
      'spanlight.receiver.httpPort': port,
      'spanlight.receiver.grpcPort': 0,
      'files.simpleDialog.enable': true,
    };
    vscode = await openVscode({ workspace: 'test/workspaces/orders', userSettings, log: () => undefined });
    ({ page } = vscode);
    console.log(`      ${vscode.host}`);
    await waitForStatus(page, new RegExp(`waiting on :${port}`));
    const sender = new SpanSender(`http://127.0.0.1:${port}`, 'orders');
    failed = (await sendOrders(sender)).traceId;
    await sender.close();
  });

  after(async () => {
    await vscode.dispose();
    rmSync(folder, { recursive: true });
  });

  it('lists what arrived, in the view Traces with the keyboard in its field', async () => {
    await runFromPalette(page, 'Spanlight: Search Traces');
    const search = await pageWith(page, '#query');
    await search.locator('.result').first().waitFor();
    await search.locator('.status', { hasText: '50 traces' }).waitFor();
    await search.locator('#query:focus').waitFor();
  });

  it('completes names of attributes that the spans have', async () => {
    const search = await pageWith(page, '#query');
    await search.locator('#query').fill('');
    await search.locator('#query').pressSequentially('{ span.http.ro');
    await search.locator('.completion', { hasText: 'http.route' }).click();
    await untilAsked(search, /^\{ span\.http\.route$/);
  });

  it('underlines what is wrong', async () => {
    const search = await pageWith(page, '#query');
    await search.locator('#query').fill('{ stat = error }');
    await search.locator('.wrong').getByText('stat', { exact: true }).waitFor();
    await search.locator('.query-problem', { hasText: 'stat' }).waitFor();
  });

  it('finds the failed trace and opens it at the span that matched', async () => {
    const search = await pageWith(page, '#query');
    await search.locator('#query').fill('{ name = "create order" && status = error }');
    await search.locator('#query').press('Enter');
    await search.getByText('1 trace', { exact: true }).waitFor();
    const row = search.locator('.result');
    assert.match((await row.getAttribute('title')) ?? '', new RegExp(failed));
    await row.click();
    const trace = await pageWith(page, '#tree');
    await trace.getByRole('row', { name: /create order/, selected: true }).waitFor();
  });

  it('searches for the function of the cursor, and is as it was after having been hidden', async () => {
    await openByName(page, 'orders.ts');
    await waitForWords(page, 'async create(', /err/);
    await page.locator('.view-line', { hasText: 'create' }).getByText('create', { exact: true }).first().click();
    await runFromPalette(page, 'Spanlight: Search Traces Here');
    const search = await pageWith(page, '#query');
    await search.getByText('40 traces').waitFor();
    const query = await untilAsked(search, /^\{ resource\.service\.name = "orders" && name = "create order"/);
    await runFromPalette(page, 'View: Show Explorer');
    await page.locator('.explorer-folders-view').waitFor();
    await runFromPalette(page, 'Spanlight: Focus on Traces View');
    const again = await pageWith(page, '#query');
    await again.getByText('40 traces').waitFor();
    assert.equal(await again.locator('#query').inputValue(), query);
  });

  it('opens a Jaeger file with its traces to choose from, and one with a single trace as a waterfall', async () => {
    const two = path.join(folder, 'two.json');
    copyFileSync(JAEGER, two);
    await openTraceFile(two);
    const file = await pageWith(page, '.file-title');
    await file.locator('.file-facts', { hasText: /jaeger.* · 2 traces · 5 spans/ }).waitFor();
    await file.getByRole('option', { name: /old client/ }).click();
    const trace = await pageWith(page, '#tree .row:has-text("SELECT orders")');
    await trace.getByRole('row', { name: /old client/ }).waitFor();

    const { data } = JSON.parse(readFileSync(JAEGER, 'utf8')) as { data: unknown[] };
    const single = path.join(folder, 'single.json');
    writeFileSync(single, JSON.stringify({ data: data.slice(1) }));
    await openTraceFile(single);
    await pageWith(page, '#tree .row');
  });

  it('shows what a file that is open holds when it has changed', async () => {
    const { data } = JSON.parse(readFileSync(JAEGER, 'utf8')) as { data: { spans: { operationName: string }[] }[] };
    const changing = path.join(folder, 'changing.json');
    writeFileSync(changing, JSON.stringify({ data }));
    await openTraceFile(changing);
    const listed = await pageWith(page, '.file-title:has-text("changing.json")');
    await listed.locator('.file-facts', { hasText: ' · 2 traces · ' }).waitFor();
    writeFileSync(changing, JSON.stringify({ data: data.slice(1) }));
    await pageWith(page, '#tree .row');

    for (const span of data[1]!.spans) span.operationName = 'written later';
    writeFileSync(changing, JSON.stringify({ data: data.slice(1) }));
    await pageWith(page, '#tree .row:has-text("written later")');
  });

  it('says of a file that is none what it is not', async () => {
    const other = path.join(folder, 'package.json');
    writeFileSync(other, '{"name": "no trace"}');
    await openTraceFile(other);
    const file = await pageWith(page, '.nothing');
    await file.getByText('This file cannot be shown as traces').waitFor();
    await file.getByRole('button', { name: 'Open as Text' }).waitFor();
  });

  /** By the command, whose dialog is VS Code's own. */
  async function openTraceFile(name: string): Promise<void> {
    const base = path.basename(name);
    const row = (words: string): Locator => rows(page).filter({ hasText: words }).first();
    await waitFor(`an editor of ${base}`, SLOW_MS, async () => {
      await runFromPalette(page, 'Spanlight: Open Trace File…');
      // The dialog puts the folder it begins with into its field when it has listed it, and may do so once more.
      await row('..').waitFor();
      const field = page.locator('.quick-input-widget input');
      await field.fill(name);
      await row(base).waitFor({ timeout: SLOW_MS / 4 });
      await field.press('Enter');
      await page.locator('.tab.active', { hasText: base }).waitFor({ timeout: SLOW_MS / 4 });
      return true;
    });
  }

  /** Waits until the search page asks for something like this. */
  function untilAsked(search: Frame, words: RegExp): Promise<string> {
    return waitFor(`a query like ${String(words)}`, SLOW_MS, async () => {
      const query = await search.locator('#query').inputValue();
      return words.test(query) ? query : undefined;
    });
  }
});
