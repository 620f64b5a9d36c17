import assert from 'node:assert/strict';
import type { TraceListItem } from '../../../src/protocol/backends';
import type { TraceId } from '../../../src/protocol/engine';
import { fullBarOf, orderedResults } from '../../../src/webview/search/results/resultOrder';
import { restoreSearch, savedSearch } from '../../../src/webview/search/savedSearch';
import {
  durationTicks,
  nearestTrace,
  regionBetween,
  scatterScale,
  xOf,
  yOf,
} from '../../../src/webview/search/chart/scatterScale';
import { isToSearchPage } from '../../../src/webview/search/searchGuard';
import { SearchModel } from '../../../src/webview/search/searchModel';
import { rangeTimes, rangeWords, widerRange } from '../../../src/webview/search/timeRange';

const MS = 1e6;

function item(number: number, startMs: number, durationMs: number, errorCount = 0): TraceListItem {
  return {
    traceId: number.toString(16).padStart(32, '0') as TraceId,
    rootService: `service-${number}`,
    rootName: `GET /${number}`,
    startMs,
    durationNs: durationMs * MS,
    spanCount: 3,
    errorCount,
  };
}

const ids = (items: readonly TraceListItem[]) => items.map(({ traceId }) => Number.parseInt(traceId, 16));
const now = (run: () => void): void => run();

describe('results of a search', () => {
  const items = [item(1, 100, 5), item(2, 300, 900, 1), item(3, 200, 40, 3), item(4, 400, 7)];

  it('are ordered by start, duration or errors, and narrowed by region and words', () => {
    assert.deepEqual(ids(orderedResults(items, 'newest', undefined)), [4, 2, 3, 1]);
    assert.deepEqual(ids(orderedResults(items, 'slowest', undefined)), [2, 3, 4, 1]);
    assert.deepEqual(ids(orderedResults(items, 'errors', undefined)), [3, 2, 4, 1]);
    const region = { fromMs: 100, toMs: 300, leastNs: 6 * MS, mostNs: Infinity };
    assert.deepEqual(ids(orderedResults(items, 'newest', region)), [2, 3]);
    assert.deepEqual(ids(orderedResults(items, 'newest', undefined, 'Error service-2')), [2]);
    assert.deepEqual(ids(items), [1, 2, 3, 4], 'what came stays as it came');
  });

  it('have bars that tell them apart even where a few are much longer', () => {
    assert.equal(fullBarOf(items), 900 * MS);
    const many = Array.from({ length: 100 }, (_, i) => item(i + 1, i, i === 99 ? 60_000 : 10 + i));
    assert.ok(fullBarOf(many) < 200 * MS);
    assert.equal(fullBarOf([]), 1);
  });

  it('stand in the chart where their start and duration say', () => {
    const box = { left: 50, top: 10, width: 200, height: 100 };
    const scale = scatterScale(items, box)!;
    for (const { startMs, durationNs } of items) {
      assert.ok(xOf(scale, startMs) >= 50 && xOf(scale, startMs) <= 250);
      assert.ok(yOf(scale, durationNs) >= 10 && yOf(scale, durationNs) <= 110);
    }
    assert.ok(yOf(scale, 900 * MS) < yOf(scale, 5 * MS), 'longer is higher');
    const at = { x: xOf(scale, 300) + 2, y: yOf(scale, 900 * MS) - 2 };
    assert.equal(nearestTrace(scale, items, at, 10)?.rootName, 'GET /2');
    assert.equal(nearestTrace(scale, items, { x: 0, y: 0 }, 10), undefined);
    const around = regionBetween(scale, { x: at.x + 5, y: at.y + 9 }, { x: at.x - 9, y: at.y - 3 });
    assert.deepEqual(ids(orderedResults(items, 'newest', around)), [2]);
    assert.deepEqual(
      durationTicks(scale).map(({ label }) => label.replace('\u202f', ' ')),
      ['1 ms', '10 ms', '100 ms', '1 s'],
    );
  });

  it('make a chart of anything', () => {
    const box = { left: 0, top: 0, width: 100, height: 50 };
    assert.equal(scatterScale([], box), undefined);
    assert.equal(scatterScale(items, { ...box, width: -5 }), undefined);
    const one = scatterScale([item(1, 5, 0)], box)!;
    assert.ok([xOf(one, 5), yOf(one, 0)].every(Number.isFinite));
    const whole = regionBetween(one, { x: 0, y: 0 }, { x: 100, y: 50 });
    assert.deepEqual([whole.leastNs, whole.mostNs], [0, Infinity], 'what the axis cannot tell belongs to its ends');
    const long = durationTicks(scatterScale([item(1, 5, 1), item(2, 6, 3_600_000)], box)!);
    assert.ok(
      long.every(({ label }) => !label.includes('min')),
      'no label is longer than its room',
    );
  });
});

