import assert from 'node:assert/strict';
import type { SpanKind } from '../../../src/model/operation';
import { operation, withMapped } from '../../support/mappingWorkspace';

const message = (kind: SpanKind, name: string, attributes: Record<string, string>, scope = '') =>
  operation(kind, name, attributes, { scope });

describe('queues of RabbitMQ', () => {
  const files = {
    'package.json': '{ "name": "shop" }',
    'src/rabbit.ts': `import amqp from 'amqplib';
export async function setup(ch: amqp.Channel) {
  ch.sendToQueue('invoices', Buffer.from('x'));
  await ch.consume('invoices', onInvoice);
}
async function onInvoice(message: amqp.ConsumeMessage | null) {}
`,
  };
  const amqplib = '@opentelemetry/instrumentation-amqplib';

  it('are meant by the routing key of the default exchange, whatever that is called', () =>
    withMapped(files, message, async (ask) => {
      const sent = { 'messaging.system': 'rabbitmq', 'messaging.rabbitmq.routing_key': 'invoices' };
      assert.equal(await ask('PRODUCER', 'publish <default>', sent, amqplib), 'src/rabbit.ts:3 setup 0.75');
      for (const exchange of ['', '<default>', 'amq.default']) {
        const there = {
          'messaging.system': 'rabbitmq',
          'messaging.destination.name': exchange,
          'messaging.rabbitmq.destination.routing_key': 'invoices',
        };
        assert.equal(await ask('PRODUCER', 'publish', there), 'src/rabbit.ts:3 setup 0.75');
      }
      const other = { ...sent, 'messaging.destination': 'shop.events' };
      assert.match(await ask('PRODUCER', 'publish shop.events', other, amqplib), /^unmapped/);
    }));

  it("are what amqplib's consumers are called after", () =>
    withMapped(files, message, async (ask) => {
      const handled = { 'messaging.system': 'rabbitmq', 'messaging.destination': 'shop.events' };
      assert.equal(await ask('CONSUMER', 'invoices process', handled, amqplib), 'src/rabbit.ts:6 onInvoice 0.75');
      assert.match(await ask('CONSUMER', 'refunds process', handled, amqplib), /^unmapped/);
    }));
});

describe('queues of BullMQ', () => {
  it('are found where another file makes them, and for several jobs at once', () =>
    withMapped(
      {
        'package.json': '{ "name": "shop" }',
        'src/queues.ts': "import { Queue } from 'bullmq';\nexport const emailQueue = new Queue('emails');\n",
        'src/users.ts': `import { Queue } from 'bullmq';
import { emailQueue } from './queues';
export async function register(to: string) {
  await emailQueue.add('welcome', { to });
}
const images = new Queue('images');
export async function resize() {
  await images.addBulk([{ name: 'resize', data: {} }]);
}
`,
      },
      message,
      async (ask) => {
        assert.equal(
          await ask('PRODUCER', 'add emails.welcome', { 'bullmq.queue.name': 'emails' }),
          'src/users.ts:4 register 0.75',
        );
        assert.equal(
          await ask('PRODUCER', 'addBulk images', { 'bullmq.queue.name': 'images' }),
          'src/users.ts:8 resize 0.75',
        );
      },
    ));
});

describe('names of topics', () => {
  it('are read three levels deep, also of an object that is constant', () =>
    withMapped(
      {
        'package.json': '{ "name": "shop" }',
        'src/config.ts': `export const config = {
  kafka: { topics: { orders: 'orders.v1' } },
} as const;
export const frozen = Object.freeze({ kafka: { audit: 'audit.v1' } });
`,
        'src/producer.ts': `import { config, frozen } from './config';
export async function publish(producer) {
  await producer.send({ topic: config.kafka.topics.orders, messages: [] });
}
export async function audit(producer) {
  await producer.send({ topic: frozen.kafka.audit, messages: [] });
}
`,
      },
      message,
      async (ask) => {
        const to = (topic: string) => ({ 'messaging.system': 'kafka', 'messaging.destination.name': topic });
        assert.equal(await ask('PRODUCER', 'send', to('orders.v1')), 'src/producer.ts:3 publish 0.75');
        assert.equal(await ask('PRODUCER', 'send', to('audit.v1')), 'src/producer.ts:6 audit 0.75');
      },
    ));

  it('are those of what the member is of, not of a namesake in the file', () =>
    withMapped(
      {
        'shop/settings.py': 'class Settings:\n    TOPIC: str = "payments"\n\nsettings = Settings()\n',
        'shop/kafka.py': `from aiokafka import AIOKafkaProducer
from shop.settings import settings

TOPIC = "inventory"

async def send_payment(producer: AIOKafkaProducer):
    await producer.send_and_wait(settings.TOPIC, b"x")
`,
      },
      message,
      async (ask) => {
        const to = (topic: string) => ({ 'messaging.system': 'kafka', 'messaging.destination.name': topic });
        assert.equal(await ask('PRODUCER', 'payments send', to('payments')), 'shop/kafka.py:7 send_payment 0.75');
        assert.match(await ask('PRODUCER', 'inventory send', to('inventory')), /^unmapped/);
      },
    ));
});
