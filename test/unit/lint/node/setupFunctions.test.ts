import assert from 'node:assert/strict';
import { mended } from './mended';
import { found } from './support';

const CALLER = `export const priceOf = (sku: string) => fetch(\`\${process.env.PRICING_URL}/\${sku}\`);\n`;
const AXIOS = `import axios from 'axios';
export const priceOf = (sku: string) => axios.get(\`\${process.env.PRICING_URL}/\${sku}\`);
`;

const azure = (options = '', more = ''): string => `import { useAzureMonitor } from '@azure/monitor-opentelemetry';
${more}
useAzureMonitor(${options});
`;

const manifest = (dependencies: Record<string, string>): string =>
  JSON.stringify({ name: 'shop', scripts: { start: 'node dist/main.js' }, dependencies }, null, 2);

const AZURE = manifest({ '@azure/monitor-opentelemetry': '^1.8.0', axios: '^1.7.0' });

describe('lint: functions that set tracing up with a list of their own', () => {
  const one = (tracing: string, shop = CALLER, more: Record<string, string> = {}): Promise<readonly string[]> =>
    found({ 'package.json': AZURE, 'src/tracing.ts': tracing, 'src/shop.ts': shop, ...more });

  it('have no undici and no kafkajs: Azure Monitor', async () => {
    assert.deepEqual(await one(azure()), ['JS-FETCH-NO-UNDICI src/tracing.ts:3']);
    const options = '{ azureMonitorExporterOptions: { connectionString: process.env.AI }, samplingRatio: 0.5 }';
    assert.deepEqual(await one(azure(options)), ['JS-FETCH-NO-UNDICI src/tracing.ts:3']);
    const kafka = `import { Kafka } from 'kafkajs';
const producer = new Kafka({ brokers: ['kafka:9092'] }).producer();
export const placed = (id: string) => producer.send({ topic: 'orders', messages: [{ key: id, value: id }] });
`;
    assert.deepEqual(await one(azure(), kafka), ['JS-KAFKAJS-NO-INSTR src/tracing.ts:3']);
  });

  it('have http, unless that is switched off', async () => {
    assert.deepEqual(await one(azure(), AXIOS), []);
    assert.deepEqual(await one(azure('optionsOf(config)'), AXIOS), []);
    assert.deepEqual(await one(azure('{ instrumentationOptions: { http: { enabled: false } } }'), AXIOS), [
      'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:3',
    ]);
    assert.deepEqual(await one(azure('{ instrumentationOptions: { http: httpOptions } }'), AXIOS), []);
    assert.deepEqual(await one(azure('{ instrumentationOptions: { redis: { enabled: false } } }'), AXIOS), []);
  });

  it('are helped by what is registered or made beside them', async () => {
    const undici = `import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { registerInstrumentations } from '@opentelemetry/instrumentation';`;
    const beside = `${azure('', undici)}registerInstrumentations({ instrumentations: [new UndiciInstrumentation()] });\n`;
    assert.deepEqual(await one(beside), []);
    const other = `${undici}
export function register() { registerInstrumentations({ instrumentations: [new UndiciInstrumentation()] }); }
`;
    assert.deepEqual(await one(azure(), CALLER, { 'src/more.ts': other }), []);
    assert.deepEqual(await one(`${azure('', undici)}new UndiciInstrumentation().enable();\n`), []);
    assert.deepEqual(await one(beside.replace(/Undici/g, 'Express')), ['JS-FETCH-NO-UNDICI src/tracing.ts:4']);
    const auto = `import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';`;
    assert.deepEqual(await one(`${azure('', auto)}enable(getNodeAutoInstrumentations());\n`), []);
  });

  it('are those of the distribution itself, in the version that does so', async () => {
    assert.deepEqual(await one(azure().replace('@azure/monitor-opentelemetry', './monitor')), []);
    const insights = (version: string): Promise<readonly string[]> =>
      found({
        'package.json': manifest({ applicationinsights: version }),
        'src/main.js': `const appInsights = require('applicationinsights');
appInsights.setup(process.env.AI).setAutoCollectConsole(true).start();
`,
        'src/shop.js': CALLER.replace('(sku: string)', '(sku)'),
      });
    assert.deepEqual(await insights('^3.2.0'), ['JS-FETCH-NO-UNDICI src/main.js:2']);
    assert.deepEqual(await insights('^2.9.0'), []);
    assert.deepEqual(await insights('github:microsoft/ApplicationInsights-node.js'), []);
  });

  it('leave messages of Azure’s own clients traced', async () => {
    const bus = `import { ServiceBusClient } from '@azure/service-bus';
const client = new ServiceBusClient(process.env.SERVICE_BUS!);
const sender = client.createSender('orders');
export const send = (order: unknown) => sender.sendMessages({ body: order });
`;
    assert.deepEqual(await one(azure(), bus), []);
    assert.deepEqual(await one(azure('{ instrumentationOptions: { azureSdk: { enabled: false } } }'), bus), [
      'MSG-NO-INJECT src/shop.ts:4',
    ]);
  });

  it('are mended by registering the instrumentation behind them', async () => {
    const fixed = await mended(
      { 'package.json': AZURE, 'src/tracing.ts': azure(), 'src/shop.ts': CALLER },
      'Add UndiciInstrumentation',
    );
    assert.equal(
      fixed['src/tracing.ts'],
      `import { useAzureMonitor } from '@azure/monitor-opentelemetry';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { registerInstrumentations } from '@opentelemetry/instrumentation';

useAzureMonitor();
registerInstrumentations({ instrumentations: [new UndiciInstrumentation()] });
`,
    );
    assert.match(fixed['package.json']!, /"@opentelemetry\/instrumentation-undici": /);
    assert.match(fixed['package.json']!, /"@opentelemetry\/instrumentation": /);
  });
});
