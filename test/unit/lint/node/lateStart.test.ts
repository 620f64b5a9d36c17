import assert from 'node:assert/strict';
import { found, HTTP, KAFKA, manifest, sdk, UNDICI } from './support';

const SETUP = sdk(`${HTTP}, ${UNDICI}, ${KAFKA}`)
  .replace('export const sdk', 'export function startTracing() {\nconst sdk')
  .replace('sdk.start();', 'sdk.start();\n}');

const ORDERS = `import { Kafka } from 'kafkajs';
const producer = new Kafka({ brokers: ['kafka:9092'] }).producer();
export async function placed(order: object) {
  await producer.send({ topic: 'orders', messages: [{ value: JSON.stringify(order) }] });
}
`;

const APP = `import { placed } from './orders';\nexport const createApp = (topic = 'kafkajs') => placed({ topic });\n`;

const MAIN = `import { startTracing } from './tracing';
import { createApp } from './app';
startTracing();
createApp();
`;

const AT = ['JS-KAFKAJS-NO-INSTR src/tracing.ts:10'];

describe('lint: libraries that are loaded before tracing starts', () => {
  const shop = (files: Record<string, string> = {}, more: Record<string, string> = {}): Promise<readonly string[]> =>
    found({
      'package.json': manifest({ kafkajs: '^2.2.4', '@opentelemetry/instrumentation-kafkajs': '^0.13.0', ...more }),
      'src/tracing.ts': SETUP,
      'src/app.ts': APP,
      'src/orders.ts': ORDERS,
      'src/main.ts': MAIN,
      ...files,
    });

  it('are not patched, as imports come before all calls', async () => {
    assert.deepEqual(await shop(), AT);
    const inside = MAIN.replace(
      'startTracing();\ncreateApp();',
      'async function run() {\n  startTracing();\n}\nrun();',
    );
    assert.deepEqual(await shop({ 'src/main.ts': inside }), AT);
  });

  it('are patched where the set-up is called above their import', async () => {
    const first = `import { startTracing } from './tracing';\nstartTracing();\nimport { createApp } from './app';\ncreateApp();\n`;
    assert.deepEqual(await shop({ 'src/main.ts': first }), []);
    const lazy = MAIN.replace("import { createApp } from './app';\n", '').replace(
      'createApp();',
      "import('./app').then(({ createApp }) => createApp());",
    );
    assert.deepEqual(await shop({ 'src/main.ts': lazy }), []);
  });

  it('are patched where a command loads something first, or another package asks for them again', async () => {
    const started = manifest({ '@opentelemetry/instrumentation-kafkajs': '^0.13.0' }).replace(
      'node dist/main.js',
      'node -r ./dist/first.js dist/main.js',
    );
    assert.deepEqual(await shop({ 'package.json': started }), []);
    assert.deepEqual(await shop({}, { '@nestjs/microservices': '^11.0.0' }), []);
    const again = ORDERS.replace(
      "import { Kafka } from 'kafkajs';\nconst",
      "const { Kafka } = await import('kafkajs');\nconst",
    );
    assert.deepEqual(await shop({ 'src/orders.ts': again }), []);
  });

  it('do not count where only their types are imported', async () => {
    const typed = `import type { Producer } from 'kafkajs';\nexport const placed = (one: Producer) => one;\n`;
    assert.deepEqual(await shop({ 'src/orders.ts': typed }), []);
  });
});
