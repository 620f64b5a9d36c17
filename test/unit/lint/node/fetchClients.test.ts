import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk, UNDICI } from './support';

const NO_UNDICI = ['JS-FETCH-NO-UNDICI src/tracing.ts:9'];
const LISTED = sdk(HTTP);

describe('lint: clients that send by fetch in Node', () => {
  const one = async (dependency: string, version: string, files: Record<string, string>): Promise<readonly string[]> =>
    found({ 'package.json': manifest({ [dependency]: version }), 'src/tracing.ts': LISTED, ...files });

  it('reports clients that are made in one file and asked in another', async () => {
    const made: Record<string, string> = {
      ky: `import ky from 'ky';\nexport const stock = ky.create({ prefixUrl: process.env.STOCK_URL });\n`,
      ofetch: `import { ofetch } from 'ofetch';\nexport const stock = ofetch.create({ baseURL: process.env.STOCK_URL });\n`,
      'openapi-fetch': `import createClient from 'openapi-fetch';\nimport type { paths } from './schema';\nexport const stock = createClient<paths>({ baseUrl: process.env.STOCK_URL });\n`,
      '@trpc/client': `import { createTRPCClient, httpBatchLink } from '@trpc/client';\nexport const stock = createTRPCClient({ links: [httpBatchLink({ url: \`\${process.env.STOCK_URL}/trpc\` })] });\n`,
      hono: `import { hc } from 'hono/client';\nexport const stock = hc<App>(process.env.STOCK_URL!);\n`,
      '@apollo/client': `import { HttpLink } from '@apollo/client/core';\nexport const link = new HttpLink({ uri: process.env.STOCK_URL });\n`,
    };
    for (const [dependency, text] of Object.entries(made))
      assert.deepEqual(await one(dependency, '*', { 'src/stock.ts': text }), NO_UNDICI, dependency);
  });

  it('reports clients that are functions, and methods in capitals', async () => {
    const called = `import { ofetch } from 'ofetch';
const stock = ofetch.create({ retry: 1 });
export const inStock = (id: string) => stock(\`\${process.env.STOCK_URL}/\${id}\`);
`;
    assert.deepEqual(await one('ofetch', '*', { 'src/stock.ts': called }), NO_UNDICI);
    const asked = `import createClient from 'openapi-fetch';
export async function inStock() {
  const stock = createClient<any>({ baseUrl: process.env.STOCK_URL });
  return stock.GET('/items');
}
`;
    assert.deepEqual(await one('openapi-fetch', '*', { 'src/stock.ts': asked }), NO_UNDICI);
  });

  it('reports axios with the adapter for fetch, and Fastify’s proxies', async () => {
    const axios = `import axios from 'axios';
const stock = axios.create({ baseURL: process.env.STOCK_URL, adapter: 'fetch' });
export const inStock = () => stock.get('/items');
`;
    assert.deepEqual(await one('axios', '*', { 'src/stock.ts': axios }), NO_UNDICI);
    assert.deepEqual(await one('axios', '*', { 'src/stock.ts': axios.replace(", adapter: 'fetch'", '') }), []);
    const proxy = `import Fastify from 'fastify';
import proxy from '@fastify/http-proxy';
const app = Fastify();
app.register(proxy, { upstream: process.env.STOCK_URL!, prefix: '/stock' });
`;
    assert.deepEqual(await one('@fastify/http-proxy', '*', { 'src/proxy.ts': proxy }), NO_UNDICI);
    const overHttp2 = proxy.replace("prefix: '/stock'", "prefix: '/stock', http2: true");
    assert.deepEqual(await one('@fastify/http-proxy', '*', { 'src/proxy.ts': overHttp2 }), []);
  });

  it('knows from which version on graphql-request sends by fetch', async () => {
    const client = `import { GraphQLClient } from 'graphql-request';
export const stock = new GraphQLClient(process.env.STOCK_URL!);
`;
    assert.deepEqual(await one('graphql-request', '^7.1.0', { 'src/stock.ts': client }), NO_UNDICI);
    assert.deepEqual(await one('graphql-request', '^6.1.0', { 'src/stock.ts': client }), []);
  });

  it('leaves vendors, own headers, an own fetch and covered clients alone', async () => {
    const vendor = `import ky from 'ky';\nexport const github = ky.create({ prefixUrl: 'https://api.github.com' });\n`;
    assert.deepEqual(await one('ky', '*', { 'src/github.ts': vendor }), []);
    const hooks = `import ky from 'ky';
import { context, propagation } from '@opentelemetry/api';
export const stock = ky.create({
  prefixUrl: process.env.STOCK_URL,
  hooks: { beforeRequest: [(request) => injectInto(request.headers)] },
});
const injectInto = (headers: Headers) => {
  const carrier = {};
  propagation.inject(context.active(), carrier);
  for (const [name, value] of Object.entries(carrier)) headers.set(name, String(value));
};
`;
    assert.deepEqual(await one('ky', '*', { 'src/stock.ts': hooks }), []);
    const own = `import { httpLink } from '@trpc/client';\nimport { traced } from './traced';\nexport const link = httpLink({ url: process.env.STOCK_URL!, fetch: traced });\n`;
    assert.deepEqual(await one('@trpc/client', '*', { 'src/stock.ts': own }), []);
    const made = `import ky from 'ky';\nexport const stock = ky.create({ prefixUrl: process.env.STOCK_URL });\n`;
    const covered = { 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`), 'src/stock.ts': made };
    assert.deepEqual(await one('ky', '*', covered), []);
  });
});
