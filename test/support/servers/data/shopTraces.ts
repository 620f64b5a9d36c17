/** The traces of a shop of four services, made up after what the sample shop really sends. */
import type { TestSpans, TestValue } from '../../otlpSpans';
import { oddTraces } from './oddTraces';
import { codeAttributes, TraceSketch } from './traceSketch';

const GATEWAY = 'api-gateway';
const ORDERS = 'orders-api';
const PAYMENT = 'payment-api';
const WORKER = 'notification-worker';

/** How many of each; with the odd ones these are about eighty. */
const COUNTS = { order: 34, failedOrder: 8, slowReport: 8, dashboard: 8, mail: 8, health: 6 } as const;

/** Beyond 2^53: a reader that goes through a double gets it wrong. */
const BIG_NUMBER = 9_007_199_254_740_993n;

/**
 * The shop's traces, spread over the half hour before `nowNs` and over by a minute before it. The same moment gives the
 * same traces, byte for byte; another moment the same but for times and the first eight digits of the trace ids.
 */
export function shopTraces(nowNs: bigint): TestSpans[] {
  const makers: readonly ((n: number, startNs: bigint) => TraceSketch[])[] = [
    ...repeat(COUNTS.order, order),
    ...repeat(COUNTS.failedOrder, failedOrder),
    ...repeat(COUNTS.slowReport, slowReport),
    ...repeat(COUNTS.dashboard, dashboard),
    ...repeat(COUNTS.mail, orderWithMail),
    ...repeat(COUNTS.health, health),
  ];
  const secondsEach = Math.floor((28 * 60) / makers.length);
  const first = (nowNs / 1_000_000_000n) * 1_000_000_000n - 1_800_000_000_000n;
  const sketches = makers.flatMap((make, n) => {
    // Not on whole microseconds: what a format loses of a time has to show.
    const startNs = first + BigInt(n * secondsEach) * 1_000_000_000n + BigInt(n * 1_237_003 + 1);
    return make(n, startNs);
  });
  return [...sketches, ...oddTraces(first)].flatMap((sketch) => sketch.spans());
}

function repeat<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

function order(n: number, startNs: bigint): TraceSketch[] {
  const trace = new TraceSketch(`order ${n}`, startNs);
  const handler = enter(trace, 'POST', '/orders', 201, 40 + (n % 17) * 3);
  const charge = payment(trace, handler, n, 12 + (n % 9));
  insertOrder(trace, charge.after, handler, n);
  return [trace];
}

/** Gateway, the call to the orders service, and its handler, whose span id it says. */
function enter(trace: TraceSketch, method: string, route: string, status: number, lasts: number): string {
  const failed = status >= 500;
  const root = trace.add(GATEWAY, 'http', undefined, {
    name: `${method} ${route}`,
    kind: 'SERVER',
    at: 0,
    lasts,
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
      'url.path': route,
      'user_agent.original': 'Mozilla/5.0 (X11; Linux) größe/1.0 🛒',
      ...codeAttributes('createOrder', 'api-gateway/orders.ts', 21),
    },
    status: failed ? { code: 2 } : { code: 0 },
  });
  const call = trace.add(GATEWAY, 'http', root, {
    name: method,
    kind: 'CLIENT',
    at: 1.25,
    lasts: lasts - 2.5,
    attributes: {
      'http.request.method': method,
      'url.full': `http://orders-api:8081/internal${route}?page=1&q=a%20b`,
      'server.address': 'orders-api',
      'server.port': 8081,
      'http.response.status_code': status,
    },
    status: failed ? { code: 2 } : { code: 0 },
  });
  // The services that were instrumented longer ago still write the old names.
  return trace.add(ORDERS, 'http', call, {
    name: `${method} /internal${route}`,
    kind: 'SERVER',
    at: 2.000_001,
    lasts: lasts - 4,
    attributes: {
      'http.method': method,
      'http.route': `/internal${route}`,
      'http.status_code': status,
      ...codeAttributes('OrderRoutes.create', 'orders-api/routes.ts', 34),
    },
    status: failed ? { code: 2, message: `answered ${status}` } : { code: 0 },
  });
}

