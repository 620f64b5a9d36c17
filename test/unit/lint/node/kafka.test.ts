import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { lintProject } from '../support/lintProject';
import { found, HTTP, KAFKA, manifest, sdk, UNDICI } from './support';

const PRODUCER = `import { Kafka } from 'kafkajs';
const producer = new Kafka({ brokers: ['kafka:9092'] }).producer();
export async function placed(order: object) {
  await producer.send({ topic: 'orders', messages: [{ value: JSON.stringify(order) }] });
}
`;

const CONSUMER = `import { Kafka } from 'kafkajs';
const consumer = new Kafka({ brokers: ['kafka:9092'] }).consumer({ groupId: 'billing' });
export async function run() {
  await consumer.run({
    eachMessage: async ({ message }) => {
      await fetch(process.env.BILLING + String(message.value));
    },
  });
}
`;

const LIST = 'src/tracing.ts:9';

describe('lint: JS-KAFKAJS-NO-INSTR', () => {
  const covered = `${HTTP}, ${UNDICI}`;

  it('reports a list without kafkajs, with senders and readers', async () => {
    const files = {
      'package.json': manifest(),
      'src/tracing.ts': sdk(covered),
      'src/p.ts': PRODUCER,
      'src/c.ts': CONSUMER,
    };
    const { findings } = await lintProject(nodeCheck, files);
    assert.deepEqual(
      findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`),
      [`JS-KAFKAJS-NO-INSTR ${LIST}`],
    );
    assert.deepEqual(
      findings[0]!.related.map((text) => text.split(' ')[0]),
      ['src/c.ts:4', 'src/p.ts:4'],
    );
  });

  it('is silent with the instrumentation', async () =>
    assert.deepEqual(await found({ 'src/tracing.ts': sdk(`${covered}, ${KAFKA}`), 'src/p.ts': PRODUCER }), []));

  it('is silent where kafkajs is only asked for administration', async () =>
    assert.deepEqual(
      await found({
        'src/tracing.ts': sdk(covered),
        'src/p.ts': `import { Kafka } from 'kafkajs';\nexport const admin = new Kafka({ brokers: [] }).admin();\n`,
      }),
      [],
    ));

  it('knows which versions of the meta package lack kafkajs', async () => {
    const files = (range: string): Record<string, string> => ({
      'package.json': manifest({ '@opentelemetry/auto-instrumentations-node': range }),
      'src/tracing.ts': sdk(
        'getNodeAutoInstrumentations()',
        `import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';`,
      ),
      'src/p.ts': PRODUCER,
    });
    assert.deepEqual(await found(files('^0.49.1')), [`JS-KAFKAJS-NO-INSTR ${LIST}`]);
    assert.deepEqual(await found(files('^0.50.0')), []);
  });

  it('tells the branches of one set-up apart', async () => {
    const tracing = `const { NodeSDK } = require('@opentelemetry/sdk-node');
if (process.env.NODE_OPTIONS) {
  const { registerInstrumentations } = require('@opentelemetry/instrumentation');
  registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new KafkaJsInstrumentation()] });
} else {
  const sdk = new NodeSDK({
    traceExporter: new OTLPTraceExporter(),
    instrumentations: [new HttpInstrumentation()],
  });
  sdk.start();
}
`;
    assert.deepEqual(await found({ 'src/tracing.js': tracing, 'src/p.ts': PRODUCER }), [
      'JS-KAFKAJS-NO-INSTR src/tracing.js:8',
    ]);
  });

  it('points at what is left out where a project injects by hand', async () => {
    const byHand = PRODUCER.replace(
      `await producer.send({ topic: 'orders', messages: [{ value: JSON.stringify(order) }] });`,
      `const headers = {};\n  propagation.inject(context.active(), headers);\n  await producer.send({ topic: 'orders', messages: [{ value: JSON.stringify(order), headers }] });`,
    ).replace('import', `import { context, propagation } from '@opentelemetry/api';\nimport`);
    assert.deepEqual(await found({ 'src/tracing.ts': sdk(covered), 'src/p.ts': byHand, 'src/c.ts': CONSUMER }), [
      'JS-KAFKA-CONSUME-DROP src/c.ts:4',
    ]);
    const reading = CONSUMER.replace(
      'await fetch',
      'const parent = propagation.extract(context.active(), message.headers);\n      await fetch',
    );
    assert.deepEqual(
      await found({ 'src/tracing.ts': sdk(covered), 'src/p.ts': byHand, 'src/c.ts': `${reading}\nuse(parent);` }).then(
        (all) => all.filter((one) => !one.startsWith('EXTRACT')),
      ),
      [],
    );
  });

  it('says of batches that they are only linked, where their handler works', async () => {
    const batch = CONSUMER.replace('eachMessage: async ({ message })', 'eachBatch: async ({ message })');
    const { findings } = await lintProject(nodeCheck, {
      'package.json': manifest(),
      'src/tracing.ts': sdk(`${covered}, ${KAFKA}`),
      'src/c.ts': batch,
    });
    assert.deepEqual(
      findings.map(({ rule, severity, line }) => `${rule} ${severity} ${line}`),
      ['JS-KAFKAJS-NO-INSTR info 4'],
    );
  });
});

