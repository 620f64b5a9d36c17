/** Realistic export requests for the benches: a small shop's services, about 600 bytes a span. */
import { TEST_START, encodeProtobuf, type TestAttributes, type TestSpan } from '../../support/otlpSpans';

export interface PayloadOptions {
  readonly requests: number;
  readonly spansPerRequest: number;
  /** Code locations and routes per service; the more, the more operations. */
  readonly locations: number;
}

const SERVICES = ['cart', 'checkout', 'payment', 'catalog', 'search', 'users', 'mail', 'shipping'];
const SCOPES = ['@opentelemetry/instrumentation-http', '@opentelemetry/instrumentation-pg', 'shop'];
const STACK = [
  'TimeoutError: no answer from stock',
  ...Array.from({ length: 12 }, (_, i) => `    at Stock.step${i} (/srv/shop/src/stock/client${i}.ts:${20 + i}:11)`),
].join('\n');

/** Makes the same requests every time. */
export function payload({ requests, spansPerRequest, locations }: PayloadOptions): Uint8Array[] {
  const random = new Random(20260101);
  const bodies: Uint8Array[] = [];
  let clock = TEST_START;
  for (let request = 0; request < requests; request++) {
    const service = SERVICES[request % SERVICES.length]!;
    const spans: TestSpan[][] = SCOPES.map(() => []);
    let traceId = random.hex(16);
    let ids: string[] = [];
    for (let i = 0; i < spansPerRequest; i++) {
      if (random.below(30) === 0) {
        traceId = random.hex(16);
        ids = [];
      }
      clock += BigInt(random.below(200_000));
      const spanId = random.hex(8);
      const parent = ids.length === 0 ? {} : { parentSpanId: random.pick(ids) };
      ids.push(spanId);
      const scope = random.below(3);
      spans[scope]!.push({ traceId, spanId, ...parent, startNs: clock, ...describe(random, scope, locations, clock) });
    }
    const resource = resourceOf(service, request);
    bodies.push(encodeProtobuf(...spans.map((list, i) => ({ service, resource, scope: SCOPES[i]!, spans: list }))));
  }
  return bodies;
}

function resourceOf(service: string, request: number): TestAttributes {
  return {
    'service.namespace': 'shop',
    'service.version': `2.${request % 5}.0`,
    'service.instance.id': `${service}-${request % 16}-b7d2`,
    'deployment.environment.name': 'development',
    'host.name': 'workstation',
    'os.type': 'linux',
    'process.pid': 4000 + (request % 16),
    'process.runtime.name': 'nodejs',
    'process.runtime.version': '22.11.0',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.version': '2.2.0',
  };
}

function describe(random: Random, scope: number, locations: number, startNs: bigint): Partial<TestSpan> {
  const place = random.below(locations);
  const failed = random.below(50) === 0;
  const duration = BigInt(Math.floor(Math.exp(9 + random.below(9000) / 1000)));
  const common: TestAttributes = {
    'code.file.path': `/srv/shop/src/${['domain', 'http', 'stock'][place % 3]!}/module${place % 97}.ts`,
    'code.line.number': 1 + ((place * 37) % 900),
    'code.function.name': `load${['Order', 'User', 'Cart'][place % 3]!}${place}`,
    'thread.id': 1 + random.below(16),
    'enduser.id': `user-${random.below(1e6)}`,
    'shop.cached': random.below(2) === 0,
  };
  const events =
    random.below(5) > 0
      ? []
      : [{ name: 'cache.miss', timeNs: startNs + duration / 2n, attributes: { key: `k${place}` } }];
  const failure = {
    name: 'exception',
    timeNs: startNs + duration,
    attributes: { 'exception.type': 'TimeoutError', 'exception.message': 'no answer', 'exception.stacktrace': STACK },
  };
  return {
    name: [`GET /api/v2/items/{id}/part${place % 40}`, 'SELECT shop', `load${place}`][scope]!,
    kind: (['SERVER', 'CLIENT', 'INTERNAL'] as const)[scope]!,
    endNs: startNs + duration,
    flags: 257,
    attributes: { ...common, ...special(random, scope, place, failed) },
    events: failed ? [...events, failure] : events,
    links: random.below(50) === 0 ? [{ traceId: random.hex(16), spanId: random.hex(8) }] : [],
    ...(failed ? { status: { code: 2, message: 'no answer from stock' } } : {}),
  };
}

function special(random: Random, scope: number, place: number, failed: boolean): TestAttributes {
  if (scope === 0) {
    return {
      'http.request.method': ['GET', 'POST', 'PUT'][place % 3]!,
      'http.route': `/api/v2/items/{id}/part${place % 40}`,
      'http.response.status_code': failed ? 500 : 200,
      'url.full': `https://shop.example.test/api/v2/items/${random.below(1e6)}/part${place % 40}?page=${random.below(50)}&ref=${random.hex(4)}`,
      'server.address': 'items.shop.example.test',
      'server.port': 8443,
      'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
    };
  }
  if (scope === 1) {
    return {
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.query.text': `SELECT i.id, i.price, i.stock FROM items_${place % 60} i JOIN carts c ON c.item = i.id WHERE c.owner = $1 AND i.state = ANY($2) ORDER BY i.added LIMIT ${10 + (place % 90)}`,
      'db.operation.name': 'SELECT',
      'server.address': 'db.shop.example.test',
      'server.port': 5432,
      'db.response.returned_rows': random.below(400),
    };
  }
  return {
    'messaging.system': 'kafka',
    'messaging.destination.name': `${SERVICES[place % 8]!}.events`,
    'shop.score': random.below(1000) / 999.5,
    'shop.retries': random.below(4),
    'shop.tags': [`a${random.below(9)}`, `b${random.below(9)}`],
    'shop.tenant': `tenant-${random.below(40)}`,
  };
}

/** xorshift32: the same numbers on every machine. */
class Random {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % limit;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  hex(bytes: number): string {
    let text = '';
    for (let i = 0; i < bytes; i++) text += (this.below(255) + 1).toString(16).padStart(2, '0');
    return text;
  }
}
