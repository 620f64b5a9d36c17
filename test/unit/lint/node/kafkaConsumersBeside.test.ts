import assert from 'node:assert/strict';
import { found, HTTP, sdk, UNDICI } from './support';

const BEFORE = `import { Kafka } from 'kafkajs';
import { context, propagation } from '@opentelemetry/api';

const kafka = new Kafka({ brokers: [process.env.BROKERS!] });
const consumer = kafka.consumer({ groupId: 'billing' });
const traceOf = (message: any) => propagation.extract(context.active(), message.headers);
const bill = async (message: any) => { await fetch('http://billing:8080/bills', { method: 'POST', body: message.value }); };
`;

async function rules(code: string): Promise<readonly string[]> {
  return (await found({ 'src/tracing.ts': sdk(HTTP, UNDICI), 'src/consumer.ts': BEFORE + code })).map(
    (one) => one.split(' ')[0]!,
  );
}

describe('lint: consumers of kafkajs whose context is taken out beside their handlers', () => {
  const kept: Readonly<Record<string, string>> = {
    'by a step that messages go through': `const steps: any[] = [(m: any, next: any) => context.with(traceOf(m), () => next(m))];
const run = (m: any, i = 0): any => (steps[i] ? steps[i](m, (x: any) => run(x, i + 1)) : bill(m));
void consumer.run({ eachMessage: async ({ message }) => run(message) });`,
    'by a decorator': `function traced(_: unknown, __: string, descriptor: PropertyDescriptor) {
  const original = descriptor.value;
  descriptor.value = function (m: any) { return context.with(traceOf(m), () => original.call(this, m)); };
}
class Billing { @traced async onOrder(m: any) { await bill(m); } }
const billing = new Billing();
void consumer.run({ eachMessage: async ({ message }) => billing.onOrder(message) });`,
    'by a run in place of the client’s': `const original = consumer.run.bind(consumer);
consumer.run = (config) => original({ ...config, eachMessage: (given) => context.with(traceOf(given.message), () => config!.eachMessage!(given)) });
void consumer.run({ eachMessage: async ({ message }) => bill(message) });`,
  };
  for (const [how, code] of Object.entries(kept))
    it(`are left alone where it is taken out ${how}`, async () => assert.deepEqual(await rules(code), []));

  it('are told where another consumer’s handler takes it out', async () =>
    assert.deepEqual(
      await rules(`const other = kafka.consumer({ groupId: 'stock' });
void other.run({ eachMessage: async ({ message }) => { await context.with(propagation.extract(context.active(), message.headers), () => bill(message)); } });
void consumer.run({ eachMessage: async ({ message }) => bill(message) });`).then((found) => [...new Set(found)]),
      ['JS-KAFKA-CONSUME-DROP'],
    ));

  it('are told where the decorator does something else', async () =>
    assert.deepEqual(
      await rules(`function timed(_: unknown, __: string, descriptor: PropertyDescriptor) {
  const original = descriptor.value;
  descriptor.value = function (m: any) { console.time(); return original.call(this, m); };
}
class Billing { @timed async onOrder(m: any) { await bill(m); } }
const billing = new Billing();
void consumer.run({ eachMessage: async ({ message }) => billing.onOrder(message) });`),
      ['JS-KAFKAJS-NO-INSTR'],
    ));
});
