import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk, UNDICI } from './support';

const CALLER = `import axios from 'axios';
export const priceOf = (sku: string) => axios.get(process.env.PRICING_URL + '/' + sku);
`;
const FETCHER = CALLER.replace(/import.*\n/, '').replace('axios.get', 'fetch');

describe('lint: JS-SDK-NO-INSTRUMENTATIONS', () => {
  const empty = sdk('').replace('\n  instrumentations: [],', '');

  it('reports an SDK without instrumentations whose process makes requests', async () => {
    assert.deepEqual(await found({ 'src/tracing.ts': empty, 'src/shop.ts': CALLER }), [
      'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:7',
    ]);
    assert.deepEqual(await found({ 'src/tracing.ts': sdk(''), 'src/shop.ts': FETCHER }), [
      'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:9',
    ]);
  });

  it('reports an SDK without instrumentations whose process only takes requests in', async () => {
    const server = (head: string, body = ''): string =>
      `${head}\nconst app = express();\napp.get('/orders', (req, res) => res.json(orders()));\n${body}\napp.listen(8080);\n`;
    const idle = (main: string, more: Record<string, string> = {}): Promise<readonly string[]> =>
      found({ 'src/tracing.ts': empty, 'src/main.ts': main, ...more });
    const express = server("import './tracing';\nimport express from 'express';");
    assert.deepEqual(await idle(express), ['JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:7']);
    assert.deepEqual(await idle(express.replaceAll('express', 'fastify')), [
      'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:7',
    ]);
    assert.deepEqual(await idle(express.replace('app.listen(8080);', '')), []);
    assert.deepEqual(await idle(express.replace("from 'express'", "from './express'")), []);
    assert.deepEqual(await idle(express, { 'src/work.ts': "tracer.startActiveSpan('work', work);\n" }), []);
    assert.deepEqual(await idle(express, { 'src/ask.ts': 'generateText({ experimental_telemetry: on });\n' }), []);
    const api = "import { context, propagation } from '@opentelemetry/api';\n";
    const read = `${api}context.with(propagation.extract(context.active(), headers), handle);\n`;
    assert.deepEqual(await idle(express, { 'src/read.ts': read }), []);
  });

  it('reports a list without http where http is used, and only there', async () => {
    const pg = sdk('new PgInstrumentation()', `import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';`);
    assert.deepEqual(await found({ 'src/tracing.ts': pg, 'src/shop.ts': CALLER }), [
      'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:9',
    ]);
    assert.deepEqual(await found({ 'src/tracing.ts': pg, 'src/shop.ts': 'export const one = 1;\n' }), []);
  });

  it('is silent with a preload, an agent, a registration beside it, a distribution, and for what watches models', async () => {
    const preload = manifest().replace(
      'node dist/main.js',
      'node --require @opentelemetry/auto-instrumentations-node/register dist/main.js',
    );
    assert.deepEqual(await found({ 'package.json': preload, 'src/tracing.ts': empty, 'src/shop.ts': CALLER }), []);
    const registration = `import { registerInstrumentations } from '@opentelemetry/instrumentation';
registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()] });
`;
    assert.deepEqual(await found({ 'src/tracing.ts': empty, 'src/more.ts': registration, 'src/shop.ts': CALLER }), []);
    assert.deepEqual(
      await found({
        'package.json': manifest({ '@splunk/otel': '^3.0.0' }),
        'src/tracing.ts': empty,
        'src/shop.ts': CALLER,
      }),
      [],
    );
    const models = empty.replace(
      'traceExporter: new OTLPTraceExporter(),',
      'spanProcessors: [new LangfuseSpanProcessor()],',
    );
    assert.deepEqual(await found({ 'src/tracing.ts': models, 'src/shop.ts': CALLER }), []);
  });

  it('is silent about options that are made elsewhere', async () =>
    assert.deepEqual(
      await found({
        'src/tracing.ts': `import { NodeSDK } from '@opentelemetry/sdk-node';\nimport { options } from '@acme/otel';\nnew NodeSDK(options).start();\n`,
        'src/shop.ts': CALLER,
      }),
      [],
    ));
});

