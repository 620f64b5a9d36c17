/** Traces that are allowed and rare: one of each. */
import { testSpanId, testTraceId } from '../../otlpSpans';
import { TraceSketch } from './traceSketch';

const SECOND_NS = 1_000_000_000n;

/** Of 64 bits: OTLP has the upper half as zeros. X-Ray takes no such id. */
export const SHORT_TRACE_ID = `${'0'.repeat(16)}5af7183fb1d4cf5f`;

/** A parent that was never sent. */
export const LOST_PARENT = testSpanId(0xdead_beef);

export function oddTraces(firstNs: bigint): TraceSketch[] {
  return [
    orphan(firstNs + 2n * SECOND_NS),
    twoRoots(firstNs + 3n * SECOND_NS),
    shortId(firstNs + 4n * SECOND_NS),
    oddValues(firstNs + 5n * SECOND_NS),
    oddTimes(firstNs + 6n * SECOND_NS),
    oddNames(firstNs + 7n * SECOND_NS),
  ];
}

function orphan(startNs: bigint): TraceSketch {
  const trace = new TraceSketch('orphan', startNs);
  const lost = trace.add('orders-api', 'http', LOST_PARENT, {
    name: 'GET /internal/orders/:id',
    kind: 'SERVER',
    at: 0,
    lasts: 12,
    attributes: { 'http.route': '/internal/orders/:id', 'http.response.status_code': 200 },
  });
  trace.add('orders-api', 'code', lost, { name: 'OrderRepository.find', kind: 'INTERNAL', at: 1, lasts: 9 });
  return trace;
}

function twoRoots(startNs: bigint): TraceSketch {
  const trace = new TraceSketch('two roots', startNs);
  trace.add('api-gateway', 'code', undefined, { name: 'warm up', kind: 'INTERNAL', at: 0, lasts: 5 });
  trace.add('api-gateway', 'code', undefined, { name: 'listen', kind: 'INTERNAL', at: 6, lasts: 5 });
  return trace;
}

function shortId(startNs: bigint): TraceSketch {
  const trace = new TraceSketch('short id', startNs, SHORT_TRACE_ID);
  const root = trace.add('payment-api', 'code', undefined, {
    name: 'nightly close',
    kind: 'INTERNAL',
    at: 0,
    lasts: 30,
  });
  trace.add('payment-api', 'code', root, { name: 'close day', kind: 'INTERNAL', at: 1, lasts: 28 });
  return trace;
}

function oddValues(startNs: bigint): TraceSketch {
  const trace = new TraceSketch('odd values', startNs);
  trace.add('orders-api', 'code', undefined, {
    name: 'odd values',
    kind: 'INTERNAL',
    at: 0,
    lasts: 1,
    traceState: 'vendor=opaque,other=2',
    attributes: {
      'odd.int64.max': 9_223_372_036_854_775_807n,
      'odd.int64.min': -9_223_372_036_854_775_808n,
      'odd.double': 1.5e-9,
      'odd.empty': '',
      'odd.lines': 'one\ntwo\t"three" \\four',
      'odd.number.text': '00042',
      'odd.bytes': new Uint8Array([0, 1, 254, 255]),
      'odd.map': { inner: { deep: true }, list: ['a', 1] },
      'odd.list.empty': [],
      'odd.list.doubles': [0.5, 1.5],
      'odd.list.booleans': [true, false],
      'ключ 鍵': 'значение 値',
    },
    events: [
      { name: 'first', at: 0.1, attributes: {} },
      { name: 'second', at: 0.1, attributes: { 'event.list': ['x', 'y'], 'event.number': 9_007_199_254_740_993n } },
    ],
    links: [
      { traceId: testTraceId(0xabc), spanId: testSpanId(0xdef) },
      { traceId: SHORT_TRACE_ID, spanId: testSpanId(1), attributes: { why: 'second' } },
    ],
  });
  return trace;
}

function oddTimes(startNs: bigint): TraceSketch {
  const trace = new TraceSketch('odd times', startNs);
  const root = trace.add('api-gateway', 'code', undefined, { name: 'odd times', kind: 'INTERNAL', at: 0, lasts: 1 });
  trace.add('api-gateway', 'code', root, { name: 'no time at all', kind: 'INTERNAL', at: 0.5, lasts: 0 });
  trace.add('api-gateway', 'code', root, { name: 'one nanosecond', kind: 'INTERNAL', at: 0.500_001, lasts: 0.000_001 });
  trace.add('api-gateway', 'code', root, { name: 'before its parent', kind: 'INTERNAL', at: -0.25, lasts: 0.1 });
  trace.add('api-gateway', 'code', root, { name: 'after its parent', kind: 'INTERNAL', at: 1.75, lasts: 0.5 });
  return trace;
}

function oddNames(startNs: bigint): TraceSketch {
  const trace = new TraceSketch('odd names', startNs);
  const root = trace.add('payment-api', 'code', undefined, {
    name: 'CamelCase.Name',
    kind: 'UNSPECIFIED',
    at: 0,
    lasts: 4,
  });
  trace.add('payment-api', 'code', root, { name: 'größe / 日本 🙂', kind: 'INTERNAL', at: 1, lasts: 1 });
  trace.add('payment-api', 'code', root, { name: `long ${'x'.repeat(300)}`, kind: 'INTERNAL', at: 2, lasts: 1 });
  return trace;
}
