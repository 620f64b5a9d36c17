import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { chooseIn, rows, runFromPalette } from '../integration/support/quickInput';
import { tracePage } from '../integration/support/workbench';
import { projectRoot } from '../support/cacheFolder';
import { SLOW_MS, waitFor } from '../support/processes';
import { shopFolder } from '../support/shop';
import { drawnHints, openByPath } from './drawnHints';

/** Where screenshots go; git ignores it. */
export const screenshots = path.join(projectRoot, 'test', 'screenshots');

/** The function whose hint, hover and slowest trace are shown. */
const FILE = 'payment-api/cardProcessor.ts';
const SYMBOL = 'charge(';

/** Takes `editor.png`, `hover.png` and `waterfall.png` of a window that has received the shop's spans. */
export async function takeScreenshots(page: Page): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await runFromPalette(page, 'View: Close All Editors');
  await page.locator('.activitybar .action-item a[aria-label^="Spanlight"]').click();
  await openByPath(page, FILE);
  await waitFor('p95 in the picture', SLOW_MS, async () => {
    const drawn = (await drawnHints(page)).filter((hint) => hint.words.startsWith('p50'));
    return drawn.length >= 2 && drawn.every((hint) => /p95 /.test(hint.words)) ? true : undefined;
  });
  await page.screenshot({ path: path.join(screenshots, 'editor.png') });

  await goTo(page, SYMBOL);
  await showHover(page);
  await page.screenshot({ path: path.join(screenshots, 'hover.png') });
  await page.keyboard.press('Escape');

  await runFromPalette(page, 'View: Close Primary Side Bar');
  await goTo(page, SYMBOL);
  await runFromPalette(page, 'Spanlight: Open Slowest Trace');
  await tracePage(page).getByRole('row').nth(3).waitFor();
  // The page draws in the frame after its rows are there.
  await page.waitForTimeout(1_000);
  await page.screenshot({ path: path.join(screenshots, 'waterfall.png') });
}

/** Shows the hover at the cursor; a new hint at the same moment may close it again. */
async function showHover(page: Page): Promise<void> {
  const picture = page.locator('.monaco-hover img').filter({ visible: true });
  await waitFor('the hover', SLOW_MS, async () => {
    await runFromPalette(page, 'Show or Focus Hover');
    // Away from where the palette was: no tooltip comes up in the title bar.
    await page.mouse.move(700, 5);
    await picture.first().waitFor({ timeout: 5_000 });
    await page.waitForTimeout(500);
    return (await picture.count()) > 0 ? true : undefined;
  });
}

/** Puts the cursor on a word of the open file by line and column: lines under the mouse are drawn anew with each hint. */
async function goTo(page: Page, word: string): Promise<void> {
  const lines = readFileSync(path.join(shopFolder, FILE), 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes(word));
  await chooseIn(page, 'Control+KeyG', `:${line + 1}:${(lines[line]?.indexOf(word) ?? 0) + 2}`, rows(page));
  await page.locator('.statusbar-item', { hasText: `Ln ${line + 1}, Col` }).waitFor();
}
