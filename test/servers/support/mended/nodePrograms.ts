import { NO_LINT_SETTINGS } from '../../../../src/lint/lintSettings';
import { nodeCheck } from '../../../../src/lint/node/check';
import type { BrokenProgram } from './mendedProgram';

/** What a program is besides its code. */
export type NodeProgram = Pick<BrokenProgram, 'rule' | 'files' | 'settings' | 'check'>;

const MANIFEST = `{
  "name": "shop",
  "private": true,
  "scripts": { "start": "node shop.js" },
  "dependencies": {
    "@opentelemetry/api": "^1.9.1",
    "@opentelemetry/sdk-node": "^0.223.0",
    "kafkajs": "^2.2.4"
  }
}
`;

const CLASSES: Readonly<Record<string, string>> = {
  HttpInstrumentation: 'http',
  UndiciInstrumentation: 'undici',
  KafkaJsInstrumentation: 'kafkajs',
};

/** A set-up with these instrumentations. */
function tracing(...names: readonly string[]): string {
  const requires = names.map(
    (name) => `const { ${name} } = require('@opentelemetry/instrumentation-${CLASSES[name]}');\n`,
  );
  return `const { NodeSDK } = require('@opentelemetry/sdk-node');
${requires.join('')}
const sdk = new NodeSDK({ instrumentations: [${names.map((name) => `new ${name}()`).join(', ')}] });
sdk.start();
module.exports = { sdk };
`;
}

/** A shop that asks its stock over HTTP, both in one process. */
function asking(ask: string, answer = "response.end('7');"): string {
  return `const { sdk } = require('./tracing');
const http = require('http');
const { context, propagation, trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('shop');

const stock = http.createServer((request, response) => {
  ${answer}
});

${ask}

async function main() {
  await new Promise((resolve) => stock.listen(0, '127.0.0.1', resolve));
  process.env.STOCK_URL = \`http://127.0.0.1:\${stock.address().port}\`;
  await ask();
  await sdk.shutdown();
  process.exit();
}

main();
`;
}

const fetching = `async function ask() {
  await tracer.startActiveSpan('ask', async (span) => {
    const answer = await fetch(\`\${process.env.STOCK_URL}/stock\`);
    await answer.text();
    span.end();
  });
}`;

const program = (rule: string, setup: string, shop: string): NodeProgram => ({
  check: nodeCheck,
  rule,
  files: { 'package.json': MANIFEST, 'tracing.js': setup, 'shop.js': shop },
});

/** `fetch` in a process that instruments only http. */
export const fetchWithoutUndici = program('JS-FETCH-NO-UNDICI', tracing('HttpInstrumentation'), asking(fetching));

/** http in a process that instruments nothing. */
export const noInstrumentations = program(
  'JS-SDK-NO-INSTRUMENTATIONS',
  tracing(),
  asking(`async function ask() {
  await tracer.startActiveSpan('ask', async (span) => {
    await new Promise((resolve) => {
      http.get(\`\${process.env.STOCK_URL}/stock\`, (answer) => answer.resume().once('end', resolve));
    });
    span.end();
  });
}`),
);

/** A span that is not active when the request is made. */
export const inactiveSpan = program(
  'SPAN-NOT-ACTIVE',
  tracing('HttpInstrumentation', 'UndiciInstrumentation'),
  asking(`async function ask() {
  const span = tracer.startSpan('ask');
  const answer = await fetch(\`\${process.env.STOCK_URL}/stock\`);
  await answer.text();
  span.end();
}`),
);

/** Headers with the context from before the span. */
export const injectedTooEarly = program(
  'SPAN-NOT-ACTIVE',
  tracing('HttpInstrumentation'),
  asking(`async function ask() {
  const span = tracer.startSpan('ask');
  const headers = {};
  propagation.inject(context.active(), headers);
  const answer = await fetch(\`\${process.env.STOCK_URL}/stock\`, { headers });
  await answer.text();
  span.end();
}`),
);

/** A server that reads the context and does nothing with it. */
export const unusedExtract = program(
  'EXTRACT-UNUSED',
  tracing('UndiciInstrumentation'),
  asking(
    fetching,
    `propagation.extract(context.active(), request.headers);
  tracer.startActiveSpan('answer', (span) => {
    response.end('7');
    span.end();
  });`,
  ),
);

