import assert from 'node:assert/strict';
import { expectFindings, expectInWork, tracedProject } from './support';

const PRODUCERS: Readonly<Record<string, readonly [imports: string, made: string, send: string]>> = {
  'kafka-python': ['from kafka import KafkaProducer', 'KafkaProducer()', 'producer.send("orders", b"x"'],
  aiokafka: [
    'from aiokafka import AIOKafkaProducer',
    'AIOKafkaProducer()',
    'await producer.send_and_wait("orders", b"x"',
  ],
  'confluent-kafka': ['import confluent_kafka', 'confluent_kafka.Producer({})', 'producer.produce("orders", b"x"'],
};
const INSTRUMENTORS: Readonly<Record<string, string>> = {
  'kafka-python': 'KafkaInstrumentor',
  aiokafka: 'AIOKafkaInstrumentor',
  'confluent-kafka': 'ConfluentKafkaInstrumentor',
};

describe('lint python: PY-KAFKA-PRODUCE-NO-INJECT', () => {
  for (const [library, [imports, made, send]] of Object.entries(PRODUCERS)) {
    const code = (headers: string): string =>
      `${imports}\nfrom opentelemetry.propagate import inject\n\nproducer = ${made}\n\n\nasync def publish(received):\n    carrier = {}\n    ${headers.includes('carrier') ? 'inject(carrier)\n    ' : ''}${send}${headers})\n`;
    it(`finds a message of ${library} that nothing instruments`, async () => {
      await expectInWork([], code(''), ['PY-KAFKA-PRODUCE-NO-INJECT 9']);
      await expectInWork([], code(', headers=[("a", b"b")]'), ['PY-KAFKA-PRODUCE-NO-INJECT 9']);
    });
    it(`leaves a message of ${library} that carries the context`, async () => {
      await expectInWork([INSTRUMENTORS[library]!], code(''), []);
      await expectInWork([], code(', headers=[(k, v.encode()) for k, v in carrier.items()]'), []);
    });
  }

  it('asks those who hand headers in, through what they are made of', async () => {
    const code = (injected: string): string => `from kafka import KafkaProducer
from opentelemetry import propagate

producer = KafkaProducer()


def signed(value, existing):
    return value, [*existing, ("signature", b"x")]


def _to_dead_letters(event, headers=None):
    payload, all_headers = signed(event, existing=headers)
    producer.send("orders.dlq", value=payload, headers=all_headers)


def handle(event):
    carrier = {}
    ${injected}
    _to_dead_letters(event, [(key, value.encode()) for key, value in carrier.items()])
`;
    await expectInWork([], code('propagate.inject(carrier)'), []);
    await expectInWork([], code('carrier["kind"] = "order"'), ['PY-KAFKA-PRODUCE-NO-INJECT 13']);
  });

  it('finds producers in attributes, and asks helpers whether they inject', async () => {
    const code = (headers: string): string => `from aiokafka import AIOKafkaProducer
from opentelemetry import propagate


def _message_headers():
    carrier = {}
    propagate.inject(carrier)
    return [(k, v.encode()) for k, v in carrier.items()]


class Events:
    def __init__(self, servers):
        self._producer = AIOKafkaProducer(bootstrap_servers=servers)

    async def emit(self, event):
        await self._producer.send("events", event${headers})
`;
    await expectInWork([], code(''), ['PY-KAFKA-PRODUCE-NO-INJECT 16']);
    await expectInWork([], code(', headers=_message_headers()'), []);
  });

  it('leaves producers that are wrapped, or are not of Kafka', async () => {
    await expectInWork(
      [],
      `import confluent_kafka
from opentelemetry.instrumentation.confluent_kafka import ConfluentKafkaInstrumentor

producer = ConfluentKafkaInstrumentor.instrument_producer(confluent_kafka.Producer({}))


def publish(mail):
    producer.produce("orders", b"x")
    mail.producer.send("hello")
`,
      [],
    );
  });

  it('leaves objects of own classes that are called like producers', async () => {
    const proxy = (made: string): string => `from kafka import KafkaProducer


class Proxy:
    def __init__(self):
        self._model = KafkaProducer()

    def __getattr__(self, name):
        return getattr(self._model, name)


class Entries:
    def __init__(self):
        self._entries_producer = ${made}

    def add(self, entry):
        self._entries_producer.send(entry)
`;
    await expectInWork([], proxy('Proxy()'), []);
    await expectInWork([], proxy('KafkaProducer()'), ['PY-KAFKA-PRODUCE-NO-INJECT 17']);
  });

  it('finds what the instrumentation cannot write to', async () => {
    const code = (send: string): string =>
      `from aiokafka import AIOKafkaProducer\n\nproducer = AIOKafkaProducer()\n\n\nasync def publish(msg):\n    ${send}\n`;
    const on = ['AIOKafkaInstrumentor'];
    await expectInWork(on, code('await producer.send("a", b"", headers=(("k", b"v"),))'), ['PY-KAFKA-PATCH-MISSED 7']);
    await expectInWork(on, code('await producer.send_batch(msg, "a", partition=1)'), ['PY-KAFKA-PATCH-MISSED 7']);
    await expectInWork(on, code('await producer.send("a", b"", headers=[("k", b"v")])'), []);
    await expectInWork(on, code('await producer.send("a", b"", headers=msg.headers)'), ['DOUBLE-INJECT 7']);
    await expectInWork([], code('await producer.send("a", b"", headers=msg.headers)'), []);
  });

  it('tells messages apart that go past it for different reasons', async () => {
    const code = `from aiokafka import AIOKafkaProducer

producer = AIOKafkaProducer()


async def publish(msg):
    await producer.send_batch(msg, "a", partition=1)
    await producer.send("a", b"", headers=(("k", b"v"),))
    await producer.send("b", b"", headers=(("k", b"v"),))
`;
    await expectInWork(['AIOKafkaInstrumentor'], code, ['PY-KAFKA-PATCH-MISSED 7', 'PY-KAFKA-PATCH-MISSED 8']);
  });
});

