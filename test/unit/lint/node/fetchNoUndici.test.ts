import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { lintProject } from '../support/lintProject';

const SDK = `import { NodeSDK } from '@opentelemetry/sdk-node';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';

const sdk = new NodeSDK({
  traceExporter: new OTLPTraceExporter(),
  instrumentations: [new HttpInstrumentation()],
});
sdk.start();
`;

const CALLER = `export async function priceOf(sku: string) {
  const answer = await fetch(\`\${process.env.PRICING_URL}/prices/\${sku}\`);
  return answer.json();
}
`;

const manifest = (dependencies: Record<string, string> = {}): string =>
  JSON.stringify(
    {
      name: 'shop',
      scripts: { start: 'node dist/main.js' },
      dependencies: { '@opentelemetry/sdk-node': '^0.52.0', ...dependencies },
    },
    null,
    2,
  );

const shop = (files: Record<string, string>): Record<string, string> => ({
  'package.json': manifest(),
  'src/tracing.ts': SDK,
  'src/pricing.ts': CALLER,
  ...files,
});

async function found(files: Record<string, string>): Promise<readonly string[]> {
  return (await lintProject(nodeCheck, files)).short;
}

const HERE = ['JS-FETCH-NO-UNDICI src/tracing.ts:7'];

describe('lint: JS-FETCH-NO-UNDICI', () => {
  it('reports a list without undici at the list, with the calls', async () => {
    const { findings } = await lintProject(nodeCheck, shop({}));
    assert.deepEqual(
      findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`),
      HERE,
    );
    assert.match(findings[0]!.message, /`fetch` sends no trace context \(src\/pricing\.ts:2\)/);
    assert.deepEqual(findings[0]!.related, ['src/pricing.ts:2 `fetch` without trace context']);
  });

  it('says that there is no manifest, not that it names nothing', async () => {
    const { findings } = await lintProject(nodeCheck, { 'src/tracing.ts': SDK, 'src/pricing.ts': CALLER });
    assert.match(findings[0]!.message, /instrumentation-undici is not set up, and no manifest is among the files\)/);
    assert.match(findings[0]!.message, /\(`src\/tracing\.ts:7`: @opentelemetry/);
  });

  it('says that the manifest cannot be read, not that it names nothing', async () => {
    const { findings } = await lintProject(nodeCheck, shop({ 'package.json': '{"name": "shop",' }));
    assert.match(findings[0]!.message, /instrumentation-undici is not set up, and the manifest cannot be read\)/);
  });

  it('is silent where no span is kept, since no processor is given', async () =>
    assert.deepEqual(
      await found(
        shop({ 'src/tracing.ts': SDK.replace('traceExporter: new OTLPTraceExporter()', 'spanProcessors: []') }),
      ),
      [],
    ));

  it('is silent with undici instrumentation', async () =>
    assert.deepEqual(
      await found(
        shop({
          'src/tracing.ts': SDK.replace(
            'new HttpInstrumentation()',
            'new HttpInstrumentation(), new UndiciInstrumentation()',
          ),
        }),
      ),
      [],
    ));

  it('knows that the instrumentation of browsers does nothing in Node', async () => {
    const tracing = `import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';\n${SDK.replace('new HttpInstrumentation()', 'new HttpInstrumentation(), new FetchInstrumentation()')}`;
    const { findings } = await lintProject(nodeCheck, shop({ 'src/tracing.ts': tracing }));
    assert.match(findings[0]!.message, /works in browsers only/);
  });

  const auto = `import { NodeSDK } from '@opentelemetry/sdk-node';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';

const sdk = new NodeSDK({
  instrumentations: [getNodeAutoInstrumentations()],
});
sdk.start();
`;

  it('knows which versions of the meta package lack undici', async () => {
    const files = (range: string): Record<string, string> =>
      shop({
        'package.json': manifest({ '@opentelemetry/auto-instrumentations-node': range }),
        'src/tracing.ts': auto,
      });
    for (const old of ['^0.41.0', '~0.45.1', '0.40.3', '0.38.x', '>=0.30 <0.46']) {
      const { findings } = await lintProject(nodeCheck, files(old));
      assert.equal(findings.length, 1, old);
      assert.ok(
        findings[0]!.message.includes(`auto-instrumentations-node ${old} contains no undici`),
        findings[0]!.message,
      );
      assert.match(findings[0]!.message, /package\.json:/);
    }
    for (const young of ['^0.46.0', '>=0.40', 'latest', '*', '^0.60.1'])
      assert.deepEqual(await found(files(young)), [], young);
  });

  it('does not guess the version of a meta package that no manifest names', async () =>
    assert.deepEqual(await found(shop({ 'src/tracing.ts': auto })), []));

  it('sees undici switched off in the meta package', async () => {
    const off = auto.replace(
      'getNodeAutoInstrumentations()',
      `getNodeAutoInstrumentations({ '@opentelemetry/instrumentation-undici': { enabled: false } })`,
    );
    const files = shop({
      'package.json': manifest({ '@opentelemetry/auto-instrumentations-node': '^0.60.0' }),
      'src/tracing.ts': off,
    });
    assert.equal((await found(files)).length, 1);
  });

  it('follows variables, spreads, helpers and other files', async () => {
    const list = `import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
export const createInstrumentations = () => {
  const list = [];
  list.push(new UndiciInstrumentation());
  return list;
};
`;
    const tracing = SDK.replace(
      '[new HttpInstrumentation()]',
      '[new HttpInstrumentation(), ...createInstrumentations()]',
    );
    const files = shop({
      'src/otel/list.ts': list,
      'src/tracing.ts': `import { createInstrumentations } from './otel/list';\n${tracing}`,
    });
    assert.deepEqual(await found(files), []);
    const without = {
      ...files,
      'src/otel/list.ts': list.replace('new UndiciInstrumentation()', 'new PgInstrumentation()'),
    };
    assert.equal((await found(without)).length, 1);
  });

  it('follows a list that is made of itself with more, and options that nobody gives', async () => {
    const tracing = (added: string): string => `import { NodeSDK } from '@opentelemetry/sdk-node';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
export function start(options: { name: string; instrumentations?: unknown[] }) {
  let list: unknown[] = [];
  list = [...list, new HttpInstrumentation()];
  if (options.instrumentations) list = [...list, ...options.instrumentations];
  new NodeSDK({ instrumentations: [...list, ...Object.values(${added})] }).start();
}
`;
    const files = (added: string, options: string): Record<string, string> =>
      shop({
        'src/tracing.ts': tracing(added),
        'src/start.ts': `import { start } from './tracing';\nstart(${options});\n`,
      });
    assert.equal((await found(files('[]', "{ name: 'shop' }"))).length, 1);
    assert.deepEqual(await found(files('[new UndiciInstrumentation()]', "{ name: 'shop' }")), []);
    assert.deepEqual(await found(files('[]', "{ name: 'shop', instrumentations: chosen }")), []);
    assert.deepEqual(await found(files('[]', 'given')), []);
  });

  it('is silent where a part of the list cannot be read', async () =>
    assert.deepEqual(
      await found(
        shop({
          'src/tracing.ts': SDK.replace('[new HttpInstrumentation()]', '[new HttpInstrumentation(), ...extra()]'),
        }),
      ),
      [],
    ));

  const silentCalls: Record<string, string> = {
    'third parties': CALLER.replace('`${process.env.PRICING_URL}/prices/${sku}`', `'https://api.stripe.com/v1/prices'`),
    'third parties by the name of the variable': CALLER.replace('PRICING_URL', 'SLACK_WEBHOOK_URL'),
    'the embeddings of a model provider': CALLER.replace('/prices/${sku}', '/embeddings'),
    'relative addresses, which only browsers know': CALLER.replace('${process.env.PRICING_URL}', ''),
    'node-fetch': `import fetch from 'node-fetch';\n${CALLER}`,
    'code for browsers': `${CALLER}\nwindow.addEventListener('load', () => priceOf('1'));\n`,
    'components that run in browsers': `'use client';\n${CALLER}`,
    'the edge runtime': `export const runtime = 'edge';\n${CALLER}`,
    'a fetch of its own': `const fetch = makeFetch();\n${CALLER}`,
    'headers injected by hand': `import { context, propagation } from '@opentelemetry/api';
export async function priceOf(sku: string) {
  const headers = {};
  propagation.inject(context.active(), headers);
  return fetch(process.env.PRICING_URL + sku, { headers });
}
`,
    'headers from a helper that injects': `import { context, propagation } from '@opentelemetry/api';
function outgoing() {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}
export const priceOf = (sku: string) => fetch(process.env.PRICING_URL + sku, { headers: outgoing() });
`,
  };
  for (const [what, text] of Object.entries(silentCalls))
    it(`is silent about ${what}`, async () => assert.deepEqual(await found(shop({ 'src/pricing.ts': text })), []));

  it('is silent about scripts and tests', async () =>
    assert.deepEqual(
      await found({
        'package.json': manifest(),
        'src/tracing.ts': SDK,
        'scripts/load.ts': CALLER,
        'src/commands/pricing-demo.ts': CALLER,
        'test/pricing.test.ts': CALLER,
      }),
      [],
    ));

  for (const name of ['@sentry/node', 'dd-trace', 'newrelic', 'elastic-apm-node'])
    it(`is silent with ${name}`, async () =>
      assert.deepEqual(await found(shop({ 'package.json': manifest({ [name]: '^9.0.0' }) })), []));

  it('is silent about a set-up that exports no traces', async () =>
    assert.deepEqual(
      await found(
        shop({ 'src/tracing.ts': SDK.replace('traceExporter: new OTLPTraceExporter()', 'metricReader: reader') }),
      ),
      [],
    ));

  it('understands registerInstrumentations with a provider that exports', async () => {
    const tracing = `const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');

module.exports = () => {
  const provider = new NodeTracerProvider();
  provider.addSpanProcessor(new BatchSpanProcessor(new OTLPTraceExporter()));
  provider.register();
  registerInstrumentations({
    instrumentations: [new HttpInstrumentation()],
  });
};
`;
    const files = {
      'package.json': manifest(),
      'src/tracing.js': tracing,
      'src/pricing.js': CALLER.replace(': string', ''),
    };
    assert.deepEqual(await found(files), ['JS-FETCH-NO-UNDICI src/tracing.js:10']);
  });
});

describe('lint: what runs in Node in an app of Next', () => {
  const next = (files: Record<string, string>): Record<string, string> => ({
    'package.json': manifest({ next: '^15.0.0' }),
    'instrumentation.node.ts': SDK,
    ...files,
  });
  const here = ['JS-FETCH-NO-UNDICI instrumentation.node.ts:7'];
  const lib = `export const orders = (base: string) => fetch(base + '/orders');\n`;

  it('sees routes, server actions, server components and what they import', async () => {
    assert.deepEqual(await found(next({ 'app/api/orders/route.ts': CALLER })), here);
    assert.deepEqual(await found(next({ 'app/orders/do.ts': `'use server';\n${CALLER}` })), here);
    const page = `import { orders } from '../../lib/orders';\nexport default async function Page() {\n  return orders(process.env.API!);\n}\n`;
    assert.deepEqual(await found(next({ 'lib/orders.ts': lib, 'app/orders/page.tsx': page })), here);
  });

  it('takes settings that are not public for a sign of the server', async () => {
    assert.deepEqual(await found(next({ 'utils/orders.ts': CALLER })), here);
    assert.deepEqual(
      await found(next({ 'utils/orders.ts': CALLER.replace('PRICING_URL', 'NEXT_PUBLIC_PRICING_URL') })),
      [],
    );
  });

  it('is silent about what components of browsers import', async () => {
    const button = `'use client';\nimport { orders } from '../lib/orders';\nexport const Button = () => <button onClick={() => orders('/api')} />;\n`;
    assert.deepEqual(await found(next({ 'lib/orders.ts': lib, 'components/button.tsx': button })), []);
    assert.deepEqual(await found(next({ 'hooks/useOrders.ts': lib })), []);
  });

  it('is silent where the headers received are handed on, those of the trace among them', async () => {
    const passing = (headers: string): string => `export async function relay(request: Request, req: Incoming) {
  return fetch(\`\${process.env.BILLING_URL}/usage\`, { method: 'POST', headers: ${headers} });
}
`;
    for (const headers of [
      'request.headers',
      'req.headers as HeadersInit',
      'new Headers(request.headers)',
      "{ ...req.headers, 'x-shop': '1' }",
    ])
      assert.deepEqual(await found(shop({ 'src/pricing.ts': passing(headers) })), [], headers);
    for (const headers of ['{ authorization: req.headers.authorization }', 'req.headersOfMine'])
      assert.deepEqual(await found(shop({ 'src/pricing.ts': passing(headers) })), HERE, headers);
  });

  it('leaves wrappers alone whose callers put the context into the headers', async () => {
    const wrapper = `export async function safeFetch(url: string, init?: RequestInit) {
  const checked = check(url);
  return pinnedFetch(checked, init);
}
async function pinnedFetch(url: URL, init?: RequestInit) {
  const headers = new Headers(init?.headers);
  return fetch(url, { ...init, headers });
}
`;
    const caller = (headers: string): string => `import { propagation, context } from '@opentelemetry/api';
import { safeFetch } from './safeFetch';
export async function ask(url: string) {
  const headers: Record<string, string> = { accept: 'text/plain' };
  ${headers}
  return safeFetch(url, { headers });
}
`;
    const files = (headers: string): Record<string, string> =>
      shop({ 'src/safeFetch.ts': wrapper, 'src/pricing.ts': caller(headers) });
    assert.deepEqual(await found(files('propagation.inject(context.active(), headers);')), []);
    assert.deepEqual(await found(files("headers['x-shop'] = '1';")), HERE);
  });

  it('takes no scrape of metrics for a request between services', async () => {
    const scrape = 'export const scraped = (port: number) => fetch(`http://0.0.0.0:${port}/metrics`);\n';
    assert.deepEqual(await found(shop({ 'src/pricing.ts': scrape })), []);
    assert.deepEqual(await found(shop({ 'src/pricing.ts': scrape.replace('/metrics', '/v1/metrics') })), HERE);
  });

  it('is silent where the deployment switches the SDK off', async () => {
    const compose = (value: string): Record<string, string> => ({
      'docker-compose.yml': `services:\n  shop:\n    build: .\n    environment:\n      OTEL_SDK_DISABLED: '${value}'\n`,
      Dockerfile: 'FROM node:22\nCOPY . .\nCMD ["node", "dist/main.js"]\n',
    });
    assert.deepEqual(await found(shop(compose('true'))), []);
    assert.deepEqual(await found(shop(compose('false'))), HERE);
  });

  it('knows functions that start the SDK with the options they are given', async () => {
    const started = (options: string, from = 'langwatch/observability/node'): string =>
      `import { setupObservability } from '${from}';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
setupObservability({ serviceName: 'shop', ${options} });
`;
    const list = 'instrumentations: [new HttpInstrumentation()]';
    const sink = 'spanProcessors: [new BatchSpanProcessor(exporter)], ';
    const at = async (tracing: string): Promise<readonly string[]> => found(shop({ 'src/tracing.ts': tracing }));
    assert.deepEqual(await at(started(sink + list)), ['JS-FETCH-NO-UNDICI src/tracing.ts:4']);
    // Its own service gets the spans of model calls.
    assert.deepEqual(await at(started(list)), []);
    assert.deepEqual(await at(started(sink + list, './observability')), []);
  });
});
