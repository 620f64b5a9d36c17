import assert from 'node:assert/strict';
import { found, HTTP, KAFKA, manifest, sdk, UNDICI } from './support';

const LISTED = sdk(`${HTTP}, ${UNDICI}`);
const GRPC = sdk(
  `${HTTP}, new GrpcInstrumentation()`,
  `import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';`,
);
const RABBIT = sdk(
  `${HTTP}, new AmqplibInstrumentation()`,
  `import { AmqplibInstrumentation } from '@opentelemetry/instrumentation-amqplib';`,
);
const CLIENT = `import * as grpc from '@grpc/grpc-js';
import { OrdersClient } from './gen/orders';
export const orders = new OrdersClient(process.env.ORDERS_ADDR!, grpc.credentials.createInsecure());
`;
const SERVER = `import { Server } from '@grpc/grpc-js';
export const server = new Server();
server.addService(orders, { place });
`;

const nest = (transport: string): string => `import { ClientsModule, Transport } from '@nestjs/microservices';
export const clients = ClientsModule.register([{ name: 'STOCK', transport: Transport.${transport}, options: {} }]);
`;
const SENDER = `import { Inject, Injectable } from '@nestjs/common';
import { ClientProxy } from '@nestjs/microservices';
@Injectable()
export class Orders {
  constructor(@Inject('STOCK') private readonly client: ClientProxy) {}
  place(order: { id: string }) {
    return this.client.emit('order.placed', order);
  }
}
`;

describe('lint: gRPC in Node', () => {
  const one = async (files: Record<string, string>): Promise<readonly string[]> =>
    found({ 'package.json': manifest({ '@grpc/grpc-js': '^1.10.0' }), ...files });

  it('reports a list without it, for what is called and what is served', async () => {
    for (const text of [CLIENT, SERVER])
      assert.deepEqual(await one({ 'src/tracing.ts': LISTED, 'src/orders.ts': text }), [
        'JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:9',
      ]);
  });

  it('is silent with the instrumentation, with the meta package, and where metadata gets the context by hand', async () => {
    assert.deepEqual(await one({ 'src/tracing.ts': GRPC, 'src/orders.ts': CLIENT }), []);
    const auto = sdk(
      'getNodeAutoInstrumentations()',
      `import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';`,
    );
    assert.deepEqual(await one({ 'src/tracing.ts': auto, 'src/orders.ts': CLIENT }), []);
    const byHand = `${CLIENT}import { context, propagation } from '@opentelemetry/api';
export const place = (order: Order) => {
  const metadata = new grpc.Metadata();
  propagation.inject(context.active(), metadata, { set: (to, key, value) => to.set(key, value) });
  return orders.place(order, metadata);
};
`;
    assert.deepEqual(await one({ 'src/tracing.ts': LISTED, 'src/orders.ts': byHand }), []);
  });

  it('does not take the exporter, scripts or types for clients', async () => {
    const exporter = `import { credentials } from '@grpc/grpc-js';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
export const exporter = new OTLPTraceExporter({ url: 'http://otel:4317', credentials: credentials.createInsecure() });
`;
    const types = `import type { ServiceError } from '@grpc/grpc-js';
export const isGone = (error: ServiceError) => error.code === 5;
`;
    assert.deepEqual(
      await one({
        'src/tracing.ts': LISTED,
        'src/exporter.ts': exporter,
        'src/errors.ts': types,
        'scripts/call.ts': CLIENT,
      }),
      [],
    );
  });
});

describe('lint: brokers behind Nest', () => {
  it('reports Kafka, RabbitMQ and gRPC at the list that lacks them', async () => {
    const shop = (transport: string, setup = LISTED): Promise<readonly string[]> =>
      found({ 'src/tracing.ts': setup, 'src/clients.ts': nest(transport), 'src/orders.ts': SENDER });
    assert.deepEqual(await shop('KAFKA'), ['JS-KAFKAJS-NO-INSTR src/tracing.ts:9']);
    assert.deepEqual(await shop('RMQ'), ['MSG-NO-INJECT src/tracing.ts:9']);
    assert.deepEqual(await shop('GRPC'), ['JS-SDK-NO-INSTRUMENTATIONS src/tracing.ts:9']);
    assert.deepEqual(await shop('KAFKA', sdk(`${HTTP}, ${KAFKA}`)), []);
    assert.deepEqual(await shop('RMQ', RABBIT), []);
    // No list could have one for that: the client itself is told.
    assert.deepEqual(await shop('TCP'), ['JS-UNCOVERED-LIB src/clients.ts:2']);
  });

  it('is silent where the sender puts the context into the message', async () => {
    const byHand = SENDER.replace(
      "return this.client.emit('order.placed', order);",
      "const headers = {};\n    propagation.inject(context.active(), headers);\n    return this.client.emit('order.placed', { headers, order });",
    ).replace('import', "import { context, propagation } from '@opentelemetry/api';\nimport");
    for (const transport of ['KAFKA', 'RMQ'])
      assert.deepEqual(
        await found({ 'src/tracing.ts': LISTED, 'src/clients.ts': nest(transport), 'src/orders.ts': byHand }),
        [],
      );
  });
});

