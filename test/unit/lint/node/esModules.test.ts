import assert from 'node:assert/strict';
import { found, manifest, sdk } from './support';

const KAFKA_LIST = sdk('new HttpInstrumentation(), new UndiciInstrumentation(), new KafkaJsInstrumentation()');

const CONSUMER = `import { Kafka } from 'kafkajs';
const kafka = new Kafka({ brokers: ['kafka:9092'] });
const producer = kafka.producer();
export async function placed(order) {
  await producer.send({ topic: 'orders', messages: [{ value: JSON.stringify(order) }] });
}
`;

const esModule = (start = 'node --import ./tracing.js index.js', more: Record<string, string> = {}): string =>
  manifest({ kafkajs: '^2.2.4', '@opentelemetry/instrumentation-kafkajs': '^0.13.0', ...more })
    .replace('node dist/main.js', start)
    .replace('"name": "shop"', '"name": "shop",\n  "type": "module"');

describe('lint: ES modules without a loader hook', () => {
  const kafka = async (files: Record<string, string>): Promise<readonly string[]> =>
    (await found({ 'package.json': esModule(), 'tracing.js': KAFKA_LIST, 'index.js': CONSUMER, ...files })).filter(
      (one) => one.startsWith('JS-KAFKAJS-NO-INSTR'),
    );

  it('takes an instrumentation whose package an ES module imports for none', async () => {
    assert.deepEqual(await kafka({}), ['JS-KAFKAJS-NO-INSTR tracing.js:9']);
  });

  it('knows what registers a hook', async () => {
    const hook = `import { register } from 'node:module';\nregister('import-in-the-middle/hook.mjs', import.meta.url);\n`;
    assert.deepEqual(await kafka({ 'tracing.js': hook + KAFKA_LIST }), []);
    const loader = 'node --experimental-loader=@opentelemetry/instrumentation/hook.mjs --import ./tracing.js index.js';
    assert.deepEqual(await kafka({ 'package.json': esModule(loader) }), []);
    const required = CONSUMER.replace(
      /^import.*$/m,
      `import { createRequire } from 'node:module';\nconst { Kafka } = createRequire(import.meta.url)('kafkajs');`,
    );
    assert.deepEqual(await kafka({ 'index.js': required }), []);
  });

  it('knows TypeScript that only its compiler can have built', async () => {
    const compiled = (more: Record<string, string>): Promise<readonly string[]> =>
      kafka({
        'package.json': esModule('node dist/index.js', { typescript: '^5.9.0', ...more }),
        'tracing.js': '',
        'index.js': '',
        'src/tracing.ts': KAFKA_LIST,
        'src/index.ts': `import './tracing.js';\n${CONSUMER}`,
      });
    assert.deepEqual(await compiled({}), ['JS-KAFKAJS-NO-INSTR src/tracing.ts:9']);
    assert.deepEqual(await compiled({ tsup: '^8.0.0' }), []);
  });

  it('is silent where it is not certain what runs', async () => {
    assert.deepEqual(await kafka({ 'package.json': esModule('tsx --import ./tracing.ts src/main.ts') }), []);
    assert.deepEqual(await kafka({ 'package.json': esModule('node --import ./dist/tracing.js dist/index.js') }), []);
    assert.deepEqual(await kafka({ 'package.json': esModule().replace('"type": "module",', '') }), []);
    const nest = esModule(undefined, { '@nestjs/microservices': '^11.0.0' });
    assert.deepEqual(await kafka({ 'package.json': nest }), []);
  });

  it('knows packages of the workspace that are loaded first and that import such a library', async () => {
    const root = JSON.stringify({ name: 'root', private: true, workspaces: ['packages/*', 'apps/*'] });
    const part = (name: string, dependencies: Record<string, string>, script = 'tsc'): string =>
      JSON.stringify({
        name,
        type: 'module',
        scripts: { build: 'tsc', start: script },
        dependencies,
        devDependencies: { typescript: '^5.9.0' },
      });
    const files = {
      'package.json': root,
      'packages/telemetry/package.json': part('@shop/telemetry', {
        '@opentelemetry/sdk-node': '^0.52.0',
        '@opentelemetry/instrumentation-kafkajs': '^0.13.0',
      }),
      'packages/telemetry/src/sdk.ts': KAFKA_LIST.replace(
        'export const sdk',
        'export function boot() {\nconst sdk',
      ).replace('sdk.start();', 'sdk.start();\n}'),
      'packages/telemetry/src/index.ts': `/** Sets tracing up. */\nexport { boot } from './sdk.js';\n`,
      'packages/telemetry/src/register.ts': `/** Starts tracing. */\nimport { boot } from './index.js';\nboot();\n`,
      'packages/events/package.json': part('@shop/events', { kafkajs: '^2.2.4' }),
      'packages/events/src/index.ts': CONSUMER,
      'apps/orders/package.json': part(
        '@shop/orders',
        { '@shop/telemetry': 'workspace:*', '@shop/events': 'workspace:*' },
        'node --import @shop/telemetry/register dist/index.js',
      ),
      'apps/orders/src/index.ts': `import { placed } from '@shop/events';\nawait placed({});\n`,
    };
    assert.deepEqual(await kafka(files), ['JS-KAFKAJS-NO-INSTR packages/telemetry/src/sdk.ts:10']);
    const hook = `import { register } from 'node:module';\nregister('@opentelemetry/instrumentation/hook.mjs', import.meta.url);\n`;
    const first = 'packages/telemetry/src/register.ts';
    assert.deepEqual(await kafka({ ...files, [first]: hook + files[first] }), []);
  });
});
