import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk, UNDICI } from './support';

const LISTED = sdk(`${HTTP}, ${UNDICI}`);

const SERVICE_BUS = `import { ServiceBusClient } from '@azure/service-bus';
const client = new ServiceBusClient(process.env.SERVICE_BUS!);
const sender = client.createSender('orders');
export const send = (order: unknown) => sender.sendMessages({ body: order });
`;

const EVENT_HUBS = `import { EventHubProducerClient } from '@azure/event-hubs';
const producer = new EventHubProducerClient(process.env.EVENT_HUB!, 'orders');
export async function send(order: unknown) {
  const batch = await producer.createBatch();
  batch.tryAdd({ body: order });
  await producer.sendBatch(batch);
}
`;

const TEMPORAL = `import { Client, Connection } from '@temporalio/client';
export async function start(order: { id: string }) {
  const client = new Client({ connection: await Connection.connect() });
  await client.workflow.start('order', { taskQueue: 'orders', workflowId: order.id, args: [order] });
}
`;

describe('lint: messages to Azure and workflows of Temporal in Node', () => {
  const one = async (dependency: string, files: Record<string, string>): Promise<readonly string[]> =>
    found({ 'package.json': manifest({ [dependency]: '*' }), 'src/tracing.ts': LISTED, ...files });

  it('reports what is sent to Service Bus and Event Hubs without the instrumentation of Azure’s SDK', async () => {
    assert.deepEqual(await one('@azure/service-bus', { 'src/send.ts': SERVICE_BUS }), ['MSG-NO-INJECT src/send.ts:4']);
    assert.deepEqual(await one('@azure/event-hubs', { 'src/send.ts': EVENT_HUBS }), ['MSG-NO-INJECT src/send.ts:6']);
    const traced = sdk(
      `${HTTP}, ${UNDICI}, createAzureSdkInstrumentation()`,
      `import { createAzureSdkInstrumentation } from '@azure/opentelemetry-instrumentation-azure-sdk';`,
    );
    assert.deepEqual(await one('@azure/service-bus', { 'src/tracing.ts': traced, 'src/send.ts': SERVICE_BUS }), []);
    const other = SERVICE_BUS.replace('client.createSender', 'mailer.makeSender');
    assert.deepEqual(await one('@azure/service-bus', { 'src/send.ts': other }), []);
  });

  it('reports a client of Temporal without its interceptors', async () => {
    assert.deepEqual(await one('@temporalio/client', { 'src/start.ts': TEMPORAL }), [
      'JS-UNCOVERED-LIB src/start.ts:3',
    ]);
    const given = TEMPORAL.replace('connect() }', 'connect(), interceptors: { workflow: [new Tracing()] } }');
    assert.deepEqual(await one('@temporalio/client', { 'src/start.ts': given }), []);
    const worker = `import { OpenTelemetryActivityInboundInterceptor } from '@temporalio/interceptors-opentelemetry';
export const interceptors = { activityInbound: [(context) => new OpenTelemetryActivityInboundInterceptor(context)] };
`;
    assert.deepEqual(await one('@temporalio/client', { 'src/start.ts': TEMPORAL, 'src/worker.ts': worker }), []);
    const own = TEMPORAL.replace('{ connection: await Connection.connect() }', 'optionsOf(order)');
    assert.deepEqual(await one('@temporalio/client', { 'src/start.ts': own }), []);
  });

  it('reports what is asked over NATS, as what is published', async () => {
    const nats = `import { connect, JSONCodec } from 'nats';
const codec = JSONCodec();
export async function charge(order: unknown) {
  const nc = await connect({ servers: process.env.NATS_URL });
  return nc.request('billing.charge', codec.encode(order), { timeout: 1000 });
}
`;
    assert.deepEqual(await one('nats', { 'src/charge.ts': nats }), ['MSG-NO-INJECT src/charge.ts:5']);
    const carried = nats.replace('{ timeout: 1000 }', '{ timeout: 1000, headers: traced() }');
    assert.deepEqual(await one('nats', { 'src/charge.ts': carried }), []);
  });

  it('does not take a key of that name for a use of what is injected into', async () => {
    const lost = `import { context, propagation } from '@opentelemetry/api';
export async function stock() {
  const headers = {};
  propagation.inject(context.active(), headers);
  return fetch(\`\${process.env.STOCK_URL}/items\`, { headers: { accept: 'application/json' } });
}
`;
    assert.deepEqual(await one('x', { 'src/stock.ts': lost }), ['EXTRACT-UNUSED src/stock.ts:4']);
    const sent = lost.replace("{ accept: 'application/json' }", 'headers');
    assert.deepEqual(await one('x', { 'src/stock.ts': sent.replace('headers: headers', 'headers: { ...headers }') }), [
      'DOUBLE-INJECT src/stock.ts:4',
    ]);
  });
});
