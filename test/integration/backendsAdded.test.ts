/** From nothing to a backend that is in use, by keyboard and mouse, with all that goes wrong on the way. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { SLOW_MS, TEST_MS, waitFor } from '../support/processes';
import { placedSpans, type OtlpTraces } from '../support/servers/data/otlpTraces';
import { startServer } from '../support/servers/startServer';
import { serversRequired } from '../support/servers/toolchains';
import { writeTo } from '../support/servers/writeTraces';
import { openVscode, type OpenVscode } from '../support/vscodeHost';
import { startFaultServer, type FaultServer } from '../support/wire/faultServer';
import { requireBuild } from './support/builtExtension';
import { ordersTraces } from './support/ordersTraces';
import { choose, clickUntilTaken, openByName, option, runFromPalette, write } from './support/quickInput';
import { freePort, QUIET_SETTINGS, tracePage, waitForStatus, waitForWords } from './support/workbench';

const TOKEN = 'correct-horse-battery-staple';

describe('backends added by the command', function () {
  this.timeout(TEST_MS);
  const stops: (() => Promise<void>)[] = [];
  let traces: OtlpTraces;
  let vscode: OpenVscode;
  let page: Page;
  let gate: FaultServer;

  before(async function () {
    this.timeout(25 * 60_000);
    requireBuild();
    const jaeger = await startServer('jaeger2', (line) => console.log(line));
    if ('sentence' in jaeger) {
      if (serversRequired()) throw new Error(jaeger.sentence);
      console.log(`      ${jaeger.sentence}`);
      return this.skip();
    }
    stops.push(() => jaeger.stop());
    traces = ordersTraces(BigInt(Date.now()) * 1_000_000n);
    await writeTo(jaeger, traces);
    gate = await startFaultServer(jaeger.url);
    stops.push(() => gate.close());
    const ports = { 'spanlight.receiver.httpPort': 0, 'spanlight.receiver.grpcPort': 0 };
    const userSettings = { ...QUIET_SETTINGS, ...ports };
    vscode = await openVscode({ workspace: 'test/workspaces/orders', userSettings, log: () => undefined });
    stops.push(() => vscode.dispose());
    ({ page } = vscode);
    console.log(`      ${vscode.host}`);
    await waitForStatus(page, /waiting on/);
    await openByName(page, 'orders.ts');
  });

  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  it('which says what is wrong with a port, and lets it be mended', async () => {
    await runFromPalette(page, 'Spanlight: Add Backend');
    await choose(page, 'Jaeger', /What are your traces in/);
    await write(page, `127.0.0.1:${await freePort()}`, /Address of its API/);
    await write(page, 'Shop', /What you call it/);
    await choose(page, 'No sign-in', /who asks/);
    await choose(page, 'Test the Connection', /or choose a setting/);
    await option(page, /Reachable, Nothing accepts connections at 127.0.0.1/).waitFor();
    await option(page, /Check that it is running and that the address and port are right/).waitFor();
    await option(page, /Has traces, not tried/).waitFor();
    gate.next({ kind: 'status', status: 401, body: '{"message":"missing credentials"}' });
    await choose(page, 'Edit', /Shop cannot be used yet/);
    await choose(page, 'Address', /or choose a setting/);
    await write(page, gate.url, /Address of its API/);
  });

  it('asks how to sign in and for the secret, and says when that is refused', async () => {
    await choose(page, 'Test the Connection', /or choose a setting/);
    await option(page, /Authorised, Shop does not know who asks \(401\): missing credentials/).waitFor();
    await choose(page, 'Set How to Sign In', /Shop cannot be used yet/);
    await choose(page, 'Access token', /who asks/);
    await write(page, 'no-such-token', /Access token for Shop/);
    await choose(page, 'Enter the Secret', /Shop cannot be used yet/);
    gate.next({ kind: 'pass' });
    await write(page, TOKEN, /Shop did not accept the last one/);
    await option(page, /Has traces, It has traces of orders/).waitFor();
    await option(page, /Has code attributes or routes, Its spans name the functions they come from/).waitFor();
    assert.equal(gate.requests.at(-1)?.headers.authorization, `Bearer ${TOKEN}`);
  });

  it('and are in use then, with nothing secret in the settings', async () => {
    await choose(page, 'Save and Use', /Shop works/);
    await waitForStatus(page, /Shop$/);
    assert.match(await waitForWords(page, 'async create(', /err/), /^≈ p50 18 ms · p95 18 ms · 40 · 3 % err/);
    const saved = await settings();
    assert.deepEqual(saved['spanlight.backends'], [{ kind: 'jaeger', name: 'Shop', url: gate.url, auth: 'bearer' }]);
    assert.equal(saved['spanlight.backend'], 'Shop');
  });

  it('open a trace whose address in the backend was pasted', async () => {
    const { span } = placedSpans(traces)[0]!;
    await runFromPalette(page, 'Spanlight: Open Trace by Id…');
    await write(page, `${gate.url}/trace/${span.traceId}?uiFind=create`, /Press 'Enter' to confirm/);
    await tracePage(page)
      .getByRole('row', { name: /create order/ })
      .waitFor();
    const opened = page.context().waitForEvent('page');
    await page.getByRole('button', { name: 'Open Trace in Backend' }).click();
    const popup = await opened;
    // VS Code's server leads browsers to ports of its machine through a proxy.
    await popup.waitForURL(new RegExp(`${new URL(gate.url).port}/trace/${span.traceId}$`), { waitUntil: 'commit' });
    await popup.close();
  });

  it('ask for another secret when theirs is refused, and once only', async () => {
    gate.next({ kind: 'status', status: 401 });
    await runFromPalette(page, 'Spanlight: Retry Backend');
    await waitForStatus(page, /Shop: 401/);
    const box = page.locator('.quick-input-widget', { hasText: 'Shop did not accept the last one' });
    await box.waitFor();
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'hidden' });
    await page.waitForTimeout(2_000);
    assert.equal(await box.isVisible(), false);
  });

  it('say in the list that they are asked, and what came of it', async () => {
    let answer = (): void => undefined;
    gate.next({ kind: 'passLate', until: new Promise((resolve) => (answer = resolve)) });
    await runFromPalette(page, 'Spanlight: Retry Backend');
    await write(page, TOKEN, /Shop did not accept the last one/);
    await waitForStatus(page, /Shop$/);
    await page.locator('.statusbar-item[id="spanlight.spanlight.spanlight.status"]').click();
    await clickUntilTaken(page, option(page, /Choose Backend, Shop/));
    await option(page, /Shop, Jaeger · .*in use · waiting for its first answer/).waitFor();
    gate.next({ kind: 'pass' });
    answer();
    await option(page, /Shop, Jaeger · .*in use · \d+ requests?, .*a secret is kept/).waitFor();
  });

  it('give way to what this editor receives, and their secrets can be forgotten', async () => {
    await choose(page, 'This editor', /Whose traces are shown/);
    await waitForStatus(page, /waiting on/);
    await runFromPalette(page, 'Spanlight: Remove Backend Secret…');
    await choose(page, 'Shop', /asked for again/);
    await runFromPalette(page, 'Spanlight: Choose Backend');
    await option(page, /Shop, Jaeger · .*, not in use$/).waitFor();
    await page.keyboard.press('Escape');
  });

  it('can be called otherwise, with the secret that they have, and be removed', async () => {
    await runFromPalette(page, 'Spanlight: Choose Backend');
    await choose(page, 'Shop', /Whose traces are shown/);
    await write(page, TOKEN, /Access token for Shop/);
    await waitForStatus(page, /Shop$/);
    await openEditor('Shop');
    await choose(page, 'Name', /or choose a setting/);
    await write(page, 'Store', /What you call it/);
    await choose(page, 'Test the Connection', /or choose a setting/);
    await choose(page, 'Save', /Store works/);
    await waitForStatus(page, /Store$/);
    assert.equal((await settings())['spanlight.backend'], 'Store');
    await openEditor('Store');
    await choose(page, 'Remove This Backend', /or choose a setting/);
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Remove' }).click();
    await waitForStatus(page, /waiting on/);
    const gone = async (): Promise<true | undefined> =>
      (await settings())['spanlight.backends'] === undefined ? true : undefined;
    await waitFor('settings without it', SLOW_MS, gone);
    assert.equal((await settings())['spanlight.backend'], undefined);
  });

  it('leave their tokens in no file', async () => {
    const entries = await readdir(vscode.dataFolder, { recursive: true, withFileTypes: true });
    // Settings, state and caches; logs as well where VS Code can write them.
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
    assert.ok(files.length > 3);
    for (const file of files) assert.equal((await readFile(file, 'utf8')).includes(TOKEN), false, file);
  });

  async function settings(): Promise<Record<string, unknown>> {
    const text = await readFile(path.join(vscode.dataFolder, 'data', 'User', 'settings.json'), 'utf8');
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** Opens a backend's settings from the list of backends. */
  async function openEditor(name: string): Promise<void> {
    await runFromPalette(page, 'Spanlight: Choose Backend');
    const entry = option(page, new RegExp(`^${name}, Jaeger`));
    await entry.hover();
    await clickUntilTaken(page, entry.getByRole('button', { name: 'Edit or Remove' }));
  }
});
