import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { applyFix, lintProject } from '../support/lintProject';
import { mended } from './mended';
import { HTTP, KAFKA, manifest, sdk, UNDICI } from './support';

const CALLER = `export const priceOf = (sku: string) => fetch(\`\${process.env.PRICING_URL}/\${sku}\`);\n`;

describe('lint: fixes for Node', () => {
  const esm = `import { NodeSDK } from '@opentelemetry/sdk-node';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';

export const sdk = new NodeSDK({
  serviceName: 'shop',
  instrumentations: [new HttpInstrumentation()],
});
`;

  it('adds undici to a list, to the imports and to the manifest', async () => {
    const fixed = await mended(
      { 'package.json': manifest(), 'src/tracing.ts': esm, 'src/shop.ts': CALLER },
      'Add UndiciInstrumentation',
    );
    assert.equal(
      fixed['src/tracing.ts'],
      `import { NodeSDK } from '@opentelemetry/sdk-node';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';

export const sdk = new NodeSDK({
  serviceName: 'shop',
  instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()],
});
`,
    );
    assert.match(
      fixed['package.json']!,
      /\n {4}"@opentelemetry\/instrumentation-undici": "\^0\.10\.1",\n {4}"@opentelemetry\/sdk-node"/,
    );
  });

  describe('take the switch away that turns an instrumentation off', () => {
    const tracing = (options: string): string => `import { NodeSDK } from '@opentelemetry/sdk-node';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';

export const sdk = new NodeSDK({ instrumentations: [getNodeAutoInstrumentations(${options})] });
`;
    const PLAIN = "'@opentelemetry/instrumentation-undici': { enabled: false }";
    const FS = "'@opentelemetry/instrumentation-fs': { enabled: false }";
    const CASES: readonly (readonly [string, string, string])[] = [
      ['alone', `{ ${PLAIN} }`, '{}'],
      ['first of a line', `{ ${PLAIN}, ${FS} }`, `{ ${FS} }`],
      ['last of a line', `{ ${FS}, ${PLAIN} }`, `{ ${FS} }`],
      ['in a line of its own', `{\n  ${PLAIN}, // noisy\n  // quiet\n  ${FS},\n}`, `{\n  // quiet\n  ${FS},\n}`],
      ['last in lines', `{\n  ${FS},\n  ${PLAIN}\n}`, `{\n  ${FS},\n}`],
      [
        'beside other options',
        "{ '@opentelemetry/instrumentation-undici': { enabled: false, requireParentforSpans: true } }",
        "{ '@opentelemetry/instrumentation-undici': { requireParentforSpans: true } }",
      ],
    ];
    for (const [where, before, after] of CASES)
      it(where, async () => {
        const fixed = await mended(
          {
            'package.json': manifest({ '@opentelemetry/auto-instrumentations-node': '^0.60.0' }),
            'src/tracing.ts': tracing(before),
            'src/shop.ts': CALLER,
          },
          'Switch @opentelemetry/instrumentation-undici on',
        );
        assert.equal(fixed['src/tracing.ts'], tracing(after));
      });
  });

  describe('give queues and workers of BullMQ its telemetry', () => {
    const queue = (options: string): string => `import { Queue } from "bullmq";

const connection = {};
export const mail = new Queue("mail"${options});
`;
    const WORKER = `import { Worker } from 'bullmq';

const options = () => ({ connection: {} });
export const worker = new Worker('mail', async () => {}, options());
`;
    const files = (options: string, version = '^5.40.0'): Record<string, string> => ({
      'package.json': manifest({ bullmq: version }),
      'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}, ${KAFKA}`),
      'src/mail.ts': queue(options),
      'src/worker.ts': WORKER,
    });

    it('in the style of each file', async () => {
      const fixed = await mended(files(', {\n  connection,\n}'), 'Add BullMQOtel to queues and workers');
      assert.equal(
        fixed['src/mail.ts'],
        queue(', {\n  connection,\n  telemetry: new BullMQOtel("shop"),\n}').replace(
          '"bullmq";\n',
          '"bullmq";\nimport { BullMQOtel } from "bullmq-otel";\n',
        ),
      );
      assert.match(fixed['src/worker.ts']!, /, { \.\.\.options\(\), telemetry: new BullMQOtel\('shop'\) }\);\n/);
      assert.match(fixed['package.json']!, /"bullmq-otel": "\^1\.0\.1",\n/);
    });

    it('but not where the version has none, or a queue has no options', async () => {
      for (const one of [files(', { connection }', '~5.12.0'), files('')]) {
        const { findings } = await lintProject(nodeCheck, one);
        assert.deepEqual(
          findings.map(({ rule, finding }) => [rule, finding.fixes.length]),
          [['QUEUE-CTX-LOSS', 0]],
        );
      }
    });
  });

  it('keeps to lines, double quotes and missing semicolons', async () => {
    const tracing = `import { NodeSDK } from "@opentelemetry/sdk-node"
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http"

export const sdk = new NodeSDK({
    instrumentations: [
        new HttpInstrumentation(),
    ],
})
`;
    const fixed = await mended(
      { 'package.json': manifest(), 'src/tracing.ts': tracing, 'src/shop.ts': CALLER },
      'Add UndiciInstrumentation',
    );
    assert.match(
      fixed['src/tracing.ts']!,
      /import { UndiciInstrumentation } from "@opentelemetry\/instrumentation-undici"\n\n/,
    );
    assert.match(
      fixed['src/tracing.ts']!,
      /\n {8}new HttpInstrumentation\(\),\n {8}new UndiciInstrumentation\(\),\n {4}\]/,
    );
  });

  it('requires where the file requires', async () => {
    const tracing = `const { NodeSDK } = require('@opentelemetry/sdk-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const sdk = new NodeSDK({ instrumentations: [new HttpInstrumentation()] });
module.exports = { sdk };
`;
    const fixed = await mended(
      { 'package.json': manifest(), 'src/tracing.js': tracing, 'src/shop.ts': CALLER },
      'Add UndiciInstrumentation',
    );
    assert.match(
      fixed['src/tracing.js']!,
      /\nconst { UndiciInstrumentation } = require\('@opentelemetry\/instrumentation-undici'\);\n/,
    );
  });

  it('replaces the instrumentation of browsers with its import', async () => {
    const tracing = esm
      .replace('new HttpInstrumentation()', 'new HttpInstrumentation(), new FetchInstrumentation()')
      .replace('\n\n', `\nimport { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';\n\n`);
    const fixed = await mended(
      { 'package.json': manifest(), 'src/tracing.ts': tracing, 'src/shop.ts': CALLER },
      'Add UndiciInstrumentation',
    );
    assert.ok(!fixed['src/tracing.ts']!.includes('FetchInstrumentation'));
  });

  it('adds to the meta package where that is too old', async () => {
    const tracing = `import { NodeSDK } from '@opentelemetry/sdk-node';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';

new NodeSDK({ instrumentations: getNodeAutoInstrumentations() }).start();
`;
    const files = {
      'package.json': manifest({ '@opentelemetry/auto-instrumentations-node': '^0.41.0' }),
      'src/tracing.ts': tracing,
      'src/shop.ts': CALLER,
    };
    const fixed = await mended(files, 'Add UndiciInstrumentation');
    assert.match(
      fixed['src/tracing.ts']!,
      /instrumentations: \[getNodeAutoInstrumentations\(\), new UndiciInstrumentation\(\)\]/,
    );
  });

  it('adds a list where there is none', async () => {
    const tracing = `import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({
  serviceName: 'shop',
});
sdk.start();
`;
    const fixed = await mended(
      { 'package.json': manifest(), 'src/tracing.ts': tracing, 'src/shop.ts': CALLER },
      'Add HttpInstrumentation and UndiciInstrumentation',
    );
    assert.match(
      fixed['src/tracing.ts']!,
      /\n {2}instrumentations: \[new HttpInstrumentation\(\), new UndiciInstrumentation\(\)\],\n\}\)/,
    );
    const bare = await mended(
      { 'package.json': manifest(), 'src/tracing.ts': tracing.replace(/\{\n.*\n\}/, ''), 'src/shop.ts': CALLER },
      'Add HttpInstrumentation and UndiciInstrumentation',
    );
    assert.match(bare['src/tracing.ts']!, /new NodeSDK\(\{ instrumentations: \[/);
  });

  it('adds kafkajs', async () => {
    const producer = `import { Kafka } from 'kafkajs';
const producer = new Kafka({}).producer();
export const placed = (order: object) => producer.send({ topic: 'orders', messages: [{ value: JSON.stringify(order) }] });
`;
    const tracing = esm
      .replace('new HttpInstrumentation()', 'new HttpInstrumentation(), new UndiciInstrumentation()')
      .replace('\n\n', `\nimport { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';\n\n`);
    const fixed = await mended(
      { 'package.json': manifest(), 'src/tracing.ts': tracing, 'src/shop.ts': producer },
      'Add KafkaJsInstrumentation',
    );
    assert.match(fixed['src/tracing.ts']!, /new KafkaJsInstrumentation\(\)\]/);
  });

  const covered = { 'package.json': manifest(), 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}, ${KAFKA}`) };

  it('continues the trace of an extracted context', async () => {
    const unused = `import { context, propagation, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
export function on(message: { headers: object }, handle: () => void) {
  const parent = propagation.extract(context.active(), message.headers);
  tracer.startActiveSpan('on', (span) => {
    handle();
    span.end();
  });
}
`;
    const fixed = await mended({ ...covered, 'src/shop.ts': unused }, `Continue the sender's trace`);
    assert.match(fixed['src/shop.ts']!, /startActiveSpan\('on', \{\}, parent, \(span\)/);
    const thrown = unused
      .replace('const parent = ', '')
      .replace('tracer.startActiveSpan', 'const span = tracer.startSpan')
      .replace(', (span) => {\n    handle();\n    span.end();\n  }', '')
      .replace(/\n\}\n$/, '\n  span.end();\n}\n');
    const other = await mended({ ...covered, 'src/shop.ts': thrown }, `Continue the sender's trace`);
    assert.match(other['src/shop.ts']!, /startSpan\('on', \{\}, parentContext\)/);
  });

  it('makes a span active for a request, and injects its context', async () => {
    const request = `import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
export async function priceOf(sku: string) {
  const span = tracer.startSpan('price');
  const answer = await fetch(process.env.PRICING_URL + sku);
  span.end();
  return answer.json();
}
`;
    const fixed = await mended({ ...covered, 'src/shop.ts': request }, 'Make `span` active for the request');
    assert.match(
      fixed['src/shop.ts']!,
      /await context\.with\(trace\.setSpan\(context\.active\(\), span\), \(\) => fetch\(process\.env\.PRICING_URL \+ sku\)\);/,
    );
    assert.match(fixed['src/shop.ts']!, /import { trace, context } from/);
    const several = request.replace(
      'return answer.json();',
      `const stock = fetch(process.env.STOCK_URL + sku);
  span.end();
  return [await answer.json(), await stock];`,
    );
    const all = await mended(
      { ...covered, 'src/shop.ts': several.replace('  span.end();\n', '') },
      'Make `span` active for the requests',
    );
    assert.equal(
      all['src/shop.ts']!.match(/context\.with\(.+?, \(\) => fetch\(process\.env\.\w+_URL \+ sku\)\)/g)?.length,
      2,
    );
    const injects = `import { context, propagation, trace } from '@opentelemetry/api';
export function placed(order: string, queue: { add(order: string, headers: object): void }) {
  const span = trace.getTracer('shop').startSpan('placed');
  const headers = {};
  propagation.inject(context.active(), headers);
  queue.add(order, headers);
  span.end();
}
`;
    const injected = await mended({ ...covered, 'src/shop.ts': injects }, 'Inject the context of `span`');
    assert.match(injected['src/shop.ts']!, /inject\(trace\.setSpan\(context\.active\(\), span\), headers\)/);
  });

  it('takes away what is injected twice', async () => {
    const twice = `import { context, propagation } from '@opentelemetry/api';
export async function priceOf(sku: string) {
  const headers: Record<string, string> = { accept: 'text/plain' };
  propagation.inject(context.active(), headers);
  return fetch(process.env.PRICING_URL + sku, { headers });
}
`;
    const before = await lintProject(nodeCheck, { ...covered, 'src/shop.ts': twice });
    const fixed = applyFix({ ...covered, 'src/shop.ts': twice }, before.findings[0]!.finding);
    assert.ok(!fixed['src/shop.ts']!.includes('propagation'));
    assert.ok(fixed['src/shop.ts']!.startsWith('export async function priceOf'));
    const other = twice.replace('{ context, propagation }', '{ context, propagation, trace }') + 'export { trace };\n';
    const kept = await lintProject(nodeCheck, { ...covered, 'src/shop.ts': other });
    assert.match(
      applyFix({ ...covered, 'src/shop.ts': other }, kept.findings[0]!.finding)['src/shop.ts']!,
      /^import \{ trace \} from '@opentelemetry\/api';\n/,
    );
    const literal = `export const priceOf = (sku: string, parent: string) =>
  fetch(process.env.PRICING_URL + sku, { headers: { traceparent: parent, accept: 'text/plain' } });
`;
    await mended(
      {
        ...covered,
        'src/shop.ts': literal
          .replace(', parent: string', '')
          .replace('traceparent: parent', `traceparent: String(sku)`),
      },
      'Leave the headers to the instrumentation',
    );
  });

  it('sets a context manager', async () => {
    const tracing = `import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
trace.setGlobalTracerProvider(provider);
export const work = () => trace.getTracer('shop').startActiveSpan('work', (span) => span.end());
`;
    const fixed = await mended({ 'package.json': manifest(), 'src/tracing.ts': tracing }, 'Set a context manager');
    assert.match(
      fixed['src/tracing.ts']!,
      /\ncontext\.setGlobalContextManager\(new AsyncLocalStorageContextManager\(\)\.enable\(\)\);\nconst provider/,
    );
    assert.match(fixed['package.json']!, /"@opentelemetry\/context-async-hooks": "\^1\.30\.1"/);
  });

  it('lists the own API', async () => {
    const files = (options: string): Record<string, string> => ({
      'package.json': manifest({ '@vercel/otel': '^1.10.0', next: '^15.0.0' }),
      'instrumentation.ts': `import { registerOTel } from '@vercel/otel';\nexport function register() {\n  registerOTel(${options});\n}\n`,
      'app/api/orders/route.ts': `export const GET = () => fetch(\`\${process.env.API_URL}/orders\`);\n`,
    });
    const fixed = await mended(files(`{ serviceName: 'shop' }`), 'Add propagateContextUrls');
    assert.match(
      fixed['instrumentation.ts']!,
      /\{ serviceName: 'shop', instrumentationConfig: \{ fetch: \{ propagateContextUrls: \[process\.env\.API_URL!\] \} \} \}/,
    );
    await mended(files(`'shop'`), 'Add propagateContextUrls');
  });
});
