import assert from 'node:assert/strict';
import { found, manifest } from './support';

const SERVER = `import { instrument } from '@microlabs/otel-cf-workers';
import { handler } from './handler';
export default instrument(handler, { service: { name: 'shop' } });
`;

const caller = (call: string): string => `import { env } from 'cloudflare:workers';
export async function place(request: Request, basket: string) {
  const id = env.BASKET.idFromName(basket);
  const stub = env.BASKET.get(id);
  return ${call};
}
`;

const object = (body: string): string => `import { DurableObject } from 'cloudflare:workers';
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('basket');
export class Basket extends DurableObject {
  async order(request: Request, parent?: string) {
    ${body}
  }
  async fetch(request: Request) {
    return tracer.startActiveSpan('fetch', async (span) => span.end());
  }
}
`;

const SPANS = "return tracer.startActiveSpan('order', async (span) => span.end());";

async function one(call: string, body = SPANS, server = SERVER): Promise<readonly string[]> {
  return found({
    'package.json': manifest({ '@microlabs/otel-cf-workers': '^0.9.0', wrangler: '^4.0.0' }),
    'src/server.ts': server,
    'src/handler.ts': caller(call),
    'src/basket.ts': object(body),
  });
}

describe('lint: methods of Durable Objects', () => {
  const here = ['JS-UNCOVERED-LIB src/handler.ts:5'];

  it('begin new traces, as otel-cf-workers covers their fetch alone', async () => {
    assert.deepEqual(await one('stub.order(request)'), here);
    assert.deepEqual(await one('env.BASKET.getByName(basket).order(request)'), here);
    assert.deepEqual(await one('env.BASKET.get(env.BASKET.newUniqueId()).order(request)'), here);
    assert.deepEqual(
      await one('stub.order(request)', 'return Effect.runPromise(work.pipe(Effect.withSpan("order")));'),
      here,
    );
    assert.deepEqual(await one('stub.fetch(request)'), []);
  });

  it('may be handed the context, begin no spans, or be none', async () => {
    assert.deepEqual(await one('stub.order(request, traceparent)'), []);
    assert.deepEqual(await one('stub.order(withTraceContext(request))'), []);
    assert.deepEqual(await one('stub.order(request)', 'return new Response();'), []);
    assert.deepEqual(
      await one('stub.order(request)', `const parent = propagation.extract(context.active(), {});\n${SPANS}`),
      [],
    );
    assert.deepEqual(await one('cache.get(basket).order(request)'), []);
    assert.deepEqual(await one('stub.order(request)', SPANS, 'export default { fetch: handler };\n'), []);
  });
});

describe('lint: requests between Durable Objects', () => {
  const bus = `import { trace } from '@opentelemetry/api';
export const parentOf = (request: Request) => request.headers.get('traceparent');
`;
  const session = (init: string): string => `import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('session');
export class Session {
  constructor(private ctx: DurableObjectState, private env: { BUS: DurableObjectNamespace }) {}
  async tell(event: object) {
    return tracer.startActiveSpan('tell', async () => {
      const stub = this.env.BUS.get(this.env.BUS.idFromName('all'));
      return stub.fetch(new Request('https://bus/publish', ${init}));
    });
  }
}
`;
  const shop = (text: string, server = SERVER, other = bus): Promise<readonly string[]> =>
    found({
      'package.json': manifest({ '@microlabs/otel-cf-workers': '^0.9.0', wrangler: '^4.0.0' }),
      'src/server.ts': server,
      'src/handler.ts': 'export const handler = {};\n',
      'src/bus.ts': other,
      'src/session.ts': text,
    });
  const plain = "{ method: 'POST', body: JSON.stringify(event) }";

  it('carry no context where nothing instruments the object', async () => {
    assert.deepEqual(await shop(session(plain)), ['JS-UNCOVERED-LIB src/session.ts:8']);
  });

  it('are silent where something does, the header is set, or nobody reads it', async () => {
    assert.deepEqual(await shop(session('{ headers: { traceparent: String(event) } }')), []);
    const both =
      SERVER.replace('{ instrument }', '{ instrument, instrumentDO }') +
      'export const S = instrumentDO(handler, {});\n';
    assert.deepEqual(await shop(session(plain), both), []);
    assert.deepEqual(await shop(session(plain), SERVER, 'export const parentOf = () => undefined;\n'), []);
  });
});
