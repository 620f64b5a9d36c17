import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { FromSearchPage, ToSearchPage } from '../../src/protocol/searchView';
import { TraceBrowser, type PageOptions, type TestedPage } from './support/traceBrowser';

const SEARCH: TestedPage = { script: 'search/main.ts', style: 'search.css', host: 'searchPageHost.ts', page: 'search' };

describe('search for traces in Chromium', function () {
  this.timeout(60_000);
  let browser: TraceBrowser;
  let page: Page;

  before(async function () {
    this.timeout(300_000); // The first run fetches a browser where the machine has none.
    browser = await TraceBrowser.start(SEARCH);
  });
  after(() => browser.stop());
  afterEach(async () => {
    const told = await page.evaluate(() => [...window.searchHost.violations, ...window.searchHost.errors]);
    await page.context().close();
    assert.deepEqual(told, []);
  });

  const field = () => page.locator('#query');
  const list = () => page.locator('#results');
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const posted = <T extends FromSearchPage['type']>(type: T) =>
    page.evaluate(
      (wanted) => window.searchHost.posted.filter((message) => message.type === wanted),
      type,
    ) as unknown as Promise<Extract<FromSearchPage, { type: T }>[]>;
  const searched = async (count: number) => {
    await page.waitForFunction(
      (wanted) => window.searchHost.posted.filter(({ type }) => type === 'search').length >= wanted,
      count,
    );
    return (await posted('search')).at(-1)!.request;
  };
  const statusText = async () => ((await page.locator('.status').textContent()) ?? '').replace(/\u202f/g, ' ');
  const optionTexts = () => page.locator('.completion-label').allTextContents();
  /** A page whose source has traces, and which has listed `count` of them. */
  async function open(count = 30, options: PageOptions = {}): Promise<void> {
    page = await browser.open({ width: 340, height: 640, ...options });
    await page.evaluate(() => window.searchHost.source());
    await searched(1);
    await page.evaluate((wanted) => window.searchHost.answerSample(wanted), count);
    await page.locator('.result').first().waitFor();
  }

  it('lists what was received without being asked, and asks a backend only when asked to', async () => {
    await open();
    assert.deepEqual((await posted('search'))[0]!.request.query, '');
    assert.match(await statusText(), /^30 traces/);
    await page.context().close();
    page = await browser.open({ width: 340 });
    await page.evaluate(() => window.searchHost.source({ name: 'staging', isEmbedded: false }));
    await page.getByText('Search the traces of staging').waitFor();
    assert.deepEqual(await posted('search'), []);
    await field().fill('error');
    await press('Enter');
    const { query, fromMs, toMs, anySemconv, limit } = await searched(1);
    assert.deepEqual([query, anySemconv, limit], ['error', true, 200]);
    assert.ok(toMs! - fromMs! >= 3_600_000, 'a backend is asked for a stretch of time');
    assert.deepEqual(await page.getByLabel('Time range').locator('option').allTextContents(), [
      'Last 15 min',
      'Last hour',
      'Last 6 hours',
      'Last 24 hours',
      'Last 7 days',
      'From … to …',
    ]);
  });

  it('says of each trace what it is, to eyes and to screen readers', async () => {
    await open(30, { width: 900 });
    const snapshot = await list().ariaSnapshot();
    assert.match(snapshot, /listbox "Traces found"/);
    assert.match(snapshot, /option "POST \/orders, api-gateway, [\d.]+.ms, \d+ spans, \d+ services, .*ago"/);
    const failed = page.locator('.result.with-errors').first();
    assert.match((await failed.getAttribute('aria-label')) ?? '', /\d errors?, /);
    assert.equal(await failed.locator('.result-sign svg').count(), 1, 'an error has a sign besides its colour');
    assert.deepEqual(
      await page.locator('button:not([aria-label])').evaluateAll((all) => all.filter((b) => !b.textContent)),
      [],
    );
  });

  it('is walked through with the keyboard, opens and copies', async () => {
    await open();
    await list().focus();
    await press('ArrowDown', 'ArrowDown', 'ArrowUp');
    const active = await list().getAttribute('aria-activedescendant');
    assert.equal(active, 'result-1');
    assert.equal(await page.locator('#result-1').getAttribute('aria-selected'), 'true');
    await press('Enter', 'Control+c', 'End');
    await page.locator('#result-29').waitFor();
    const [opened] = await posted('open');
    const [copied] = await posted('copy');
    assert.deepEqual(opened!.spanIds, ['00f067aa0ba902b7'], 'with the spans that matched');
    assert.equal(copied!.text, opened!.traceId);
    const context = JSON.parse((await list().getAttribute('data-vscode-context'))!) as Record<string, unknown>;
    assert.equal(context['webviewSection'], 'trace');
    await page.locator('#result-28').click();
    assert.equal((await posted('open')).length, 2);
  });

  it('orders by time, duration and errors', async () => {
    await open(60);
    const durations = () => page.locator('.result .result-time').allTextContents();
    await page.getByLabel('Order', { exact: true }).selectOption('slowest');
    const label = (await page.locator('#result-0').getAttribute('aria-label')) ?? '';
    assert.match(label, /nightly invoice run|.* s,/);
    const bars = await page
      .locator('.result .bar')
      .evaluateAll((all) => all.map((bar) => parseFloat((bar as HTMLElement).style.width)));
    assert.ok(
      bars.every((width, i) => i === 0 || width <= bars[i - 1]!),
      String(await durations()),
    );
    await page.getByLabel('Order', { exact: true }).selectOption('errors');
    await page.waitForFunction(() => document.querySelector('#result-0')?.classList.contains('with-errors'));
  });

  it('completes with the keyboard and with the mouse', async () => {
    await open();
    await page.evaluate(() => {
      window.searchHost.complete = (query, offset) => ({
        from: query.lastIndexOf('.') + 1,
        to: offset,
        items: ['http.route', 'http.status_code'].map((name) => ({
          label: name,
          insert: name,
          kind: 'attribute' as const,
        })),
      });
    });
    await field().fill('{ ');
    await field().pressSequentially('span.h');
    await page.locator('.completion').first().waitFor();
    assert.equal(await field().getAttribute('aria-expanded'), 'true');
    assert.equal(await field().getAttribute('role'), 'combobox');
    await press('ArrowDown', 'ArrowDown');
    assert.equal(await field().getAttribute('aria-activedescendant'), 'completion-1');
    await press('Enter');
    assert.equal(await field().inputValue(), '{ span.http.status_code');
    assert.equal((await posted('search')).length, 1, 'Enter took the completion and did not search');
    await field().fill('{ span.');
    await page.locator('.completion', { hasText: 'http.route' }).click();
    assert.equal(await field().inputValue(), '{ span.http.route');
    assert.ok(await field().evaluate((element) => element === document.activeElement));
    await press('Control+Space');
    await page.locator('.completion').first().waitFor();
    await press('Escape');
    assert.equal(await page.locator('.completion').count(), 0);
    await press('Enter');
    assert.equal((await searched(2)).query, '{ span.http.route');
  });

  it('offers searches of before', async () => {
    await open();
    await page.evaluate(() => window.searchHost.send({ type: 'recent', queries: ['error service=orders', '{ }'] }));
    await field().focus();
    await press('ArrowDown');
    await page.locator('.completion').first().waitFor();
    assert.deepEqual(await optionTexts(), ['error service=orders', '{ }']);
    await press('ArrowDown', 'Enter', 'Enter');
    assert.equal((await searched(2)).query, 'error service=orders');
  });

  it('underlines what is wrong where it is, with the sentence below', async () => {
    await open();
    await page.evaluate(() => {
      window.searchHost.check = (query) =>
        query.includes('stat =')
          ? { problems: [{ from: 2, to: 6, message: 'TraceQL does not know stat.' }], notes: [] }
          : { problems: [], notes: ['jaeger is asked for service a; Spanlight tests the rest.'] };
    });
    await field().fill('{ stat = error }');
    await page.locator('.wrong').waitFor();
    assert.equal(await page.locator('.wrong').textContent(), 'stat');
    assert.equal(await page.locator('.query-problem').textContent(), 'TraceQL does not know stat.');
    assert.equal(await field().getAttribute('aria-invalid'), 'true');
    const [line = -1, caret = -1] = await page.evaluate(() => {
      const text = document.querySelector<HTMLTextAreaElement>('#query')!;
      const wrong = document.querySelector('.wrong')!.getBoundingClientRect();
      const box = text.getBoundingClientRect();
      return [wrong.top - box.top, wrong.left - box.left];
    });
    assert.ok(line >= 0 && line < 12 && caret > 10 && caret < 60, `the line is at ${line}, ${caret}`);
    await field().fill('{ status = error }');
    await page.locator('.query-note').waitFor();
    assert.equal(await page.locator('.wrong').count(), 0);
    // An error at the very end has no letter to stand under.
    await page.evaluate(() => {
      window.searchHost.check = (query) => ({
        problems: [{ from: query.length, to: query.length, message: 'Close it.' }],
        notes: [],
      });
    });
    await field().fill('{ status');
    await page.locator('.wrong').waitFor();
    assert.ok((await page.locator('.wrong').boundingBox())!.width > 2);
  });

  it('grows with a long query, whose lines stay over each other', async () => {
    await open(5, { width: 220 });
    await page.evaluate(() => {
      window.searchHost.check = () => ({ problems: [{ from: 50, to: 61, message: 'No.' }], notes: [] });
    });
    await field().fill('{ resource.service.name = "payment-api" && span.nonsense = "x" && duration > 1s }');
    await page.locator('.wrong').waitFor();
    const [text = 0, lines = 0] = await page.evaluate(() =>
      ['.query-text', '.query-lines'].map(
        (selector) => document.querySelector(selector)!.getBoundingClientRect().height,
      ),
    );
    assert.equal(text, lines);
    assert.ok(text > 60, 'several lines');
    assert.ok(await field().evaluate((element) => element.scrollHeight <= element.clientHeight + 1));
  });

  it('shows what streams in, and stops when told to', async () => {
    page = await browser.open({ width: 340, height: 640 });
    await page.evaluate(() => window.searchHost.source());
    await searched(1);
    await page.getByRole('progressbar').waitFor();
    await page.evaluate(() => {
      const run = window.searchHost.run();
      window.searchHost.answerSample(0);
      window.searchHost.send({ type: 'results', run: run - 1, items: [] });
    });
    await page.getByText('No traces').waitFor();
    await page.getByRole('button', { name: 'Search (Enter)' }).click();
    await searched(2);
    await page.getByRole('button', { name: /^Stop/ }).click();
    assert.equal((await posted('stop')).length, 1);
    await page.evaluate(() =>
      window.searchHost.send({ type: 'finished', run: window.searchHost.run(), outcome: { kind: 'stopped' } }),
    );
    await page.getByText('Stopped before anything was found').waitFor();
    await field().focus();
    await press('Enter');
    await searched(3);
    await press('Escape');
    assert.equal((await posted('stop')).length, 2);
  });

  it('leaves what comes too late out', async () => {
    await open(10);
    await field().fill('second');
    await press('Enter');
    const { run } = await searched(2);
    await page.evaluate(
      (old) => window.searchHost.send({ type: 'finished', run: old, outcome: { kind: 'failed', message: 'late' } }),
      run - 1,
    );
    await page.waitForTimeout(50);
    assert.equal(await page.getByRole('progressbar').count(), 1);
  });

  it('says why there is nothing, and what to do', async () => {
    page = await browser.open({ width: 300 });
    await page.evaluate(() => window.searchHost.source({ kept: 0 }));
    await page.getByText('No traces have arrived yet').waitFor();
    await page.getByRole('button', { name: 'Copy Exporter Environment' }).click();
    await page.evaluate(() =>
      window.searchHost.source({ name: 'prod', isEmbedded: false, state: 'failed', problem: 'prod: 401.' }),
    );
    await page.getByText('prod cannot be searched').waitFor();
    await page.getByRole('button', { name: 'Try Again' }).click();
    assert.deepEqual(
      (await posted('cure')).map(({ cure }) => cure),
      ['copyExporterEnvironment', 'retryBackend'],
    );
    await page.evaluate(() => window.searchHost.source({ name: 'prod', isEmbedded: false }));
    await field().fill('rare');
    await press('Enter');
    await searched(1);
    await page.evaluate(() => window.searchHost.answer([], { hidden: 3 }));
    await page.getByText('No trace in prod matches').waitFor();
    await page.getByText('Searched was what began in the last hour.').waitFor();
    await page.getByText(/3 traces match but are left out of lists/).waitFor();
    await page.getByRole('button', { name: 'Show Them' }).click();
    assert.equal((await searched(2)).withHidden, true);
    await page.evaluate(() => window.searchHost.answer([]));
    await page.getByRole('button', { name: 'Search Last 24 hours' }).click();
    const wider = await searched(3);
    assert.ok(wider.toMs! - wider.fromMs! >= 24 * 3_600_000);
    await page.evaluate(() =>
      window.searchHost.send({
        type: 'finished',
        run: window.searchHost.run(),
        outcome: { kind: 'failed', message: 'It broke.' },
      }),
    );
    await page.getByRole('alert').getByText('It broke.').waitFor();
  });

  it('selects in the chart by click and by drag, and with the keys', async () => {
    await open(80, { width: 800 });
    const box = (await page.locator('.chart').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.4, box.y + 6);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + box.height - 20, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Show All' }).waitFor();
    const shown = Number(/(\d+) of 80/.exec(await statusText())?.[1]);
    assert.ok(shown > 10 && shown < 50, `${shown} of 80`);
    assert.equal(await page.locator('#result-0').getAttribute('aria-setsize'), String(shown));
    await page.getByRole('button', { name: 'Show All' }).click();
    assert.equal(await page.locator('#result-0').getAttribute('aria-setsize'), '80');
    await page.locator('.chart').focus();
    await press('ArrowLeft');
    const first = await list().getAttribute('aria-activedescendant');
    assert.equal(first, 'result-0', 'the latest stands at the right');
    await press('ArrowLeft');
    assert.equal(await list().getAttribute('aria-activedescendant'), 'result-1');
    assert.match(
      (await page.locator('.chart').getAttribute('aria-label')) ?? '',
      /^Durations over time of 80 traces, up to/,
    );
    await press('Enter');
    assert.equal((await posted('open')).length, 1);
  });

  it('keeps ten thousand results scrolling, and few of them in the document', async () => {
    await open(10_000, { width: 340 });
    assert.match(await statusText(), /10k traces/);
    assert.ok((await page.locator('.result').count()) < 60);
    await list().focus();
    await press('End');
    await page.locator('#result-9999').waitFor();
    const work = await page.evaluate(async () => {
      const element = document.querySelector('#results')!;
      const took: number[] = [];
      for (let i = 0; i < 20; i++) {
        element.scrollTop = i * 20_000;
        const began = performance.now();
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        took.push(performance.now() - began);
      }
      return took.sort((a, b) => a - b)[10]!;
    });
    console.log(`      a jump in 10,000 results is drawn after ${work.toFixed(1)} ms (median)`);
    assert.ok((await page.locator('.result').count()) < 60);
  });

  it('comes back as it was: from what the host kept, or by searching again', async () => {
    await open(20);
    await page.getByLabel('Order', { exact: true }).selectOption('slowest');
    await page.getByLabel('Old and new attribute names are the same').uncheck();
    await page.getByLabel('Time range').selectOption('6h');
    await field().fill('error');
    await press('Enter');
    await searched(2);
    await page.waitForTimeout(300);
    await page.reload();
    await page.evaluate(() => window.searchHost.source());
    const again = await searched(1);
    assert.deepEqual([again.query, again.anySemconv], ['error', false]);
    assert.ok(again.toMs! - again.fromMs! >= 6 * 3_600_000);
    assert.equal(await page.getByLabel('Order', { exact: true }).inputValue(), 'slowest');
    await page.evaluate((request) => {
      window.searchHost.send({ type: 'restore', request, items: [], outcome: { kind: 'stopped' } });
    }, again);
    await page.getByText('Stopped before anything was found').waitFor();
  });

  it('takes a query from a command, and forgets what another source found', async () => {
    await open(10);
    await page.evaluate(() => window.searchHost.send({ type: 'prefill', query: '{ name = "pay" }', run: true }));
    assert.equal((await searched(2)).query, '{ name = "pay" }');
    assert.equal(await field().inputValue(), '{ name = "pay" }');
    await page.evaluate(() => window.searchHost.answerSample(3));
    await page.locator('#result-2').waitFor();
    await page.evaluate(() => window.searchHost.source({ name: 'staging', isEmbedded: false }));
    await page.getByText('Search the traces of staging').waitFor();
    assert.equal(await page.locator('.result').count(), 0);
  });

  it('needs no more room than a narrow side bar has', async () => {
    for (const width of [200, 220, 340, 1200]) {
      await open(10, { width, height: 500 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${width} px`);
      const box = (await page.locator('#result-0 .result-time').boundingBox())!;
      assert.ok(box.x + box.width <= width, `the duration is cut at ${width} px`);
      if (width !== 1200) await page.context().close();
    }
  });

  it('draws nothing that names could inject', async () => {
    await open(2);
    await page.evaluate(() => {
      const item = { traceId: 'ab'.repeat(16), startMs: Date.now(), durationNs: 1e6, spanCount: 1, errorCount: 0 };
      const evil = {
        ...item,
        rootService: '<img src=x onerror=alert(1)>',
        rootName: '\u202E</script><script>window.hacked = true</script>',
      };
      window.searchHost.send({ type: 'prefill', query: '', run: true });
      setTimeout(() => window.searchHost.answer([evil as never]), 100);
    });
    await page.waitForFunction(
      () => document.querySelector('.result-service')?.textContent?.startsWith('<img') === true,
    );
    assert.equal(await page.evaluate(() => window.hacked === true), false);
    assert.doesNotMatch((await page.locator('.result-name').first().textContent()) ?? '', /\u202E/);
  });
});

describe('page of a trace file in Chromium', function () {
  this.timeout(60_000);
  let browser: TraceBrowser;
  let page: Page;

  before(async () => {
    browser = await TraceBrowser.start({ ...SEARCH, page: 'file' });
  });
  after(() => browser.stop());
  beforeEach(async () => {
    page = await browser.open({ width: 700 });
  });
  afterEach(async () => {
    const told = await page.evaluate(() => [...window.searchHost.violations, ...window.searchHost.errors]);
    await page.context().close();
    assert.deepEqual(told, []);
  });

  it('tells how far it is, and can be stopped', async () => {
    await page.evaluate(() => window.searchHost.send({ type: 'fileProgress', read: 25e6, of: 100e6 }));
    await page.getByText('25.0 of 100.0 MB').waitFor();
    assert.equal(await page.getByRole('progressbar').getAttribute('aria-valuenow'), '25');
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.ok(await page.evaluate(() => window.searchHost.posted.some(({ type }) => type === 'stop')));
  });

  it('lists the traces, the slowest first, with what could not be read', async () => {
    await page.evaluate(() => window.searchHost.showFile(40, ['2 lines are no JSON and left out.']));
    await page.getByText('otlp-json · 40 traces').waitFor();
    await page.getByText('2 lines are no JSON and left out.').waitFor();
    await page.getByLabel('Filter the traces of this file').fill('invoice');
    await page.getByText(/\d of 40 traces/).waitFor();
    const names = await page.locator('.result-name').allTextContents();
    assert.deepEqual([...new Set(names)], ['nightly invoice run']);
    await page.locator('#results').focus();
    await page.keyboard.press('Enter');
    const context = JSON.parse((await page.locator('#results').getAttribute('data-vscode-context'))!) as {
      file?: string;
    };
    assert.equal(context.file, 'file:///t/traces.jsonl');
    assert.ok(await page.evaluate(() => window.searchHost.posted.some(({ type }) => type === 'open')));
  });

  it('shows what it is told before it was ever painted', async () => {
    await page.context().close();
    const told: ToSearchPage = { type: 'fileFailed', message: 'There are no traces in it.', cures: [] };
    page = await browser.open({ script: `window.searchHost.atOnce = [${JSON.stringify(told)}]` });
    await page.getByText('There are no traces in it.').waitFor();
  });

  it('says why a file is no trace file', async () => {
    await page.evaluate(() =>
      window.searchHost.send({
        type: 'fileFailed',
        message: 'This is no trace file.',
        cures: ['openAsText', 'readAgain'],
      }),
    );
    await page.getByRole('alert').getByText('This is no trace file.').waitFor();
    await page.getByRole('button', { name: 'Open as Text' }).click();
    const cures = await page.evaluate(() => window.searchHost.posted.filter(({ type }) => type === 'cure'));
    assert.deepEqual(cures, [{ type: 'cure', cure: 'openAsText' }]);
  });
});
