import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { lintProject } from '../support/lintProject';

const SETUP = `import { NodeSDK } from '@opentelemetry/sdk-node';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
new NodeSDK({ traceExporter: new OTLPTraceExporter(), instrumentations: [new HttpInstrumentation()] }).start();
`;
const API = `import { context, propagation } from '@opentelemetry/api';
const addTrace = (carrier: object) => { propagation.inject(context.active(), carrier); return carrier; };
`;
const FETCH = "await fetch(`${process.env.STOCK_URL}/reserve`, { method: 'POST' });";
const SEND = "await producer.send({ topic: 'orders', messages: [{ value: JSON.stringify(order) }] });";

async function rules(before: string, body: string, files: Record<string, string> = {}): Promise<readonly string[]> {
  const { findings } = await lintProject(nodeCheck, {
    'package.json': JSON.stringify({
      scripts: { start: 'node dist/main.js' },
      dependencies: { '@opentelemetry/sdk-node': '^0.57.0', express: '^4.18.0', kafkajs: '^2.2.4' },
    }),
    'src/tracing.ts': SETUP,
    'src/orders.ts': `${before}\nexport async function place(order: object) {\n  ${body}\n}\n`,
    'src/main.ts': `import './tracing';\nimport express from 'express';\nimport { place } from './orders';
const app = express();\napp.post('/orders', async (req, res) => { await place(req.body); res.end(); });\napp.listen(80);\n`,
    ...files,
  });
  return findings.map(({ rule }) => rule);
}

const PRODUCER = `import { Kafka } from 'kafkajs';\nconst producer = new Kafka({ brokers: [process.env.BROKERS!] }).producer();`;
const CHANNEL = `import amqp, { type Channel } from 'amqplib';\nlet channel: Channel;\n`;
const PUBLISH = "channel.publish('orders', 'created', Buffer.from(JSON.stringify(order)));";
const SQS = `import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';\nconst sqs = new SQSClient({});`;
const SEND_SQS = 'await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: String(order) }));';