describe('lint: JS-UNCOVERED-LIB and JS-KAFKA-CONSUME-DROP', () => {
  const all = `${HTTP}, ${UNDICI}, ${KAFKA}`;
  const rdkafka = `import Kafka from 'node-rdkafka';
const producer = new Kafka.Producer({});
export function placed(order: object) {
  producer.produce('orders', null, Buffer.from(JSON.stringify(order)), 'key', Date.now());
}
`;

  it('reports messages of node-rdkafka', async () =>
    assert.deepEqual(await found({ 'src/tracing.ts': sdk(all), 'src/p.ts': rdkafka }), [
      'JS-UNCOVERED-LIB src/p.ts:4',
    ]));

  it('reports them where the producer is made in another file, with the line that declares the library', async () => {
    const { findings } = await lintProject(nodeCheck, {
      'package.json': manifest({ 'node-rdkafka': '^3.0.0' }),
      'src/tracing.ts': sdk(all),
      'src/bus.ts': "import Kafka from 'node-rdkafka';\nexport const producer = new Kafka.Producer({});\n",
      'src/orders.ts': `import { producer } from './bus';
export function placed(order: object) {
  producer.produce('orders', null, Buffer.from(JSON.stringify(order)), 'key', Date.now());
}
`,
      'src/film.ts': 'export const film = (studio: Studio) => studio.produce("x", 1, 2);\n',
    });
    assert.deepEqual(
      findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`),
      ['JS-UNCOVERED-LIB src/orders.ts:3'],
    );
    assert.deepEqual(findings[0]?.evidence.slice(0, 2), [
      'package.json:8 node-rdkafka ^3.0.0',
      'src/bus.ts:1 loads node-rdkafka',
    ]);
    assert.match(findings[0].message, /`package\.json:8`: node-rdkafka \^3\.0\.0/);
  });

  it('is silent where headers are injected, where a distribution covers it, and without tracing', async () => {
    const byHand = rdkafka
      .replace(
        '  producer.produce',
        '  const headers = {};\n  propagation.inject(context.active(), headers);\n  producer.produce',
      )
      .replace('Date.now()', 'Date.now(), undefined, [headers]');
    assert.deepEqual(await found({ 'src/tracing.ts': sdk(all), 'src/p.ts': byHand }), []);
    assert.deepEqual(
      await found({
        'package.json': manifest({ 'dd-trace': '^5.0.0' }),
        'src/tracing.ts': sdk(all),
        'src/p.ts': rdkafka,
      }),
      [],
    );
    assert.deepEqual(await found({ 'src/p.ts': rdkafka }), []);
  });

  it('knows producers and consumers of kafka-node by what makes them', async () => {
    const node = `import kafka from 'kafka-node';
const client = new kafka.KafkaClient({});
const out = new kafka.HighLevelProducer(client);
const incoming = new kafka.Consumer(client, [], {});
export function start() {
  incoming.on('message', async (message) => {
    await fetch(process.env.BILLING + String(message.value));
    out.send([{ topic: 'paid', messages: message.value }], () => {});
  });
}
`;
    assert.deepEqual(await found({ 'src/tracing.ts': sdk(all), 'src/c.ts': node }), [
      'JS-KAFKA-CONSUME-DROP src/c.ts:6',
      'JS-UNCOVERED-LIB src/c.ts:8',
    ]);
  });

  const consumer = (body: string): string => `import { KafkaConsumer } from 'node-rdkafka';
const consumer = new KafkaConsumer({}, {});
export function start() {
  consumer.on('data', async (message) => {
    ${body}
  });
}
`;

  it('reports a consumer whose handler calls out and leaves the headers alone', async () =>
    assert.deepEqual(
      await found({
        'src/tracing.ts': sdk(all),
        'src/c.ts': consumer('await fetch(process.env.BILLING + message.value);'),
      }),
      ['JS-KAFKA-CONSUME-DROP src/c.ts:4'],
    ));

  it('is silent where the handler only logs, or reads the headers', async () => {
    assert.deepEqual(await found({ 'src/tracing.ts': sdk(all), 'src/c.ts': consumer('console.log(message);') }), []);
    assert.deepEqual(
      await found({
        'src/tracing.ts': sdk(all),
        'src/c.ts': consumer('await within(message.headers, () => fetch(process.env.BILLING!));'),
      }),
      [],
    );
  });
});
