import assert from 'node:assert/strict';
import { found, HTTP, sdk, UNDICI } from './support';

const RULE = 'JS-KAFKA-CONSUME-DROP';

const rdkafka = (body: string): string => `import Kafka from 'node-rdkafka';
import { context, propagation, trace } from '@opentelemetry/api';
import { billed } from './billing';

const tracer = trace.getTracer('billing');
const consumer = new Kafka.KafkaConsumer({ 'group.id': 'billing' }, {});
consumer.on('ready', () => {
  consumer.subscribe(['orders']);
  consumer.consume();
});
consumer.on('data', (message) => {
  ${body}
});
`;

const kafkaNode = (body: string): string => `import { Consumer, KafkaClient } from 'kafka-node';
import { context, propagation, trace } from '@opentelemetry/api';
import { billed } from './billing';

const consumer = new Consumer(new KafkaClient(), [{ topic: 'orders' }], { autoCommit: true });
consumer.on('message', (message) => {
  ${body}
});
`;

const confluent = (body: string): string => `import { KafkaJS } from '@confluentinc/kafka-javascript';
import { context, propagation, trace } from '@opentelemetry/api';
import { billed } from './billing';

const consumer = new KafkaJS.Kafka({}).consumer({ kafkaJS: { groupId: 'billing' } });
export async function start(): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topics: ['orders'] });
  await consumer.run({
    eachMessage: async ({ message }) => {
      ${body}
    },
  });
}
`;

const BILLING = `export async function billed(order: unknown): Promise<void> {
  await fetch('http://billing:8080/bills', { method: 'POST', body: String(order) });
}
`;

const LOST: Readonly<Record<string, readonly [file: string, line: number]>> = {
  'a span of node-rdkafka’s messages': [rdkafka("tracer.startActiveSpan('bill', (span) => span.end());"), 11],
  'a call two files away from node-rdkafka': [rdkafka('billed(message.value);'), 11],
  'a request for a message of kafka-node': [kafkaNode("fetch('http://billing:8080/' + message.key);"), 6],
  'a message of Confluent’s client whose key is its only use': [confluent('await billed(message.key);'), 9],
};

const KEPT: Readonly<Record<string, string>> = {
  'a context that is read by hand': rdkafka(`const carrier = Object.assign({}, ...(message.headers ?? []));
  context.with(propagation.extract(context.active(), carrier), () => billed(message.value));`),
  'a traceparent that the payload carries': kafkaNode(`const { traceparent, order } = JSON.parse(String(message.value));
  context.with(propagation.extract(context.active(), { traceparent }), () => billed(order));`),
  'a span that is linked to the message': confluent(`const sent = trace.getSpanContext(
        propagation.extract(context.active(), { traceparent: String(message.headers?.traceparent) }),
      );
      const links = sent === undefined ? [] : [{ context: sent }];
      await trace.getTracer('billing').startActiveSpan('bill', { links }, () => billed(message.value));`),
  'what is only logged': rdkafka('console.log(message.topic, message.offset);'),
  'what is only kept': kafkaNode('orders.push(message.value);'),
};

describe(`lint: ${RULE}, handler by handler`, () => {
  const shop = (file: string): Promise<readonly string[]> =>
    found({ 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`), 'src/billing.ts': BILLING, 'src/main.ts': file });
  for (const [what, [file, line]] of Object.entries(LOST))
    it(`finds ${what}`, async () => assert.deepEqual(await shop(file), [`${RULE} src/main.ts:${line}`]));
  for (const [what, file] of Object.entries(KEPT))
    it(`leaves ${what}`, async () => assert.deepEqual(await shop(file), []));
});
