import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk, UNDICI } from './support';

const LISTED = sdk(`${HTTP}, ${UNDICI}`);
const AMQP = sdk(
  `${HTTP}, ${UNDICI}, new AmqplibInstrumentation()`,
  `import { AmqplibInstrumentation } from '@opentelemetry/instrumentation-amqplib';`,
);
const TRACER = `import { context, propagation, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('orders');
`;

const RABBIT = `import amqp from 'amqplib';
${TRACER}export async function listen(url: string) {
  const connection = await amqp.connect(url);
  const channel = await connection.createChannel();
  await channel.consume('orders', async (message) => {
    await tracer.startActiveSpan('order', async (span) => {
      await ship(JSON.parse(message!.content.toString()));
      span.end();
    });
    channel.ack(message!);
  });
}
async function ship(order: { id: string }) {
  await fetch(\`\${process.env.SHIPPING_URL}/\${order.id}\`);
}
`;

describe('lint: messages that are taken in Node, beside Kafka', () => {
  const one = async (dependency: string, files: Record<string, string>): Promise<readonly string[]> =>
    found({ 'package.json': manifest({ [dependency]: '*' }), ...files });

  it('reports a RabbitMQ consumer that starts spans, or calls out, without the instrumentation', async () => {
    assert.deepEqual(await one('amqplib', { 'src/tracing.ts': LISTED, 'src/listen.ts': RABBIT }), [
      'JS-KAFKA-CONSUME-DROP src/listen.ts:7',
    ]);
    const callsOut = RABBIT.replace(
      /await tracer[^]*?\n {4}\}\);/,
      'await ship(JSON.parse(message!.content.toString()));',
    );
    assert.deepEqual(await one('amqplib', { 'src/tracing.ts': LISTED, 'src/listen.ts': callsOut }), [
      'JS-KAFKA-CONSUME-DROP src/listen.ts:7',
    ]);
  });

  it('follows a handler that is given to a wrapper, and a method', async () => {
    const wrapper = `import amqp from 'amqplib';
export async function subscribe(queue: string, handler: (body: unknown) => Promise<void>) {
  const connection = await amqp.connect(process.env.RABBIT_URL!);
  const channel = await connection.createChannel();
  await channel.consume(queue, async (message) => {
    await handler(JSON.parse(message!.content.toString()));
  });
}
`;
    const user = `import { subscribe } from './broker';
${TRACER}export const start = () => subscribe('orders', onOrder);
async function onOrder(order: unknown) {
  tracer.startActiveSpan('order', (span) => span.end());
}
`;
    const files = { 'src/tracing.ts': LISTED, 'src/broker.ts': wrapper, 'src/orders.ts': user };
    assert.deepEqual(await one('amqplib', files), ['JS-KAFKA-CONSUME-DROP src/broker.ts:5']);
    const method = `import { Channel } from 'amqplib';
${TRACER}export class Listener {
  constructor(private readonly channel: Channel) {}
  listen() {
    return this.channel.consume('orders', this.onOrder.bind(this));
  }
  private async onOrder() {
    const span = tracer.startSpan('order');
    span.end();
  }
}
`;
    assert.deepEqual(await one('amqplib', { 'src/tracing.ts': LISTED, 'src/listener.ts': method }), [
      'JS-KAFKA-CONSUME-DROP src/listener.ts:7',
    ]);
  });

  it('is silent with the instrumentation, where headers are read, and where a handler only logs', async () => {
    assert.deepEqual(await one('amqplib', { 'src/tracing.ts': AMQP, 'src/listen.ts': RABBIT }), []);
    const reads = RABBIT.replace(
      'await tracer.startActiveSpan(',
      'const parent = propagation.extract(context.active(), message!.properties.headers);\n    await tracer.startActiveSpan(',
    ).replace(`'order', async`, `'order', {}, parent, async`);
    assert.deepEqual(await one('amqplib', { 'src/tracing.ts': LISTED, 'src/listen.ts': reads }), []);
    const logs = RABBIT.replace(/await tracer[^]*?\n {4}\}\);/, 'console.log(message!.content.toString());');
    assert.deepEqual(await one('amqplib', { 'src/tracing.ts': LISTED, 'src/listen.ts': logs }), []);
  });

  it('reports NATS loops and callbacks, and subscriptions of Pub/Sub whose client is not told to trace', async () => {
    const loop = `import { connect } from 'nats';
${TRACER}export async function listen() {
  const nc = await connect();
  const subscription = nc.subscribe('orders');
  for await (const message of subscription) {
    tracer.startActiveSpan('order', (span) => span.end());
  }
}
`;
    assert.deepEqual(await one('nats', { 'src/tracing.ts': LISTED, 'src/listen.ts': loop }), [
      'JS-KAFKA-CONSUME-DROP src/listen.ts:6',
    ]);
    const withHeaders = loop.replace(
      `tracer.start`,
      `const parent = propagation.extract(context.active(), message.headers);\n    tracer.start`,
    );
    assert.deepEqual(
      (await one('nats', { 'src/tracing.ts': LISTED, 'src/listen.ts': withHeaders })).filter((it) =>
        /CONSUME/.test(it),
      ),
      [],
    );
    const pubsub = `import { PubSub } from '@google-cloud/pubsub';
${TRACER}export function listen() {
  const subscription = new PubSub().subscription('orders');
  subscription.on('message', (message) => {
    tracer.startActiveSpan('order', (span) => span.end());
    message.ack();
  });
}
`;
    assert.deepEqual(await one('@google-cloud/pubsub', { 'src/tracing.ts': LISTED, 'src/listen.ts': pubsub }), [
      'JS-KAFKA-CONSUME-DROP src/listen.ts:6',
    ]);
    const told = pubsub.replace('new PubSub()', 'new PubSub({ enableOpenTelemetryTracing: true })');
    assert.deepEqual(await one('@google-cloud/pubsub', { 'src/tracing.ts': LISTED, 'src/listen.ts': told }), []);
  });
});