describe('lint: JS-NO-CONTEXT-MANAGER', () => {
  const basic = `import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
trace.setGlobalTracerProvider(provider);
`;
  const active = `export const work = () => tracer.startActiveSpan('work', (span) => span.end());\n`;

  it('reports a bare provider under active spans', async () =>
    assert.deepEqual(await found({ 'src/tracing.ts': basic, 'src/work.ts': active }), [
      'JS-NO-CONTEXT-MANAGER src/tracing.ts:3',
    ]));

  it('is silent with a context manager, with NodeTracerProvider that is registered, without active spans, in browsers', async () => {
    const managed = `${basic}context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());\n`;
    assert.deepEqual(await found({ 'src/tracing.ts': managed, 'src/work.ts': active }), []);
    assert.deepEqual(
      await found({
        'src/tracing.ts': basic
          .replaceAll('BasicTracerProvider', 'NodeTracerProvider')
          .replace('trace.setGlobalTracerProvider(provider)', 'provider.register()'),
        'src/work.ts': active,
      }),
      [],
    );
    assert.deepEqual(
      await found({ 'src/tracing.ts': basic, 'src/work.ts': active.replace('startActiveSpan', 'startSpan') }),
      [],
    );
    assert.deepEqual(
      await found({
        'src/tracing.ts': `${basic}window.addEventListener('unload', () => provider.shutdown());\n`,
        'src/work.ts': active,
      }),
      [],
    );
  });
});

describe('lint: JS-FETCH-NO-UNDICI and addresses', () => {
  it('leaves addresses alone that come with data', async () => {
    const call = `export async function withdraw(params: Params) {\n  const { callback } = params;\n  const url = new URL(callback);\n  return fetch(url.toString());\n}\n`;
    assert.deepEqual(await found({ 'src/tracing.ts': sdk(HTTP), 'src/withdraw.ts': call }), []);
    const own = call.replace(/callback/g, 'ordersUrl');
    assert.equal((await found({ 'src/tracing.ts': sdk(HTTP), 'src/withdraw.ts': own })).length, 1);
  });
});