describe('lint: messages by other clients of Node', () => {
  const cases: readonly [what: string, text: string, line: number | undefined][] = [
    [
      'reports the connection of @golevelup/nestjs-rabbitmq',
      `import { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
export class Events {
  constructor(private readonly amqpConnection: AmqpConnection) {}
  placed(order: object) {
    return this.amqpConnection.publish('orders', 'placed', order);
  }
}
`,
      5,
    ],
    [
      'reports version 2 of the AWS SDK',
      `import AWS from 'aws-sdk';
const sqs = new AWS.SQS();
export const place = (body: string) => sqs.sendMessage({ QueueUrl: process.env.QUEUE!, MessageBody: body }).promise();
`,
      3,
    ],
    [
      'is silent about S3 of version 2',
      `import AWS from 'aws-sdk';
const s3 = new AWS.S3();
export const put = (body: string) => s3.putObject({ Bucket: 'b', Key: 'k', Body: body }).promise();
`,
      undefined,
    ],
    [
      'is silent about something else that is called a channel',
      `export const tell = (channel: { publish(a: string, b: string): void }) => channel.publish('a', 'b');
// sendToQueue of another kind
`,
      undefined,
    ],
  ];
  for (const [what, text, line] of cases)
    it(what, async () =>
      assert.deepEqual(
        await found({ 'src/tracing.ts': LISTED, 'src/messages.ts': text }),
        line === undefined ? [] : [`MSG-NO-INJECT src/messages.ts:${line}`],
      ),
    );

  it('follows a channel that another file opens', async () => {
    const open = `import amqp from 'amqplib';
export let channel: amqp.Channel;
export async function connect() {
  channel = await (await amqp.connect(process.env.AMQP_URL!)).createChannel();
}
`;
    const send = `import { channel } from './broker';
export const place = (order: object) => channel.sendToQueue('orders', Buffer.from(JSON.stringify(order)));
`;
    const files = { 'src/broker.ts': open, 'src/orders.ts': send };
    assert.deepEqual(await found({ 'src/tracing.ts': LISTED, ...files }), ['MSG-NO-INJECT src/orders.ts:2']);
    assert.deepEqual(await found({ 'src/tracing.ts': RABBIT, ...files }), []);
  });
});

describe('lint: Connect over HTTP/2, and other clients by their package alone', () => {
  const client = (make: string): string => `import { createPromiseClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { OrderService } from './gen/orders_connect';
const transport = ${make};
export const orders = createPromiseClient(OrderService, transport);
`;
  const AT = ['JS-UNCOVERED-LIB src/orders.ts:4'];
  const shop = (make: string, more: Record<string, string> = {}): Promise<readonly string[]> =>
    found({ 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`), 'src/orders.ts': client(make), ...more });

  it('finds a transport that nothing injects into', async () => {
    assert.deepEqual(await shop("createGrpcTransport({ baseUrl: 'http://orders:8080' })"), AT);
    assert.deepEqual(await shop("createConnectTransport({ baseUrl: process.env.ORDERS_URL!, httpVersion: '2' })"), AT);
  });

  it('is silent with interceptors, over HTTP/1.1, towards others, and with what cannot be read', async () => {
    for (const make of [
      "createGrpcTransport({ baseUrl: 'http://orders:8080', interceptors: [traced] })",
      "createGrpcTransport({ baseUrl: 'http://orders:8080', httpVersion: '1.1' })",
      "createConnectTransport({ baseUrl: 'http://orders:8080' })",
      "createGrpcTransport({ baseUrl: 'https://api.stripe.com' })",
      'createGrpcTransport({ ...options })',
      'createGrpcTransport(options)',
    ])
      assert.deepEqual(await shop(make), [], make);
    const instrumented = { 'src/instrument.ts': 'export const one = new ConnectNodeInstrumentation();\n' };
    assert.deepEqual(await shop("createGrpcTransport({ baseUrl: 'http://orders:8080' })", instrumented), []);
  });

  it('reads files that only import such a client', async () => {
    const ky = `import ky from 'ky';\nconst api = ky.create({ prefixUrl: process.env.PRICING_URL });\nexport const price = (sku: string) => api.get(sku).json();\n`;
    assert.deepEqual(await found({ 'src/tracing.ts': sdk(HTTP), 'src/prices.ts': ky }), [
      'JS-FETCH-NO-UNDICI src/tracing.ts:9',
    ]);
  });
});
