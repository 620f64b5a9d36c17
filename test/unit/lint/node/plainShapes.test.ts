import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk, UNDICI } from './support';

const LISTED = sdk(`${HTTP}, ${UNDICI}`);
const SPANS = `import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import axios from 'axios';
const tracer = trace.getTracer('pay');
export const getSpan = (name: string) => tracer.startSpan(name);
`;

describe('lint: spans of a helper that are not active, and contexts that hold none', () => {
  const one = async (text: string): Promise<readonly string[]> =>
    found({ 'package.json': manifest({ axios: '^1.0.0' }), 'src/tracing.ts': LISTED, 'src/pay.ts': SPANS + text });

  it('follows the helper that starts a span and gives it back', async () => {
    const charge = `export async function charge() {
  const span = getSpan('charge');
  await axios.post(process.env.PAY_URL!, {});
  span.end();
}
`;
    assert.deepEqual(await one(charge), ['SPAN-NOT-ACTIVE src/pay.ts:6']);
    const active = charge
      .replace('await axios', `await context.with(trace.setSpan(context.active(), span), () => axios`)
      .replace('{});', '{}));');
    assert.deepEqual(await one(active), []);
  });

  it('follows what a wrapper of handlers runs beside its span', async () => {
    const traced = `export function traced(name: string, handler: (r: Request) => Promise<Response>) {
  return async (r: Request) => {
    const span = getSpan(name);
    try {
      return await handler(r);
    } finally {
      span.end();
    }
  };
}
export const GET = traced('get', async (r: Request) => {
  await axios.get(process.env.PAY_URL!);
  return new Response();
});
`;
    assert.deepEqual(await one(traced), ['SPAN-NOT-ACTIVE src/pay.ts:7']);
  });

  it('takes a context that is thrown away for none', async () => {
    const thrown = `export async function charge() {
  const span = tracer.startSpan('charge');
  trace.setSpan(context.active(), span);
  await axios.post(process.env.PAY_URL!, {});
  span.end();
}
`;
    assert.deepEqual(await one(thrown), ['SPAN-NOT-ACTIVE src/pay.ts:6']);
  });

  it('leaves what is sent to where logs go alone', async () => {
    const logs = `export async function tell(message: string) {
  const span = tracer.startSpan('log');
  await axios.post(process.env.LOGS_TARGET!, { message });
  span.end();
}
`;
    assert.deepEqual(await one(logs), []);
  });

  it('reports that nothing is injected from the root context', async () => {
    const root = `export function headers() {
  const carrier = {};
  propagation.inject(ROOT_CONTEXT, carrier);
  return carrier;
}
`;
    assert.deepEqual(await one(root), ['EXTRACT-UNUSED src/pay.ts:7']);
    assert.deepEqual(await one(root.replace('inject(ROOT_CONTEXT', 'inject(context.active()')), []);
  });
});

describe('lint: clients of AWS that hold all commands', () => {
  const send = `import { SQS } from '@aws-sdk/client-sqs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
const sqs = new SQS({});
const bus = new EventBridge({});
export async function send(body: string) {
  await sqs.sendMessage({ QueueUrl: process.env.QUEUE, MessageBody: body });
  await bus.putEvents({ Entries: [{ Detail: body }] });
}
`;
  const one = async (tracing: string): Promise<readonly string[]> =>
    found({
      'package.json': manifest({ '@aws-sdk/client-sqs': '^3.0.0', '@aws-sdk/client-eventbridge': '^3.0.0' }),
      'src/tracing.ts': tracing,
      'src/send.ts': send,
    });

  it('reports what they send, by what the instrumentation puts the context into', async () => {
    assert.deepEqual(await one(LISTED), ['MSG-NO-INJECT src/send.ts:6', 'MSG-NO-INJECT src/send.ts:7']);
    const aws = sdk(
      `${HTTP}, ${UNDICI}, new AwsInstrumentation()`,
      `import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';`,
    );
    assert.deepEqual(await one(aws), ['MSG-NO-INJECT src/send.ts:7']);
  });
});

describe('lint: methods that take messages of Kafka', () => {
  it('follows methods that are bound, and emitters that are chained', async () => {
    const confluent = `import { KafkaJS } from '@confluentinc/kafka-javascript';
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('stock');
export class Stock {
  private readonly consumer = new KafkaJS.Kafka({}).consumer({ kafkaJS: { groupId: 'stock' } });
  async listen() {
    await this.consumer.run({ eachMessage: this.onMessage.bind(this) });
  }
  private async onMessage() {
    tracer.startActiveSpan('take', (span) => span.end());
  }
}
`;
    const rdkafka = `const Kafka = require('node-rdkafka');
const axios = require('axios');
class Listener {
  constructor() {
    this.consumer = new Kafka.KafkaConsumer({}, {});
  }
  start() {
    this.consumer.on('ready', () => this.consumer.consume()).on('data', this.onData.bind(this));
  }
  async onData(message) {
    await axios.post(process.env.STOCK_URL, JSON.parse(message.value));
  }
}
module.exports = { Listener };
`;
    const dependencies = { '@confluentinc/kafka-javascript': '^0.5.0', 'node-rdkafka': '^3.0.0', axios: '^1.0.0' };
    const files = { 'package.json': manifest(dependencies), 'src/tracing.ts': LISTED };
    assert.deepEqual(await found({ ...files, 'src/stock.ts': confluent }), ['JS-KAFKA-CONSUME-DROP src/stock.ts:7']);
    assert.deepEqual(await found({ ...files, 'src/listener.js': rdkafka }), [
      'JS-KAFKA-CONSUME-DROP src/listener.js:8',
    ]);
  });
});
