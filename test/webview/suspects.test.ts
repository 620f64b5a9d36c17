import assert from 'node:assert/strict';
import { TraceBrowser } from './support/traceBrowser';

describe('a span without a parent, in the trace view', function () {
  this.timeout(60_000);
  let browser: TraceBrowser;

  before(async function () {
    this.timeout(300_000);
    browser = await TraceBrowser.start();
  });
  after(() => browser.stop());

  it('leads to where it may have lost it', async () => {
    const page = await browser.open();
    await page.evaluate(() => window.testHost.show('shop', 20));
    await page.getByText('matched by route').waitFor();
    assert.equal(await page.getByText('May be lost at').count(), 0);
    await page.locator('#tree').focus();
    await page.keyboard.press('End');
    await page.getByText('May be lost at').waitFor();
    await page.getByRole('button', { name: 'audit.ts:9' }).click();
    const posted = await page.evaluate(() => window.testHost.posted.filter(({ type }) => type === 'openFrame'));
    assert.deepEqual(posted, [{ type: 'openFrame', file: '/shop/src/audit.ts', line: 9 }]);
    await page.context().close();
  });
});
