import assert from 'node:assert/strict';
import { checkTrace } from '../../../src/webview/layout/checkTrace';
import { geometryFor } from '../../../src/webview/canvas/picture';
import { barOf, labelPlace } from '../../../src/webview/layout/bars';
import { childIntervals, mergeIntervals, pixelRuns } from '../../../src/webview/layout/intervals';
import { minimapPicture } from '../../../src/webview/layout/minimapLines';
import { ROW_HEIGHT, ScrollModel } from '../../../src/webview/layout/scrollModel';
import { clampWindow, panBy, ticks, windowAround, zoomAt } from '../../../src/webview/layout/timeScale';
import { TraceIndex } from '../../../src/webview/layout/traceIndex';
import { indentationFor, indentOf } from '../../../src/webview/layout/treeCell';
import { visibleRows, withAncestors, lineShowing, type Folding } from '../../../src/webview/layout/visibleRows';
import { deepTrace, shopTrace, wideTrace } from '../../webview/support/sampleTraces';
import { buildTrace } from '../../webview/support/traceBuilder';

const OPEN: Folding = { isCollapsed: () => false, isUnfolded: () => false };

function linesOf(index: TraceIndex, folding: Folding): string[] {
  const rows = visibleRows(index.columns, index.count, index.groups, folding);
  return Array.from({ length: rows.count }, (_, line) => {
    const group = rows.group[line]!;
    const name = index.trace.names[index.columns.name[rows.row[line]!]!]!;
    return '  '.repeat(rows.level[line]!) + name + (group >= 0 ? ` ×${index.groups.size[group]}` : '');
  });
}

describe('waterfall lines', () => {
  const shop = new TraceIndex(shopTrace().view);

  it('fold alike siblings into one line', () => {
    assert.deepEqual(linesOf(shop, OPEN).slice(0, 8), [
      'POST /orders',
      '  authenticate',
      '  POST',
      '    POST /internal/orders',
      '      create',
      '        SELECT shop.items ×12',
      '        priceCart',
      '        POST',
    ]);
  });

  it('unfold them one level deeper, under their header', () => {
    const lines = linesOf(shop, { ...OPEN, isUnfolded: () => true });
    assert.equal(lines[5], '        SELECT shop.items ×12');
    assert.equal(lines.filter((line) => line === '          SELECT shop.items').length, 12);
    assert.equal(lines[18], '        priceCart');
  });

  it('leave out what lies below a collapsed row', () => {
    assert.deepEqual(linesOf(shop, { ...OPEN, isCollapsed: (row) => row === 0 }), ['POST /orders', 'flush audit log']);
  });

  it('keep matches and their ancestors only, without groups', () => {
    const marked = new Uint8Array(shop.count);
    marked[8] = 1;
    const keep = withAncestors(shop.columns, shop.count, marked);
    assert.deepEqual(
      linesOf(shop, { ...OPEN, keep }).map((line) => line.trim()),
      ['POST /orders', 'POST', 'POST /internal/orders', 'create', 'SELECT shop.items'],
    );
  });

  it('find the line that stands for a hidden row', () => {
    const rows = visibleRows(shop.columns, shop.count, shop.groups, OPEN);
    const member = shop.groups.first[0]! + 3;
    assert.equal(lineShowing(rows, shop.columns, shop.groups, member), rows.lineOfGroup[0]);
    const closed = visibleRows(shop.columns, shop.count, shop.groups, { ...OPEN, isCollapsed: (row) => row === 2 });
    assert.equal(closed.row[lineShowing(closed, shop.columns, shop.groups, member)], 2);
  });

  it('take trees 10,000 deep and 100,000 wide', () => {
    const deep = new TraceIndex(deepTrace(10_000).view);
    const rows = visibleRows(deep.columns, deep.count, deep.groups, OPEN);
    assert.equal(rows.level[9_999], 9_999);
    const wide = new TraceIndex(wideTrace(100_000).view);
    assert.equal(linesOf(wide, OPEN).length, 2);
    assert.equal(linesOf(wide, { ...OPEN, isUnfolded: () => true }).length, 100_002);
  });

  it('shift deep levels left so that names have room', () => {
    const deep = new TraceIndex(deepTrace(2_000).view);
    const rows = visibleRows(deep.columns, deep.count, deep.groups, OPEN);
    const indentation = indentationFor(rows, 1_000, 1_030, 300);
    assert.ok(indentOf(rows.level[1_029]!, indentation) <= 150);
    assert.ok(indentOf(rows.level[1_029]!, indentation) > indentOf(rows.level[1_028]!, indentation));
  });
});

