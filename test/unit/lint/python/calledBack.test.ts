import { expectFindings, tracedProject } from './support';

const WORK = `from opentelemetry import trace
from opentelemetry.propagate import extract

tracer = trace.get_tracer(__name__)


async def on_order(order):
    with tracer.start_as_current_span("order"):
        print(order)


async def in_trace(order):
    with tracer.start_as_current_span("order", context=extract(order["headers"])):
        print(order)


async def noted(order):
    print(order)


`;

/** Consumers by how they come to what they call for a message, with how that is said, and the line of the loop. */
const CONSUMERS: Readonly<
  Record<string, { readonly code: string; readonly given: (name: string) => string; readonly line: number }>
> = {
  'a parameter': {
    code: `from aiokafka import AIOKafkaConsumer


async def consume(topic, handler):
    async for message in AIOKafkaConsumer(topic):
        await handler(message.value)
`,
    given: (name) => `await consume("orders", ${name})`,
    line: 5,
  },
  'an attribute': {
    code: `from aiokafka import AIOKafkaConsumer


class Events:
    def __init__(self, handler):
        self.handler = handler
        self.consumer = AIOKafkaConsumer("orders")

    async def run(self):
        async for message in self.consumer:
            await self.handler(message.value)
`,
    given: (name) => `await Events(${name}).run()`,
    line: 10,
  },
  'a table': {
    code: `from aiokafka import AIOKafkaConsumer


class Bus:
    def __init__(self):
        self.handlers = {}
        self.consumer = AIOKafkaConsumer("orders")

    def register(self, topic, handler):
        self.handlers[topic] = handler

    async def run(self):
        async for message in self.consumer:
            handler = self.handlers.get(message.topic)
            await handler(message.value)
`,
    given: (name) => `bus = Bus()\n    bus.register("orders", ${name})\n    await bus.run()`,
    line: 13,
  },
  'a table of lists': {
    code: `from aiokafka import AIOKafkaConsumer


class Bus:
    def __init__(self):
        self.handlers = {}
        self.consumer = AIOKafkaConsumer("orders")

    def subscribe(self, topic, handler):
        self.handlers.setdefault(topic, []).append(handler)

    async def run(self):
        async for message in self.consumer:
            for handler in self.handlers[message.topic]:
                await handler(message.value)
`,
    given: (name) => `bus = Bus()\n    bus.subscribe("orders", ${name})\n    await bus.run()`,
    line: 13,
  },
  'a processor that a constructor takes': {
    code: `from aiokafka import AIOKafkaConsumer

from app.orders import Orders


class Events:
    def __init__(self, orders: Orders):
        self._orders = orders
        self.consumer = AIOKafkaConsumer("orders")

    async def run(self):
        async for message in self.consumer:
            await self._orders.process(message.value)
`,
    given: () => 'pass',
    line: 12,
  },
};

