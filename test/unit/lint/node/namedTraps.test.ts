import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk, UNDICI } from './support';

const LISTED = sdk(`${HTTP}, ${UNDICI}`);
const CALLER = `import axios from 'axios';
export const priceOf = (sku: string) => axios.get(process.env.PRICING_URL + '/' + sku);
`;
const PRODUCER = `import Kafka from 'node-rdkafka';
const producer = new Kafka.Producer({ 'metadata.broker.list': 'kafka:9092' });
export function placed(order: { id: string }) {
  producer.produce('orders', null, Buffer.from(JSON.stringify(order)), order.id);
}
`;

describe('lint: what other vendors trace in Node', () => {
  it('is no library that nothing covers', async () => {
    const shop = (dependencies: Record<string, string>, setup: string): Promise<readonly string[]> =>
      found({ 'package.json': manifest(dependencies), 'src/tracing.ts': setup + LISTED, 'src/orders.ts': PRODUCER });
    assert.deepEqual(await shop({}, ''), ['JS-UNCOVERED-LIB src/orders.ts:4']);
    const instana = "import instana from '@instana/collector';\ninstana();\n";
    assert.deepEqual(await shop({ '@instana/collector': '^4.0.0' }, instana), []);
    const datadog = "import tracer from 'dd-trace';\ntracer.init();\n";
    assert.deepEqual(await shop({ 'dd-trace': '^5.0.0' }, datadog), []);
  });

  it('is no SDK without instrumentations', async () => {
    const empty = sdk('');
    const shop = (command: string, more: Record<string, string> = {}): Promise<readonly string[]> =>
      found({
        'package.json': manifest().replace('node dist/main.js', command),
        'src/tracing.ts': empty,
        'src/shop.ts': CALLER,
        ...more,
      });
    assert.deepEqual(await shop('node dist/main.js'), ['JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:9']);
    assert.deepEqual(await shop('node --require @instana/collector dist/main.js'), []);
    assert.deepEqual(await shop('node --import dd-trace/initialize.mjs dist/main.js'), []);
    const operator =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  template:\n    metadata:\n      annotations:\n' +
      '        instrumentation.opentelemetry.io/inject-nodejs: "true"\n    spec:\n      containers:\n        - name: shop\n          image: acme/shop\n';
    assert.deepEqual(await shop('node dist/main.js', { 'k8s/shop.yaml': operator }), []);
  });
});

describe('lint: own polling kept out of traces in Node', () => {
  it('is never reported', async () => {
    const poll = (call: string): Promise<readonly string[]> =>
      found({
        'src/tracing.ts': sdk(HTTP),
        'src/stock.ts': `import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
export const refresh = () => ${call};
`,
      });
    const asked = "fetch('http://stock:8080/items')";
    assert.deepEqual(await poll(asked), ['JS-FETCH-NO-UNDICI src/tracing.ts:9']);
    assert.deepEqual(await poll(`context.with(suppressTracing(context.active()), () => ${asked})`), []);
    const nested = `context.with(suppressTracing(context.active()), async () => [1].map(async () => ${asked}))`;
    assert.deepEqual(await poll(nested), []);
    const beside = `[context.with(suppressTracing(context.active()), () => 1), ${asked}]`;
    assert.deepEqual(await poll(beside), ['JS-FETCH-NO-UNDICI src/tracing.ts:9']);
  });
});

describe('lint: spans that are roots on purpose in Node', () => {
  it('are left alone', async () => {
    const job = (start: string, call: string): Promise<readonly string[]> =>
      found({
        'src/tracing.ts': LISTED,
        'src/job.ts': `import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import axios from 'axios';
const tracer = trace.getTracer('shop');
export async function sweep(cause: Link) {
  const span = ${start};
  await ${call};
  span.end();
}
`,
      });
    const call = "axios.get('http://orders:8080/stale')";
    assert.deepEqual(await job("tracer.startSpan('sweep')", call), ['SPAN-NOT-ACTIVE src/job.ts:5']);
    const active = `context.with(trace.setSpan(ROOT_CONTEXT, span), () => ${call})`;
    assert.deepEqual(await job("tracer.startSpan('sweep', { root: true, links: [cause] })", active), []);
    assert.deepEqual(await job("tracer.startSpan('sweep', { links: [cause] }, ROOT_CONTEXT)", active), []);
  });
});