interface Failure {
  readonly type: string;
  readonly message: string;
}

/** The gRPC call to the payment service and what it does there. */
function payment(
  trace: TraceSketch,
  parent: string,
  n: number,
  lasts: number,
  failure?: Failure,
): { readonly after: number } {
  const rpc = { 'rpc.system': 'grpc', 'rpc.service': 'payment.Ledger', 'rpc.method': 'Charge' };
  const status = failure ? { code: 2 as const, message: failure.message } : { code: 0 as const };
  const call = trace.add(ORDERS, 'grpc', parent, {
    name: 'payment.Ledger/Charge',
    kind: 'CLIENT',
    at: 4,
    lasts,
    attributes: { ...rpc, 'rpc.grpc.status_code': failure ? 13 : 0, 'server.address': 'payment-api' },
    status,
  });
  const server = trace.add(PAYMENT, 'grpc', call, {
    name: 'payment.Ledger/Charge',
    kind: 'SERVER',
    at: 4.5,
    lasts: lasts - 1,
    attributes: { ...rpc, ...codeAttributes('PaymentController.charge', 'payment-api/payment.controller.ts', 18) },
    status,
  });
  trace.add(PAYMENT, 'code', server, {
    name: 'CardProcessor.authorize',
    at: 5,
    lasts: lasts / 3,
    attributes: {
      'card.brand': n % 2 === 0 ? 'visa' : 'mastercard',
      'payment.amount': 19.99 + n,
      'payment.retry': false,
      'payment.reference': BIG_NUMBER + BigInt(n),
      ...codeAttributes('CardProcessor.authorize', 'payment-api/cardProcessor.ts', 12),
    },
    ...(failure ? { events: [exception(failure, 5 + lasts / 4)], status } : { status: { code: 1 as const } }),
  });
  trace.add(PAYMENT, 'db', server, statement('SELECT ledger', 'SELECT * FROM ledger WHERE id = $1', 6, lasts / 4));
  return { after: 4 + lasts };
}

function exception(
  { type, message }: Failure,
  at: number,
): {
  readonly name: string;
  readonly at: number;
  readonly attributes: Record<string, TestValue>;
} {
  const stack = `${type}: ${message}\n    at CardProcessor.authorize (/app/payment-api/cardProcessor.ts:31:13)`;
  const attributes = {
    'exception.type': type,
    'exception.message': message,
    'exception.stacktrace': `${stack}\n    at PaymentController.charge (/app/payment-api/payment.controller.ts:24:30)`,
  };
  return { name: 'exception', at, attributes };
}

function statement(
  name: string,
  text: string,
  at: number,
  lasts: number,
): { name: string; kind: 'CLIENT'; at: number; lasts: number; attributes: Record<string, TestValue> } {
  const attributes = {
    'db.system': 'postgresql',
    'db.namespace': 'shop',
    'db.query.text': text,
    'server.address': 'postgres',
  };
  return { name, kind: 'CLIENT', at, lasts, attributes };
}

function insertOrder(trace: TraceSketch, at: number, parent: string, n: number): void {
  const repository = trace.add(ORDERS, 'code', parent, {
    name: 'OrderRepository.save',
    kind: 'INTERNAL',
    at,
    lasts: 8,
    attributes: {
      'order.number': BIG_NUMBER * 2n + BigInt(n),
      'order.items': ['tea', 'Käse', '日本 🙂'],
      'order.quantities': [1, 2, n],
      ...codeAttributes('OrderRepository.save', 'orders-api/repository.ts', 27),
    },
    events: [{ name: 'order.saved', at: at + 7.5, attributes: { 'order.total': 19.99 + n } }],
    status: { code: 1 },
  });
  const insert = statement('INSERT orders', 'INSERT INTO orders (id, total) VALUES ($1, $2)', at + 1, 5.123_456);
  trace.add(ORDERS, 'db', repository, insert);
}

