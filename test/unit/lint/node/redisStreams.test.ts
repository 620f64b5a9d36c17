import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk, UNDICI } from './support';

const PUT = `import { redis, ORDERS } from './redis';
export async function placed(order: Order) {
  await redis.xadd(ORDERS, '*', 'order', JSON.stringify(order));
}
`;

const WORK = `import { redis, ORDERS } from './redis';
export async function work() {
  for (;;) {
    const entries = await redis.xreadgroup('GROUP', 'shop', 'a', 'BLOCK', 5000, 'STREAMS', ORDERS, '>');
    for (const entry of entries) await handle(entry);
  }
}
async function handle(entry: Entry) {
  await fetch(\`\${process.env.BILLING_URL}/charge\`, { method: 'POST', body: entry[1][1] });
}
`;

const one = (put: string, work = WORK, tracing = sdk(`${HTTP}, ${UNDICI}`)): Promise<readonly string[]> =>
  found({
    'package.json': manifest({ ioredis: '^5.0.0' }),
    'src/tracing.ts': tracing,
    'src/redis.ts':
      "import Redis from 'ioredis';\nexport const redis = new Redis();\nexport const ORDERS = 'orders';\n",
    'src/orders.ts': put,
    'src/worker.ts': work,
  });

describe('lint: streams of Redis', () => {
  const here = ['MSG-NO-INJECT src/orders.ts:3'];

  it('carry no context by themselves', async () => {
    assert.deepEqual(await one(PUT), here);
    const text = (code: string): string => code.replace('ORDERS, ', "'orders', ");
    assert.deepEqual(await one(text(PUT), text(WORK)), here);
    const own = PUT.replace("xadd(ORDERS, '*', 'order', JSON.stringify(order))", "xAdd(ORDERS, '*', { id: order.id })");
    const group = WORK.replace(
      /xreadgroup\(.*'>'\)/,
      "xReadGroup('shop', 'a', [{ key: ORDERS, id: '>' }], { BLOCK: 5000 })",
    );
    assert.deepEqual(await one(own, group), here);
  });

  it('may carry it by hand', async () => {
    assert.deepEqual(await one(PUT.replace("'order',", "'traceparent', current(), 'order',")), []);
    const injected = PUT.replace(
      '  await',
      '  const headers = {};\n  propagation.inject(context.active(), headers);\n  await',
    ).replace('JSON.stringify(order)', 'JSON.stringify({ order, headers })');
    assert.deepEqual(await one(injected), []);
    assert.deepEqual(await one(PUT.replace("'order', JSON.stringify(order)", '...fieldsOf(order)')), []);
    const reads = WORK.replace(
      '  await fetch',
      '  const parent = propagation.extract(ROOT_CONTEXT, entry);\n  await fetch',
    );
    assert.deepEqual(
      (await one(PUT, reads)).filter((found) => found.startsWith('MSG')),
      [],
    );
  });

  it('are no loss where nobody works them off, or nothing is traced', async () => {
    assert.deepEqual(await one(PUT, ''), []);
    const other = await one(PUT, WORK.replace('ORDERS, ', "'other', "));
    assert.deepEqual(other, ['JS-KAFKA-CONSUME-DROP src/worker.ts:4'], 'what another program writes is told there');
    assert.deepEqual(await one(PUT, WORK.replace(/ {2}await fetch.*\n/, '  console.log(entry);\n')), []);
    assert.deepEqual(await one(PUT.replace('placed', 'requeueLost')), []);
    assert.deepEqual(await one(PUT, WORK, ''), []);
  });

  it('are worked off by classes that extend the one that reads', async () => {
    const base = `import { redis, ORDERS } from './redis';
export abstract class Worker<T> {
  protected abstract handle(entry: T): Promise<void>;
  async work() {
    for (;;) {
      const entries = await redis.xreadgroup('GROUP', 'shop', 'a', 'BLOCK', 5000, 'STREAMS', ORDERS, '>');
      for (const entry of entries) await this.handle(entry);
    }
  }
}
`;
    const heir = (body: string): string =>
      `${base}export class Billing extends Worker<Entry> {\n  protected async handle(entry: Entry) {\n    ${body}\n  }\n}\n`;
    assert.deepEqual(await one(PUT, heir("await fetch('http://billing:8080/charge', { method: 'POST' });")), here);
    assert.deepEqual(await one(PUT, heir('console.log(entry);')), []);
  });

  it('are written by helpers that are told the name', async () => {
    const helper = `import { redis, ORDERS, LOG_STREAM } from './redis';
const add = (key: string, ...fields: string[]) => redis.xadd(key, 'MAXLEN', '~', 1000, '*', ...fields);
export async function placed(order: Order) {
  await add(ORDERS, 'order', JSON.stringify(order));
  await add(LOG_STREAM, 'order', JSON.stringify(order));
}
`;
    assert.deepEqual(await one(helper), ['MSG-NO-INJECT src/orders.ts:4']);
    assert.deepEqual(await one(helper.replace("'order',", "'traceparent', current(), 'order',")), []);
  });

  it('are told where they are worked off if another program writes them', async () => {
    const there = ['JS-KAFKA-CONSUME-DROP src/worker.ts:4'];
    assert.deepEqual(await one(''), there);
    assert.deepEqual(await one('', WORK.replace(/ {2}await fetch.*\n/, '  console.log(entry);\n')), []);
    assert.deepEqual(await one('', WORK.replace('  await fetch', '  use(entry.traceparent);\n  await fetch')), []);
    assert.deepEqual(await one(PUT.replace("'order',", "'traceparent', current(), 'order',")), []);
  });
});

describe('lint: lists of Redis', () => {
  const put = PUT.replace("xadd(ORDERS, '*', 'order', JSON.stringify(order))", 'rpush(ORDERS, JSON.stringify(order))');
  const take = (call: string): string => WORK.replace(/redis\.xreadgroup\(.*'>'\)/, `redis.${call}`);

  it('carry no context where a loop takes from them', async () => {
    assert.deepEqual(await one(put, take('blpop(ORDERS, 0)')), ['MSG-NO-INJECT src/orders.ts:3']);
    assert.deepEqual(await one(put, take('lpop(ORDERS)')), ['MSG-NO-INJECT src/orders.ts:3']);
    assert.deepEqual(await one(put, take('lrange(ORDERS, 0, -1)')), []);
    assert.deepEqual(await one(put.replace('order))', '{ order, traceparent }))'), take('blpop(ORDERS, 0)')), []);
    assert.deepEqual(await one(put.replaceAll('ORDERS', 'RECENT_ORDERS'), take('blpop(RECENT_ORDERS, 0)')), [
      'JS-KAFKA-CONSUME-DROP src/worker.ts:4',
    ]);
  });

  it('are told where they are worked off if another program writes them', async () => {
    assert.deepEqual(await one('', take('brPopLPush(ORDERS, DOING, 0)')), ['JS-KAFKA-CONSUME-DROP src/worker.ts:4']);
    const once = take('lpop(ORDERS)').replace('for (;;)', 'for (const one of all)');
    assert.deepEqual(await one('', once), []);
  });
});
