import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { lintProject } from '../support/lintProject';
import { found, HTTP, KAFKA, manifest, sdk, UNDICI } from './support';

const LISTED = sdk(`${HTTP}, ${UNDICI}, ${KAFKA}`);
const START = `${sdk(`${HTTP}, ${UNDICI}`)
  .replace('export const sdk = ', 'export function startTracing() {\n  const sdk = ')
  .replace('sdk.start();', '  sdk.start();\n}')}`;

describe('lint: JS-INIT-ORDER', () => {
  const order = async (files: Record<string, string>): Promise<readonly string[]> =>
    (await found(files)).filter((one) => one.startsWith('JS-INIT-ORDER'));

  it('says where the set-up comes after what it patches', async () => {
    const late = "import express from 'express';\nimport './tracing';\nexpress().listen(80);\n";
    assert.deepEqual(await order({ 'src/tracing.ts': LISTED, 'src/main.ts': late }), ['JS-INIT-ORDER src/main.ts:2']);
    const first = "import './tracing';\nimport express from 'express';\nexpress().listen(80);\n";
    assert.deepEqual(await order({ 'src/tracing.ts': LISTED, 'src/main.ts': first }), []);
  });

  it('knows that imports run before the call that sets tracing up', async () => {
    const call =
      "import { startTracing } from './tracing';\nimport { Kafka } from 'kafkajs';\nstartTracing();\nnew Kafka({ brokers: [] });\n";
    assert.deepEqual(await order({ 'src/tracing.ts': START, 'src/main.ts': call }), ['JS-INIT-ORDER src/main.ts:3']);
    const required =
      "const { startTracing } = require('./tracing');\nstartTracing();\nconst express = require('express');\nexpress().listen(80);\n";
    assert.deepEqual(await order({ 'src/tracing.ts': START, 'src/main.js': required }), []);
  });

  it('sees it in the file of the set-up', async () => {
    const own = LISTED.replace('import { NodeSDK }', "import http from 'node:http';\nimport { NodeSDK }");
    assert.deepEqual(await order({ 'src/tracing.ts': own, 'src/main.ts': "import './tracing';\n" }), [
      'JS-INIT-ORDER src/tracing.ts:8',
    ]);
  });

  it('is silent where Node loads the set-up first, and for undici, which need not be patched', async () => {
    const late = "import express from 'express';\nimport './tracing';\nexpress().listen(80);\n";
    for (const command of ['node -r ./dist/tracing.js dist/main.js', 'node --import ./dist/tracing.js dist/main.js'])
      assert.deepEqual(
        await order({
          'package.json': manifest().replace('node dist/main.js', command),
          'src/tracing.ts': LISTED,
          'src/main.ts': late,
        }),
        [],
      );
    assert.deepEqual(await order({ 'src/tracing.ts': sdk(UNDICI), 'src/main.ts': late }), []);
  });

  it('is not put off by options that load what runs TypeScript or reads settings', async () => {
    const late = "import express from 'express';\nimport './tracing';\nexpress().listen(80);\n";
    const files = { 'src/tracing.ts': LISTED, 'src/main.ts': late };
    for (const command of ['node --import tsx src/main.ts', 'node -r dotenv/config -r ts-node/register src/main.ts'])
      assert.deepEqual(await order({ ...files, 'package.json': manifest().replace('node dist/main.js', command) }), [
        'JS-INIT-ORDER src/main.ts:2',
      ]);
    const both = manifest().replace('node dist/main.js', 'node --import tsx --import ./src/tracing.ts src/main.ts');
    assert.deepEqual(await order({ ...files, 'package.json': both }), []);
  });

  it('is silent about types, and with the option in the environment', async () => {
    const types = "import type { Express } from 'express';\nimport './tracing';\nexport type App = Express;\n";
    assert.deepEqual(await order({ 'src/tracing.ts': LISTED, 'src/main.ts': types }), []);
    const late = "import express from 'express';\nimport './tracing';\nexpress().listen(80);\n";
    const image =
      'FROM node:22\nCOPY . .\nENV NODE_OPTIONS="--require ./dist/tracing.js"\nCMD ["node", "dist/main.js"]\n';
    assert.deepEqual(await order({ Dockerfile: image, 'src/tracing.ts': LISTED, 'src/main.ts': late }), []);
  });

  it('says of ES modules that nothing patches them', async () => {
    assert.deepEqual(await order({ 'src/tracing.mts': LISTED, 'src/main.mts': "import './tracing.mjs';\n" }), [
      'JS-INIT-ORDER src/tracing.mts:7',
    ]);
    const hooked = `import { register } from 'node:module';\nregister('@opentelemetry/instrumentation/hook.mjs', import.meta.url);\n${LISTED}`;
    assert.deepEqual(await order({ 'src/tracing.mts': hooked }), []);
  });
});