describe('time of a search', () => {
  it('is a stretch that ends now, two times, or none', () => {
    const at = Date.UTC(2026, 0, 2);
    const choice = (key: Parameters<typeof widerRange>[0], from = '', to = '') => rangeTimes({ key, from, to }, at);
    assert.deepEqual(choice('15m'), { fromMs: at - 900_000, toMs: at + 60_000 });
    assert.deepEqual(choice('any'), {});
    const custom = choice('custom', '2026-01-01T10:00', '2026-01-01T09:00');
    assert.equal(custom.toMs! - custom.fromMs!, 3_600_000, 'also the wrong way round');
    assert.equal(choice('custom', '', 'nonsense').toMs, at);
    assert.equal(rangeWords({ key: '6h', from: '', to: '' }), 'in the last 6 hours');
    assert.equal(rangeWords({ key: 'any', from: '', to: '' }), '');
  });

  it('can be made longer', () => {
    assert.equal(widerRange('1h', false), '24h');
    assert.equal(widerRange('24h', false), '7d');
    assert.equal(widerRange('7d', false), undefined);
    assert.equal(widerRange('1h', true), 'any');
    assert.equal(widerRange('any', true), undefined);
  });
});

describe('search page', () => {
  const embedded = { name: 'embedded', isEmbedded: true, state: 'ready', kept: 9, receiver: 'listening' } as const;

  it('takes what belongs to its search and nothing else', () => {
    const model = new SearchModel(now);
    model.setSource(embedded);
    const first = model.begin(1000);
    const second = model.begin(1000);
    assert.ok(second.run > first.run);
    assert.equal(second.fromMs, undefined, 'what was received here is searched as a whole');
    model.add(first.run, [item(1, 1, 1)]);
    assert.equal(model.results.items.length, 0);
    model.add(second.run, [item(2, 1, 1)]);
    model.finish(first.run, { kind: 'stopped' });
    assert.ok(model.running);
    model.finish(second.run, { kind: 'done', found: 1, hidden: 0, problems: [] });
    assert.deepEqual(ids(model.results.shown), [2]);
    model.setSource({ ...embedded, name: 'prod', isEmbedded: false });
    assert.equal(model.results.items.length, 0, 'another source');
    assert.ok(model.begin(5000).fromMs !== undefined, 'a backend is asked about a stretch of time');
  });

  it('shows where the query that ran is wrong, but not in one that was changed since', () => {
    const problems = [{ from: 2, to: 6, message: 'No.' }];
    const model = new SearchModel(now);
    model.setQuery('{ stat }');
    model.finish(model.begin(1).run, { kind: 'done', found: 0, hidden: 0, problems });
    assert.deepEqual(model.check.problems, problems);
    const { run } = model.begin(2);
    model.setQuery('{ status }');
    model.finish(run, { kind: 'done', found: 0, hidden: 0, problems });
    assert.deepEqual(model.check.problems, []);
  });

  it('keeps its selection while the order changes, and walks within the bounds', () => {
    const { results } = new SearchModel(now);
    results.replace([item(1, 100, 5), item(2, 300, 900)]);
    results.move(-1);
    assert.equal(results.selectedIndex, 1);
    results.move(-1);
    results.move(-1);
    assert.equal(results.selected?.rootName, 'GET /2');
    results.sortBy('slowest');
    assert.equal(results.selected?.rootName, 'GET /2');
    results.move(Infinity);
    assert.equal(results.selectedIndex, 1);
  });

  it('comes back from what was saved, and from what nobody saved', () => {
    const model = new SearchModel(now);
    model.setQuery('error');
    model.setOptions({ range: { key: '6h', from: '', to: '' }, limit: 1000, anySemconv: false });
    model.results.sortBy('errors');
    const saved: unknown = JSON.parse(JSON.stringify(savedSearch(model)));
    const again = new SearchModel(now);
    assert.equal(restoreSearch(again, saved), false, 'nothing had been searched');
    assert.deepEqual(savedSearch(again), savedSearch(model));
    for (const odd of [
      undefined,
      null,
      7,
      'x',
      {},
      { query: 5, range: { key: 'year' }, limit: -1, sort: 'best', scrollTop: 'x' },
    ]) {
      const fresh = new SearchModel(now);
      restoreSearch(fresh, odd);
      assert.deepEqual(savedSearch(fresh), savedSearch(new SearchModel(now)), JSON.stringify(odd));
    }
  });

  it('hears only messages of the protocol', () => {
    const good = [
      { type: 'focus' },
      { type: 'source' },
      { type: 'results', run: 1, items: [item(1, 1, 1)] },
      { type: 'finished', run: 1, outcome: { kind: 'stopped' } },
      { type: 'finished', run: 1, outcome: { kind: 'done', found: 0, hidden: 0, problems: [] } },
    ];
    for (const message of good) assert.ok(isToSearchPage(message), JSON.stringify(message));
    const bad = [
      null,
      'focus',
      { type: 'toString' },
      { type: 'results', run: 1, items: [{ traceId: 7 }] },
      { type: 'finished', run: 1, outcome: { kind: 'done' } },
      { type: 'finished', run: 1 },
      { type: 'source', source: { name: 'x' } },
      { type: 'file', contents: {} },
    ];
    for (const message of bad) assert.ok(!isToSearchPage(message), JSON.stringify(message));
  });
});