describe('lint python: PY-KAFKA-CONSUME-DROP', () => {
  const loop = (body: string): string => `import requests
from aiokafka import AIOKafkaConsumer
from opentelemetry import trace
from opentelemetry.propagate import extract

tracer = trace.get_tracer(__name__)


def handle(message):
    with tracer.start_as_current_span("handle"):
        print(message.value)


async def consume():
    consumer = AIOKafkaConsumer("orders")
    async for message in consumer:
        ${body.replace(/\n/g, '\n        ')}
`;

  it('finds loops whose messages begin new traces', async () => {
    const direct = 'with tracer.start_as_current_span("process"):\n    print(message)';
    await expectInWork([], loop(direct), ['PY-KAFKA-CONSUME-DROP 17']);
    await expectInWork(['AIOKafkaInstrumentor'], loop(direct), ['PY-KAFKA-CONSUME-DROP 17']);
    await expectInWork([], loop('handle(message)'), ['PY-KAFKA-CONSUME-DROP 16']);
    await expectInWork(['AIOKafkaInstrumentor'], loop('handle(message)'), ['PY-KAFKA-CONSUME-DROP 16']);
    await expectInWork(['RequestsInstrumentor'], loop('requests.post("http://a", message)'), [
      'PY-KAFKA-CONSUME-DROP 16',
    ]);
  });

  it('leaves loops that only log, and those that read the context', async () => {
    await expectInWork([], loop('print(message)'), []);
    await expectInWork(
      [],
      loop('with tracer.start_as_current_span("a", context=extract(dict(message.headers))):\n    pass'),
      [],
    );
    await expectInWork([], loop('with tracer.start_as_current_span("a", links=links_of(message)):\n    pass'), []);
    await expectInWork(
      ['AIOKafkaInstrumentor', 'RequestsInstrumentor'],
      loop('requests.post("http://a", message)'),
      [],
    );
  });

  it('finds loops that keep messages in a database whose client is instrumented', async () => {
    const lost = ['PY-KAFKA-CONSUME-DROP 16'];
    await expectInWork(['PymongoInstrumentor'], loop('await orders.insert_one(message.value)'), lost);
    await expectInWork(['SQLAlchemyInstrumentor'], loop('session.execute(insert(message))'), lost);
    await expectInWork(['SQLAlchemyInstrumentor'], loop('await consumer.commit()'), []);
    await expectInWork(['RequestsInstrumentor'], loop('await orders.insert_one(message.value)'), []);
  });

  it('looks into helpers that are named after something else than a trace', async () => {
    const helper = (body: string): string => `

def extract_correlation_headers(headers):
    ${body}
`;
    const work = 'correlation = extract_correlation_headers(message.headers)\nhandle(message)';
    const lost = ['PY-KAFKA-CONSUME-DROP 16'];
    await expectInWork([], loop(work) + helper('return dict(headers).get("x-correlation-id")'), lost);
    await expectInWork([], loop(work) + helper('return attach(propagate.extract(dict(headers)))'), []);
    await expectInWork([], loop(`${work}\nEntity(name="a", context=None)\nextractor.extract(message.value)`), []);
    await expectInWork([], loop('handle(message)\nEntity(context=None)\nextractor.extract(message.value)'), lost);
    await expectInWork([], loop('handle(message)\nextract_entities(message.value)'), lost);
    await expectInWork([], loop('handle(message)\nextract_trace(message)'), []);
  });

  it('goes through the streams of agents of Faust', async () => {
    const agent = (over: string, body: string): string => `import faust
from opentelemetry import trace
from opentelemetry.propagate import extract

tracer = trace.get_tracer(__name__)
app = faust.App("orders")


@app.agent(app.topic("orders"))
async def process(orders):
    async for order in ${over}:
        ${body}
`;
    const span = 'with tracer.start_as_current_span("order"):\n            print(order)';
    await expectInWork([], agent('orders', span), ['PY-KAFKA-CONSUME-DROP 12']);
    await expectInWork([], agent('orders.events()', span), ['PY-KAFKA-CONSUME-DROP 12']);
    const read = 'with tracer.start_as_current_span("order", context=extract(order.message.headers)):';
    await expectInWork([], agent('orders.events()', `${read}\n            pass`), []);
    await expectInWork([], agent('orders', 'print(order)'), []);
    await expectInWork([], agent('cached', span), []);
    await expectInWork([], agent('orders', span).replace('import faust', 'import other as faust'), []);
  });

  it('leaves loops where the work is done in a hook', async () => {
    const code = loop('handle(message)').replace(
      'async def consume():',
      'AIOKafkaInstrumentor().instrument(async_consume_hook=handle)\n\n\nasync def consume():',
    );
    await expectInWork([], `from opentelemetry.instrumentation.aiokafka import AIOKafkaInstrumentor\n${code}`, []);
  });

  it('says of confluent_kafka that traces are only linked', async () => {
    const code = `from confluent_kafka import Consumer
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def run():
    consumer = Consumer({})
    while True:
        msg = consumer.poll(1.0)
        if msg is None:
            continue
        with tracer.start_as_current_span("process"):
            print(msg.value())
`;
    const { findings } = await expectInWork(['ConfluentKafkaInstrumentor'], code, ['PY-KAFKA-CONSUME-DROP 13']);
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ['info'],
    );
    const uncovered = await expectInWork([], code, ['PY-KAFKA-CONSUME-DROP 13']);
    assert.equal(uncovered.findings[0]!.severity, 'warning');
  });
});

