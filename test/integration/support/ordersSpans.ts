import { SpanKind, type SpanContext } from '@opentelemetry/api';
import type { SentSpan, SpanSender } from './sentSpans';

/** Where the service of test/workspaces/orders was built: not where the workspace lies. */
const BUILT_AT = '/srv/orders/src';

/** A request as the service of test/workspaces/orders would report it. Line numbers count from 1. */
export function ordersRequest(durationMs: number, failure?: string): SentSpan {
  const create: SentSpan = {
    name: 'create order',
    durationMs: durationMs - 2,
    attributes: {
      'code.function.name': 'OrderService.create',
      'code.file.path': `${BUILT_AT}/orders.ts`,
      'code.line.number': 4,
    },
    ...(failure === undefined ? {} : { failure }),
    children: [
      {
        name: 'save',
        durationMs: durationMs - 4,
        attributes: { 'code.function': 'save', 'code.filepath': `${BUILT_AT}/store.ts`, 'code.lineno': 8 },
      },
    ],
  };
  return {
    name: 'POST /orders',
    kind: SpanKind.SERVER,
    durationMs,
    attributes: { 'http.request.method': 'POST', 'http.route': '/orders', 'http.response.status_code': 200 },
    children: [create],
  };
}

/** Sends forty requests of 20 ms, one of them failed, and ten listings of 700 ms. Returns the failed one. */
export async function sendOrders(sender: SpanSender): Promise<SpanContext> {
  for (let i = 0; i < 39; i++) sender.send(ordersRequest(20));
  const failed = sender.send(ordersRequest(20, 'card processor unavailable'));
  for (let i = 0; i < 10; i++) {
    sender.send({
      name: 'GET /orders',
      kind: SpanKind.SERVER,
      durationMs: 700,
      attributes: { 'http.request.method': 'GET', 'http.route': '/orders' },
    });
  }
  await sender.flush();
  return failed;
}
