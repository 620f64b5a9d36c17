import assert from 'node:assert/strict';
import { groupAttributes } from '../../../src/webview/detail/attributeGroups';
import { formatValue } from '../../../src/webview/detail/formatValue';
import { problemSentences } from '../../../src/webview/detail/problemText';
import { stackLines } from '../../../src/webview/detail/stackFrames';
import { cssColor, mixColors, parseColor } from '../../../src/webview/layout/color';
import { clipText, displayBlock, displayText } from '../../../src/webview/layout/displayText';
import { rowOfSpanId, spanIdOf } from '../../../src/webview/layout/spanText';
import { SpanDetailsCache } from '../../../src/webview/state/spanDetails';
import { shopTrace } from '../../webview/support/sampleTraces';
import { attributes, detailsOf } from '../../webview/support/traceBuilder';

function shown(key: string, value: string): string {
  const { pieces } = formatValue({ key, value, type: 'string' });
  return pieces.map((piece) => (piece.look === 'plain' ? piece.text : `<${piece.look[0]}:${piece.text}>`)).join('');
}

describe('attribute groups', () => {
  it('follow the conventions, with the rest last', () => {
    const groups = groupAttributes(
      attributes({
        zebra: 1,
        'http.route': '/x',
        'code.function.name': 'f',
        'db.query.text': 'x',
        'url.path': '/',
        apple: 2,
      }),
    );
    assert.deepEqual(
      groups.map((group) => `${group.title}: ${group.attributes.map((a) => a.key).join(' ')}`),
      ['Code: code.function.name', 'HTTP: http.route url.path', 'Database: db.query.text', 'Other: apple zebra'],
    );
  });
});

describe('values', () => {
  it('of JSON are laid out', () => {
    assert.equal(
      shown('x', '{"a":[1,true],"b":"c"}'),
      '{\n  <n:"a">: [\n    <n:1>,\n    <k:true>\n  ],\n  <n:"b">: <s:"c">\n}',
    );
  });

  it('that only look like JSON stay as sent', () => {
    assert.equal(shown('x', '{"a": 1'), '{"a": 1');
    assert.equal(shown('x', '[1, 2]'), '[1, 2]');
  });

  it('of SQL break before clauses, but not inside of text', () => {
    assert.equal(
      shown('db.query.text', "select a from t where b = ' from x' limit 10"),
      "<k:select> a\n<k:from> t\n<k:where> b = <s:' from x'>\n<k:limit> <n:10>",
    );
    assert.equal(
      shown('db.statement', 'SELECT 1 FROM a LEFT OUTER JOIN b ON b.i = a.i'),
      '<k:SELECT> <n:1>\n<k:FROM> a\n<k:LEFT> <k:OUTER> <k:JOIN> b <k:ON> b.i = a.i',
    );
    assert.equal(shown('other', 'select a from t'), 'select a from t');
  });

  it('of any size come back whole', () => {
    for (const value of [
      'x'.repeat(1e6),
      `{"a":"${'y'.repeat(2e5)}"}`,
      `select '${"'".repeat(5000)}`,
      '{'.repeat(5000),
    ]) {
      const { pieces } = formatValue({ key: 'db.query.text', value, type: 'string' });
      assert.equal(
        pieces
          .map((piece) => piece.text)
          .join('')
          .replace(/\s/g, ''),
        value.replace(/\s/g, ''),
      );
    }
  });
});