describe('intervals', () => {
  it('merge what overlaps or touches, whatever lies inside', () => {
    const merged = mergeIntervals([0, 1, 5, 8, 9], [4, 2, 8, 10, 9]);
    assert.deepEqual([...merged.from], [0, 5]);
    assert.deepEqual([...merged.to], [4, 10]);
  });

  it('of children are clipped to their parent', () => {
    const { view } = buildTrace([
      { name: 'p', service: 's', start: 10, length: 10, children: [{ name: 'c', service: 's', start: 5, length: 30 }] },
    ]);
    const waiting = childIntervals(view.columns, 0);
    assert.deepEqual([[...waiting.from], [...waiting.to]], [[10e6], [20e6]]);
  });

  it('become runs of pixels, cut at the window', () => {
    const intervals = mergeIntervals([0, 40, 90], [20, 60, 100]);
    assert.deepEqual(pixelRuns(intervals, { from: 10, to: 95 }, 85), [0, 10, 30, 50, 80, 85]);
    assert.deepEqual(pixelRuns(intervals, { from: 21, to: 39 }, 100), []);
  });

  it('make no more runs than there are pixels, and keep every gap that can be seen', () => {
    const from = Array.from({ length: 100_000 }, (_, i) => i * 10 + (i >= 50_000 ? 200_000 : 0));
    const intervals = mergeIntervals(
      from,
      from.map((at) => at + 5),
    );
    const runs = pixelRuns(intervals, { from: 0, to: 1_200_000 }, 600);
    assert.equal(runs.length, 4);
    assert.ok(Math.abs(runs[1]! - 250) < 1 && Math.abs(runs[2]! - 350) < 1, String(runs));
  });
});

describe('bars', () => {
  const index = new TraceIndex(shopTrace().view);
  const rows = visibleRows(index.columns, index.count, index.groups, OPEN);
  const whole = { from: 0, to: index.totalNs };

  it('cover their time, with waiting time inside', () => {
    const bar = barOf(index, rows, 0, false, whole, 4180);
    assert.deepEqual([bar.x0, bar.x1], [0, 4180]);
    assert.equal(bar.runs.length, 4);
    assert.equal(bar.label, '4.18\u202fs');
  });

  it('of a folded group hold its members and their sum', () => {
    const bar = barOf(index, rows, 5, true, whole, 4180);
    assert.equal(bar.runs.length, 24);
    assert.equal(bar.label, '210\u202fms in all');
  });

  it('say on which side of the window they lie', () => {
    assert.equal(barOf(index, rows, 1, false, { from: 1e9, to: 2e9 }, 1000).outside, 'left');
    assert.equal(barOf(index, rows, rows.count - 1, false, { from: 1e9, to: 2e9 }, 1000).outside, 'right');
  });

  it('put the label right, left, or inside', () => {
    const bar = barOf(index, rows, 0, false, whole, 1000);
    assert.equal(labelPlace({ ...bar, x0: 10, x1: 50 }, 40, 1000).x, 56);
    assert.equal(labelPlace({ ...bar, x0: 900, x1: 990 }, 40, 1000).x, 854);
    assert.equal(labelPlace(bar, 40, 1000).inside, true);
  });

  it('leave room for their labels at the right, unless every pixel is needed', () => {
    const wide = geometryFor(1200, 600, 0.4);
    assert.ok(wide.labelRoom > 0);
    assert.ok(wide.barsLeft + wide.barsWidth + wide.labelRoom < wide.width);
    const bar = barOf(index, rows, 0, false, whole, wide.barsWidth);
    assert.equal(labelPlace(bar, 44, wide.barsWidth + wide.labelRoom).inside, false);
    assert.equal(geometryFor(320, 600, 0.4).labelRoom, 0);
  });

  it('of a collapsed row carry the critical path of what they hide', () => {
    const collapsed = barOf(index, rows, 0, true, whole, 1000).critical;
    assert.equal(collapsed.length, 2);
    assert.ok(collapsed[1]! - collapsed[0]! > 999);
    assert.ok(barOf(index, rows, 0, false, whole, 1000).critical.at(-1)! - 0 <= 1000);
  });
});