/** Headers by hand that undici writes too: the server gets two values and takes none. */
export const injectedTwice = program(
  'DOUBLE-INJECT',
  tracing('HttpInstrumentation', 'UndiciInstrumentation'),
  asking(`async function ask() {
  await tracer.startActiveSpan('ask', async (span) => {
    const headers = {};
    propagation.inject(context.active(), headers);
    const answer = await fetch(\`\${process.env.STOCK_URL}/stock\`, { headers });
    await answer.text();
    span.end();
  });
}`),
);

/** A list that a timer works off. */
export const heldList: NodeProgram = {
  check: nodeCheck,
  rule: 'QUEUE-CTX-LOSS',
  settings: { ...NO_LINT_SETTINGS, severities: new Map([['QUEUE-CTX-LOSS', 'warning']]) },
  files: {
    'package.json': MANIFEST,
    'tracing.js': tracing('HttpInstrumentation', 'UndiciInstrumentation'),
    'audit.js': `const { trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('audit');
const waiting = [];

function auditLater(line) {
  waiting.push(line);
}

setInterval(flushAudit, 50).unref();

function flushAudit() {
  for (const line of waiting.splice(0)) {
    tracer.startActiveSpan(line, (span) => span.end());
  }
}

module.exports = { auditLater };
`,
    'shop.js': `const { sdk } = require('./tracing');
const { trace } = require('@opentelemetry/api');
const { auditLater } = require('./audit');

async function main() {
  for (const order of ['one', 'two']) {
    trace.getTracer('shop').startActiveSpan(order, (span) => {
      auditLater('audit ' + order);
      span.end();
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  await sdk.shutdown();
  process.exit();
}

main();
`,
  },
};

/** A shop that sends itself an order through the topic, and works on it. */
function ordering(send: string, handle: string): string {
  return `const { sdk } = require('./tracing');
const { Kafka, logLevel } = require('kafkajs');
const { context, propagation, ROOT_CONTEXT, trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('shop');
const kafka = new Kafka({ brokers: [process.env.KAFKA_BROKERS], logLevel: logLevel.NOTHING });
const producer = kafka.producer();
const consumer = kafka.consumer({ groupId: process.env.TOPIC });
const topic = process.env.TOPIC;

async function place(order) {
  await tracer.startActiveSpan('place', async (span) => {
    ${send}
    span.end();
  });
}

async function listen(done) {
  await consumer.run({
    ${handle}
  });
}

async function main() {
  const admin = kafka.admin();
  await admin.createTopics({ topics: [{ topic }], waitForLeaders: false });
  // The broker does not know the leader of a new topic at once.
  for (let known = false; !known;) {
    known = await admin.fetchTopicMetadata({ topics: [topic] }).then(() => true, () => false);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await admin.disconnect();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await producer.connect();
  await place('1001');
  await new Promise((resolve) => void listen(resolve));
  await producer.disconnect();
  await consumer.disconnect();
  await sdk.shutdown();
  process.exit();
}

main();
`;
}

const SEND = `await producer.send({ topic, messages: [{ key: order, value: 'placed' }] });`;
const SEND_BY_HAND = `const headers = {};
    propagation.inject(context.active(), headers);
    await producer.send({ topic, messages: [{ key: order, value: 'placed', headers }] });`;
const HANDLE = `eachMessage: async ({ message }) => {
      tracer.startActiveSpan('pack ' + message.value, (span) => span.end());
      done();
    },`;
const HANDLE_BY_HAND = `eachMessage: async ({ message }) => {
      const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([key, value]) => [key, String(value)]));
      const parent = propagation.extract(ROOT_CONTEXT, headers);
      tracer.startActiveSpan('pack ' + message.value, {}, parent, (span) => span.end());
      done();
    },`;

/** kafkajs in a process that does not instrument it. */
export const kafkaWithoutInstrumentation = program(
  'JS-KAFKAJS-NO-INSTR',
  tracing('HttpInstrumentation', 'UndiciInstrumentation'),
  ordering(SEND, HANDLE),
);

/** The consumer reads the context by hand, and the producer forgot it. */
export const kafkaNotInjected = program(
  'JS-UNCOVERED-LIB',
  tracing('HttpInstrumentation', 'UndiciInstrumentation'),
  ordering(SEND, HANDLE_BY_HAND),
);

/** The producer writes the context by hand, and the consumer forgot it. */
export const kafkaNotExtracted = program(
  'JS-KAFKA-CONSUME-DROP',
  tracing('HttpInstrumentation', 'UndiciInstrumentation'),
  ordering(SEND_BY_HAND, HANDLE),
);
