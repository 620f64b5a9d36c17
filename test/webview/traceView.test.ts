import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { FromWebview } from '../../src/protocol/webview';
import type { TraceName } from './support/pageHost';
import { seenWindow, seenWindowAfter } from './support/seenWindow';
import { TraceBrowser, type PageOptions } from './support/traceBrowser';

describe('trace view in Chromium', function () {
  this.timeout(60_000);
  let browser: TraceBrowser;
  let page: Page;

  before(async function () {
    this.timeout(300_000); // The first run fetches a browser where the machine has none.
    browser = await TraceBrowser.start();
  });
  after(() => browser.stop());
  afterEach(async () => {
    const told = await page.evaluate(() => [...window.testHost.violations, ...window.testHost.errors]);
    const hacked = await page.evaluate(() => window.hacked === true);
    await page.context().close();
    assert.deepEqual(told, []);
    assert.equal(hacked, false);
  });

  async function open(name: TraceName = 'shop', options: PageOptions & { focusRow?: number } = {}): Promise<void> {
    page = await browser.open(options);
    await page.evaluate(([trace, row]) => window.testHost.show(trace, row), [name, options.focusRow] as const);
    if (name !== 'empty') await page.locator('#tree').focus();
  }

  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  /** The selected line as a screen reader reads it. */
  const selected = async () => {
    const id = await page.locator('#tree').getAttribute('aria-activedescendant');
    const row = page.locator(`#${id}`);
    const [level, expanded, cells] = [
      await row.getAttribute('aria-level'),
      await row.getAttribute('aria-expanded'),
      await row.locator('[role=gridcell]').allTextContents(),
    ];
    return [level, expanded ?? '-', ...cells].join('|').replace(/\u202f/g, ' ');
  };
  const posted = <T extends FromWebview['type']>(type: T) =>
    page.evaluate((wanted) => window.testHost.posted.filter((message) => message.type === wanted), type);
  const rowCount = async () => Number(await page.locator('#tree').getAttribute('aria-rowcount')) - 1;
  const search = async (query: string) => {
    await page.locator('#search').fill(query);
    await page.waitForFunction((text) => document.querySelector('.counter')?.textContent !== '' || text === '', query);
    await page.waitForTimeout(200);
  };
  const queryIs = (query: string) =>
    page.waitForFunction((text) => document.querySelector<HTMLInputElement>('#search')?.value === text, query);
  const counter = () => page.locator('.counter').textContent();
  const window_ = () => seenWindow(page);

  it('says what is going on before, without and instead of a trace', async () => {
    page = await browser.open();
    assert.match((await page.locator('[role=status] h1').textContent()) ?? '', /Loading/);
    await page.evaluate(() =>
      window.testHost.send({
        type: 'failed',
        message: 'Trace 4bf9 is not kept here.',
        cures: ['searchTraces', 'openTraceById'],
      }),
    );
    await page.getByText('Trace 4bf9 is not kept here.').waitFor();
    await page.getByRole('button', { name: 'Choose Another Trace' }).click();
    await page.getByRole('button', { name: 'Open Trace by Id…' }).click();
    assert.deepEqual(await posted('cure'), [
      { type: 'cure', cure: 'searchTraces' },
      { type: 'cure', cure: 'openTraceById' },
    ]);
    await page.evaluate(() => window.testHost.show('empty'));
    await page.getByText('This trace has no spans').waitFor();
  });

  it('says in the header what the trace is', async () => {
    await open();
    const facts = (await page.locator('.facts li').allTextContents()).map((fact) => fact.replace(/\u202f/g, ' '));
    assert.deepEqual(facts.slice(0, 4), ['4.18 s', '29 spans', '5 services', '3 errors']);
    assert.equal(await page.locator('.title').textContent(), 'POST /orders');
    assert.match((await page.locator('.notices').textContent()) ?? '', /parent that is not in the trace/);
  });

  it('is a treegrid to screen readers', async () => {
    await open();
    const tree = await page.locator('#tree').ariaSnapshot();
    assert.match(tree, /treegrid "Spans"/);
    assert.match(tree, /columnheader "Duration"/);
    assert.match(tree, /row "POST \/orders api-gateway .*4\.18.s" \[expanded\] \[level=1\] \[selected\]/);
    assert.match(tree, /row "SELECT shop\.items, 12 times orders-api .*210.ms in all" \[level=5\]/);
    assert.match(tree, /row "POST \/pay payment-api .* failed" \[expanded\] \[level=6\]/);
    assert.equal(await page.locator('#tree').getAttribute('aria-rowcount'), '19');
    assert.equal(await page.locator('canvas:not([aria-hidden]):not([aria-label])').count(), 0);
    assert.deepEqual(
      await page.locator('button:not([aria-label])').evaluateAll((all) => all.filter((b) => !b.textContent)),
      [],
    );
  });

  it('walks with the keyboard as the editor’s trees do', async () => {
    await open();
    assert.equal(await selected(), '1|true|POST /orders|api-gateway|0 ns|4.18 s|');
    await press('ArrowDown', 'ArrowDown');
    assert.match(await selected(), /^2\|true\|POST\|/);
    await press('ArrowRight');
    assert.match(await selected(), /^3\|true\|POST \/internal\/orders/);
    await press('ArrowLeft');
    assert.match(await selected(), /^3\|false/);
    await press('ArrowLeft');
    assert.match(await selected(), /^2\|true\|POST\|/);
    await press('End');
    assert.match(await selected(), /flush audit log/);
    await press('Home');
    assert.match(await selected(), /POST \/orders/);
    await press('[');
    assert.equal(await rowCount(), 2);
    await press('3');
    assert.equal(await rowCount(), 5);
    await press(']');
    assert.equal(await rowCount(), 30);
  });

  it('folds and unfolds alike siblings', async () => {
    await open();
    await press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
    assert.equal(await selected(), '5|false|SELECT shop.items, 12 times|orders-api|38 ms|210 ms in all|');
    await press('Enter');
    await page.getByText('12 alike spans, one after the other').waitFor();
    await page.locator('#tree').focus();
    await press('ArrowRight');
    assert.equal(await rowCount(), 30);
    await press('ArrowRight');
    assert.match(await selected(), /^6\|-\|SELECT shop\.items\|/);
    await press('ArrowLeft');
    assert.match(await selected(), /^5\|true\|SELECT shop\.items, 12 times/);
  });

  it('finds by words, service, attribute, error and duration, and counts', async () => {
    await open();
    await press('/');
    await page.waitForFunction(() => document.activeElement?.id === 'search');
    await search('error');
    assert.equal(await counter(), '3 matches');
    await press('Enter');
    assert.equal(await counter(), '1 of 3');
    await press('F3', 'F3', 'F3');
    assert.equal(await counter(), '1 of 3');
    await press('Shift+F3');
    assert.equal(await counter(), '3 of 3');
    await search('http.response.status_code=503');
    assert.equal(await counter(), '2 matches');
    await search('service=payment-api duration > 1.6s');
    assert.equal(await counter(), '2 of 2');
    await search('nothing like this');
    assert.equal(await counter(), 'no match');
    await search('duration > soon');
    assert.match((await page.locator('#search-problem').textContent()) ?? '', /Write a time/);
    await press('Escape');
    await queryIs('');
    await press('Escape');
    await page.waitForFunction(() => document.activeElement?.id === 'tree');
  });

  it('loses no key of someone who types on while it searches', async () => {
    await open();
    const query = 'http.response.status_code=503';
    await press('/');
    await page.keyboard.type(query);
    await queryIs(query);
    await page.getByText('2 matches').waitFor();
    await press('Escape');
    await queryIs('');
    // About as slow as the search waits, so that answers come between two keys.
    await page.keyboard.type(query, { delay: 122 });
    await page.waitForTimeout(300);
    await queryIs(query);
    assert.equal(await counter(), '2 matches');
  });

  it('clears with Esc what was typed but not searched for yet', async () => {
    await open();
    await press('/');
    await page.keyboard.type('er');
    await press('Escape');
    assert.equal(await page.locator('#search').inputValue(), '');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'search', 'the first Esc stays in the box');
    await page.waitForTimeout(300);
    assert.equal(await counter(), '', 'nothing is searched for afterwards');
    // Emptied by hand, and left before that is searched for: neither the filter nor the keyboard may stay.
    await search('error');
    await page.locator('#search').focus();
    await press('Control+A', 'Backspace', 'Escape');
    // Whether the emptied box was searched for by then is a matter of milliseconds: if not, that was the first Esc.
    await queryIs('');
    if (await page.evaluate(() => document.activeElement?.id === 'search')) await press('Escape');
    await page.waitForFunction(() => document.activeElement?.id === 'tree');
    await page.waitForTimeout(300);
    assert.equal(await counter(), '');
  });

  it('selects no text of the waterfall', async () => {
    await open();
    await page.evaluate(() => document.execCommand('selectAll'));
    const text = await page.evaluate(() => getSelection()?.toString() ?? '');
    assert.doesNotMatch(text, /SELECT shop/);
  });

  it('hides what does not match, but not the way to it', async () => {
    await open();
    await search('authorize');
    await page.getByRole('button', { name: 'Hide what does not match' }).click();
    assert.equal(await rowCount(), 10);
    await page.getByRole('button', { name: 'Hide what does not match' }).click();
    assert.equal(await rowCount(), 18);
  });

  it('filters by a service of the legend, and lets go of it', async () => {
    await open();
    const service = page.locator('.legend').getByRole('button', { name: /payment-api/ });
    await service.click();
    await queryIs('service=payment-api');
    assert.equal(await service.getAttribute('aria-pressed'), 'true');
    await service.click();
    await queryIs('');
  });

  it('walks failed spans', async () => {
    await open();
    await press('e');
    assert.match(await selected(), /\|failed$/);
    const first = await selected();
    await press('e');
    assert.notEqual(await selected(), first);
    await press('Shift+E');
    assert.equal(await selected(), first);
    await page.locator('.facts .failed button').click();
    assert.notEqual(await selected(), first);
  });

  it('zooms and pans with keys, wheel, minimap and ruler', async () => {
    await open();
    await press('w');
    const zoomed = await window_();
    assert.ok(zoomed.to - zoomed.from < 3e9);
    await press('d');
    assert.ok((await window_()).from > zoomed.from);
    await press('0');
    assert.deepEqual(await window_(), { from: 0, to: 4180e6 });
    await press('ArrowDown', 'f');
    const fitted = await window_();
    assert.ok(fitted.from > 1e6 && fitted.from < 2e6 && fitted.to < 13e6);
    await press('0');
    const drag = async (selector: string, from: number, to: number) => {
      const box = (await page.locator(selector).boundingBox())!;
      await page.mouse.move(box.x + box.width * from, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * to, box.y + box.height / 2, { steps: 4 });
      await page.mouse.up();
    };
    await drag('.minimap', 0.25, 0.5);
    const brushed = await window_();
    assert.ok(Math.abs(brushed.from / 4180e6 - 0.25) < 0.02 && Math.abs(brushed.to / 4180e6 - 0.5) < 0.02);
    await drag('.minimap', 0.4, 0.6);
    const moved = await window_();
    assert.ok(Math.abs(moved.from - brushed.from - 0.2 * 4180e6) < 5e7, 'inside of the window a drag moves it');
    await drag('.ruler', 0.5, 0.7);
    assert.ok((await window_()).to - (await window_()).from < moved.to - moved.from);
    await page.locator('.minimap').dblclick();
    assert.deepEqual(await window_(), { from: 0, to: 4180e6 });
    await page.mouse.move(900, 300);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -400);
    await page.keyboard.up('Control');
    const wheeled = await seenWindowAfter(page, { from: 0, to: 4180e6 });
    assert.ok(wheeled.to - wheeled.from < 3e9);
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, 200);
    await page.keyboard.up('Shift');
    assert.ok((await seenWindowAfter(page, wheeled)).from > wheeled.from);
  });

  it('shows a span in full, and copies', async () => {
    await open('shop', { focusRow: 20 });
    await page.getByText('matched by route').waitFor();
    assert.match((await page.locator('.overview').textContent()) ?? '', /card processor unavailable/);
    await page.getByRole('button', { name: 'Copy span id' }).click();
    assert.deepEqual(await posted('copy'), [{ type: 'copy', text: '0000000000000015' }]);
    assert.equal(await page.locator('.announcement').textContent(), 'Copied the span id');
    await page.getByRole('tab', { name: /Attributes/ }).click();
    const table = (await page.locator('.attributes').textContent()) ?? '';
    assert.match(table, /"currency": "EUR"/, 'JSON is laid out');
    await page.getByRole('row', { name: /code.function.name/ }).hover();
    await page
      .getByRole('row', { name: /code.function.name/ })
      .getByRole('button', { name: 'Filter by this' })
      .click();
    await queryIs('code.function.name=authorize');
    await page.getByRole('tab', { name: /Resource/ }).click();
    assert.match((await page.locator('.attributes').textContent()) ?? '', /dev-laptop/);
    await page.getByRole('tab', { name: /Logs/ }).click();
    assert.match((await page.locator('.records').textContent()) ?? '', /payment o-1042 failed/);
    await page.locator('#tree').focus();
    await press('y');
    assert.deepEqual((await posted('copy')).at(-1), { type: 'copy', text: '4bf92f3577b34da6a3ce929d0e0e4736' });
    await press('Escape');
    assert.equal(await page.locator('.detail').count(), 0);
  });

  it('goes to source, to stack frames and to linked traces', async () => {
    await open('shop', { focusRow: 20 });
    await press('F12', 'Alt+F12');
    assert.deepEqual(await posted('openSource'), [
      { type: 'openSource', row: 20, beside: false },
      { type: 'openSource', row: 20, beside: true },
    ]);
    await page.getByRole('button', { name: /authorize · orders\.controller\.ts:42/ }).click();
    const row = await page.evaluate(
      () => document.querySelector('.row[aria-selected=true]')!.getBoundingClientRect().y,
    );
    await page.mouse.click(250, row + 11, { button: 'left' });
    await page.keyboard.down('Control');
    await page.mouse.click(250, row + 11);
    await page.keyboard.up('Control');
    assert.equal((await posted('openSource')).length, 4);
    await page.getByRole('tab', { name: /Events/ }).click();
    await page.getByRole('button', { name: '/app/services/payment/src/processor.ts:57:11' }).click();
    assert.deepEqual(await posted('openFrame'), [
      { type: 'openFrame', file: '/app/services/payment/src/processor.ts', line: 57 },
    ]);
    await page.getByRole('tab', { name: /Logs/ }).click();
    await page.getByRole('button', { name: 'errors.ts:12' }).click();
    const writer = { type: 'openFrame', file: '/app/services/payment/src/errors.ts', line: 12 };
    assert.deepEqual((await posted('openFrame')).at(-1), writer);
    await page.evaluate(() => window.testHost.send({ type: 'reveal', row: 25 }));
    await page.getByRole('tab', { name: /Links ?1/ }).click();
    await page.getByRole('button', { name: 'Open trace' }).click();
    assert.deepEqual(await posted('openTrace'), [
      { type: 'openTrace', traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' },
    ]);
  });

  it('says when details cannot be had, and tries again', async () => {
    await open();
    await page.evaluate(() => (window.testHost.failure = 'This trace is not kept any more.'));
    await press('Enter');
    await page.getByText('The details could not be loaded: This trace is not kept any more.').waitFor();
    await page.evaluate(() => (window.testHost.failure = undefined));
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('matched by route').waitFor();
  });

  it('lists its keys', async () => {
    await open();
    await press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    const text = (await help.textContent()) ?? '';
    for (const words of ['Next error', 'Critical path', 'Go to source', 'Expand to a level', 'Copy trace id']) {
      assert.ok(text.includes(words), words);
    }
    await press('Escape');
    assert.equal(await help.count(), 0);
    await page.waitForFunction(() => document.activeElement?.id === 'tree');
  });

  it('keeps its state over a reload', async () => {
    await open();
    await press('ArrowDown', 'ArrowDown', 'ArrowLeft', 'w', 'c', 'Enter');
    await search('error');
    await page.getByRole('tab', { name: /Resource/ }).click();
    const before = await window_();
    await page.reload();
    await page.waitForFunction(() => window.testHost.posted.some((message) => message.type === 'ready'));
    await page.evaluate(() => window.testHost.show('shop'));
    assert.match(await selected(), /^2\|false\|POST\|/);
    assert.deepEqual(await window_(), before);
    assert.equal(await page.locator('#search').inputValue(), 'error');
    assert.equal(await page.getByRole('button', { name: 'Critical path' }).getAttribute('aria-pressed'), 'false');
    assert.equal(await page.getByRole('tab', { name: /Resource/ }).getAttribute('aria-selected'), 'true');
  });

  it('keeps what the user set up when the same trace comes again', async () => {
    await open();
    await press('ArrowDown', 'ArrowDown', 'ArrowLeft');
    await page.evaluate(() => window.testHost.show('shop'));
    assert.match(await selected(), /^2\|false\|POST\|/);
  });

  it('ignores messages that are not the host’s, and a damaged trace says so', async () => {
    await open();
    await page.evaluate(() => {
      window.postMessage({ type: 'show', trace: { columns: 7 } }, '*');
      window.postMessage('noise', '*');
      window.postMessage({ type: 'response', id: 4711, result: 1 }, '*');
    });
    await press('ArrowDown');
    assert.match(await selected(), /authenticate/);
    await page.evaluate(() => window.testHost.showDamaged());
    await page.getByText('It arrived damaged').waitFor();
    assert.match(JSON.stringify(await posted('log')), /ends its subtree at/);
  });

  it('draws hostile names as text and big values folded', async () => {
    await open('hostile');
    const text = await page.locator('#tree').textContent();
    assert.ok(text?.includes('</script><script>window.hacked = true</script>'));
    assert.ok(text?.includes('[U+202E]gnp.exe'));
    assert.ok((text?.length ?? 0) < 5000, 'a name of a megabyte is cut');
    await press('Enter');
    await page.getByRole('tab', { name: /Attributes/ }).click();
    await page.getByRole('button', { name: /Show all \(1.0M characters\)/ }).click();
    assert.match((await page.locator('.attributes').textContent()) ?? '', /The rest is not shown/);
    assert.match((await page.locator('.attributes').textContent()) ?? '', /admin\[U\+202E\] nimda/);
    await press('Escape');
    await page.locator('#tree').focus();
    await press('End');
    await page.getByRole('tab', { name: /Overview/ }).click();
    assert.match((await page.locator('.overview').textContent()) ?? '', /no start or no end/);
  });

  it('follows the theme', async () => {
    await open();
    const pixel = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('.rows-canvas')!;
        const scratch = document.createElement('canvas');
        scratch.width = scratch.height = 1;
        const pen = scratch.getContext('2d')!;
        pen.drawImage(canvas, canvas.width - 3, canvas.height - 3, 1, 1, 0, 0, 1, 1);
        return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)].join();
      });
    assert.equal(await pixel(), '31,31,31');
    for (const [theme, color] of [
      ['light', '255,255,255'],
      ['highContrast', '0,0,0'],
      ['dark', '31,31,31'],
    ] as const) {
      await page.evaluate((name) => window.testHost.setTheme(name), theme);
      await page.waitForTimeout(80);
      assert.equal(await pixel(), color);
    }
  });

  it('fits a narrow panel, a dense screen and someone who wants no motion', async () => {
    await open('shop', { width: 320, height: 480, density: 2, reducedMotion: true, focusRow: 20 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} px too wide`);
    const canvas = await page.locator('.rows-canvas').evaluate((c: HTMLCanvasElement) => c.width / c.clientWidth);
    assert.equal(canvas, 2);
    assert.equal(
      await page
        .locator('.splitter')
        .first()
        .evaluate((e) => getComputedStyle(e).transitionDuration),
      '0s',
    );
    await page.getByRole('button', { name: 'Move to the right' }).click();
    assert.equal(await page.locator('.body.right').count(), 1);
  });

  it('moves its dividers with the keyboard', async () => {
    await open();
    const divider = page.getByRole('separator', { name: 'Width of the tree' });
    await divider.focus();
    await press('ArrowRight', 'ArrowRight');
    assert.equal(await divider.getAttribute('aria-valuenow'), '42');
  });

  it('shows 100,000 spans and scrolls to the last', async () => {
    await open('large 100000');
    assert.equal(await rowCount(), 99_989);
    await press('End');
    assert.match(await selected(), /^4\|-\|/);
    const scrolled = await page
      .locator('#tree')
      .evaluate((tree) => tree.scrollTop + tree.clientHeight - tree.scrollHeight);
    assert.ok(Math.abs(scrolled) <= 1);
    assert.ok((await page.locator('#tree .row').count()) < 60, 'only lines in sight are elements');
    await search('error');
    assert.equal(await counter(), '74 matches');
  });

  it('walks a tree 10,000 deep and unfolds one 100,000 wide', async () => {
    await open('deep 10000');
    await press('End');
    assert.match(await selected(), /^10000\|-\|level 9999/);
    await press('[', ']', 'ArrowLeft');
    await page.context().close();
    await open('wide 100000');
    assert.equal(await rowCount(), 2);
    await press('End', 'ArrowRight', 'End');
    assert.equal(await rowCount(), 100_002);
    assert.match(await selected(), /^3\|-\|tick/);
  });
});
