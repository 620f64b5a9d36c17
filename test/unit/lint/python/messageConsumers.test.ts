import { expectInWork } from './support';

const HEAD = (imports: string): string => `${imports}
from opentelemetry import trace
from opentelemetry.propagate import extract

tracer = trace.get_tracer(__name__)


`;
const SPAN = 'with tracer.start_as_current_span("work"):\n        print(1)';

/** By library: what is imported, where messages are taken (on the last line), what the handler is given. */
const LIBRARIES: Readonly<
  Record<string, { readonly imports: string; readonly take: string; readonly given: string; readonly from: string }>
> = {
  pika: {
    imports: 'import pika',
    take: 'channel.basic_consume(queue="orders", on_message_callback=handle)',
    given: 'channel, method, properties, body',
    from: 'properties.headers',
  },
  'aio-pika': {
    imports: 'import aio_pika',
    take: 'await queue.consume(handle)',
    given: 'message',
    from: 'message.headers',
  },
  nats: {
    imports: 'from nats.aio.client import Client',
    take: 'await nc.subscribe("orders", cb=handle)',
    given: 'msg',
    from: 'msg.headers',
  },
  'Pub/Sub': {
    imports: 'from google.cloud import pubsub_v1',
    take: 'subscriber.subscribe(path, callback=handle)',
    given: 'message',
    from: 'message.attributes',
  },
};