describe('lint python: PY-KAFKA-PATCH-MISSED', () => {
  const use = 'def publish():\n    producer.produce("orders", b"x")\n';
  const setUp =
    'from opentelemetry.instrumentation.confluent_kafka import ConfluentKafkaInstrumentor\n\nConfluentKafkaInstrumentor().instrument()\n';

  it('finds classes imported by name before they are replaced', async () => {
    const code = `from confluent_kafka import Producer\n${setUp}producer = Producer({})\n\n\n${use}`;
    await expectInWork([], code, ['PY-KAFKA-PATCH-MISSED 5']);
  });

  it('leaves those imported after, and attributes of the module', async () => {
    await expectInWork([], `${setUp}from confluent_kafka import Producer\nproducer = Producer({})\n\n\n${use}`, []);
    await expectInWork([], `import confluent_kafka\n${setUp}producer = confluent_kafka.Producer({})\n\n\n${use}`, []);
  });

  it('follows the order in which an entry imports', async () => {
    const client = `from confluent_kafka import Producer\n\nproducer = Producer({})\n\n\n${use}`;
    const main = (first: string, second: string): Record<string, string> =>
      tracedProject([], {
        'app/__init__.py': '',
        'app/instrumented.py': setUp,
        'app/client.py': client,
        'main.py': `from fastapi import FastAPI\n${first}\n${second}\nfrom app.tracing import setup\n\napp = FastAPI()\nsetup(app)\n`,
      });
    const order = ['import app.client', 'import app.instrumented'] as const;
    await expectFindings(main(order[0], order[1]), ['PY-KAFKA-PATCH-MISSED app/client.py:3']);
    await expectFindings(main(order[1], order[0]), []);
  });

  it('finds classes that are never replaced', async () => {
    const code = `from confluent_kafka import SerializingProducer\n\nproducer = SerializingProducer({})\n\n\n${use}`;
    await expectInWork(['ConfluentKafkaInstrumentor'], code, ['PY-KAFKA-PATCH-MISSED 3']);
  });

  it('reports a loop and the function that it hands its messages to once', async () => {
    const code = `from aiokafka import AIOKafkaConsumer
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


class Orders:
    def __init__(self):
        self.consumer = AIOKafkaConsumer("orders")

    async def run(self):
        async for record in self.consumer:
            await self.take_order(record)

    async def take_order(self, record):
        with tracer.start_as_current_span(record.topic):
            print(record.value)
`;
    await expectInWork(['RequestsInstrumentor'], code, ['PY-KAFKA-CONSUME-DROP 12']);
  });

  it('takes nobody for a caller who has or imports another function of the name', async () => {
    const consumer = (body: string): string => `from kafka import KafkaConsumer
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def consume():
    for message in KafkaConsumer("orders"):
        ${body}


def bill(message):
    with tracer.start_as_current_span("bill"):
        print(message.value)
`;
    const other = `from opentelemetry.propagate import extract


def consume():
    print("refunds")


def serve(headers):
    print(extract(headers))
    consume()
`;
    const found = ['PY-KAFKA-CONSUME-DROP app/orders.py:8'];
    const bill = consumer('bill(message)');
    await expectFindings(tracedProject([], { 'app/orders.py': bill, 'app/refunds.py': other }), found);
    const imports = (from: string): string =>
      `from app.${from} import consume\n${other.replace(/def consume[^]*?\n\n\n/, '')}`;
    const refunds = 'import json\n\n\ndef consume():\n    print(json.dumps("refunds"))\n';
    const started = (from: string): Record<string, string> =>
      tracedProject([], { 'app/orders.py': bill, 'app/refunds.py': refunds, 'app/serve.py': imports(from) });
    await expectFindings(started('refunds'), found);
    await expectFindings(started('orders'), []);
    // Who starts a loop that opens the spans for its messages itself has read none of their headers.
    const own = consumer('with tracer.start_as_current_span("order"):\n            print(message)');
    const running = tracedProject([], { 'app/orders.py': own, 'app/serve.py': imports('orders') });
    await expectFindings(running, ['PY-KAFKA-CONSUME-DROP app/orders.py:9']);
  });

  it('takes no function for a caller that runs something else of the same name', async () => {
    const consumer = `import asyncio

from kafka import KafkaConsumer
from opentelemetry import trace
from opentelemetry.propagate import extract

tracer = trace.get_tracer(__name__)


class Orders:
    def __init__(self):
        self.messages = KafkaConsumer("orders")

    def run(self):
        for message in self.messages:
            self.handle(message)

    def handle(self, message):
        with tracer.start_as_current_span("bill"):
            print(message.value)


class Refunds:
    def run(self):
        asyncio.run(self.work(b""))

    async def work(self, message):
        with tracer.start_as_current_span("refund", context=extract({})):
            print(message)


def main():
    CALLED.run()
`;
    const found = ['PY-KAFKA-CONSUME-DROP 15'];
    await expectInWork([], consumer.replace('CALLED', 'Refunds()'), found);
    await expectInWork([], consumer.replace('CALLED', 'Orders()'), found);
    const read = consumer.replace('    CALLED.run()', '    print(extract({}))\n    Orders().run()');
    await expectInWork([], read, []);
    await expectInWork([], read.replace('Orders().run', 'Refunds().run'), found);
  });

  it('knows a producer that is handed to a file without a Kafka library where the unit uses one', async () => {
    const main =
      'from aiokafka import AIOKafkaProducer\n\nfrom app.seats import release\n\nproducer = AIOKafkaProducer()\n';
    const seats = (head: string): string =>
      `${head}async def release(producer, topic, seat):\n    await producer.send_and_wait(topic, value=seat)\n`;
    const files = (code: string): Record<string, string> =>
      tracedProject(['RequestsInstrumentor'], { 'app/main.py': main, 'app/seats.py': code });
    await expectFindings(files(seats('import json\n')), ['PY-KAFKA-PRODUCE-NO-INJECT app/seats.py:3']);
    await expectFindings(files(seats('import pulsar\n')), []);
    const two = { ...files(seats('import json\n')), 'app/other.py': 'from kafka import KafkaProducer\n' };
    await expectFindings(two, []);
  });

  it('knows a loop over a consumer that is made in its head', async () => {
    const work = `from kafka import KafkaConsumer
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def run():
    for message in KafkaConsumer("orders"):
        with tracer.start_as_current_span("order"):
            print(message.value)
`;
    await expectInWork(['RequestsInstrumentor'], work, ['PY-KAFKA-CONSUME-DROP 9']);
  });
});
