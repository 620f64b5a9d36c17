import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { jaegerSpans } from '../../../../src/traces/formats/jaegerSpans';
import { isBadRecord, type SpanRecord } from '../../../../src/traces/formats/spanRecord';
import { parseJsonLossless } from '../../../../src/traces/otlp/losslessJson';

const FILE = path.join(__dirname, '..', '..', '..', 'fixtures', 'files', 'jaeger-api.json');

describe('jaegerSpans', () => {
  const all = [...jaegerSpans(parseJsonLossless(readFileSync(FILE, 'utf8')))];
  const spans = all.filter((span): span is SpanRecord => !isBadRecord(span));

  it('makes fields of OTLP out of the tags that stand for them', () => {
    assert.equal(all.length, spans.length);
    const { events, ...span } = spans[0]!;
    assert.deepEqual(span, {
      traceId: '000000000000000083a9f0c1d2e3b4a5',
      spanId: 'e127af99e3b3e074',
      parentSpanId: undefined,
      idsMended: false,
      traceState: 'a=1',
      name: 'GET /orders',
      kind: 2,
      startNs: 1763706678909209000n,
      endNs: 1763706678921554000n,
      attributes: new Map<string, unknown>([
        ['http.status_code', 500],
        ['order.total', 9007199254740993n],
        ['ratio', 0.25],
        ['cached', false],
        ['payload', new Uint8Array([1, 2, 3])],
      ]),
      links: [],
      status: { code: 2, message: 'no stock' },
      flags: 1,
      resource: new Map([
        ['service.name', 'shop'],
        ['host.name', 'a'],
      ]),
      scope: { name: '@opentelemetry/instrumentation-http', version: '0.57.0' },
    });
    assert.deepEqual(events, [
      { timeNs: 1763706678909800000n, name: 'exception', attributes: new Map([['exception.type', 'OutOfStock']]) },
    ]);
  });

  it('finds the parent as Jaeger does, and makes links of the other references', () => {
    const parents = spans.map(({ parentSpanId, links }) => [parentSpanId, links.length]);
    assert.deepEqual(parents, [
      [undefined, 0],
      ['e127af99e3b3e074', 2],
      ['000000000090951f', 0],
      ['00000000000000bb', 0],
      [undefined, 0],
    ]);
    assert.deepEqual(spans[1]!.links[1], {
      traceId: '00000000000000001111111111111111',
      spanId: '2222222222222222',
      attributes: new Map([['opentracing.ref_type', 'child_of']]),
    });
    assert.deepEqual(spans[2]!.events[0]?.name, 'got it');
    assert.deepEqual(spans[1]!.status, { code: 2, message: undefined });
    assert.equal(spans[3]!.resource.get('service.name'), undefined);
  });

  it('shares what spans of a process share', () => {
    assert.equal(spans[1]!.resource, spans[2]!.resource);
  });

  it('reads whatever holds traces, and lets a bad span cost only itself', () => {
    const good = { traceID: 'a', spanID: 'b', operationName: 'x', startTime: 1, duration: 1 };
    const trace = { traceID: 'a', spans: [good], processes: {} };
    for (const answer of [trace, [trace], { data: trace }, { data: [trace] }]) {
      assert.equal([...jaegerSpans(answer)].filter((span) => !isBadRecord(span)).length, 1);
    }
    for (const [span, problem] of [
      [5, /not an object/],
      [{ ...good, spanID: undefined }, /spanID is missing/],
      [{ ...good, startTime: 'soon' }, /startTime/],
      [{ ...good, duration: {} }, /duration/],
    ] as const) {
      const [first, second, third] = jaegerSpans({ ...trace, spans: [good, span, good] });
      assert.ok(first && second && third && isBadRecord(second) && !isBadRecord(first) && !isBadRecord(third));
      assert.match(second.problem, problem);
    }
    assert.deepEqual([...jaegerSpans({ data: null })], []);
    assert.equal([...jaegerSpans({ data: [null, { spans: {} }, trace] })].filter(isBadRecord).length, 2);
  });
});
