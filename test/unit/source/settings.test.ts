import assert from 'node:assert/strict';
import type { OperationKey } from '../../../src/model/operation';
import { toLine1 } from '../../../src/base/positions';
import { openMapper, operation, withFolder, withMapped } from '../../support/mappingWorkspace';

function sent(system: string, destination: string): OperationKey {
  const attributes = { 'messaging.system': system, 'messaging.destination.name': destination };
  return operation('PRODUCER', `send ${destination}`, attributes);
}

function received(system: string, destination: string): OperationKey {
  const attributes = { 'messaging.system': system, 'messaging.destination.name': destination };
  return operation('CONSUMER', `process ${destination}`, attributes);
}

describe('destinations that settings name', () => {
  it('finds variables that Node reads, in .env files and Compose', async () => {
    const files = {
      'services/a/package.json': '{"name":"a"}',
      'services/a/.env.example': 'ORDERS_TOPIC=orders.v1\nexport PAID_TOPIC="${ORDERS_TOPIC}.paid" # paid\n',
      'services/a/src/env.ts': 'export const env = schema.parse(process.env);\n',
      'services/a/src/send.ts':
        "import { env } from './env';\n" +
        'export async function place(producer: Producer) {\n  await producer.send({ topic: process.env.ORDERS_TOPIC!, messages: [] });\n}\n' +
        'export async function pay(producer: Producer) {\n  await producer.send({ topic: env.PAID_TOPIC, messages: [] });\n}\n' +
        "export async function ship(producer: Producer) {\n  await producer.send({ topic: process.env['SHIPPED'] ?? 'shipped', messages: [] });\n}\n",
      'docker-compose.yml':
        'services:\n  a:\n    build: services/a\n    environment:\n      - SHIPPED=shipped.v2\n      - ORDERS_TOPIC=${ORDERS_TOPIC:-orders.v3}\n',
      'services/b/.env': 'ORDERS_TOPIC=other\n',
    };
    await withMapped(files, sent, async (ask) => {
      assert.match(await ask('kafka', 'orders.v1'), /^services\/a\/src\/send\.ts:3 place /);
      assert.match(await ask('kafka', 'orders.v3'), /^services\/a\/src\/send\.ts:3 place /);
      assert.match(await ask('kafka', 'orders.v1.paid'), /^services\/a\/src\/send\.ts:6 pay /);
      assert.match(await ask('kafka', 'shipped'), /^services\/a\/src\/send\.ts:9 ship /);
      assert.match(await ask('kafka', 'shipped.v2'), /^services\/a\/src\/send\.ts:9 ship /);
      assert.equal(await ask('kafka', 'other'), 'unmapped service-not-bound');
    });
  });

  it('follows what is taken out of a function that gathers settings', async () => {
    const files = {
      'package.json': '{"name":"a"}',
      'src/config.ts':
        "export function config() {\n  const parsed = { topic: raw.topic ?? 'user-events', port: raw.port ?? '80' };\n  return parsed;\n}\n",
      'src/events.ts':
        "import { config } from './config';\nexport async function insert() {\n  const { topic } = config();\n" +
        '  await producer.send({ topic, messages: [] });\n}\n',
    };
    await withMapped(files, sent, async (ask) => {
      assert.match(await ask('kafka', 'user-events'), /^src\/events\.ts:4 insert /);
    });
  });

  it("follows Nest's ConfigService to variables and namespaces", async () => {
    const files = {
      'package.json': '{"name":"a"}',
      '.env': 'QUEUE_URL=https://sqs.eu-west-1.amazonaws.com/123/jobs\nAUDIT=audit-log\n',
      'src/config/kafka.config.ts':
        "export default registerAs('kafka', () => ({ audit: process.env.AUDIT, other: process.env.OTHER }));\n",
      'src/jobs.service.ts':
        'export class Jobs {\n  private readonly url: string;\n' +
        "  constructor(private readonly config: ConfigService) {\n    this.url = this.config.getOrThrow<string>('QUEUE_URL');\n  }\n" +
        '  async enqueue() {\n    await this.sqs.send(new SendMessageCommand({ QueueUrl: this.url }));\n  }\n' +
        "  async log() {\n    await this.producer.send({ topic: this.config.get('kafka.audit'), messages: [] });\n  }\n}\n",
    };
    await withMapped(files, sent, async (ask) => {
      assert.match(await ask('aws_sqs', 'jobs'), /^src\/jobs\.service\.ts:7 Jobs\.enqueue /);
      assert.match(await ask('kafka', 'audit-log'), /^src\/jobs\.service\.ts:10 Jobs\.log /);
    });
  });

  it('follows fields with tags, and members that a file sets, in Go', async () => {
    const files = {
      'go.mod': 'module x\n',
      'config.yaml': 'kafka:\n  payments_topic: payments\n',
      'config/config.go':
        'package config\n\ntype KafkaConfig struct {\n\tOrdersTopic string `env:"ORDERS_TOPIC" envDefault:"orders"`\n}\n',
      'send/send.go':
        'package send\n\nfunc Place(cfg *config.Config) {\n\tm := kafka.Message{Topic: cfg.Kafka.OrdersTopic}\n\t_ = m\n}\n\n' +
        'func Pay(cfg *config.Config) {\n\tm := kafka.Message{Topic: cfg.Kafka.PaymentsTopic}\n\t_ = m\n}\n\n' +
        'func Other(name Names) {\n\tm := kafka.Message{Topic: name.Kafka.PaymentsTopic}\n\t_ = m\n}\n',
    };
    await withMapped(files, sent, async (ask) => {
      assert.match(await ask('kafka', 'orders'), /^send\/send\.go:4 Place /);
      assert.match(await ask('kafka', 'payments'), /^send\/send\.go:9 Pay /);
    });
  });

  it("follows ASP.NET's configuration and options", async () => {
    const files = {
      'Shop/Shop.csproj': '<Project/>',
      'Shop/appsettings.json': '{ "Kafka": { "OrdersTopic": "orders" }, "Rabbit": { "Queue": "jobs" } }',
      'Shop/Publisher.cs':
        'class Publisher {\n  async Task Place() {\n    await producer.ProduceAsync(_kafkaOptions.Value.OrdersTopic, m);\n  }\n' +
        '  void Enqueue() {\n    channel.BasicPublish("", configuration["Rabbit:Queue"], null, body);\n  }\n}\n',
    };
    await withMapped(files, sent, async (ask) => {
      assert.match(await ask('kafka', 'orders'), /^Shop\/Publisher\.cs:3 Publisher\.Place /);
      assert.match(await ask('rabbitmq', 'jobs'), /^Shop\/Publisher\.cs:6 Publisher\.Enqueue /);
    });
  });

  it("reads the settings of the project that a library's file stands beside", async () => {
    const settings = (queue: string): string => JSON.stringify({ RabbitSettings: { QueueName: queue } });
    const files = {
      'Orders/src/Orders.Api/appsettings.Development.json': settings('orders-queue'),
      'Stock/src/Stock.Api/appsettings.Development.json': settings('stock-queue'),
      'Orders/src/Orders.Api/Orders.Api.csproj': '<Project/>',
      'Orders/src/Orders.Infrastructure/Receiver.cs':
        'class Receiver {\n  public Receiver() {\n    consumer.Received += Handle;\n    channel.BasicConsume(_rabbitSettings.QueueName, false, consumer);\n  }\n' +
        '  private void Handle(object sender, Args args) {\n  }\n}\n',
    };
    await withMapped(files, received, async (ask) => {
      assert.equal(
        await ask('rabbitmq', 'orders-queue'),
        'Orders/src/Orders.Infrastructure/Receiver.cs:6 Receiver.Handle 0.75',
      );
      assert.match(await ask('rabbitmq', 'stock-queue'), /^unmapped/);
    });
  });

  it("follows a project's own factory of workers", async () => {
    const files = {
      'package.json': '{"name":"a"}',
      'src/mail.worker.ts':
        "export const MAIL_QUEUE = 'mail';\nexport function start(factory: WorkerFactory) {\n  factory.create(MAIL_QUEUE, (job) => send(job));\n" +
        '  factory.create(MAIL_NAME, (name) => use(name));\n}\n',
    };
    await withMapped(files, received, async (ask) => {
      assert.match(await ask('bullmq', 'mail'), /^src\/mail\.worker\.ts:3 /);
    });
  });

  it('is linked anew when a settings file comes', async () => {
    const files = {
      'package.json': '{"name":"a"}',
      'src/work.ts': "new Worker(process.env.QUEUE, async (job) => run(job));\nimport { Worker } from 'bullmq';\n",
    };
    await withFolder(files, async (folder) => {
      const mapper = await openMapper([folder]);
      const key = received('bullmq', 'mails');
      assert.equal((await mapper.map(key)).status, 'unmapped');
      const { writeFileSync } = await import('node:fs');
      writeFileSync(`${folder}/.env`, 'QUEUE=mails\n');
      await mapper.updateFile(`${folder}/.env`, undefined);
      const mapped = await mapper.map(key);
      assert.equal(mapped.status, 'mapped');
      assert.equal(mapped.status === 'mapped' && toLine1(mapped.location.line), 1);
    });
  });
});
