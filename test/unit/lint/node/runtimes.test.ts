import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk, UNDICI } from './support';

const FETCHER = 'export const price = (sku: string) => fetch(`${process.env.PRICING_URL}/${sku}`);\n';
const REQUESTER =
  "import axios from 'axios';\nexport const price = (sku: string) => axios.get(process.env.PRICING_URL + sku);\n";
const EMPTY = sdk('').replace('\n  instrumentations: [],', '');
const AT_LIST = ['JS-FETCH-NO-UNDICI src/tracing.ts:9'];
const COMMANDS = ['bun run src/main.ts', 'bun src/main.ts', 'deno run -A src/main.ts'];

const started = (command: string): string => manifest().replace('node dist/main.js', command);

describe('lint: Bun and Deno', () => {
  it('finds their fetch, which no list covers without a word of undici', async () => {
    for (const line of ["Deno.env.get('X');", 'Bun.serve({ fetch: () => new Response() });'])
      assert.deepEqual(await found({ 'src/tracing.ts': `${sdk(HTTP)}${line}\n`, 'src/prices.ts': FETCHER }), AT_LIST);
    for (const command of COMMANDS) {
      const files = { 'package.json': started(command), 'src/prices.ts': FETCHER };
      assert.deepEqual(await found({ ...files, 'src/tracing.ts': sdk(HTTP) }), AT_LIST);
      assert.deepEqual(await found({ ...files, 'src/tracing.ts': EMPTY }), [
        'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:7',
      ]);
    }
  });

  it('finds messages of NATS, which nobody instruments in any runtime', async () => {
    const bus = `import { connect } from 'nats';
const nc = await connect({ servers: process.env.NATS_URL });
export const placed = (id: string) => nc.publish('orders.placed', id);
`;
    for (const command of COMMANDS) {
      const files = { 'package.json': started(command), 'src/bus.ts': bus };
      assert.deepEqual(await found({ ...files, 'src/tracing.ts': sdk(UNDICI) }), ['MSG-NO-INJECT src/bus.ts:3']);
      assert.deepEqual(await found({ ...files, 'src/tracing.ts': sdk('...chosen') }), []);
      assert.deepEqual(await found({ ...files, 'src/tracing.ts': '' }), []);
    }
  });

  it('says nothing of what may be covered there', async () => {
    for (const command of COMMANDS) {
      const files = { 'package.json': started(command) };
      assert.deepEqual(await found({ ...files, 'src/tracing.ts': sdk(UNDICI), 'src/prices.ts': FETCHER }), []);
      assert.deepEqual(await found({ ...files, 'src/tracing.ts': EMPTY, 'src/prices.ts': REQUESTER }), []);
    }
    const deno = { 'src/tracing.ts': sdk(HTTP), 'src/prices.ts': FETCHER };
    assert.deepEqual(await found({ ...deno, 'package.json': started('OTEL_DENO=1 deno run -A src/main.ts') }), []);
    assert.deepEqual(await found({ ...deno, 'package.json': started('bun run build && node dist/main.js') }), AT_LIST);
  });

  it('reads deno.json for a manifest', async () => {
    const tracing = `const { BasicTracerProvider, BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
const provider = new BasicTracerProvider({});
provider.addSpanProcessor(new BatchSpanProcessor(new OTLPTraceExporter()));
provider.register();
`;
    const deno = (range: string): string =>
      `{ "tasks": { "start": "deno run main.ts" }, "imports": { "@opentelemetry/sdk-trace-base": "npm:@opentelemetry/sdk-trace-base@${range}" } }`;
    const files = {
      'package.json': '{"name": "shop", "dependencies": {"express": "^4.0.0"}}',
      'proxy/tracing.ts': tracing,
      'proxy/prices.ts': FETCHER,
    };
    assert.deepEqual(await found({ ...files, 'proxy/deno.json': deno('1') }), [
      'JS-SDK-NO-INSTRUMENTATIONS proxy/tracing.ts:2',
    ]);
    assert.deepEqual(await found(files), []);
  });
});

