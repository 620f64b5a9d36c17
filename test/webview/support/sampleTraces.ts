import { ROW } from '../../../src/protocol/traceView';
import { attributes, buildTrace, type BuiltTrace, type SpanSpec } from './traceBuilder';

const STACK = `CardProcessorError: card processor unavailable
    at authorize (/app/services/payment/src/processor.ts:57:11)
    at async PaymentService.pay (/app/services/payment/src/payment.service.ts:33:20)
    at async Object.<anonymous> (/app/services/payment/src/routes.ts:18:5)
    at node:internal/process/task_queues:95:5`;

const SQL =
  "SELECT i.id, i.sku, i.price FROM shop.items i LEFT JOIN shop.stock s ON s.item_id = i.id WHERE i.id = $1 AND s.region = 'eu' ORDER BY i.id LIMIT 1";

/** An order that fails at first: N+1 queries, a retried payment, a hop over Kafka. */
export function shopTrace(): BuiltTrace {
  const items = Array.from({ length: 12 }, (_, i): SpanSpec => ({
    name: 'SELECT shop.items',
    service: 'orders-api',
    kind: 3,
    start: 38 + i * 21,
    length: 16 + (i % 4),
    attributes: {
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.query.text': SQL,
      'db.operation.name': 'SELECT',
    },
  }));
  const pay = (start: number, length: number, failed: boolean): SpanSpec => ({
    name: 'POST',
    service: 'orders-api',
    kind: 3,
    start,
    length,
    ...(failed ? { error: '503' } : {}),
    attributes: {
      'http.request.method': 'POST',
      'url.full': 'http://payment-api:8083/pay',
      'http.response.status_code': failed ? 503 : 200,
    },
    children: [
      {
        name: 'POST /pay',
        service: 'payment-api',
        kind: 2,
        start: start + 4,
        length: length - 8,
        mapped: 'PaymentController.pay',
        ...(failed ? { error: 'card processor unavailable' } : {}),
        attributes: {
          'http.route': '/pay',
          'http.request.method': 'POST',
          'http.response.status_code': failed ? 503 : 200,
        },
        children: [
          {
            name: 'authorize card',
            service: 'payment-api',
            start: start + 12,
            length: length - 40,
            mapped: 'authorize',
            ...(failed ? { error: 'card processor unavailable' } : {}),
            attributes: {
              'code.function.name': 'authorize',
              'code.file.path': '/app/services/payment/src/processor.ts',
              'code.line.number': 57,
              'payment.request':
                '{"order":"o-1042","amount":{"value":129.9,"currency":"EUR"},"card":{"brand":"visa","last4":"4242"},"retry":false}',
            },
            ...(failed
              ? {
                  events: [
                    {
                      offsetNs: 40e6,
                      name: 'retry',
                      attributes: attributes({ 'retry.attempt': 1, 'retry.delay_ms': 250 }),
                    },
                    {
                      offsetNs: (length - 60) * 1e6,
                      name: 'exception',
                      attributes: attributes({
                        'exception.type': 'CardProcessorError',
                        'exception.message': 'card processor unavailable',
                        'exception.stacktrace': STACK,
                      }),
                    },
                  ],
                  logs: [
                    {
                      offsetNs: (length - 58) * 1e6,
                      severity: 'ERROR',
                      body: 'payment o-1042 failed: card processor unavailable',
                      attributes: attributes({
                        'order.id': 'o-1042',
                        'code.file.path': '/app/services/payment/src/errors.ts',
                        'code.line.number': '12',
                      }),
                    },
                  ],
                }
              : {}),
          },
        ],
      },
    ],
  });
  const ship: SpanSpec = {
    name: 'orders publish',
    service: 'orders-api',
    kind: 4,
    start: 4020,
    length: 22,
    mapped: 'publishOrder',
    attributes: {
      'messaging.system': 'kafka',
      'messaging.destination.name': 'orders',
      'messaging.operation.name': 'publish',
    },
    children: [
      {
        name: 'orders process',
        service: 'shipping-worker',
        kind: 5,
        start: 4046,
        length: 120,
        mapped: 'onOrder',
        attributes: { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' },
        links: [{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', attributes: [] }],
        children: [
          { name: 'reserve slot', service: 'shipping-worker', start: 4052, length: 48, mapped: 'reserveSlot' },
          { name: 'GET /labels', service: 'shipping-worker', kind: 3, start: 4104, length: 54 },
        ],
      },
    ],
  };
  const create: SpanSpec = {
    name: 'create',
    service: 'orders-api',
    start: 30,
    length: 4130,
    mapped: 'OrderController.create',
    children: [
      ...items,
      { name: 'priceCart', service: 'orders-api', start: 300, length: 96, mapped: 'priceCart' },
      pay(410, 1790, true),
      pay(2460, 1520, false),
      ship,
    ],
  };
  return buildTrace(
    [
      {
        name: 'POST /orders',
        service: 'api-gateway',
        kind: 2,
        start: 0,
        length: 4180,
        mapped: 'createOrder',
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/orders',
          'url.path': '/orders',
          'http.response.status_code': 201,
          'server.address': 'localhost',
          'user_agent.original': 'k6/0.54.0',
          'enduser.id': 'u-77',
        },
        children: [
          { name: 'authenticate', service: 'api-gateway', start: 2, length: 9, mapped: 'authenticate' },
          {
            name: 'POST',
            service: 'api-gateway',
            kind: 3,
            start: 13,
            length: 4160,
            children: [
              {
                name: 'POST /internal/orders',
                service: 'orders-api',
                kind: 2,
                start: 20,
                length: 4150,
                mapped: 'create',
                children: [create],
              },
            ],
          },
        ],
      },
      {
        name: 'flush audit log',
        service: 'audit',
        start: 3900,
        length: 60,
        flags: ROW.orphan,
        suspects: [{ file: '/shop/src/audit.ts', line: 9, rule: 'QUEUE-CTX-LOSS', message: 'carries no context' }],
      },
    ],
    ['1 span names a parent that is not in the trace; it is shown as a root of its own.'],
  );
}

/** Names that attack what draws them. */
export function hostileTrace(): BuiltTrace {
  const names = [
    '</script><script>window.hacked = true</script>',
    '<img src=x onerror="window.hacked = true">',
    '\u202Egnp.exe\u202C right to left',
    'שלום עולם GET /items',
    'line\nbreak\tand\0nul',
    '',
    'x'.repeat(1_000_000),
    '👩‍👩‍👧‍👦'.repeat(200),
    '__proto__',
    'constructor',
  ];
  return buildTrace([
    {
      name: names[0]!,
      service: '"><b>svc</b>',
      start: 0,
      length: 100,
      attributes: {
        big: 'A'.repeat(1_000_000),
        html: '<script>window.hacked = true</script>',
        bidi: 'admin\u202E nimda',
        brokenJson: '{"a": [1, 2',
        'weird key <b>': 'v',
      },
      children: names.map((name, i) => ({
        name,
        service: i % 2 === 0 ? '\u202Egnp' : '__proto__',
        start: i * 10,
        length: i === 9 ? 0 : 9,
        flags: i === 9 ? ROW.unfinished : i === 8 ? ROW.negative | ROW.skewed : 0,
      })),
    },
  ]);
}

/** `count` spans: requests one after the other, each with a handler and twelve calls of different names. */
export function largeTrace(count: number): BuiltTrace {
  const perRequest = 14;
  const requests = Math.max(1, Math.floor((count - 1) / perRequest));
  const names = ['SELECT items', 'GET /stock', 'POST /pay', 'publish', 'render', 'auth'];
  const services = ['gateway', 'orders', 'stock', 'payment', 'search', 'mail', 'audit', 'users'];
  const children = Array.from({ length: requests }, (_, r): SpanSpec => ({
    name: `request ${r % 50}`,
    service: 'gateway',
    start: r * 30,
    length: 29,
    kind: 2,
    children: [
      {
        name: 'handle',
        service: services[r % services.length]!,
        start: r * 30 + 1,
        length: 27,
        children: Array.from({ length: perRequest - 2 }, (_, i): SpanSpec => ({
          name: names[(r + i) % names.length]!,
          service: services[(r * 3 + i) % services.length]!,
          start: r * 30 + 2 + i * 2,
          length: 1.5,
          ...(r % 97 === 0 && i === 3 ? { error: 'failed' } : {}),
        })),
      },
    ],
  }));
  return buildTrace([{ name: 'load test', service: 'gateway', start: 0, length: requests * 30, children }]);
}

/** A chain of `depth` spans. */
export function deepTrace(depth: number): BuiltTrace {
  let spec: SpanSpec = { name: `level ${depth - 1}`, service: 'recursive', start: depth - 1, length: 1 };
  for (let level = depth - 2; level >= 0; level--) {
    spec = {
      name: `level ${level}`,
      service: 'recursive',
      start: level,
      length: 2 * depth - 2 * level,
      children: [spec],
    };
  }
  return buildTrace([spec]);
}

/** A root with `width` alike children. */
export function wideTrace(width: number): BuiltTrace {
  const children = Array.from({ length: width }, (_, i): SpanSpec => ({
    name: 'tick',
    service: 'loop',
    start: i,
    length: 0.5,
  }));
  return buildTrace([{ name: 'loop', service: 'loop', start: 0, length: width, children }]);
}