describe('lint: JS-PROPAGATE-URLS', () => {
  const next = (options: string): Record<string, string> => ({
    'package.json': manifest({ '@vercel/otel': '^1.10.0', next: '^15.0.0' }),
    'instrumentation.ts': `import { registerOTel } from '@vercel/otel';\nexport function register() {\n  registerOTel(${options});\n}\n`,
    'app/orders/page.tsx': `export default async function Page() {\n  const answer = await fetch(\`\${process.env.API_URL}/orders\`);\n  return <p>{await answer.text()}</p>;\n}\n`,
  });

  it('reports @vercel/otel without the own API', async () => {
    const here = ['JS-PROPAGATE-URLS instrumentation.ts:3'];
    assert.deepEqual(await found(next(`{ serviceName: 'shop' }`)), here);
    assert.deepEqual(await found(next(`'shop'`)), here);
  });

  it('is silent with propagateContextUrls, without an own API, and where components run in browsers', async () => {
    assert.deepEqual(
      await found(next(`{ serviceName: 'shop', instrumentationConfig: { fetch: { propagateContextUrls: [/api/] } } }`)),
      [],
    );
    const files = next(`'shop'`);
    assert.deepEqual(
      await found({
        ...files,
        'app/orders/page.tsx': files['app/orders/page.tsx']!.replace('API_URL', 'STRIPE_API_URL'),
      }),
      [],
    );
    assert.deepEqual(
      await found({ ...files, 'app/orders/page.tsx': `'use client';\n${files['app/orders/page.tsx']}` }),
      [],
    );
  });

  it('sees the client that pages on the server share with components', async () => {
    const setup = { ...next(`'shop'`), 'app/orders/page.tsx': '' };
    const client = `const STOCK = process.env.NEXT_PUBLIC_STOCK_SERVICE_URL || 'http://localhost:3001';
export class Api {
  private static async request(url: string) {
    return (await fetch(url)).json();
  }
  static async stock() {
    return this.request(\`\${STOCK}/stock\`);
  }
}
`;
    const shared = (page: string, route = ''): Promise<readonly string[]> =>
      found({
        ...setup,
        'lib/api.ts': client,
        'app/cart/page.tsx': `'use client';\nimport { Api } from '../../lib/api';\nexport default function Cart() {\n  void Api.stock();\n  return null;\n}\n`,
        'app/page.tsx': page,
        'app/stock/route.ts': route,
      });
    const page = `import { Api } from '../lib/api';\nexport default async function Home() {\n  return <p>{(await Api.stock()).count}</p>;\n}\n`;
    assert.deepEqual(await shared(page), ['JS-PROPAGATE-URLS instrumentation.ts:3']);
    const route = `import { Api } from '../../lib/api';\nexport async function GET() {\n  return Response.json(await Api.stock());\n}\n`;
    assert.deepEqual(await shared('', route), ['JS-PROPAGATE-URLS instrumentation.ts:3']);
    assert.deepEqual(await shared('export default async function Home() {\n  return <p>None</p>;\n}\n'), []);
  });

  it('sees what an address is made of: a URL with a base, its text, a base without its last slash', async () => {
    const route = (made: string, asked: string): Promise<readonly string[]> =>
      found({
        ...next(`'shop'`),
        'app/orders/page.tsx': '',
        'app/api/[...path]/route.ts': `const BACKEND = process.env.SHOP_BACKEND_URL ?? 'http://localhost:8080';
export async function GET(request: Request) {
  const target = ${made};
  return fetch(${asked});
}
`,
      });
    const here = ['JS-PROPAGATE-URLS instrumentation.ts:3'];
    assert.deepEqual(await route('new URL(`/api/orders`, BACKEND)', 'target'), here);
    assert.deepEqual(await route('new URL(`/api/orders`, BACKEND)', 'target.toString()'), here);
    assert.deepEqual(await route('new URL(`${BACKEND}/orders`)', 'target.href'), here);
    assert.deepEqual(await route(`\`\${BACKEND.replace(/\\/$/, '')}/orders\``, 'target'), here);
    assert.deepEqual(await route('new URL(`/api/orders`, request.url)', 'target'), []);
    assert.deepEqual(await route('new URL(`/orders?of=${BACKEND}`, process.env.STRIPE_API_URL)', 'target'), []);
    assert.deepEqual(await route('new URL(BACKEND, process.env.STRIPE_API_URL)', 'target'), []);
  });

  it('takes an empty list for none, and any address that is set for one that was left out', async () => {
    const empty = `{ serviceName: 'shop', instrumentationConfig: { fetch: { propagateContextUrls: [] } } }`;
    const here = ['JS-PROPAGATE-URLS instrumentation.ts:3'];
    assert.deepEqual(await found(next(empty)), here);
    const to = (options: string, address: string): Promise<readonly string[]> => {
      const files = next(options);
      const page = files['app/orders/page.tsx']!.replace('${process.env.API_URL}', address);
      return found({ ...files, 'app/orders/page.tsx': page });
    };
    assert.deepEqual(await to(empty, 'https://${process.env.CORE_HOST}'), here);
    assert.deepEqual(await to(`'shop'`, 'https://${process.env.CORE_HOST}'), []);
    assert.deepEqual(await to(empty, 'https://${process.env.AUTH0_HOST}'), []);
    assert.deepEqual(await to(`'shop'`, '${process.env.ORDERS_SERVICE_URL}'), here);
  });

  it('knows clients that are made for the own API', async () => {
    const client = (base: string): Record<string, string> => ({
      ...next(`'shop'`),
      'app/orders/page.tsx': `export default () => <p>Orders</p>;\n`,
      'lib/shop.ts': `import Shop from '@shop/sdk';\nimport { getBackendUrl } from './settings';\nexport const shop = new Shop({ baseUrl: ${base} });\n`,
      'lib/settings.ts': `export const getBackendUrl = () => process.env.SHOP;\n`,
    });
    const here = ['JS-PROPAGATE-URLS instrumentation.ts:3'];
    assert.deepEqual(await found(client('getBackendUrl()')), here);
    assert.deepEqual(await found(client('process.env.BACKEND_URL')), here);
    assert.deepEqual(await found(client('process.env.SANITY_API_URL')), []);
    assert.deepEqual(await found(client('options.baseUrl')), []);
  });

  const page = (options: string): Record<string, string> => ({
    'src/otel.ts': `import { WebTracerProvider } from '@opentelemetry/sdk-trace-web';
import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
new WebTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] }).register();
registerInstrumentations({
  instrumentations: [new FetchInstrumentation(${options})],
});
`,
    'src/api.ts': `export const orders = () => fetch(import.meta.env.VITE_API_URL + '/orders');\n`,
  });

  it('reports instrumentation of browsers without the own API', async () => {
    assert.deepEqual(await found(page('')), ['JS-PROPAGATE-URLS src/otel.ts:6']);
    assert.deepEqual(await found(page('{ propagateTraceHeaderCorsUrls: [/.*/] }')), []);
  });

  it('knows how pages make clients of the own API', async () => {
    const made = (api: string): Promise<readonly string[]> =>
      found({
        ...page(''),
        'src/api.ts': '',
        'src/ui/api.ts': api,
      });
    const here = ['JS-PROPAGATE-URLS src/otel.ts:6'];
    const url = 'import.meta.env.VITE_API_URL';
    for (const api of [
      `import { HttpLink } from '@apollo/client';\nexport const link = new HttpLink({ uri: ${url} });\n`,
      `import { createHttpLink } from '@apollo/client';\nexport const link = createHttpLink({ uri: \`\${${url}}/graphql\` });\n`,
      `import { createClient } from 'urql';\nexport const client = createClient({ url: ${url} });\n`,
      `import { httpBatchLink } from '@trpc/client';\nexport const links = [httpBatchLink({ url: ${url} })];\n`,
      `import { GraphQLClient } from 'graphql-request';\nexport const client = new GraphQLClient(${url});\n`,
      `import { fetchBaseQuery } from '@reduxjs/toolkit/query';\nexport const base = fetchBaseQuery({ baseUrl: ${url} });\n`,
      `import { Configuration } from './generated';\nexport const config = new Configuration({ basePath: ${url} });\n`,
      `import axios from 'axios';\naxios.defaults.baseURL = ${url};\n`,
      `import { OpenAPI } from './generated';\nOpenAPI.BASE = ${url};\n`,
      `import { Amplify } from 'aws-amplify';\nAmplify.configure({ API: { endpoints: [{ name: 'api', endpoint: process.env.REACT_APP_API_URL }] } });\n`,
      `import { ApolloClient } from '@apollo/client';\nconst uri = process.env.REACT_APP_API_URL;\nexport const client = new ApolloClient({ uri });\n`,
    ])
      assert.deepEqual(await made(api), here, api);
    for (const api of [
      `import { HttpLink } from '@apollo/client';\nexport const link = new HttpLink({ uri: '/graphql' });\n`,
      `import { HttpLink } from '@apollo/client';\nexport const link = new HttpLink({ uri: ${url} || '/graphql' });\n`,
      `import { HttpLink } from '@apollo/client';\nexport const link = new HttpLink({ uri: import.meta.env.VITE_CONTENTFUL_URL });\n`,
      `import { createClient } from 'some-store';\nexport const client = createClient({ url: ${url} });\n`,
      `import { Amplify } from 'aws-amplify';\nAmplify.configure({ Auth: { endpoint: process.env.REACT_APP_COGNITO_URL } });\n`,
      `import { Server } from './server';\nexport const server = new Server({ uri: ${url} });\n`,
      `import axios from 'axios';\naxios.defaults.timeout = 5;\nconsole.log(${url});\n`,
    ])
      assert.deepEqual(await made(api), [], api);
  });
});

