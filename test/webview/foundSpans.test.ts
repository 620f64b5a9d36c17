import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { TraceBrowser } from './support/traceBrowser';

describe('spans that a search elsewhere found, in Chromium', function () {
  this.timeout(60_000);
  let browser: TraceBrowser;
  let page: Page;

  before(async function () {
    this.timeout(300_000); // The first run fetches a browser where the machine has none.
    browser = await TraceBrowser.start();
    page = await browser.open();
  });
  after(() => browser.stop());
  afterEach(async () => {
    assert.deepEqual(await page.evaluate(() => [...window.testHost.violations, ...window.testHost.errors]), []);
  });

  /** Posts the trace as the host does: with a row to show when it is opened, without when the page was made anew. */
  const show = (focusRow?: number) => page.evaluate((row) => window.testHost.show('shop', row, [4, 9, 20]), focusRow);
  const counterIs = (text: string) => page.locator('.counter').getByText(text, { exact: true }).waitFor();
  const query = () => page.locator('#search').inputValue();

  it('are marked, and walked through', async () => {
    await show(4);
    await counterIs('1 of 3');
    await page.locator('#tree').focus();
    await page.keyboard.press('F3');
    await page.keyboard.press('F3');
    await counterIs('3 of 3');
    await show();
    await counterIs('3 of 3');
  });

  it('give way to what is searched for here, until the trace is opened with them again', async () => {
    await page.locator('#search').fill('nothing like this');
    await counterIs('no match');
    await show();
    await counterIs('no match');
    assert.equal(await query(), 'nothing like this');
    await show(9);
    await counterIs('2 of 3');
    assert.equal(await query(), '');
  });

  it('are let go of by the button and the key that clear a search', async () => {
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await page.waitForFunction(() => document.querySelector('.counter')?.textContent === '');
    await show(20);
    await counterIs('3 of 3');
    await page.locator('#search').press('Escape');
    await page.waitForFunction(() => document.querySelector('.counter')?.textContent === '');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'search');
  });
});
