import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { applyFix, lintProject } from '../support/lintProject';
import { found, HTTP, manifest, sdk, UNDICI } from './support';

const FETCHER = "export const priceOf = (sku: string) => fetch(process.env.PRICING_URL + '/' + sku);\n";
const LISTED = sdk(HTTP);
const AT_LIST = ['JS-FETCH-NO-UNDICI src/tracing.ts:9'];

describe('lint: what surrounds the code of Node', () => {
  it('counts a file and what tsc wrote beside it once', async () => {
    const built = LISTED.replace(/import (\{[^}]+\}) from ('[^']+');/g, 'const $1 = require($2);').replace(
      'export ',
      '',
    );
    assert.deepEqual(
      await found({ 'src/tracing.ts': LISTED, 'src/tracing.js': built, 'src/prices.ts': FETCHER }),
      AT_LIST,
    );
  });

  it('leaves out what lies beside src and no command names', async () => {
    const shop = { 'src/tracing.ts': LISTED, 'src/main.ts': "import './tracing';\n" };
    assert.deepEqual(await found({ ...shop, 'check-prices.mjs': FETCHER }), []);
    assert.deepEqual(await found({ ...shop, 'server.mjs': FETCHER }), AT_LIST);
    const named = manifest().replace('node dist/main.js', 'node check-prices.mjs');
    assert.deepEqual(await found({ ...shop, 'package.json': named, 'check-prices.mjs': FETCHER }), AT_LIST);
  });

  it('takes an address by its name for one of the own system although its default is public', async () => {
    const config = (name: string): string =>
      `export const config = { ${name}: process.env.URL ?? 'https://prices.shop-example-prod.app' };\n`;
    const caller = (name: string): string =>
      `import { config } from './config';\nexport const price = (sku: string) => fetch(\`\${config.${name}}/prices/\${sku}\`);\n`;
    const shop = (name: string): Promise<readonly string[]> =>
      found({ 'src/tracing.ts': LISTED, 'src/config.ts': config(name), 'src/prices.ts': caller(name) });
    assert.deepEqual(await shop('backendUrl'), AT_LIST);
    assert.deepEqual(await shop('feedUrl'), []);
  });

  it('tells programs apart that share a manifest', async () => {
    const files = (folder: string): Record<string, string> => ({
      [`${folder}/orders/src/tracing.ts`]: LISTED,
      [`${folder}/orders/src/main.ts`]: "import './tracing';\nimport { httpServer } from './server';\nhttpServer();\n",
      [`${folder}/prices/src/main.ts`]: "import { priceOf } from './prices';\npriceOf('a');\n",
      [`${folder}/prices/src/prices.ts`]: FETCHER,
    });
    for (const folder of ['packages', 'apps']) assert.deepEqual(await found(files(folder)), []);
    const library = Object.entries(files('packages')).filter(([name]) => name !== 'packages/prices/src/main.ts');
    assert.deepEqual(await found(Object.fromEntries(library)), ['JS-FETCH-NO-UNDICI packages/orders/src/tracing.ts:9']);
  });

  it('asks which program starts what a library sets up, and which of them is Next', async () => {
    const shared = LISTED.replace('export const sdk', 'export function startTracing() {\nconst sdk').replace(
      'sdk.start();',
      'sdk.start();\n}',
    );
    const at = ['JS-FETCH-NO-UNDICI libs/otel/src/index.ts:10'];
    const files = {
      'package.json': manifest({ next: '^15.0.0', express: '^4.0.0' }),
      'libs/otel/src/index.ts': shared,
      'apps/api/src/main.ts': "import { startTracing } from '@shop/otel';\nstartTracing();\n",
    };
    const fetcher = FETCHER.replace('process.env.PRICING_URL', "'http://pricing'");
    assert.deepEqual(await found({ ...files, 'apps/api/src/prices.ts': fetcher }), at);
    const web = { 'apps/web/app/page.tsx': 'export default () => <p/>;\n', 'apps/web/lib/prices.ts': FETCHER };
    assert.deepEqual(await found({ ...files, ...web }), []);
    assert.deepEqual(
      await found({ ...files, ...web, 'apps/web/instrumentation.ts': files['apps/api/src/main.ts'] }),
      at,
    );
  });

  it('does not take a distribution that only serves a logger for one that is started', async () => {
    const logger = (use: string): string => `import * as HyperDX from '@hyperdx/node-opentelemetry';
import pino from 'pino';
export const log = pino({ ${use} });
`;
    const files = (use: string): Record<string, string> => ({
      'package.json': manifest({ '@hyperdx/node-opentelemetry': '^0.8.0' }),
      'src/tracing.ts': LISTED,
      'src/prices.ts': FETCHER,
      'src/log.ts': logger(use),
    });
    assert.deepEqual(await found(files('mixin: HyperDX.getPinoMixinFunction')), AT_LIST);
    assert.deepEqual(await found(files('mixin: start(HyperDX)')), []);
    assert.deepEqual(
      await found({ ...files(''), 'src/log.ts': "import '@hyperdx/node-opentelemetry/tracing';\n" }),
      [],
    );
  });

  it('asks for no instrumentation where every span is given its parent and none is active', async () => {
    const spans = (
      more = '',
    ): string => `import { NodeTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-node';
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
provider.register();
export const began = (name: string, parent: Context) => tracer.startSpan(name, undefined, parent);
${more}`;
    const at = 'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:2';
    const files = (tracing: string): Record<string, string> => ({
      'src/tracing.ts': tracing,
      'src/prices.ts': FETCHER,
    });
    assert.deepEqual(await found(files(spans())), []);
    const active = 'export const within = (ctx: Context, work: () => void) => otelContext.with(ctx, work);\n';
    assert.deepEqual(await found(files(spans(active))), [at]);
    assert.deepEqual(await found(files(spans("export const root = () => tracer.startSpan('run');\n"))), [at]);
    assert.deepEqual(await found(files(spans().replace('undefined, parent', '{}'))), [at]);
  });

  it('takes products that keep data for others to run for nobody’s own service', async () => {
    const asks = (name: string): Record<string, string> => ({
      'src/tracing.ts': LISTED,
      'src/prices.ts': FETCHER.replace('PRICING_URL', name),
    });
    for (const name of ['NOCODB_URL', 'AIRTABLE_BASE_URL', 'MEILISEARCH_HOST'])
      assert.deepEqual(await found(asks(name)), [], name);
    assert.deepEqual(await found(asks('TABLES_URL')), AT_LIST);
  });

  it('does not take a dd-trace that instruments nothing for an agent', async () => {
    const shop = (options: string): Promise<readonly string[]> =>
      found({
        'package.json': manifest({ 'dd-trace': '^5.0.0' }),
        'src/tracing.ts': `import dd from 'dd-trace';\ndd.init(${options});\n${LISTED}`,
        'src/prices.ts': FETCHER,
      });
    assert.deepEqual(await shop('{ runtimeMetrics: true, plugins: false }'), ['JS-FETCH-NO-UNDICI src/tracing.ts:11']);
    assert.deepEqual(await shop('{ runtimeMetrics: true }'), []);
    assert.deepEqual(await shop(''), []);
  });

  it('keeps an agent of an example to the example', async () => {
    const compose = `services:
  beyla:
    image: grafana/beyla:latest
    privileged: true
  hello:
    image: acme/hello
    environment:
      NODE_OPTIONS: --require @opentelemetry/auto-instrumentations-node/register
`;
    const files = { 'src/tracing.ts': LISTED, 'src/prices.ts': FETCHER };
    assert.deepEqual(await found({ ...files, 'examples/tracing/docker-compose.yml': compose }), AT_LIST);
    assert.deepEqual(await found({ ...files, 'docker-compose.yml': compose }), []);
  });

  it('sees requests switched off in the instrumentation of http', async () => {
    const caller = `import axios from 'axios';\nexport const price = (sku: string) => axios.get(process.env.PRICING_URL + sku);\n`;
    const off = sdk(`new HttpInstrumentation({ disableOutgoingRequestInstrumentation: true }), ${UNDICI}`);
    assert.deepEqual(await found({ 'src/tracing.ts': off, 'src/prices.ts': caller }), [
      'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:9',
    ]);
    const on = off.replace('true', 'false');
    assert.deepEqual(await found({ 'src/tracing.ts': on, 'src/prices.ts': caller }), []);
  });

  it('does not mind a span that is not active where somebody else answers', async () => {
    const caller = (url: string): string => `import { trace } from '@opentelemetry/api';
import axios from 'axios';
const tracer = trace.getTracer('shop');
export async function post(id: string) {
  const span = tracer.startSpan('post');
  try {
    return await axios.get(${url});
  } finally {
    span.end();
  }
}
`;
    const shop = (url: string): Promise<readonly string[]> =>
      found({ 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`), 'src/posts.ts': caller(url) });
    assert.deepEqual(await shop('`https://jsonplaceholder.typicode.com/posts/${id}`'), []);
    assert.deepEqual(await shop('`http://posts:8080/${id}`'), ['SPAN-NOT-ACTIVE src/posts.ts:5']);
  });
});

describe('lint: patterns in quotes for browsers', () => {
  const web = (urls: string): Record<string, string> => ({
    'package.json': manifest(),
    'src/tracing.ts': `import { WebTracerProvider } from '@opentelemetry/sdk-trace-web';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
new WebTracerProvider().register();
registerInstrumentations({
  instrumentations: [
    new FetchInstrumentation({
      propagateTraceHeaderCorsUrls: ${urls},
    }),
  ],
});
`,
    'src/components/Orders.tsx': `import { useEffect } from 'react';
export const Orders = () => {
  useEffect(() => void fetch(\`\${import.meta.env.VITE_API_URL}/orders\`));
  return null;
};
`,
  });

  it('match no address', async () => {
    const files = web("['/.*/g']");
    const { findings, short } = await lintProject(nodeCheck, files);
    assert.deepEqual(short, ['JS-PROPAGATE-URLS src/tracing.ts:8']);
    const fixed = applyFix(files, findings[0]!.finding);
    assert.match(fixed['src/tracing.ts']!, /propagateTraceHeaderCorsUrls: \[\/\.\*\/\],/);
    assert.deepEqual((await lintProject(nodeCheck, fixed)).short, []);
  });

  it('are told from addresses and expressions', async () => {
    for (const urls of ["['https://api.shop.example']", '[/.*/]', '[/api/, window.location.origin]', 'urls'])
      assert.deepEqual(await found(web(urls)), []);
  });
});