describe('lint: a fetch that takes the place of the built-in one', () => {
  it('may carry the context itself', async () => {
    const files = { 'src/tracing.ts': sdk(HTTP), 'src/prices.ts': FETCHER };
    assert.deepEqual(await found(files), AT_LIST);
    for (const line of [
      'globalThis.fetch = traced;',
      '(globalThis as any).fetch = nodeFetch;',
      'global.fetch = require("node-fetch");',
      'Object.assign(globalThis, { fetch: traced });',
    ])
      assert.deepEqual(await found({ ...files, 'src/fetch.ts': `export {};\n${line}\nfetch('/x');\n` }), [], line);
    assert.deepEqual(await found({ ...files, 'src/fetch.ts': 'export const is = globalThis.fetch === x;\n' }), AT_LIST);
  });
});

describe('lint: a context that is handed on by hand', () => {
  const helper = `import { context, propagation } from '@opentelemetry/api';
export function injectContext(headers: Headers): void {
  propagation.inject(context.active(), headers, { set: (carrier, key, value) => carrier.set(key, value) });
}
`;
  const byHand = `import { injectContext } from './context';
export async function stock(sku: string) {
  const headers = new Headers();
  injectContext(headers);
  return fetch(\`\${process.env.STOCK_API_URL}/\${sku}\`, { headers });
}
`;
  const provider = `import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
const provider = new NodeTracerProvider();
provider.addSpanProcessor(new BatchSpanProcessor(new OTLPTraceExporter()));
provider.register();
`;
  const forgetful = FETCHER.replace('PRICING_URL', 'PRICING_API_URL');
  it('finds the request that forgets it, and not the set-up', async () => {
    const files = { 'src/tracing.ts': provider, 'src/context.ts': helper, 'src/stock.ts': byHand };
    const lost = ['JS-UNCOVERED-LIB src/prices.ts:1'];
    assert.deepEqual(await found({ ...files, 'src/prices.ts': forgetful }), lost);
    assert.deepEqual(await found(files), []);
    const elsewhere = forgetful.replace('PRICING_API_URL', 'FILES');
    assert.deepEqual(await found({ ...files, 'src/prices.ts': elsewhere }), []);
    assert.deepEqual(await found({ ...files, 'src/providers/prices.ts': forgetful }), []);
    const bare = forgetful.replace('`${process.env.PRICING_API_URL}/${sku}`', 'sku');
    assert.deepEqual(await found({ ...files, 'src/shop-api-client/get.ts': bare }), [
      'JS-UNCOVERED-LIB src/shop-api-client/get.ts:1',
    ]);
    assert.deepEqual(await found({ ...files, 'src/tracing.ts': EMPTY, 'src/prices.ts': forgetful }), [
      'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:7',
    ]);
    assert.deepEqual(await found({ ...files, 'src/tracing.ts': sdk(HTTP), 'src/prices.ts': FETCHER }), AT_LIST);
  });

  it('takes an address that is called after the own API for more than the name of the file', async () => {
    const files = { 'src/tracing.ts': provider, 'src/context.ts': helper, 'src/stock.ts': byHand };
    const asks = 'export const token = (config: Config) => fetch(`${config.apiBaseUrl}/oauth/token`);\n';
    assert.deepEqual(await found({ ...files, 'src/oauth-client.ts': asks }), [
      'JS-UNCOVERED-LIB src/oauth-client.ts:1',
    ]);
    assert.deepEqual(await found({ ...files, 'src/github.ts': asks }), []);
    const vendors = asks.replace('apiBaseUrl', 'issuer');
    assert.deepEqual(await found({ ...files, 'src/oauth-client.ts': vendors }), []);
  });

  it('knows a propagator that is made for it', async () => {
    const own = helper.replace('propagation.inject', 'new W3CTraceContextPropagator().inject');
    assert.deepEqual(await found({ 'src/tracing.ts': provider, 'src/context.ts': own, 'src/stock.ts': byHand }), []);
  });
});