describe('lint: JS-INIT-ORDER of bundles', () => {
  const consumer = "import { Kafka } from 'kafkajs';\nexport const kafka = new Kafka({ brokers: ['kafka:9092'] });\n";
  const shop = async (build: string, files: Record<string, string> = {}): Promise<readonly string[]> => {
    const read = JSON.parse(manifest({ kafkajs: '^2.2.4' })) as { scripts: Record<string, string> };
    read.scripts['build'] = build;
    const all = { 'package.json': JSON.stringify(read, null, 2), 'src/tracing.ts': LISTED, 'src/kafka.ts': consumer };
    return (await found({ ...all, ...files })).filter((one) => one.startsWith('JS-INIT-ORDER'));
  };
  const FOUND = ['JS-INIT-ORDER src/tracing.ts:7'];

  it('says that a package is put into the program', async () => {
    for (const build of [
      'esbuild src/main.ts --bundle --platform=node --outfile=dist/main.js',
      'tsc --noEmit && esbuild src/main.ts --platform=node --external:pg --bundle --outfile=dist/main.js',
      'ncc build src/main.ts -o dist',
      'bun build src/main.ts --target=node --outdir dist',
    ])
      assert.deepEqual(await shop(build), FOUND, build);
  });

  it('is silent where it stays outside, or nothing is bundled for Node', async () => {
    for (const build of [
      'tsc',
      'esbuild src/main.ts --platform=node --outdir=dist',
      'esbuild src/page.ts --bundle --outfile=public/page.js',
      'esbuild src/main.ts --bundle --platform=node --packages=external --outfile=dist/main.js',
      'esbuild src/main.ts --bundle --platform=node --external:kafkajs --outfile=dist/main.js',
      'esbuild src/main.ts --bundle --platform=node --external:kafka* --outfile=dist/main.js',
      'esbuild src/main.ts --bundle --platform=node $EXTERNALS --outfile=dist/main.js',
      'ncc build src/main.ts -o dist -e kafkajs',
      'bun build src/main.ts --target=node --packages external --outdir dist',
    ])
      assert.deepEqual(await shop(build), [], build);
  });

  it('reads scripts that ask esbuild, and settings of webpack', async () => {
    const script = (options: string): Record<string, string> => ({
      'build.mjs': `import { build } from 'esbuild';\nawait build({ entryPoints: ['src/main.ts'], bundle: true, platform: 'node', ${options} });\n`,
    });
    const webpack = (options: string): Record<string, string> => ({
      'webpack.config.js': `module.exports = { target: 'node', entry: './src/main.ts', ${options} };\n`,
    });
    assert.deepEqual(await shop('node build.mjs', script("outfile: 'dist/main.js'")), FOUND);
    assert.deepEqual(await shop('node build.mjs', script("external: ['pg']")), FOUND);
    assert.deepEqual(await shop('webpack', webpack('')), FOUND);
    for (const left of [
      "external: ['kafkajs']",
      'external',
      "packages: 'external'",
      'plugins: [nodeExternalsPlugin()]',
    ])
      assert.deepEqual(await shop('node build.mjs', script(left)), [], left);
    assert.deepEqual(await shop('webpack', webpack('externals: [nodeExternals()]')), []);
  });

  it('is silent where nothing was to patch the package', async () => {
    const build = 'esbuild src/main.ts --bundle --platform=node --outfile=dist/main.js';
    assert.deepEqual(await shop(build, { 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`) }), []);
    assert.deepEqual(await shop(build, { 'src/kafka.ts': 'export const kafka = undefined;\n' }), []);
  });
});

describe('lint: PROP-MISMATCH in Node', () => {
  const set = (propagator: string): string =>
    LISTED.replace('traceExporter:', `textMapPropagator: ${propagator},\n  traceExporter:`);
  const one = async (propagator: string): Promise<readonly string[]> => found({ 'src/tracing.ts': set(propagator) });

  it('says which headers alone are understood', async () => {
    for (const only of ['new B3Propagator()', 'new AWSXRayPropagator()', 'new JaegerPropagator()'])
      assert.deepEqual(await one(only), ['PROP-MISMATCH src/tracing.ts:8']);
  });

  it('says that there are none', async () => assert.deepEqual(await one('null'), ['PROP-MISMATCH src/tracing.ts:8']));

  it('is silent about the standard, several together, and what cannot be read', async () => {
    for (const fine of [
      'new W3CTraceContextPropagator()',
      'new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new B3Propagator()] })',
      'propagatorOf(process.env)',
      'process.env.X ? new B3Propagator() : new W3CTraceContextPropagator()',
    ])
      assert.deepEqual(await one(fine), []);
  });

  it('reads what a provider is registered with', async () => {
    const provider = (options: string): string => `import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
provider.register(${options});
registerInstrumentations({ instrumentations: [new HttpInstrumentation()] });
`;
    assert.deepEqual(await found({ 'src/tracing.ts': provider('{ propagator: new B3Propagator() }') }), [
      'PROP-MISMATCH src/tracing.ts:5',
    ]);
    assert.deepEqual(await found({ 'src/tracing.ts': provider('') }), []);
  });

  it('reads the environment', async () => {
    const compose = (value: string): string =>
      `services:\n  shop:\n    build: .\n    environment:\n      OTEL_PROPAGATORS: ${value}\n`;
    assert.deepEqual(await found({ 'src/tracing.ts': LISTED, 'docker-compose.yml': compose('none') }), [
      'PROP-MISMATCH docker-compose.yml:5',
    ]);
    assert.deepEqual(await found({ 'src/tracing.ts': LISTED, 'docker-compose.yml': compose('tracecontext,b3') }), []);
  });

  it('is silent without tracing', async () =>
    assert.deepEqual(await found({ 'src/propagation.ts': 'export const propagator = new B3Propagator();\n' }), []));
});

describe('lint: QUEUE-CTX-LOSS of BullMQ and threads', () => {
  const QUEUE = "import { Queue } from 'bullmq';\nexport const mail = new Queue('mail', { connection });\n";
  const WORKER =
    "import { Worker } from 'bullmq';\nnew Worker('mail', async (job) => deliver(job.data), { connection });\n";
  const shop = (files: Record<string, string>): Promise<readonly string[]> =>
    found({ 'src/tracing.ts': LISTED, ...files });

  it('reports a queue whose worker is here', async () => {
    assert.deepEqual(await shop({ 'src/mail.ts': QUEUE, 'src/worker.ts': WORKER }), ['QUEUE-CTX-LOSS src/mail.ts:2']);
    assert.deepEqual(await shop({ 'src/mail.ts': QUEUE }), []);
  });

  it('is silent with telemetry, with an instrumentation, and without tracing', async () => {
    const telemetry = QUEUE.replace('{ connection }', '{ connection, telemetry }');
    assert.deepEqual(await shop({ 'src/mail.ts': telemetry, 'src/worker.ts': WORKER }), []);
    const list = sdk(
      `${HTTP}, new BullMQInstrumentation()`,
      "import { BullMQInstrumentation } from '@appsignal/opentelemetry-instrumentation-bullmq';",
    );
    assert.deepEqual(await found({ 'src/tracing.ts': list, 'src/mail.ts': QUEUE, 'src/worker.ts': WORKER }), []);
    assert.deepEqual(await found({ 'src/mail.ts': QUEUE, 'src/worker.ts': WORKER }), []);
  });

  it("reports Nest's module, where processors are", async () => {
    const module =
      "import { BullModule } from '@nestjs/bullmq';\nexport const root = BullModule.forRoot({ connection });\n";
    const processor =
      "import { Processor, WorkerHost } from '@nestjs/bullmq';\n@Processor('mail')\nexport class Mail extends WorkerHost {\n  async process() {}\n}\n";
    assert.deepEqual(await shop({ 'src/app.module.ts': module, 'src/mail.ts': processor }), [
      'QUEUE-CTX-LOSS src/app.module.ts:2',
    ]);
    const telemetry = module.replace('{ connection }', '{ connection, telemetry: new BullMQOtel("shop") }');
    assert.deepEqual(await shop({ 'src/app.module.ts': telemetry, 'src/mail.ts': processor }), []);
  });

  const thread = `import { parentPort } from 'node:worker_threads';
import { trace } from '@opentelemetry/api';
parentPort.on('message', (job) => trace.getTracer('shop').startActiveSpan('resize', (span) => span.end()));
`;
  const sender = (message: string): string => `import { Worker } from 'node:worker_threads';
import { context, propagation } from '@opentelemetry/api';
const worker = new Worker('./resize.js');
export function resize(image: string) {
  const carrier = {};
  ${message}
}
`;

  it('reports what is posted to a thread that starts spans', async () => {
    assert.deepEqual(
      await shop({ 'src/resize.ts': thread, 'src/images.ts': sender('worker.postMessage({ image });') }),
      ['QUEUE-CTX-LOSS src/images.ts:6'],
    );
  });

  it('is silent where the message carries the context, or the thread starts no span', async () => {
    const carried = sender('propagation.inject(context.active(), carrier);\n  worker.postMessage({ image, carrier });');
    assert.deepEqual(await shop({ 'src/resize.ts': thread, 'src/images.ts': carried }), []);
    const quiet = thread.replace(
      "trace.getTracer('shop').startActiveSpan('resize', (span) => span.end())",
      'console.log(job)',
    );
    assert.deepEqual(
      await shop({ 'src/resize.ts': quiet, 'src/images.ts': sender('worker.postMessage({ image });') }),
      [],
    );
  });
});

describe('lint: QUEUE-CTX-LOSS of threads that are given their work when they start', () => {
  const thread = (given: string): string => `import { workerData } from 'node:worker_threads';
import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
trace.getTracer('shop').startActiveSpan('resize', {}, ${given}, (span) => span.end());
`;
  const starter = (data: string): string => `import { Worker } from 'node:worker_threads';
export function resize(image: string) {
  return new Worker('./resize.js', { ${data} });
}
`;
  const shop = (data: string, given = 'ROOT_CONTEXT'): Promise<readonly string[]> =>
    found({ 'src/tracing.ts': LISTED, 'src/resize.ts': thread(given), 'src/images.ts': starter(data) });

  it('reports data without the context, where the thread starts spans', async () => {
    assert.deepEqual(await shop('workerData: { image }'), ['QUEUE-CTX-LOSS src/images.ts:3']);
    assert.deepEqual(await shop('workerData: { image, carrier: current() }'), []);
    assert.deepEqual(await shop('env: process.env'), []);
    const reads = 'propagation.extract(ROOT_CONTEXT, workerData.headers)';
    assert.deepEqual(await shop('workerData: { image, headers }', reads), []);
  });

  it('leaves threads alone that are started once, or start no spans', async () => {
    const once = starter('workerData: { size: 2 }').replace(/export function.*\n {2}return/, 'export const pool =');
    const files = { 'src/tracing.ts': LISTED, 'src/images.ts': once.replace(/;\n\}\n$/, ';\n') };
    assert.deepEqual(await found({ ...files, 'src/resize.ts': thread('ROOT_CONTEXT') }), []);
    const quiet = "import { workerData } from 'node:worker_threads';\nconsole.log(workerData);\n";
    assert.deepEqual(
      await found({ ...files, 'src/resize.ts': quiet, 'src/images.ts': starter('workerData: { image }') }),
      [],
    );
  });
});

describe('lint: JS-UNCOVERED-LIB of HTTP/2 and sockets', () => {
  const shop = (text: string, list = LISTED): Promise<readonly string[]> =>
    found({ 'src/tracing.ts': list, 'src/stock.ts': text });
  const http2 = (address: string, headers = "{ ':path': '/stock' }"): string => `import http2 from 'node:http2';
import { context, propagation } from '@opentelemetry/api';
const session = http2.connect(${address});
export function stock() {
  const headers = {};
  return session.request(${headers});
}
`;

  it('reports requests over HTTP/2 to a service of the own system', async () =>
    assert.deepEqual(await shop(http2("'http://stock:8080'")), ['JS-UNCOVERED-LIB src/stock.ts:6']));

  it('is silent where headers are injected, where a vendor answers, where nobody knows who does', async () => {
    const injected = http2("'http://stock:8080'", 'headers').replace(
      'return',
      'propagation.inject(context.active(), headers);\n  return',
    );
    assert.deepEqual(await shop(injected), []);
    assert.deepEqual(await shop(http2("'https://api.push.apple.com'")), []);
    assert.deepEqual(await shop(http2('process.env.TARGET!')), []);
  });

  it('knows a service by what its address is called', async () => {
    for (const address of ['process.env.PAYMENTS_URL!', 'config.stockServiceHost', "process.env['X'] ?? stock_addr"])
      assert.deepEqual(await shop(http2(address)), ['JS-UNCOVERED-LIB src/stock.ts:6'], address);
    for (const address of ['process.env.TARGET_URL!', 'upstreamHost', 'process.env.APNS_URL!', 'config.proxyAddress'])
      assert.deepEqual(await shop(http2(address)), [], address);
  });

  it('shows where the library comes from', async () => {
    const { findings } = await lintProject(nodeCheck, {
      'package.json': manifest(),
      'src/tracing.ts': LISTED,
      'src/stock.ts': http2("'http://stock:8080'"),
    });
    assert.equal(findings[0]?.evidence[0], 'src/stock.ts:1 loads node:http2');
  });

  it('reports WebSockets and sockets to services, and none to browsers', async () => {
    const client =
      "import WebSocket from 'ws';\nconst feed = new WebSocket('ws://stock:9000/feed');\nexport const ask = (sku: string) => feed.send(JSON.stringify({ sku }));\n";
    assert.deepEqual(await shop(client), ['JS-UNCOVERED-LIB src/stock.ts:3']);
    const server =
      "import { WebSocketServer } from 'ws';\nnew WebSocketServer({ port: 80 }).on('connection', (ws) => ws.send('hello'));\n";
    assert.deepEqual(await shop(server), []);
    const socket =
      "import net from 'node:net';\nconst socket = net.connect({ host: 'stock', port: 9000 });\nexport const ask = (sku: string) => socket.write(JSON.stringify({ sku }));\n";
    assert.deepEqual(await shop(socket), ['JS-UNCOVERED-LIB src/stock.ts:3']);
  });

  it('is silent about what is passed on as it came', async () => {
    const proxy = `import WebSocket, { WebSocketServer } from 'ws';
new WebSocketServer({ port: 80 }).on('connection', (page) => {
  const feed = new WebSocket('ws://stock:9000/feed');
  page.on('message', (data) => feed.send(data));
});
`;
    assert.deepEqual(await shop(proxy), []);
  });

  it('is silent with an instrumentation of its own', async () => {
    const client =
      "import WebSocket from 'ws';\nconst feed = new WebSocket('ws://stock:9000/feed');\nexport const ask = (sku: string) => feed.send(JSON.stringify({ sku }));\n";
    const list = sdk(
      `${HTTP}, new WSInstrumentation()`,
      "import { WSInstrumentation } from 'opentelemetry-instrumentation-ws';",
    );
    assert.deepEqual(await shop(client, list), []);
  });
});