describe('lint: clients in Node that put the context in by a hook', () => {
  const carried: Readonly<Record<string, readonly [string, string]>> = {
    'the dispatcher of all requests': [
      `${API}import { Agent, setGlobalDispatcher } from 'undici';
setGlobalDispatcher(new Agent().compose((dispatch) => (opts, handler) => dispatch({ ...opts, headers: addTrace({}) }, handler)));`,
      FETCH,
    ],
    'the dispatcher of one request': [
      `${API}import { Agent } from 'undici';
const traced = new Agent().compose((dispatch) => (opts, handler) => dispatch({ ...opts, headers: addTrace({}) }, handler));`,
      'await fetch(`${process.env.STOCK_URL}/reserve`, { dispatcher: traced });',
    ],
    'hooks that the client is made with': [
      `${API}import ky from 'ky';
const api = ky.create({ prefixUrl: process.env.STOCK_URL, hooks: { beforeRequest: [(request) => { addTrace(request.headers); }] } });`,
      "await api.post('reserve', { json: order });",
    ],
    'an interceptor that is added to it': [
      `${API}import axios from 'axios';
const api = axios.create({ baseURL: process.env.STOCK_URL, adapter: 'fetch' });
api.interceptors.request.use((config) => { addTrace(config.headers); return config; });`,
      "await api.post('/reserve', order);",
    ],
    'options that are spread into the request': [
      `${API}const base = { get headers() { return addTrace({}); } };`,
      "await fetch(`${process.env.STOCK_URL}/reserve`, { method: 'POST', ...base });",
    ],
    'a method that replaces its own': [
      `${API}${PRODUCER}\nconst send = producer.send.bind(producer);
producer.send = (record) => send({ ...record, messages: record.messages.map((m) => ({ ...m, headers: addTrace({}) })) });`,
      SEND,
    ],
    'a proxy': [
      `${API}import { Kafka } from 'kafkajs';\nconst raw = new Kafka({ brokers: [process.env.BROKERS!] }).producer();
const producer = new Proxy(raw, { get: (to) => (record: any) => to.send({ ...record, messages: record.messages.map((m: any) => ({ ...m, headers: addTrace({}) })) }) });`,
      SEND,
    ],
    'a helper that wraps the channel once it is there': [
      `${API}${CHANNEL}void amqp.connect(process.env.AMQP!).then(async (c) => { channel = wrap(await c.createChannel()); });
function wrap(ch: Channel): Channel {
  const publish = ch.publish.bind(ch);
  ch.publish = (exchange, key, body) => publish(exchange, key, body, { headers: addTrace({}) });
  return ch;
}`,
      PUBLISH,
    ],
    'middleware of AWS’ client': [
      `${API}${SQS}\nsqs.middlewareStack.add((next) => async (args: any) => { args.input.MessageAttributes = addTrace({}); return next(args); });`,
      SEND_SQS,
    ],
  };
  for (const [how, [before, body]] of Object.entries(carried))
    it(`are left alone with ${how}`, async () => assert.deepEqual(await rules(before, body), []));

  const lost: Readonly<Record<string, readonly [string, string, string]>> = {
    'the interceptor is another client’s': [
      `${API}import axios from 'axios';
const other = axios.create({ baseURL: process.env.OTHER_URL, adapter: 'fetch' });
const api = axios.create({ baseURL: process.env.STOCK_URL, adapter: 'fetch' });
other.interceptors.request.use((config) => { addTrace(config.headers); return config; });`,
      "await api.post('/reserve', order);",
      'JS-FETCH-NO-UNDICI',
    ],
    'the interceptor does something else': [
      `${API}import axios from 'axios';
const api = axios.create({ baseURL: process.env.STOCK_URL, adapter: 'fetch' });
api.interceptors.request.use((config) => { config.headers.authorization = 'Bearer'; return config; });
export const unused = addTrace;`,
      "await api.post('/reserve', order);",
      'JS-FETCH-NO-UNDICI',
    ],
    'the dispatcher only keeps connections': [
      `${API}import { Agent, setGlobalDispatcher } from 'undici';\nsetGlobalDispatcher(new Agent({ connections: 8 }));\nexport const unused = addTrace;`,
      FETCH,
      'JS-FETCH-NO-UNDICI',
    ],
    'the method replaced is another’s': [
      `${API}${PRODUCER}\nconst audit = new Kafka({ brokers: [] }).producer();
audit.send = (record: any) => producer.send({ ...record, headers: addTrace({}) });`,
      SEND,
      'JS-KAFKAJS-NO-INSTR',
    ],
    'the helper only counts what is published': [
      `${API}${CHANNEL}void amqp.connect(process.env.AMQP!).then(async (c) => { channel = wrap(await c.createChannel()); });
function wrap(ch: Channel): Channel { ch.on('drain', () => addTrace({})); return ch; }`,
      PUBLISH,
      'MSG-NO-INJECT',
    ],
    'the middleware only counts': [
      `${API}${SQS}\nsqs.middlewareStack.add((next) => async (args: any) => { console.log(args); return next(args); });\nexport const unused = addTrace;`,
      SEND_SQS,
      'MSG-NO-INJECT',
    ],
  };
  for (const [why, [before, body, rule]] of Object.entries(lost))
    it(`are told where ${why}`, async () => assert.deepEqual(await rules(before, body), [rule]));

  it('are known across files', async () => {
    const client = `import axios from 'axios';
export const api = axios.create({ baseURL: process.env.STOCK_URL, adapter: 'fetch' });
`;
    const hook = `${API}import { api } from './client';
api.interceptors.request.use((config) => { addTrace(config.headers); return config; });
`;
    const before = "import { api } from './client';";
    const body = "await api.post('/reserve', order);";
    assert.deepEqual(await rules(before, body, { 'src/client.ts': client, 'src/hook.ts': hook }), []);
    assert.deepEqual(await rules(before, body, { 'src/client.ts': client }), ['JS-FETCH-NO-UNDICI']);
  });

  it('are Nest’s in whichever file a module adds an interceptor', async () => {
    const service = `import { HttpService } from '@nestjs/axios';
export class Stock {
  constructor(private readonly httpService: HttpService) {}
  reserve() { return this.httpService.post(\`\${process.env.STOCK_URL}/reserve\`, {}); }
}`;
    const module = `${API}import { HttpService } from '@nestjs/axios';
export class AppModule {
  constructor(private readonly httpService: HttpService) {}
  onModuleInit() { this.httpService.axiosRef.interceptors.request.use((config) => { addTrace(config.headers); return config; }); }
}`;
    const withoutHttp = {
      'src/tracing.ts': SETUP.replace(
        'Instrumentation()]',
        'Instrumentation({ disableOutgoingRequestInstrumentation: true })]',
      ),
    };
    assert.deepEqual(await rules(service, '', { ...withoutHttp, 'src/app.module.ts': module }), []);
    assert.deepEqual(await rules(service, '', withoutHttp), ['JS-SDK-NO-INSTRUMENTATIONS']);
  });
});
