/** An engine that is killed again and again, as a person sees it; and the first steps, once it works. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { SLOW_MS, TEST_MS, waitFor } from '../support/processes';
import { openVscode, type OpenVscode } from '../support/vscodeHost';
import { requireBuild } from './support/builtExtension';
import { sendFixedTrace } from './support/fixedTrace';
import { openByName, runFromPalette } from './support/quickInput';
import { freePort, pageWith, QUIET_SETTINGS, waitForStatus } from './support/workbench';

/** As many crashes within three minutes as are too many. */
const TOO_MANY = 5;

describe('an engine that keeps stopping', function () {
  this.timeout(TEST_MS);
  let vscode: OpenVscode;
  let page: Page;
  let port: number;

  before(async () => {
    requireBuild();
    port = await freePort();
    const userSettings = { ...QUIET_SETTINGS, 'spanlight.receiver.httpPort': port, 'spanlight.receiver.grpcPort': 0 };
    vscode = await openVscode({ workspace: 'test/workspaces/orders', userSettings, log: () => undefined });
    ({ page } = vscode);
    console.log(`      ${vscode.host}`);
    await waitForStatus(page, new RegExp(`waiting on :${port}`));
  });

  after(() => vscode.dispose());

  it('is started again a few times, then stays off, and says so', async () => {
    const killed = new Set<number>();
    while (killed.size < TOO_MANY) {
      const pid = await waitFor(`engine ${killed.size + 1}`, SLOW_MS, async () =>
        (await enginesOf(vscode.dataFolder)).find((running) => !killed.has(running)),
      );
      // Killed while it starts, it would count as one that cannot be started. The words on screen lag behind.
      await page.waitForTimeout(1_500);
      await waitForStatus(page, new RegExp(`waiting on :${port}`));
      process.kill(pid, 'SIGKILL');
      killed.add(pid);
    }
    await waitForStatus(page, /Spanlight stopped/);
    const note = page.locator('.notification-list-item', { hasText: 'stopped five times within three minutes' });
    await listed(note);
    await note.getByRole('button', { name: 'Show Output' }).waitFor();
    await page.waitForTimeout(2_000);
    assert.deepEqual(await enginesOf(vscode.dataFolder), [], 'nobody starts it unasked');
  });

  it('comes back by the button of that note, and receives at the same port', async () => {
    const note = page.locator('.notification-list-item', { hasText: 'stopped five times within three minutes' });
    await listed(note);
    await note.hover();
    await note.getByRole('button', { name: 'Restart Engine' }).click();
    await waitForStatus(page, new RegExp(`waiting on :${port}`));
    await sendFixedTrace(`http://127.0.0.1:${port}`);
    await waitForStatus(page, /5 spans/);
  });

  it('has the first step ticked off where spans have arrived, and leads on', async () => {
    await openByName(page, 'orders.ts');
    await runFromPalette(page, 'Spanlight: Show First Steps');
    const step = page.locator('.getting-started-step', { hasText: 'Point a service at the editor' });
    await step.locator('.codicon.complete').waitFor();
    const next = page.locator('.getting-started-step', { hasText: 'Open a trace' });
    assert.equal(await next.locator('.codicon.complete').count(), 0);
    await next.click();
    await next.getByRole('button', { name: 'Search Traces' }).click();
    const search = await pageWith(page, '#query');
    await search.locator('.result', { hasText: 'POST /orders' }).click();
    await page.locator('.tab', { hasText: 'POST /orders 80 ms' }).waitFor();
    await next.locator('.codicon.complete').waitFor();
  });

  /** The driver of tests keeps messages in their list, and a list that is opened before the message closes again. */
  async function listed(note: ReturnType<Page['locator']>): Promise<void> {
    const shown = async (): Promise<true | undefined> => {
      if (!(await note.isVisible())) await page.locator('.statusbar-item[id*=notifications]').click();
      return (await note.isVisible()) ? true : undefined;
    };
    await waitFor('the note', SLOW_MS, shown, 1_000);
  }
});

/** Process ids of the engines that run below the server with this data folder: other windows' engines are left alone. */
async function enginesOf(dataFolder: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { maxBuffer: 2 ** 26 });
  const lines = [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)];
  const processes = new Map(
    lines.map(([, pid, parent, args]) => [Number(pid), { parent: Number(parent), args: args! }]),
  );
  const below = (pid: number): boolean => {
    for (let at = processes.get(pid); at !== undefined; at = processes.get(at.parent)) {
      if (at.args.includes(dataFolder)) return true;
    }
    return false;
  };
  return [...processes].flatMap(([pid, { args }]) => (/engine\.js --node-ipc/.test(args) && below(pid) ? [pid] : []));
}