describe('lint python: messages of others than Kafka whose context is not read', () => {
  for (const [library, { imports, take, given, from }] of Object.entries(LIBRARIES)) {
    const code = (body: string): string =>
      `${HEAD(imports)}async def handle(${given}):\n    ${body}\n\n\nasync def run(channel, queue, nc, subscriber, path):\n    ${take}\n`;

    it(`finds a handler of ${library} that starts spans`, async () => {
      await expectInWork([], code(SPAN), ['PY-KAFKA-CONSUME-DROP 9']);
      await expectInWork(['SQLAlchemyInstrumentor'], code('session.execute(1)'), ['PY-KAFKA-CONSUME-DROP 13']);
    });

    it(`leaves one of ${library} that reads the context, or does nothing of note`, async () => {
      await expectInWork([], code(`ctx = extract(${from})\n    ${SPAN.replace(')', ', context=ctx)')}`), []);
      await expectInWork([], code('print(1)'), []);
    });
  }

  it('takes neither a file in a mail nor the context of a template for that of a trace', async () => {
    const { imports, take, given, from } = LIBRARIES.pika!;
    const code = (work: string): string =>
      `${HEAD(imports)}from opentelemetry import context as otel_context\n\n\ndef handle(${given}):\n    ${work}\n    ${SPAN}\n\n\ndef run(channel):\n    ${take}\n`;
    const isFound = ['PY-KAFKA-CONSUME-DROP 13'];
    await expectInWork([], code('mail.attach(MIMEText(body))'), isFound);
    await expectInWork([], code('text = templates.render("order.html", context=values)'), isFound);
    await expectInWork([], code('page = Page(links=urls)'), isFound);
    await expectInWork([], code(`otel_context.attach(read(${from}))`), []);
    await expectInWork([], code(`begin_work("order", context=parent_of(${from}))`), []);
  });

  it('leaves what an instrumentation covers', async () => {
    const { imports, take, given } = LIBRARIES.pika!;
    const code = `${HEAD(imports)}def handle(${given}):\n    ${SPAN}\n\n\ndef run(channel):\n    ${take}\n`;
    await expectInWork(['PikaInstrumentor'], code, []);
  });

  it('follows a handler that callers give to the class of a client', async () => {
    const code = (body: string, call: string): string => `${HEAD('import pika')}class Broker:
    def take(self, queue, callback):
        self.channel.basic_consume(queue=queue, on_message_callback=callback)


def on_order(channel, method, properties, body):
    ${body}


def main():
    broker = Broker()
    ${call}
`;
    const call = 'broker.take("orders", on_order)';
    await expectInWork([], code(SPAN, call), ['PY-KAFKA-CONSUME-DROP 14']);
    await expectInWork(['RedisInstrumentor'], code('cache.setex("order", 60, body)', call), [
      'PY-KAFKA-CONSUME-DROP 10',
    ]);
    await expectInWork([], code('cache.setex("order", 60, body)', call), []);
    await expectInWork(
      [],
      code(`ctx = extract(properties.headers)\n    ${SPAN.replace(')', ', context=ctx)')}`, call),
      [],
    );
    await expectInWork([], code(SPAN, 'broker.close()'), []);
  });

  it('finds the worker of a Redis stream, unless its entries carry the context', async () => {
    const code = (body: string): string =>
      `${HEAD('import redis')}def work(client):\n    for _, entries in client.xreadgroup("shop", "a", {"orders": ">"}):\n        for _, fields in entries:\n            ${body}\n`;
    const span = 'with tracer.start_as_current_span("work"):\n                print(fields)';
    await expectInWork([], code(span), ['PY-KAFKA-CONSUME-DROP 11']);
    await expectInWork([], code(`parent = fields["trace_context"]\n            ${span}`), []);
    await expectInWork([], code('print(fields)'), []);
  });

  it('finds the worker of a Redis list, unless its entries carry the context', async () => {
    const code = (body: string, take = 'client.brpop("jobs")'): string =>
      `${HEAD('import redis')}def work(client):\n    while True:\n        _, job = ${take}\n        ${body}\n`;
    const span = 'with tracer.start_as_current_span("work"):\n            print(job)';
    await expectInWork([], code(span), ['PY-KAFKA-CONSUME-DROP 11']);
    await expectInWork([], code(span, 'client.lpop("jobs")'), ['PY-KAFKA-CONSUME-DROP 11']);
    await expectInWork([], code(`parent = job["traceparent"]\n        ${span}`), []);
    await expectInWork([], code('print(job)'), []);
    await expectInWork([], code(span, 'client.pop("jobs")'), []);
    await expectInWork([], code(span).replace('while True', 'if client'), ['PY-KAFKA-CONSUME-DROP 11']);
    await expectInWork([], code(span, 'client.lpop("jobs")').replace('while True', 'if client'), []);
  });

  it('asks who works on what a class takes out of Redis for others', async () => {
    const code = (body: string, wrapper: string, ask: string): string => `${HEAD('import redis')}class Queue:
    def __init__(self, client, handler=None):
        self.client = client
        self.handler = handler

    async def next_job(self, on_job=None):
        ${wrapper}


async def handle(job):
    ${body}


async def work(queue: Queue):
    ${ask}


queue = Queue(redis.Redis(), handle)
`;
    const span = 'with tracer.start_as_current_span("work"):\n        print(job)';
    const taken = '_, job = await self.client.blpop("jobs")';
    const asked = 'while True:\n        await handle(await queue.next_job())';
    const returned = `${taken}\n        return job`;
    const given = 'await queue.next_job(on_job=handle)';
    await expectInWork([], code(span, returned, asked), ['PY-KAFKA-CONSUME-DROP 14']);
    await expectInWork([], code('print(job)', returned, asked), []);
    await expectInWork([], code(span, returned, 'await queue.next_job()'), []);
    await expectInWork([], code(span, `${taken}\n        await on_job(job)`, given), ['PY-KAFKA-CONSUME-DROP 19']);
    await expectInWork([], code(span, `${taken}\n        await self.handler(job)`, 'pass'), [
      'PY-KAFKA-CONSUME-DROP 19',
    ]);
    const stream =
      'for _, job in await self.client.xreadgroup("shop", "a", {"orders": ">"}):\n            await self.handler(job)';
    await expectInWork([], code(span, stream, 'pass'), ['PY-KAFKA-CONSUME-DROP 19']);
    await expectInWork([], code(`parent = job["trace_context"]\n    ${span}`, stream, 'pass'), []);
  });

  /** By how messages are gone through: what is imported, what stands before the loop, the loop's head. */
  const LOOPS: Readonly<Record<string, readonly [imports: string, before: string, head: string, message: string]>> = {
    'a pull subscription of NATS': [
      'import nats',
      'sub = await js.pull_subscribe("orders", durable="bill")\n    msgs = await sub.fetch(batch=10)',
      'for msg in msgs:',
      'msg',
    ],
    'the messages of a subscription of NATS': [
      'import nats',
      'sub = await nc.subscribe("orders")',
      'async for msg in sub.messages:',
      'msg',
    ],
    'an iterator of aio-pika': [
      'import aio_pika',
      'messages = queue.iterator()',
      'async for message in messages:',
      'message',
    ],
    'a generator of pika': ['import pika', 'print(1)', 'for method, msg, body in channel.consume("orders"):', 'msg'],
  };
  for (const [title, [imports, before, head, message]] of Object.entries(LOOPS)) {
    const code = (body: string): string =>
      `${HEAD(imports)}def bill(message):\n    ${SPAN}\n\n\nasync def run(js, nc, queue, channel):\n    ${before}\n    ${head}\n        ${body}\n`;
    const at = 15 + (before.split('\n').length - 1);
    const taken = title.startsWith('a pull')
      ? at - 1
      : title.startsWith('the messages') || title.startsWith('an iterator')
        ? at - 1
        : at;

    it(`finds what is done for each of ${title}`, async () => {
      await expectInWork([], code('with tracer.start_as_current_span("bill"):\n            print(1)'), [
        `PY-KAFKA-CONSUME-DROP ${at + 1}`,
      ]);
      await expectInWork([], code(`bill(${message})`), [`PY-KAFKA-CONSUME-DROP ${taken}`]);
    });

    it(`leaves ${title} where the context is read, or nothing of note is done`, async () => {
      const span = 'with tracer.start_as_current_span("bill", context=ctx):\n            print(1)';
      await expectInWork([], code(`ctx = extract(${message}.headers)\n        ${span}`), []);
      await expectInWork([], code('print(1)'), []);
    });
  }

  it('leaves messages that are worked on together, those of others, and other things that are fetched', async () => {
    const code = (imports: string, body: string): string =>
      `${HEAD(imports)}async def run(js, cursor, sub):\n    ${body}\n    with tracer.start_as_current_span("bill"):\n        print(1)\n`;
    await expectInWork(
      [],
      code('import nats', 'sub = await js.pull_subscribe("a")\n    msgs = await sub.fetch(9)'),
      [],
    );
    const rows =
      'for row in await cursor.fetch("select 1"):\n        with tracer.start_as_current_span("row"):\n            print(row)';
    await expectInWork([], code('import nats', rows), []);
    await expectInWork([], code('import asyncpg', rows.replace('cursor', 'sub')), []);
  });

  it('follows a handler through a variable and `partial`, and leaves what a class of the project takes', async () => {
    const code = (call: string): string => `${HEAD('import nats\nfrom functools import partial')}class Bus:
    async def subscribe(self, subject, cb):
        self.handlers[subject] = wrapped(cb)


async def handle(pool, msg):
    ${SPAN}


async def run(nc: nats.NATS, pool, bus: Bus):
    on_message = partial(handle, pool)
    ${call}
`;
    await expectInWork([], code('await nc.subscribe("orders", cb=on_message)'), ['PY-KAFKA-CONSUME-DROP 15']);
    await expectInWork([], code('await bus.subscribe("orders", cb=on_message)'), []);
  });
});