function failedOrder(n: number, startNs: bigint): TraceSketch[] {
  const trace = new TraceSketch(`failed order ${n}`, startNs);
  const handler = enter(trace, 'POST', '/orders', n % 2 === 0 ? 500 : 503, 60);
  payment(trace, handler, n, 30, { type: 'CardDeclinedError', message: `card declined: limit "${n}" \\ 50 €` });
  return [trace];
}

/** More than two seconds, for the most part in the payment service's database. */
function slowReport(n: number, startNs: bigint): TraceSketch[] {
  const trace = new TraceSketch(`slow report ${n}`, startNs);
  const root = trace.add(GATEWAY, 'http', undefined, {
    name: 'GET /reports/:month',
    kind: 'SERVER',
    at: 0,
    lasts: 2_100 + n * 20,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/reports/:month',
      'http.response.status_code': 200,
      ...codeAttributes('monthlyReport', 'api-gateway/reports.ts', 9),
    },
  });
  const server = trace.add(PAYMENT, 'http', root, {
    name: 'GET /ledger',
    kind: 'SERVER',
    at: 20,
    lasts: 2_000,
    attributes: { 'http.method': 'GET', 'http.route': '/ledger', 'http.status_code': 200 },
  });
  trace.add(PAYMENT, 'db', server, statement('SELECT ledger', 'SELECT * FROM ledger ORDER BY day', 40, 1_400 + n));
  return [trace];
}

/** One query for the list and one more for each of its rows. */
function dashboard(n: number, startNs: bigint): TraceSketch[] {
  const trace = new TraceSketch(`dashboard ${n}`, startNs);
  const rows = 12;
  const root = trace.add(GATEWAY, 'http', undefined, {
    name: 'GET /dashboard',
    kind: 'SERVER',
    at: 0,
    lasts: 20 + rows * 4,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/dashboard',
      'http.response.status_code': 200,
      ...codeAttributes('dashboard', 'api-gateway/dashboard.ts', 14),
    },
  });
  trace.add(GATEWAY, 'db', root, statement('SELECT orders', 'SELECT id FROM orders LIMIT 12', 2, 6));
  for (let row = 0; row < rows; row++) {
    const text = 'SELECT * FROM customers WHERE id = $1';
    trace.add(GATEWAY, 'db', root, statement('SELECT customers', text, 10 + row * 4, 3.5));
  }
  return [trace];
}

/** An order, a message, and what the worker does with it: in a trace of its own, linked. */
function orderWithMail(n: number, startNs: bigint): TraceSketch[] {
  const trace = new TraceSketch(`order with mail ${n}`, startNs);
  const handler = enter(trace, 'POST', '/orders', 201, 50);
  const messaging = { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' };
  const producer = trace.add(ORDERS, 'messaging', handler, {
    name: 'send orders',
    kind: 'PRODUCER',
    at: 30,
    lasts: 4,
    attributes: { ...messaging, 'messaging.operation.type': 'send', 'messaging.kafka.offset': BIG_NUMBER + 7n },
  });
  const mail = new TraceSketch(`mail ${n}`, startNs + 60_000_000n);
  const consumer = mail.add(WORKER, 'messaging', undefined, {
    name: 'process orders',
    kind: 'CONSUMER',
    at: 0,
    lasts: 25,
    attributes: { ...messaging, 'messaging.operation.type': 'process', 'messaging.batch.message_count': 1 },
    links: [{ traceId: trace.traceId, spanId: producer, attributes: { 'link.reason': 'message' } }],
  });
  mail.add(WORKER, 'code', consumer, {
    name: 'sendMail',
    kind: 'INTERNAL',
    at: 2,
    lasts: 20,
    attributes: codeAttributes('sendMail', 'notification-worker/mail.ts', 7),
  });
  return [trace, mail];
}

function health(n: number, startNs: bigint): TraceSketch[] {
  const trace = new TraceSketch(`health ${n}`, startNs);
  trace.add([GATEWAY, ORDERS, PAYMENT][n % 3]!, 'http', undefined, {
    name: 'GET /healthz',
    kind: 'SERVER',
    at: 0,
    lasts: 0.4,
    attributes: { 'http.request.method': 'GET', 'http.route': '/healthz', 'http.response.status_code': 200 },
  });
  return [trace];
}