describe('lint: MSG-NO-INJECT in Node', () => {
  const aws = (command: string, client: string, input: string): Record<string, string> => ({
    'src/tracing.ts': sdk(
      `${HTTP}, ${UNDICI}, new AwsInstrumentation()`,
      `import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';`,
    ),
    'src/send.ts': `import { ${command} } from '@aws-sdk/client-${client}';\nexport async function placed(client: Sender, order: Order) {\n  await client.send(new ${command}(${input}));\n}\n`,
  });
  const here = ['MSG-NO-INJECT src/send.ts:3'];

  it('reports what the instrumentation of the AWS SDK leaves alone', async () => {
    assert.deepEqual(await found(aws('PutEventsCommand', 'eventbridge', '{ Entries: [{ Detail: order }] }')), here);
    assert.deepEqual(await found(aws('PublishBatchCommand', 'sns', '{ PublishBatchRequestEntries: [] }')), here);
    assert.deepEqual(await found(aws('PutRecordsCommand', 'kinesis', '{ Records: [] }')), here);
  });

  it('is silent about what it covers, and where the payload carries the context', async () => {
    assert.deepEqual(await found(aws('SendMessageCommand', 'sqs', '{ MessageBody: order }')), []);
    assert.deepEqual(await found(aws('PublishCommand', 'sns', '{ Message: order }')), []);
    assert.deepEqual(
      await found(aws('PutEventsCommand', 'eventbridge', '{ Entries: [{ Detail: { order, traceContext } }] }')),
      [],
    );
  });

  it('reports SQS, RabbitMQ and NATS where nothing covers them', async () => {
    const bare = { 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`) };
    assert.deepEqual(await found({ ...aws('SendMessageCommand', 'sqs', '{ MessageBody: order }'), ...bare }), here);
    const rabbit = `import amqp from 'amqplib';\nexport function placed(channel: Channel, order: string) {\n  channel.publish('orders', 'placed', Buffer.from(order));\n}\n`;
    assert.deepEqual(await found({ ...bare, 'src/send.ts': rabbit }), here);
    const nats = `import { connect } from 'nats';\nexport async function placed(nc: Connection, order: string) {\n  nc.publish('orders', order);\n}\n`;
    assert.deepEqual(await found({ ...bare, 'src/send.ts': nats }), here);
    assert.deepEqual(await found({ ...bare, 'src/send.ts': nats.replace('order);', 'order, { headers });') }), []);
  });

  it('reports Pub/Sub without its option', async () => {
    const files = (options: string): Record<string, string> => ({
      'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`),
      'src/send.ts': `import { PubSub } from '@google-cloud/pubsub';\nconst topic = new PubSub(${options}).topic('orders');\nexport const placed = (order: object) => topic.publishMessage({ json: order });\n`,
    });
    assert.deepEqual(await found(files('')), here);
    assert.deepEqual(await found(files('{ enableOpenTelemetryTracing: true }')), []);
    const sending = (json: string): Record<string, string> => ({
      ...files(''),
      'src/send.ts': `import { PubSub } from '@google-cloud/pubsub';\nconst topic = new PubSub().topic('orders');\nexport const placed = (req: any, message: any) => topic.publishMessage({ json: ${json} });\n`,
    });
    assert.deepEqual(await found(sending('req.body')), here, 'what a request brings is no message');
    assert.deepEqual(await found(sending('message.data')), [], 'a message that is sent on may carry it');
  });

  it('knows that Sentry leaves Pub/Sub alone, where it samples traces beside OpenTelemetry', async () => {
    const files = (options: string, more: Record<string, string>): Record<string, string> => ({
      'package.json': manifest({ '@sentry/node': '^9.0.0', '@google-cloud/pubsub': '^5.0.0', ...more }).replace(
        '"@opentelemetry/sdk-node": "^0.52.0",',
        '',
      ),
      'src/instrument.ts': `import * as Sentry from '@sentry/node';\nSentry.init({ dsn: process.env.SENTRY_DSN${options} });\n`,
      'src/send.ts': `import { PubSub } from '@google-cloud/pubsub';\nconst topic = new PubSub().topic('orders');\nexport const placed = (order: object) => topic.publishMessage({ json: order });\n`,
    });
    const otel = { '@opentelemetry/api': '^1.9.0' };
    assert.deepEqual(await found(files(', tracesSampleRate: 1.0', otel)), here);
    assert.deepEqual(await found(files('', otel)), []);
    assert.deepEqual(await found(files(', tracesSampleRate: 1.0', {})), []);
    assert.deepEqual(await found(files(', tracesSampleRate: 1.0', { ...otel, 'dd-trace': '^5.0.0' })), []);
  });
});
