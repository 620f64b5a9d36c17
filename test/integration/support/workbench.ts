/** What tests that drive the workbench as a page share. */
import { createServer, type AddressInfo } from 'node:net';
import type { Frame, FrameLocator, Page } from 'playwright-core';
import { SLOW_MS, waitFor } from '../../support/processes';

/** Settings that leave the screen to what is tested. */
export const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'git.openRepositoryInParentFolders': 'never',
} as const;

/** A port on which nobody listens just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** The words drawn behind a line's code; the editor draws them as generated content, one piece for each colour. */
export function wordsBehind(page: Page, code: string): Promise<string> {
  return page.evaluate((text) => {
    const lines = [...document.querySelectorAll('.view-line')];
    const line = lines.find((candidate) => candidate.textContent?.replaceAll('\u00a0', ' ').includes(text));
    const pieces = [...(line?.querySelectorAll('span') ?? [])].map((span) => {
      const { content } = getComputedStyle(span, '::after');
      return content === 'none' || content === 'normal' ? '' : content.slice(1, -1);
    });
    return pieces.join('').replace(/[\u202f\u00a0]/g, ' ');
  }, code);
}

/** Waits until words like these are drawn behind a line. */
export async function waitForWords(page: Page, code: string, words: RegExp): Promise<string> {
  const deadline = Date.now() + SLOW_MS;
  for (;;) {
    const drawn = await wordsBehind(page, code);
    if (words.test(drawn)) return drawn;
    if (Date.now() > deadline) throw new Error(`behind "${code}" stands "${drawn}", not ${String(words)}`);
    await page.waitForTimeout(200);
  }
}

/** The page of the trace that is open: a frame within a frame. */
export function tracePage(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}

/** The page, among those that are open in views and editors, that has something like this in it. */
export function pageWith(page: Page, selector: string): Promise<Frame> {
  const find = async (): Promise<Frame | undefined> => {
    for (const frame of page.frames()) {
      const isThere = await frame
        .locator(selector)
        .first()
        .isVisible()
        .catch(() => false);
      if (isThere) return frame;
    }
    return undefined;
  };
  return waitFor(`a page with ${selector}`, SLOW_MS, find, 200);
}

/** Spanlight's words in the status bar, once they match. */
export async function waitForStatus(page: Page, words: RegExp): Promise<string> {
  const item = page.locator('.statusbar-item[id="spanlight.spanlight.spanlight.status"]', { hasText: words });
  await item.waitFor();
  return (await item.innerText()).trim();
}

/**
 * Waits until VS Code has written down an entry of its state that holds all these words: in a browser it does so when it
 * has been idle, every five seconds, and only what is written down survives a reload.
 */
export async function untilWrittenDown(page: Page, words: readonly string[]): Promise<void> {
  // No inner function has a name: the compiler would call a helper that the page does not have.
  const entries = (): Promise<string[]> =>
    page.evaluate(async () => {
      const texts: string[] = [];
      for (const { name } of await indexedDB.databases()) {
        if (name?.startsWith('vscode-web-state-db') !== true) continue;
        const database = await new Promise<IDBDatabase>((resolve, reject) => {
          const opening = indexedDB.open(name);
          opening.onsuccess = () => resolve(opening.result);
          opening.onerror = () => reject(opening.error ?? new Error('the database does not open'));
        });
        for (const table of database.objectStoreNames) {
          const values = await new Promise<unknown[]>((resolve, reject) => {
            const reading = database.transaction(table).objectStore(table).getAll();
            reading.onsuccess = () => resolve(reading.result);
            reading.onerror = () => reject(reading.error ?? new Error('the table cannot be read'));
          });
          texts.push(...values.filter((value) => typeof value === 'string'));
        }
        database.close();
      }
      return texts;
    });
  const written = async (): Promise<true | undefined> =>
    (await entries()).some((text) => words.every((word) => text.includes(word))) ? true : undefined;
  await waitFor('what VS Code writes down', SLOW_MS, written, 500);
}
