import assert from 'node:assert/strict';
import { takeKind, takeLinks, zipkinEvent } from '../../../../src/traces/formats/zipkinOtlp';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

describe('OTLP within Zipkin', () => {
  it('reads events of the Collector, of the JavaScript exporter, and plain ones', () => {
    assert.deepEqual(zipkinEvent('saved|{"n":1}|0'), { name: 'saved', attributes: new Map([['n', 1]]) });
    assert.deepEqual(zipkinEvent('"saved": {"n":1}'), { name: 'saved', attributes: new Map([['n', 1]]) });
    for (const text of ['saved', 'a|b', 'saved|{broken}|0', '{}', '']) {
      assert.deepEqual(zipkinEvent(text), { name: text, attributes: new Map() });
    }
  });

  it('takes links out of tags, and leaves what is none', () => {
    const attributes = new Map<string, string>([
      ['otlp.link.0', `${TRACE}|b7ad6b7169203331|k=v|{"why":"retry"}|0`],
      ['otlp.link.1', 'no link'],
      ['otlp.link.2', `${TRACE}|b7ad6b7169203332||{}|0`],
      ['otlp.link.4', `${TRACE}|b7ad6b7169203334||{}|0`],
    ]);
    assert.deepEqual(takeLinks(attributes), [
      { traceId: TRACE, spanId: 'b7ad6b7169203331', traceState: 'k=v', attributes: new Map([['why', 'retry']]) },
      { traceId: TRACE, spanId: 'b7ad6b7169203332', traceState: undefined, attributes: new Map() },
    ]);
    assert.deepEqual([...attributes.keys()], ['otlp.link.1', 'otlp.link.4']);
  });

  it('takes the kind that Zipkin has no word for', () => {
    const attributes = new Map<string, string>([['span.kind', 'internal']]);
    assert.equal(takeKind(attributes), 1);
    assert.equal(attributes.size, 0);
    assert.equal(takeKind(new Map([['span.kind', 'odd']])), 0);
  });
});
