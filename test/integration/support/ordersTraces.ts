import { encodeJson, type TestAttributes } from '../../support/otlpSpans';
import type { OtlpTraces } from '../../support/servers/data/otlpTraces';
import { TraceSketch } from '../../support/servers/data/traceSketch';
import { ordersRequest } from './ordersSpans';
import type { SentSpan } from './sentSpans';

const SERVICE = 'orders';
const KINDS = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
/** A method of test/workspaces/orders that only these traces call. */
const CANCEL: SentSpan = {
  name: 'cancel order',
  durationMs: 30,
  attributes: {
    'code.function.name': 'OrderService.cancel',
    'code.file.path': '/srv/orders/src/orders.ts',
    'code.line.number': 13,
  },
};

/**
 * The same traces for every store: forty orders of 20 ms, one of them failed, ten listings of 700 ms and twenty
 * cancellations, a second apart and all within the last two minutes.
 */
export function ordersTraces(nowNs: bigint): OtlpTraces {
  const list: SentSpan = {
    name: 'GET /orders',
    kind: 1,
    durationMs: 700,
    attributes: { 'http.request.method': 'GET', 'http.route': '/orders' },
  };
  const spans = [
    ...Array.from({ length: 39 }, () => ordersRequest(20)),
    ordersRequest(20, 'card processor unavailable'),
    ...Array.from({ length: 10 }, () => list),
    ...Array.from({ length: 20 }, () => CANCEL),
  ];
  const sketches = spans.map((span, index) => {
    const sketch = new TraceSketch(`orders ${index}`, nowNs - BigInt(100 - index) * 1_000_000_000n);
    addAll(sketch, span);
    return sketch;
  });
  return JSON.parse(encodeJson(...sketches.flatMap((sketch) => sketch.spans()))) as OtlpTraces;
}

function addAll(sketch: TraceSketch, root: SentSpan): void {
  const open: { span: SentSpan; parent: string | undefined }[] = [{ span: root, parent: undefined }];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { name, kind = 0, durationMs, attributes = {}, failure, children = [] } = entry.span;
    const id = sketch.add(SERVICE, 'code', entry.parent, {
      ...{ name, at: 0, lasts: durationMs, kind: KINDS[kind] },
      attributes: attributes as TestAttributes,
      ...(failure === undefined ? {} : { status: { code: 2, message: failure } }),
    });
    for (const child of children) open.push({ span: child, parent: id });
  }
}