describe('stack frames', () => {
  const frame = (line: string) => {
    const [parsed] = stackLines(line);
    assert.equal(parsed!.before + parsed!.place + parsed!.after, line);
    return parsed!.frame === undefined ? undefined : `${parsed!.frame.file}:${parsed!.frame.line}`;
  };
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['    at create (/app/src/orders.ts:42:17)', '/app/src/orders.ts:42'],
    ['    at async Object.<anonymous> (file:///app/routes.mjs:3:1)', 'file:///app/routes.mjs:3'],
    ['    at C:\\shop\\orders.js:9:5', 'C:\\shop\\orders.js:9'],
    ['create@http://localhost/app.js:7:2', 'http://localhost/app.js:7'],
    ['    at node:internal/process/task_queues:95:5', undefined],
    ['  File "/srv/orders/app.py", line 42, in create', '/srv/orders/app.py:42'],
    ['\tat com.shop.orders.OrderController.create(OrderController.java:58)', 'com/shop/orders/OrderController.java:58'],
    ['\tat app//com.shop.Main$Inner.lambda$run$0(Main.java:7)', 'com/shop/Main.java:7'],
    ['   at Shop.Orders.OrderService.Create(Order order) in /src/OrderService.cs:line 33', '/src/OrderService.cs:33'],
    ['\t/go/src/shop/orders.go:88 +0x1d', '/go/src/shop/orders.go:88'],
    ['Error: card refused', undefined],
    ['main.main()', undefined],
  ];
  for (const [line, expected] of cases) it(line.trim(), () => assert.equal(frame(line), expected));

  it('do not make hostile lines slow', () => {
    for (const line of [
      'at '.repeat(600),
      '('.repeat(1999),
      `at ${'a.'.repeat(900)}(`,
      ':1'.repeat(900),
      'x@'.repeat(900),
    ]) {
      assert.equal(stackLines(line).length, 1);
    }
    assert.equal(stackLines('x\n'.repeat(10_000)).length, 2000);
  });
});

describe('display text', () => {
  it('shows what would turn, hide or break the line', () => {
    assert.equal(displayText('\u202Egnp.exe'), '[U+202E]gnp.exe');
    assert.equal(displayText('a\nb\tc\0'), 'a b c[U+0000]');
    assert.equal(displayBlock('a\r\nb\u2066'), 'a\nb[U+2066]');
    assert.equal(displayText('שלום GET'), 'שלום GET');
  });

  it('cuts without breaking a pair', () => {
    assert.equal(clipText('ab😀cd', 3), 'ab…');
    assert.equal(displayText('x'.repeat(1e6)).length, 301);
  });
});

describe('colours', () => {
  it('are read from what a canvas gives back, and mixed', () => {
    assert.deepEqual(parseColor('#ff0080'), { r: 255, g: 0, b: 128, a: 1 });
    assert.equal(parseColor('rgba(10, 20, 30, 0.5)')?.a, 0.5);
    assert.equal(parseColor('color(display-p3 1 0 0)'), undefined);
    assert.equal(cssColor(mixColors(parseColor('#000000')!, parseColor('#ffffff')!, 0.5)), 'rgb(128, 128, 128)');
  });
});

describe('spans', () => {
  const shop = shopTrace();

  it('are found by id', () => {
    assert.equal(spanIdOf(shop.view.columns, 7), '0000000000000008');
    assert.equal(rowOfSpanId(shop.view.columns, shop.view.count, '0000000000000008'), 7);
    assert.equal(rowOfSpanId(shop.view.columns, shop.view.count, 'nonsense'), -1);
    assert.equal(rowOfSpanId(shop.view.columns, shop.view.count, 'ffffffffffffffff'), -1);
  });

  it('say what is unusual about them', () => {
    assert.deepEqual(problemSentences(0), []);
    assert.equal(problemSentences(1 | 2 | 4 | 8 | 16 | 32).length, 6);
  });

  it('are asked for once, again after a failure, and forgotten in turn', async () => {
    const asked: number[] = [];
    let fail = true;
    const cache = new SpanDetailsCache(
      (row) => {
        asked.push(row);
        return fail ? Promise.reject(new Error('gone')) : Promise.resolve(detailsOf(shop, row % shop.view.count));
      },
      () => undefined,
    );
    cache.load(1);
    await new Promise(setImmediate);
    const failed = cache.peek(1);
    assert.ok(failed.kind === 'failed' && failed.message === 'gone');
    fail = false;
    cache.load(1);
    cache.load(1);
    await new Promise(setImmediate);
    assert.equal(cache.peek(1).kind, 'loaded');
    assert.deepEqual(asked, [1, 1]);
    for (let row = 2; row < 150; row++) cache.load(row);
    assert.equal(cache.peek(1).kind, 'loading');
  });
});
