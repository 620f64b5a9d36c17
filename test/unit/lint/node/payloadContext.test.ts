import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk, UNDICI } from './support';

const CLIENT = `import { KafkaJS } from '@confluentinc/kafka-javascript';
const producer = new KafkaJS.Kafka({}).producer();
`;

describe('lint: messages whose context is not in headers of their own', () => {
  const shop = (text: string, more: Record<string, string> = {}): Promise<readonly string[]> =>
    found({
      'package.json': manifest({ '@confluentinc/kafka-javascript': '^1.3.0' }),
      'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`),
      'src/send.ts': CLIENT + text,
      ...more,
    });

  const park = (headers: string): string => `export async function park(message: { value: Buffer; headers: object }) {
  await producer.send({ topic: 'dead', messages: [{ value: message.value, headers: ${headers} }] });
}
`;

  it('keep it where the headers of a received message are handed on', async () => {
    assert.deepEqual(await shop(park("{ ...message.headers, 'x-reason': 'retries' }")), []);
    assert.deepEqual(await shop(park('message.headers')), []);
    assert.deepEqual(await shop(park("{ 'x-reason': 'retries' }")), ['JS-UNCOVERED-LIB src/send.ts:4']);
  });

  const SEND = `export async function send(topic: string, envelope: object) {
  await producer.send({ topic, messages: [{ value: JSON.stringify(envelope) }] });
}
`;

  it('have it inside where a caller puts it there', async () => {
    const caller = (text: string): Record<string, string> => ({
      'src/orders.ts': `import { context, propagation } from '@opentelemetry/api';
import { send } from './send';
export async function placed(id: string) {
  const trace: Record<string, string> = {};
  ${text}
  await send('orders', { id, trace });
}
`,
    });
    assert.deepEqual(await shop(SEND, caller('propagation.inject(context.active(), trace);')), []);
    assert.deepEqual(await shop(SEND, caller('')), ['JS-UNCOVERED-LIB src/send.ts:4']);
  });

  it('have it inside where consumers read it there', async () => {
    const reads = `import { context, propagation } from '@opentelemetry/api';
export const parentOf = (envelope: { traceparent: string }) =>
  propagation.extract(context.active(), { traceparent: envelope.traceparent });
`;
    assert.deepEqual(await shop(SEND), ['JS-UNCOVERED-LIB src/send.ts:4']);
    assert.deepEqual(await shop(SEND, { 'src/read.ts': reads }), []);
    const made = SEND.replace('JSON.stringify(envelope)', 'JSON.stringify({ id: topic })');
    assert.deepEqual(await shop(made, { 'src/read.ts': reads }), ['JS-UNCOVERED-LIB src/send.ts:4']);
  });

  it('have it inside where a wrapper is given bytes or texts to send', async () => {
    const nats = `import { connect } from 'nats';
export async function open() {
  const nc = await connect({});
  return { publish: (subject: string, payload: string) => nc.publish(subject, new TextEncoder().encode(payload)) };
}
`;
    const files = { 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`), 'src/nats.ts': nats };
    assert.deepEqual(await found(files), ['MSG-NO-INJECT src/nats.ts:4']);
    const reads = `export const take = (job: { traceparent: string }) => withRemoteParent('kafka', job.traceparent);\n`;
    assert.deepEqual(await found({ ...files, 'src/take.ts': reads }), []);
  });

  it('have it read in a function inside the handler', async () => {
    const list = sdk(`${HTTP}, ${UNDICI}`);
    const consumer = `import { Kafka } from 'kafkajs';
import { context, propagation } from '@opentelemetry/api';
const consumer = new Kafka({ brokers: ['kafka:9092'] }).consumer({ groupId: 'billing' });
export const run = () =>
  consumer.run({
    eachMessage: async ({ message }) => {
      const parent = (() => propagation.extract(context.active(), { traceparent: String(message.headers?.traceparent) }))();
      await context.with(parent, () => fetch(\`\${process.env.BILLING_URL}/bill\`));
    },
  });
`;
    assert.deepEqual(await found({ 'src/tracing.ts': list, 'src/consumer.ts': consumer }), []);
  });

  it('have none where they only say the id of a trace, unless a context is made of it', async () => {
    const publisher = `import amqp from 'amqplib';
export async function publish(url: string, envelope: { traceId: string }) {
  const channel = await (await amqp.connect(url)).createChannel();
  channel.publish('events', 'created', Buffer.from(JSON.stringify(envelope)), { headers: { traceId: envelope.traceId } });
}
`;
    const rabbit = (more: Record<string, string>): Promise<readonly string[]> =>
      found({
        'package.json': manifest({ amqplib: '^0.10.0' }),
        'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`),
        'src/publish.ts': publisher,
        ...more,
      });
    assert.deepEqual(await rabbit({}), ['MSG-NO-INJECT src/publish.ts:4']);
    const reader = `import { trace } from '@opentelemetry/api';
export const parentOf = (m: any) => trace.wrapSpanContext({ traceId: m.traceId, spanId: m.spanId, traceFlags: 1 });
`;
    assert.deepEqual(await rabbit({ 'src/parent.ts': reader }), []);
  });
});