describe('lint: what processes tell each other by NATS', () => {
  const publish = (subject: string): string => `import { connect } from 'nats';
export async function tell(order: Uint8Array) {
  const nc = await connect();
  nc.publish(${subject}, order);
}
`;
  const lint = async (subject: string): Promise<readonly string[]> =>
    found({ 'package.json': manifest({ nats: '^2.0.0' }), 'src/tracing.ts': LISTED, 'src/tell.ts': publish(subject) });

  it('reports what is published, but not how a process is', async () => {
    assert.deepEqual(await lint(`'orders.placed'`), ['MSG-NO-INJECT src/tell.ts:4']);
    for (const subject of [`'worker.heartbeat'`, 'Subjects.jobStatus(id)', `'transfer.ack'`])
      assert.deepEqual(await lint(subject), [], subject);
  });
});

describe('lint: jobs that were forgotten in Node', () => {
  const CARRIER = `import { context, propagation } from '@opentelemetry/api';
export function injectTraceContext(): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}
`;
  const MAIL = `import type { Queue } from 'bullmq';
import { injectTraceContext } from './carrier';
export class MailProducer {
  constructor(private readonly queue: Queue) {}
  async welcome(job: { to: string }) {
    await this.queue.add('welcome', { ...job, traceContext: injectTraceContext() });
  }
}
`;
  const AUDIT = `import type { Queue } from 'bullmq';
export class AuditProducer {
  constructor(private readonly queue: Queue) {}
  async record(entry: { action: string }) {
    await this.queue.add('audit', entry);
  }
}
`;
  const lint = async (files: Record<string, string>): Promise<readonly string[]> =>
    found({
      'package.json': manifest({ bullmq: '^5.0.0' }),
      'src/tracing.ts': LISTED,
      'src/carrier.ts': CARRIER,
      ...files,
    });

  it('reports the job without context where others of the project carry it in their data', async () => {
    assert.deepEqual(await lint({ 'src/mail.ts': MAIL, 'src/audit.ts': AUDIT }), ['MSG-NO-INJECT src/audit.ts:5']);
  });

  it('is silent where no job carries it, and with the telemetry of BullMQ', async () => {
    assert.deepEqual(await lint({ 'src/audit.ts': AUDIT }), []);
    const telemetry = `import { Queue } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';
export const queue = new Queue('audit', { telemetry: new BullMQOtel('shop') });
`;
    assert.deepEqual(await lint({ 'src/mail.ts': MAIL, 'src/audit.ts': AUDIT, 'src/queue.ts': telemetry }), []);
  });

  it('is silent for jobs that a clock asks for, and where callers give the context', async () => {
    const scheduled = AUDIT.replace(`'audit', entry)`, `'audit', entry, { repeat: { every: 60_000 } })`);
    assert.deepEqual(await lint({ 'src/mail.ts': MAIL, 'src/audit.ts': scheduled }), []);
    const atStart = AUDIT.replace('record(entry: { action: string })', 'onModuleInit(entry: object)');
    assert.deepEqual(await lint({ 'src/mail.ts': MAIL, 'src/audit.ts': atStart }), []);
    const given = `import type { Queue } from 'bullmq';
import { injectTraceContext } from './carrier';
async function enqueue(queue: Queue, data: object) {
  await queue.add('audit', data);
}
export const record = (queue: Queue, entry: object) => enqueue(queue, { ...entry, otel: injectTraceContext() });
`;
    assert.deepEqual(await lint({ 'src/mail.ts': MAIL, 'src/audit.ts': given }), []);
  });
});
