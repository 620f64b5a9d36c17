import assert from 'node:assert/strict';
import { likened } from '../../../../src/traces/traceql/language/datum';
import { prepareSearch } from '../../../../src/traces/traceql/plan/prepareSearch';
import { SpanCollector } from '../../../../src/traces/backends/spanCollector';
import type { TraceId } from '../../../../src/model/ids';

const TRACE = '0af7651916cd43dd8448eb211c80319c' as TraceId;

describe('values that a source keeps as texts', () => {
  it('are the numbers and conditions that they say, where such are asked for', () => {
    assert.equal(likened('42', 5), 42);
    assert.equal(likened('-1.5e3', 5), -1500);
    assert.equal(likened('9223372036854775807', 5n), 9223372036854775807n);
    assert.equal(likened('true', false), true);
    for (const text of ['', ' 42', '0x1F', 'NaN', 'Infinity', '1_000', '4 2']) assert.equal(likened(text, 5), text);
    assert.equal(likened('TRUE', true), 'TRUE');
    assert.equal(likened('42', 'forty-two'), '42');
    assert.equal(likened(42, 'x'), 42);
  });

  it('are found only where a search says that they are texts', () => {
    const collector = new SpanCollector();
    const attributes = [
      { key: 'count', value: { stringValue: '42' } },
      { key: 'cached', value: { stringValue: 'true' } },
    ];
    const span = {
      traceId: TRACE,
      spanId: 'b7ad6b7169203331',
      name: 'a',
      startTimeUnixNano: '1',
      endTimeUnixNano: '2',
      attributes,
    };
    collector.addJson({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    const trace = collector.trace(TRACE)!;
    const finds = (text: string, textValues: boolean) => prepareSearch({ text, textValues }).match(trace) !== undefined;
    for (const query of ['{span.count > 41}', '{42 = span.count}', '{span.count != 41}', '{span.cached = true}']) {
      assert.deepEqual([finds(query, true), finds(query, false)], [true, false], query);
    }
    assert.equal(finds('{span.count = "42" && span.cached = "true"}', true), true);
    assert.equal(finds('{span.count > 42}', true), false);
  });
});
