/** A shop's last quarter of an hour: requests through three services, of a dozen routes, one in twenty failed. */
import { encodeJson } from '../../support/otlpSpans';
import type { OtlpTraces } from '../../support/servers/data/otlpTraces';
import { codeAttributes, TraceSketch } from '../../support/servers/data/traceSketch';

/** The service whose file is open. */
export const ORDERS = 'orders-api';

const ROUTES = ['/orders', '/orders/:id', '/orders/:id/items', '/carts/:id', '/quotes', '/returns/:id'] as const;
const METHODS = ['GET', 'POST'] as const;
const STACK = Array.from({ length: 10 }, (_, i) => `    at step${i} (/app/orders-api/stock${i}.ts:${20 + i}:11)`);

/** Spans of each trace. */
export const SPANS_OF_TRACE = 8;

/** Traces that end a minute before `nowNs` and begin a quarter of an hour before. */
export function busyShop(traces: number, nowNs: bigint): OtlpTraces {
  const firstNs = nowNs - 14n * 60_000_000_000n;
  const stepNs = (13n * 60_000_000_000n) / BigInt(traces);
  const spans = Array.from({ length: traces }, (_, n) => request(n, firstNs + BigInt(n) * stepNs).spans()).flat();
  return JSON.parse(encodeJson(...spans)) as OtlpTraces;
}

function request(n: number, startNs: bigint): TraceSketch {
  const trace = new TraceSketch(`busy ${n}`, startNs);
  const [route, method] = [ROUTES[n % ROUTES.length]!, METHODS[n % METHODS.length]!];
  const isFailed = n % 20 === 0;
  const lasts = 20 + ((n * 37) % 400);
  const http = {
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': isFailed ? 500 : 200,
  };
  const client = { 'http.request.method': method, 'url.full': `http://orders-api:8081${route}`, 'server.port': 8081 };
  const name = `${method} ${route}`;
  const root = trace.add('api-gateway', 'http', undefined, { name, kind: 'SERVER', at: 0, lasts, attributes: http });
  const call = trace.add('api-gateway', 'http', root, {
    ...{ name: method, kind: 'CLIENT', at: 1, lasts: lasts - 2 },
    attributes: client,
  });
  const handler = trace.add(ORDERS, 'http', call, {
    ...{ name, kind: 'SERVER', at: 2, lasts: lasts - 4 },
    attributes: { ...http, 'user_agent.original': 'undici', 'network.protocol.version': '1.1' },
    status: isFailed ? { code: 2, message: 'no answer from stock' } : { code: 0 },
  });
  const place = codeAttributes(`Orders.step${n % 9}`, `orders-api/orders${n % 3}.ts`, 10 + (n % 9));
  const work = trace.add(ORDERS, 'code', handler, {
    ...{ name: `Orders.step${n % 9}`, kind: 'INTERNAL', at: 3, lasts: lasts - 6 },
    attributes: { ...place, 'order.number': `SO-${100_000 + n}` },
    ...(isFailed ? { status: { code: 2, message: 'no answer from stock' }, events: [exception(lasts)] } : {}),
  });
  for (const [index, table] of ['orders', 'items'].entries()) {
    trace.add(ORDERS, 'db', work, {
      ...{ name: `SELECT ${table}`, kind: 'CLIENT', at: 4 + index, lasts: 1 },
      attributes: {
        ...{ 'db.system.name': 'postgresql', 'db.operation.name': 'SELECT', 'db.collection.name': table },
        'db.query.text': `SELECT * FROM ${table} WHERE customer = $1 AND state <> 'gone' ORDER BY created LIMIT 50`,
      },
    });
  }
  const charge = trace.add(ORDERS, 'grpc', work, {
    ...{ name: 'pay.Payments/Charge', kind: 'CLIENT', at: 7, lasts: 5 },
    attributes: { 'rpc.system': 'grpc', 'rpc.service': 'pay.Payments', 'rpc.method': 'Charge' },
  });
  trace.add('payment-api', 'grpc', charge, { name: 'pay.Payments/Charge', kind: 'SERVER', at: 8, lasts: 3 });
  return trace;
}

function exception(at: number) {
  const attributes = {
    'exception.type': 'TimeoutError',
    'exception.message': 'no answer from stock',
    'exception.stacktrace': ['TimeoutError: no answer from stock', ...STACK].join('\n'),
  };
  return { name: 'exception', at: at - 4, attributes };
}