describe('lint python: messages of SQS', () => {
  const code = (body: string, asked = 'sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])'): string =>
    `${HEAD('import boto3')}sqs = boto3.client("sqs")


def handle(message):
    ${body}


def work(url):
    while True:
        for message in ${asked}.get("Messages", []):
            handle(message)
`;

  it('finds a loop whose work for a message starts spans', async () => {
    await expectInWork(['RequestsInstrumentor'], code(SPAN), ['PY-KAFKA-CONSUME-DROP 18']);
  });

  it('finds one that fetches for somebody else who does the work', async () => {
    const fetching = `${HEAD('import boto3')}class Queue:
    def __init__(self, url):
        self.sqs = boto3.client("sqs")
        self.url = url

    def fetch(self):
        return self.sqs.receive_message(QueueUrl=self.url)["Messages"]


def work(queue: Queue):
    while True:
        for message in queue.fetch():
            with tracer.start_as_current_span("work"):
                print(message)
`;
    await expectInWork(['RequestsInstrumentor'], fetching, ['PY-KAFKA-CONSUME-DROP 20']);
  });

  it('leaves work that reads the context, does nothing of note, or is for what AWS itself sends', async () => {
    const reads = `ctx = extract(message["MessageAttributes"])\n    ${SPAN.replace(')', ', context=ctx)')}`;
    await expectInWork(['RequestsInstrumentor'], code(reads), []);
    await expectInWork(['RequestsInstrumentor'], code('print(message)'), []);
    await expectInWork(['RequestsInstrumentor'], code(`print(message["Records"])\n    ${SPAN}`), []);
    await expectInWork(['Boto3SQSInstrumentor'], code(SPAN), []);
    await expectInWork(['RequestsInstrumentor'], code(SPAN, 'box.receive_message(url)'), []);
  });
});

describe('lint python: an iterator of aio-pika under its instrumentation', () => {
  const code = (body: string): string => `${HEAD('import aio_pika')}async def run(channel):
    queue = await channel.declare_queue("orders")
    async with queue.iterator() as messages:
        async for message in messages:
            ${body}
`;

  it('finds spans that begin behind the one of the instrumentation', async () => {
    await expectInWork(
      ['AioPikaInstrumentor'],
      code('with tracer.start_as_current_span("order"):\n                print(message)'),
      ['PY-KAFKA-CONSUME-DROP 12'],
    );
  });

  it('leaves a body without spans, and one that reads the context', async () => {
    await expectInWork(['AioPikaInstrumentor'], code('print(message)'), []);
    await expectInWork(
      ['AioPikaInstrumentor'],
      code(
        'with tracer.start_as_current_span("order", context=extract(message.headers)):\n                print(message)',
      ),
      [],
    );
  });
});