describe('time axis', () => {
  it('zooms around a time and stays inside', () => {
    const zoomed = zoomAt({ from: 0, to: 1000 }, 0.5, 250, 1000);
    assert.deepEqual(zoomed, { from: 125, to: 625 });
    assert.deepEqual(zoomAt(zoomed, 100, 250, 1000), { from: 0, to: 1000 });
    assert.deepEqual(panBy({ from: 100, to: 300 }, 10, 1000), { from: 800, to: 1000 });
    assert.ok(windowAround(500, 500, 1e9).to > 500);
  });

  it('survives windows that make no sense', () => {
    assert.deepEqual(clampWindow({ from: Number.NaN, to: 5 }, 1000), { from: 0, to: 1000 });
    assert.deepEqual(clampWindow({ from: 0, to: 0 }, 0), { from: 0, to: 1 });
  });

  it('has round ticks in one unit that tell neighbours apart', () => {
    const labels = (from: number, to: number) =>
      ticks({ from, to }, 600).map((tick) => tick.label.replace('\u202f', ' '));
    assert.deepEqual(labels(0, 4.18e9), ['0', '1 s', '2 s', '3 s', '4 s']);
    assert.deepEqual(labels(1.8e9, 1.8006e9), [
      '1.8000 s',
      '1.8001 s',
      '1.8002 s',
      '1.8003 s',
      '1.8004 s',
      '1.8005 s',
      '1.8006 s',
    ]);
    assert.deepEqual(labels(0, 200e9).slice(0, 3), ['0', '30 s', '1 min']);
    for (const to of [1, 100, 12_345, 9.9e8, 3.6e12, 1e15]) {
      const found = labels(0, to);
      assert.equal(new Set(found).size, found.length, `${to}: ${String(found)}`);
      assert.ok(found.length <= 8, `${to}: ${found.length}`);
    }
  });
});

describe('scroll model', () => {
  it('reaches the last line of a million through a scroll bar of fewer pixels', () => {
    const model = new ScrollModel();
    model.resize(1_000_000, 500);
    assert.ok(model.spacerHeight <= 8_000_000);
    model.scrollTo((model.spacerHeight - 500) * model.factor);
    assert.equal(model.visibleLines().end, 1_000_000);
    assert.equal(model.lineAt(499), 999_999);
  });

  it('moves as little as needed and keeps in range when lines go', () => {
    const model = new ScrollModel();
    model.resize(100, 220);
    model.showLine(5);
    assert.equal(model.top, 0);
    model.showLine(50);
    assert.ok(model.visibleLines().first <= 50 && model.visibleLines().end > 50);
    model.resize(3, 220);
    assert.equal(model.top, 0);
    assert.equal(model.lineAt(3 * ROW_HEIGHT), -1);
  });
});

describe('trace index', () => {
  it('counts errors of any run of rows and shares of services', () => {
    const index = new TraceIndex(shopTrace().view);
    assert.equal(index.errors, 3);
    assert.equal(index.errorsIn(0, index.count), 3);
    assert.equal(index.services[0]!.name, 'payment-api');
    assert.equal(
      index.services.reduce((sum, service) => sum + service.spans, 0),
      index.count,
    );
  });

  it('draws a small picture of any trace', () => {
    const index = new TraceIndex(wideTrace(100_000).view);
    const picture = minimapPicture(index, 22);
    assert.equal(picture.lines.length, 22);
    assert.equal(picture.lines[0]!.to, index.totalNs);
  });
});

describe('checkTrace', () => {
  it('accepts what the builder makes, also nothing', () => {
    assert.equal(checkTrace(shopTrace().view), undefined);
    assert.equal(checkTrace(buildTrace([]).view), undefined);
  });

  it('names the damage instead of looping for ever', () => {
    const damage = (change: (view: ReturnType<typeof shopTrace>['view']) => void) => {
      const { view } = shopTrace();
      change(view);
      return checkTrace(view) ?? '';
    };
    assert.match(
      damage((v) => (v.columns.subtreeEnd[3] = 3)),
      /row 3 ends its subtree at 3/,
    );
    assert.match(
      damage((v) => (v.columns.subtreeEnd[3] = 29)),
      /row 3 reaches beyond/,
    );
    assert.match(
      damage((v) => (v.columns.parent[2] = 7)),
      /row 2 has row 7 for a parent/,
    );
    assert.match(
      damage((v) => (v.columns.service[2] = 99)),
      /service/,
    );
    assert.match(
      damage((v) => (v.columns.name[2] = 99)),
      /name/,
    );
    const { view } = shopTrace();
    assert.match(checkTrace({ ...view, count: view.count + 1 }) ?? '', /shorter/);
  });
});
