import assert from 'node:assert/strict';
import { JsonItems } from '../../../../src/traces/json/jsonItems';

/** Items as texts, with the labels before them, of a stream that is cut at these places. */
function itemsOf(text: string, ...cuts: readonly number[]): string[] {
  const bytes = Buffer.from(text);
  const items = new JsonItems({ 'data[]': 'trace', 'data[].spans[]': 'span' });
  const found: string[] = [];
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    for (const item of items.push(bytes.subarray(from, to))) found.push(`${item.label} ${item.bytes.toString('utf8')}`);
    from = to;
  }
  assert.equal(items.isComplete, true);
  assert.equal(items.retainedBytes, 0);
  return found;
}

describe('JsonItems', () => {
  // Brackets, quotes and backslashes in texts; nesting; a list with the name of one that is cut, where it is none.
  const spans = ['{"a":"]}\\\\","b":[{"c":"\\"{["}],"é":{}}', '{}', '{"spans":[{"d":1},[2]],"e":"\\\\\\""}'];
  const text = `{"x":{"spans":[{"y":"]"}]},"data":[{"id":"t\\"","spans":[${spans.join(' , ')}],"p":{"q":["}"]}},{"spans":[]}]}`;
  const expected = [
    ...spans.map((span) => `span ${span}`),
    'trace {"id":"t\\"","spans":[],"p":{"q":["}"]}}',
    'trace {"spans":[]}',
    ' {"x":{"spans":[{"y":"]"}]},"data":[]}',
  ];

  it('cuts the items of the lists that are named, however deep what is in them', () => {
    assert.deepEqual(itemsOf(text), expected);
  });

  it('finds the same wherever the stream is cut', () => {
    const { length } = Buffer.from(text);
    for (let at = 0; at <= length; at++) {
      assert.deepEqual(itemsOf(text, at), expected, `cut at ${at}`);
      assert.deepEqual(itemsOf(text, at, Math.min(at + 1, length)), expected, `cut at ${at} and behind it`);
    }
  });

  it('takes a nesting bomb within an item for one item', () => {
    const bomb = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    assert.deepEqual(itemsOf(`{"data":[{"spans":[{"a":${bomb}},{}]}]}`).slice(1), [
      'span {}',
      'trace {"spans":[]}',
      ' {"data":[]}',
    ]);
  });

  it('refuses brackets that do not match, also where nothing is of interest', () => {
    for (const wrong of ['{"x":[}', '{"data":[{"spans":[{"a":{"b":[}]}', '{"data":[{"spans":[{"a":[1}]}]}', ']']) {
      assert.throws(() => itemsOf(wrong), SyntaxError, wrong);
    }
  });
});