describe('lint python: what is called for a message without being named', () => {
  for (const [title, { code, given, line }] of Object.entries(CONSUMERS)) {
    const project = (name: string): Record<string, string> =>
      tracedProject(['RequestsInstrumentor'], {
        'app/work.py': code,
        'app/orders.py': `from app.handlers import in_trace, noted, on_order


class Orders:
    async def process(self, order):
        await ${name}(order)
`,
        'app/handlers.py': WORK,
        'app/boot.py': `from app.handlers import in_trace, noted, on_order
from app.work import *


async def boot():
    ${given(name)}
`,
      });

    it(`finds a handler in ${title} that starts spans`, async () => {
      await expectFindings(project('on_order'), [`PY-KAFKA-CONSUME-DROP app/work.py:${line}`]);
    });

    it(`leaves a handler in ${title} that reads the context, or does nothing of note`, async () => {
      await expectFindings(project('in_trace'), []);
      await expectFindings(project('noted'), []);
    });
  }

  const base = `from abc import ABC, abstractmethod

from aiokafka import AIOKafkaConsumer


class Consumer(ABC):
    def __init__(self, topic):
        self.consumer = AIOKafkaConsumer(topic)

    async def run(self):
        async for message in self.consumer:
            await self.handle(message.value)

    @abstractmethod
    async def handle(self, order):
        """What is done for a message."""
`;
  const heir = (name: string): Record<string, string> =>
    tracedProject(['RequestsInstrumentor'], {
      'app/work.py': base,
      'app/handlers.py': WORK,
      'app/orders.py': `from app.handlers import in_trace, noted, on_order
from app.work import Consumer


class Orders(Consumer):
    async def handle(self, order):
        await ${name}(order)
`,
    });

  it('finds what a class does in place of an abstract method', async () => {
    await expectFindings(heir('on_order'), ['PY-KAFKA-CONSUME-DROP app/work.py:11']);
  });

  it('leaves a class whose method reads the context, or does nothing of note', async () => {
    await expectFindings(heir('in_trace'), []);
    await expectFindings(heir('noted'), []);
  });

  it('leaves a handler that is wrapped on the way', async () => {
    const code = `from functools import partial

from aiokafka import AIOKafkaConsumer


async def consume(topic, handler, telemetry):
    if telemetry.on:
        wrapped = partial(telemetry.traced, handler)
    else:
        wrapped = handler
    async for message in AIOKafkaConsumer(topic):
        await wrapped(message.value)
`;
    const boot = `from app.handlers import on_order
from app.work import consume


async def boot(telemetry):
    await consume("orders", on_order, telemetry)
`;
    const files = { 'app/work.py': code, 'app/handlers.py': WORK, 'app/boot.py': boot };
    await expectFindings(tracedProject(['RequestsInstrumentor'], files), []);
  });

  const polled = (fetch: string): string => `import asyncio
from functools import partial

from confluent_kafka import Consumer

from app.handlers import on_order

consumer = Consumer({})


async def run():
    loop = asyncio.get_running_loop()
    while True:
        message = await ${fetch}
        await on_order(message)
`;
  for (const fetch of [
    'asyncio.to_thread(consumer.poll, timeout=0.1)',
    'loop.run_in_executor(None, consumer.poll, 1.0)',
    'loop.run_in_executor(None, partial(consumer.poll, timeout=1.0))',
    'loop.run_in_executor(None, lambda: consumer.poll(1.0))',
  ]) {
    it(`finds messages that a thread polls: ${fetch}`, async () => {
      const files = tracedProject(['RequestsInstrumentor'], { 'app/work.py': polled(fetch), 'app/handlers.py': WORK });
      await expectFindings(files, ['PY-KAFKA-CONSUME-DROP app/work.py:14']);
    });
  }

  it('leaves what a thread does beside polling', async () => {
    const code = polled('asyncio.to_thread(consumer.list_topics)').replace('on_order(message)', 'on_order(1)');
    const files = tracedProject(['RequestsInstrumentor'], { 'app/work.py': code, 'app/handlers.py': WORK });
    await expectFindings(files, []);
  });

  it('leaves spans of what is asked beside the messages', async () => {
    const code = polled('asyncio.to_thread(consumer.poll, timeout=0.1)')
      .replace('await on_order(message)', 'await tick()')
      .replace('import on_order', 'import on_tick as tick');
    const handlers = `${WORK}async def on_tick():\n    with tracer.start_as_current_span("tick"):\n        print(1)\n`;
    const files = tracedProject(['RequestsInstrumentor'], { 'app/work.py': code, 'app/handlers.py': handlers });
    await expectFindings(files, []);
  });
});

describe('lint python: threads that do what an object does, or what they were given', () => {
  const HEAD = `import threading

import requests
from fastapi import APIRouter

router = APIRouter()


class Billing:
    def run(self):
        requests.post("http://billing:8000/charge")

    def note(self):
        print(1)


class Job(threading.Thread):
    def __init__(self, work):
        super().__init__()
        self.work = work

    def run(self):
        self.work()


class Jobs:
    def begin(self, work):
        job = Job(work)
        job.start()


`;
  const project = (body: string): Record<string, string> =>
    tracedProject(['RequestsInstrumentor'], { 'app/work.py': `${HEAD}${body}` });

  it('finds a method called `run` of an object', async () => {
    const handler =
      '@router.post("/x")\ndef charge():\n    billing = Billing()\n    threading.Thread(target=billing.run).start()\n';
    await expectFindings(project(handler), ['PY-THREAD-CTX-LOSS app/work.py:35']);
  });

  it('finds a method of a parameter, by its type', async () => {
    const handler =
      'def work(billing: Billing):\n    billing.run()\n\n\n@router.post("/x")\ndef charge(billing: Billing):\n    threading.Thread(target=work, args=(billing,)).start()\n';
    await expectFindings(project(handler), ['PY-THREAD-CTX-LOSS app/work.py:38']);
  });

  it('finds work that a class of threads is made with', async () => {
    const handler = '@router.post("/x")\ndef charge():\n    Jobs().begin(Billing().run)\n';
    await expectFindings(project(handler), ['PY-THREAD-CTX-LOSS app/work.py:29']);
  });

  it('leaves work that calls nobody, and a context’s own `run`', async () => {
    await expectFindings(project('@router.post("/x")\ndef charge():\n    Jobs().begin(Billing().note)\n'), []);
    const copied =
      'import contextvars\n\n\n@router.post("/x")\ndef charge():\n    ctx = contextvars.copy_context()\n    threading.Thread(target=ctx.run, args=(Billing().run,)).start()\n';
    await expectFindings(project(copied), []);
  });
});
