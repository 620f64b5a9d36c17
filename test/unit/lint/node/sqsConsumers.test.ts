import assert from 'node:assert/strict';
import { found, HTTP, sdk, UNDICI } from './support';

const AWS = `import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';`;
const LISTED = sdk(`${HTTP}, ${UNDICI}`);
const COVERED = sdk(`${HTTP}, ${UNDICI}, new AwsInstrumentation()`, AWS);

const consumer = (body: string, options = ''): string => `import { Consumer } from 'sqs-consumer';
import { context, propagation, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('orders');
export const consumer = Consumer.create({
  queueUrl: process.env.ORDERS_QUEUE,${options}
  handleMessage: async (message) => {
    ${body}
  },
});
`;

const loop = (body: string, options = ''): string => `import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { context, propagation, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('orders');
export async function poll() {
  const command = new ReceiveMessageCommand({ QueueUrl: process.env.ORDERS_QUEUE,${options} });
  const { Messages } = await sqs.send(command);
  for (const message of Messages ?? []) {
    ${body}
  }
}
`;

const WORKS = "await tracer.startActiveSpan('order', async (span) => span.end());";
const READS = `const parent = propagation.extract(context.active(), message.MessageAttributes, getter);
    await context.with(parent, () => tracer.startActiveSpan('order', async (span) => span.end()));`;

const one = (text: string, tracing = LISTED): Promise<readonly string[]> =>
  found({ 'src/tracing.ts': tracing, 'src/orders.ts': text });

describe('lint: consumers of SQS', () => {
  it('begin new traces where nothing reads the attributes', async () => {
    assert.deepEqual(await one(consumer(WORKS)), ['JS-KAFKA-CONSUME-DROP src/orders.ts:4']);
    assert.deepEqual(await one(loop(WORKS)), ['JS-KAFKA-CONSUME-DROP src/orders.ts:5']);
  });

  it('are left alone where they are covered, or do nothing that is traced', async () => {
    for (const text of [consumer(WORKS), loop(WORKS)]) assert.deepEqual(await one(text, COVERED), []);
    for (const text of [consumer('console.log(message);'), loop('console.log(message);')])
      assert.deepEqual(await one(text), []);
  });

  it('have to ask for the attributes that they read', async () => {
    assert.deepEqual(await one(consumer(READS)), ['EXTRACT-UNUSED src/orders.ts:4']);
    assert.deepEqual(await one(loop(READS)), ['EXTRACT-UNUSED src/orders.ts:5']);
    assert.deepEqual(await one(consumer(READS, "\n  messageAttributeNames: ['traceparent'],")), []);
    assert.deepEqual(await one(loop(READS, " MessageAttributeNames: ['All']")), []);
    assert.deepEqual(await one(loop(READS, ' ...options')), []);
    for (const text of [consumer(READS), loop(READS)]) assert.deepEqual(await one(text, COVERED), []);
  });

  it('may read the context from the body', async () => {
    const body = READS.replace('message.MessageAttributes', 'JSON.parse(message.Body).carrier');
    assert.deepEqual(await one(consumer(body)), []);
    assert.deepEqual(await one(loop(body)), []);
  });
});
