import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk, UNDICI } from './support';

type Files = Readonly<Record<string, string>>;

/** One case a row: what it is, the files, and what is found in them. */
function cases(rows: readonly (readonly [what: string, files: Files, ...found: string[]])[]): void {
  for (const [what, files, ...expected] of rows)
    it(what, async () => assert.deepEqual(await found({ ...files }), expected));
}

const AXIOS = `import axios from 'axios';\nexport const price = (sku: string) => axios.get(process.env.PRICING_URL + sku);\n`;
const GOT = `import got from 'got';\nconst api = got.extend({ prefixUrl: process.env.PRICING_URL });\nexport const price = (sku: string) => api.get(sku).json();\n`;
const FETCH = 'export const price = (sku: string) => fetch(`${process.env.PRICING_URL}/${sku}`);\n';
const EMPTY = sdk('').replace('\n  instrumentations: [],', '');

describe('lint: shapes of JS-SDK-NO-INSTRUMENTATIONS', () => {
  const registered = `import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
const provider = new NodeTracerProvider();
provider.addSpanProcessor(new BatchSpanProcessor(new OTLPTraceExporter()));
provider.register();
registerInstrumentations({ instrumentations: [new PgInstrumentation()] });
`;
  const required = `const opentelemetry = require('@opentelemetry/sdk-node');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
const sdk = new opentelemetry.NodeSDK({ traceExporter: new OTLPTraceExporter() });
sdk.start();
`;
  const client = `const http = require('http');
exports.stock = (sku, done) => http.request({ hostname: 'stock', path: '/' + sku }, done).end();
`;
  const annotated = `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  template:
    metadata:
      annotations:
        instrumentation.opentelemetry.io/inject-nodejs: 'true'
    spec:
      containers: [{ name: shop, image: acme/shop }]
`;
  cases([
    [
      'a registration without http beside a provider',
      { 'src/tracing.ts': registered, 'src/price.ts': AXIOS },
      'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:7',
    ],
    [
      'a provider alone',
      { 'src/tracing.ts': registered.replace(/registerInstrumentations\(.*\n/, ''), 'src/price.ts': GOT },
      'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:4',
    ],
    [
      'CommonJS with a namespace',
      { 'tracing.js': required, 'stock.js': client },
      'JS-SDK-NO-INSTRUMENTATIONS tracing.js:3',
    ],
    [
      'nothing where only vendors are called',
      {
        'src/tracing.ts': EMPTY,
        'src/bill.ts': "export const bill = () => fetch('https://api.stripe.com/v1/charges');\n",
      },
    ],
    [
      'nothing where the SDK is for metrics',
      {
        'src/tracing.ts': EMPTY.replace('traceExporter: new OTLPTraceExporter()', 'metricReader: reader'),
        'src/price.ts': AXIOS,
      },
    ],
    [
      'nothing where the operator injects',
      { 'src/tracing.ts': EMPTY, 'src/price.ts': AXIOS, 'k8s/shop.yaml': annotated },
    ],
  ]);
});

describe('lint: shapes of JS-NO-CONTEXT-MANAGER', () => {
  const basic = `import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
const provider = new BasicTracerProvider();
provider.addSpanProcessor(new BatchSpanProcessor(exporter));
`;
  const AT = 'JS-NO-CONTEXT-MANAGER src/tracing.ts:3';
  const within = `import { context, trace } from '@opentelemetry/api';\nexport const work = (span) => context.with(trace.setSpan(context.active(), span), run);\n`;
  const active = "export const work = () => tracer.startActiveSpan('work', (span) => span.end());\n";
  cases([
    [
      'a context that is made active',
      { 'src/tracing.ts': `${basic}trace.setGlobalTracerProvider(provider);\n`, 'src/work.ts': within },
      AT,
    ],
    [
      'a provider that is registered with nothing',
      { 'src/tracing.ts': `${basic}provider.register();\n`, 'src/work.ts': active },
      AT,
    ],
    [
      'nothing where it is registered with a manager',
      {
        'src/tracing.ts': `${basic}provider.register({ contextManager: new AsyncLocalStorageContextManager() });\n`,
        'src/work.ts': active,
      },
    ],
    [
      'nothing where nothing is exported',
      { 'src/tracing.ts': basic.replace(/provider\.add.*\n/, ''), 'src/work.ts': active },
    ],
    [
      'nothing beside an SDK',
      { 'src/tracing.ts': basic, 'src/otel.ts': sdk(`${HTTP}, ${UNDICI}`), 'src/work.ts': active },
    ],
    ['nothing where only tests make spans active', { 'src/tracing.ts': basic, 'test/work.test.ts': active }],
  ]);
});

describe('lint: shapes of JS-PROPAGATE-URLS', () => {
  const next = manifest({ next: '^15.0.0', '@vercel/otel': '^1.10.0' });
  const otel = (options: string): string =>
    `import { registerOTel } from '@vercel/otel';\nexport function register() {\n  registerOTel(${options});\n}\n`;
  const route = 'export async function GET() {\n  return fetch(`${process.env.API_URL}/orders`);\n}\n';
  const page = { 'package.json': next, 'app/api/orders/route.ts': route };
  const AT = 'JS-PROPAGATE-URLS instrumentation.ts:3';
  cases([
    ['a name alone', { ...page, 'instrumentation.ts': otel("'shop'") }, AT],
    ['options without the list', { ...page, 'instrumentation.ts': otel("{ serviceName: 'shop' }") }, AT],
    [
      'nothing with the list',
      {
        ...page,
        'instrumentation.ts': otel(
          "{ serviceName: 'shop', instrumentationConfig: { fetch: { propagateContextUrls: [/./] } } }",
        ),
      },
    ],
    [
      'nothing where the routes of the page itself are asked',
      {
        ...page,
        'app/api/orders/route.ts': route.replace('${process.env.API_URL}', 'https://api.stripe.com'),
        'instrumentation.ts': otel("'shop'"),
      },
    ],
    ['nothing with options from elsewhere', { ...page, 'instrumentation.ts': otel('optionsOf(process.env)') }],
  ]);
});

describe('lint: shapes of JS-UNCOVERED-LIB and JS-KAFKA-CONSUME-DROP', () => {
  const setup = { 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`) };
  const confluent = (handler: string): string => `import { KafkaJS } from '@confluentinc/kafka-javascript';
import { billing } from './billing';
const consumer = new KafkaJS.Kafka({}).consumer({ groupId: 'billing' });
export const start = () =>
  consumer.run({
    eachMessage: async ({ message }) => {
      ${handler}
    },
  });
`;
  const billing =
    'export const billing = { charge: async (id: string) => charge(id) };\nasync function charge(id: string) {\n  await fetch(`${process.env.BILLING_URL}/${id}`);\n}\nexport const chargeAll = charge;\n';
  const sender = `import { KafkaJS } from '@confluentinc/kafka-javascript';
const producer = new KafkaJS.Kafka({}).producer();
export const placed = (order: object) =>
  producer.send({ topic: 'orders', messages: [{ value: JSON.stringify(order) }] });
`;
  const given = `import type { Producer } from './kafka';
export class Orders {
  constructor(private readonly producer: Producer) {}
  async placed(value: string) {
    await this.producer.send({ topic: 'orders', messages: [{ value }] });
  }
}
`;
  const node = `import kafka from 'kafka-node';
const consumer = new kafka.Consumer(client, [{ topic: 'orders' }], {});
consumer.on('message', (message) => handle(message));
function handle(message: kafka.Message) {
  tracer.startActiveSpan('handle', (span) => span.end());
}
`;
  cases([
    ["a message by Confluent's client", { ...setup, 'src/orders.ts': sender }, 'JS-UNCOVERED-LIB src/orders.ts:4'],
    [
      'nothing where the message has the context',
      {
        ...setup,
        'src/orders.ts': sender
          .replace(
            "order: object) =>\n  producer.send({ topic: 'orders', messages: [{ value: JSON.stringify(order) }] });",
            "order: object) => {\n  const headers = {};\n  propagation.inject(context.active(), headers);\n  return producer.send({ topic: 'orders', messages: [{ value: JSON.stringify(order), headers }] });\n};",
          )
          .replace('import', "import { context, propagation } from '@opentelemetry/api';\nimport"),
      },
    ],
    [
      'a handler that calls out',
      { ...setup, 'src/consumer.ts': confluent('await fetch(`${process.env.BILLING_URL}/${message.key}`);') },
      'JS-KAFKA-CONSUME-DROP src/consumer.ts:5',
    ],
    [
      'a handler that calls out through a helper',
      {
        ...setup,
        'src/billing.ts': billing,
        'src/consumer.ts': confluent('await chargeAll(String(message.key));').replace('{ billing }', '{ chargeAll }'),
      },
      'JS-KAFKA-CONSUME-DROP src/consumer.ts:5',
    ],
    [
      'a handler of kafka-node that starts a span',
      { ...setup, 'src/consumer.ts': node },
      'JS-KAFKA-CONSUME-DROP src/consumer.ts:3',
    ],
    [
      'nothing where the handler reads the headers',
      {
        ...setup,
        'src/consumer.ts': confluent('await within(message.headers, () => fetch(process.env.BILLING_URL!));'),
      },
    ],
    [
      'nothing where the handler only writes to the own database',
      { ...setup, 'src/consumer.ts': confluent('await db.insert(message.value);') },
    ],
    [
      'a message by a producer that another file is given',
      {
        ...setup,
        'src/kafka.ts':
          "import { KafkaJS } from '@confluentinc/kafka-javascript';\nexport type Producer = KafkaJS.Producer;\nexport const producer = new KafkaJS.Kafka({}).producer();\n",
        'src/orders.ts': given,
      },
      'JS-UNCOVERED-LIB src/orders.ts:5',
    ],
    [
      'nothing about it where its producer may be one of kafkajs',
      {
        ...setup,
        'src/kafka.ts':
          "import { KafkaJS } from '@confluentinc/kafka-javascript';\nexport const producer = new KafkaJS.Kafka({}).producer();\n",
        'src/old.ts': "import { Kafka } from 'kafkajs';\nexport const kafka = new Kafka({});\n",
        'src/orders.ts': given,
      },
      'JS-KAFKAJS-NO-INSTR src/tracing.ts:9',
    ],
    [
      'nothing where what is given sends something else',
      {
        ...setup,
        'src/kafka.ts':
          "import { KafkaJS } from '@confluentinc/kafka-javascript';\nexport const producer = new KafkaJS.Kafka({}).producer();\n",
        'src/orders.ts': given.replace("topic: 'orders', messages: [{ value }]", "to: 'orders', value"),
      },
    ],
    [
      'nothing where types alone are imported',
      {
        ...setup,
        'src/types.ts':
          "import type { KafkaJS } from '@confluentinc/kafka-javascript';\nexport type P = KafkaJS.Producer;\nexport const placed = (producer: P) => producer.send({ topic: 't', messages: [] });\n",
      },
    ],
  ]);
});

describe('lint: shapes of DOUBLE-INJECT in Node', () => {
  const setup = { 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`) };
  const request = (text: string): Files => ({
    ...setup,
    'src/price.ts': `import { context, propagation } from '@opentelemetry/api';\n${text}`,
  });
  cases([
    [
      'an injection beside request of undici',
      request(
        "import { request } from 'undici';\nexport async function price() {\n  const headers = {};\n  propagation.inject(context.active(), headers);\n  return request('http://pricing/x', { headers });\n}\n",
      ),
      'DOUBLE-INJECT src/price.ts:5',
    ],
    [
      'nothing for fetch of node-fetch',
      request(
        "import fetch from 'node-fetch';\nexport async function price() {\n  const headers = {};\n  propagation.inject(context.active(), headers);\n  return fetch('http://pricing/x', { headers });\n}\n",
      ),
    ],
    [
      'nothing where the list could not be read',
      {
        ...request(
          "export async function price() {\n  const headers = {};\n  propagation.inject(context.active(), headers);\n  return fetch('http://pricing/x', { headers });\n}\n",
        ),
        'src/tracing.ts': sdk('...listOf(process.env)'),
      },
    ],
  ]);
});

describe('lint: shapes of requests by fetch', () => {
  cases([
    [
      'a list that is put together in two files',
      {
        'src/list.ts': `import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';\nexport const list = [${HTTP}];\n`,
        'src/tracing.ts': sdk('...list', "import { list } from './list';"),
        'src/price.ts': FETCH,
      },
      'JS-FETCH-NO-UNDICI src/tracing.ts:9',
    ],
    [
      'nothing where only the health of a sidecar is asked',
      {
        'src/tracing.ts': sdk(HTTP),
        'src/dapr.ts': "export const ready = () => fetch('http://169.254.169.254/latest/meta-data');\n",
      },
    ],
  ]);
});
