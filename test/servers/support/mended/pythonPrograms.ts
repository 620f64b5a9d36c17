import { pythonCheck } from '../../../../src/lint/python/check';
import type { BrokenProgram } from './mendedProgram';

/** What a program is besides its packages. */
export type PythonProgram = Pick<BrokenProgram, 'rule' | 'files' | 'check'>;

const REQUIREMENTS = `opentelemetry-sdk
opentelemetry-exporter-otlp-proto-http
opentelemetry-instrumentation-requests
httpx
requests
kafka-python
confluent-kafka
`;

const MODULES: Readonly<Record<string, string>> = {
  RequestsInstrumentor: 'requests',
  HTTPXClientInstrumentor: 'httpx',
  ConfluentKafkaInstrumentor: 'confluent_kafka',
};

/** A set-up with these instrumentors. */
function tracing(...names: readonly string[]): string {
  const imports = names.map((name) => `from opentelemetry.instrumentation.${MODULES[name]} import ${name}\n`);
  return `from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
${imports.join('')}from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
${names.map((name) => `${name}().instrument()\n`).join('')}`;
}

const program = (rule: string, setup: string, shop: string): PythonProgram => ({
  check: pythonCheck,
  rule,
  files: { 'requirements.txt': REQUIREMENTS, 'tracing.py': setup, 'shop.py': shop },
});

/** A shop that asks its stock over HTTP, both in one process. */
function asking(ask: string, answer: string, imports = ''): string {
  return `import tracing
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
${imports}from opentelemetry import trace
from opentelemetry.propagate import extract

tracer = trace.get_tracer("shop")


class Stock(BaseHTTPRequestHandler):
    def do_GET(self):
${answer}

    def log_message(self, *args):
        pass

    def reply(self):
        self.send_response(200)
        self.send_header("Content-Length", "1")
        self.end_headers()
        self.wfile.write(b"7")


${ask}

if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), Stock)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["STOCK_URL"] = f"http://127.0.0.1:{server.server_port}"
    ask()
    tracing.provider.shutdown()
`;
}

const CONTINUES = `        with tracer.start_as_current_span("answer", context=extract(self.headers)):
            self.reply()`;

const get = (library: string): string => `def ask():
    with tracer.start_as_current_span("ask"):
        ${library}.get(os.environ["STOCK_URL"] + "/stock")
`;

/** httpx in a process that instruments requests. */
export const httpxUncovered = program(
  'PY-UNCOVERED-HTTP',
  tracing('RequestsInstrumentor'),
  asking(get('httpx'), CONTINUES, 'import httpx\n'),
);

/** requests in a process that instruments httpx. */
export const requestsUncovered = program(
  'PY-UNCOVERED-HTTP',
  tracing('HTTPXClientInstrumentor'),
  asking(get('requests'), CONTINUES, 'import requests\n'),
);

/** A server that reads the context and does nothing with it. */
export const unusedExtract = program(
  'EXTRACT-UNUSED',
  tracing('RequestsInstrumentor'),
  asking(
    get('requests'),
    `        extract(self.headers)
        with tracer.start_as_current_span("answer"):
            self.reply()`,
    'import requests\n',
  ),
);

/** Work on other threads. */
function threaded(start: string): string {
  return `import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import tracing
from opentelemetry import trace

tracer = trace.get_tracer("shop")
pool = ThreadPoolExecutor()


def price(item):
    with tracer.start_as_current_span("price"):
        return item


${start}

if __name__ == "__main__":
    order()
    tracing.provider.shutdown()
`;
}

/** A thread of its own. */
export const thread = program(
  'PY-THREAD-CTX-LOSS',
  tracing(),
  threaded(`def order():
    with tracer.start_as_current_span("order"):
        worker = threading.Thread(target=price, args=("tea",))
        worker.start()
        worker.join()
`),
);

/** A pool. */
export const executor = program(
  'PY-THREAD-CTX-LOSS',
  tracing(),
  threaded(`def order():
    with tracer.start_as_current_span("order"):
        pool.submit(price, "tea").result()
`),
);

/** The loop's pool. */
export const loopExecutor = program(
  'PY-THREAD-CTX-LOSS',
  tracing(),
  threaded(`async def place():
    with tracer.start_as_current_span("order"):
        await asyncio.get_running_loop().run_in_executor(pool, price, "tea")


def order():
    asyncio.run(place())
`),
);

const SEND = 'producer.send(TOPIC, b"placed")';
const SEND_BY_HAND = `carrier = {}
        inject(carrier)
        producer.send(TOPIC, b"placed", headers=[(key, value.encode()) for key, value in carrier.items()])`;
const START = 'tracer.start_as_current_span("pack")';
const START_BY_HAND =
  'tracer.start_as_current_span("pack", context=extract({key: value.decode() for key, value in message.headers}))';

/** A shop that sends itself an order by kafka-python. */
function kafkaPython(send: string, start: string): string {
  return `import os

import tracing
from kafka import KafkaConsumer, KafkaProducer
from opentelemetry import trace
from opentelemetry.propagate import extract, inject

tracer = trace.get_tracer("shop")
BROKERS = os.environ["KAFKA_BROKERS"]
TOPIC = os.environ["TOPIC"]
producer = KafkaProducer(bootstrap_servers=BROKERS)


def place():
    with tracer.start_as_current_span("place"):
        ${send}
        producer.flush()


def listen():
    consumer = KafkaConsumer(TOPIC, bootstrap_servers=BROKERS, auto_offset_reset="earliest")
    for message in consumer:
        with ${start}:
            break
    consumer.close()


if __name__ == "__main__":
    place()
    listen()
    tracing.provider.shutdown()
`;
}

/** kafka-python: the producer forgot the context. */
export const kafkaNotInjected = program(
  'PY-KAFKA-PRODUCE-NO-INJECT',
  tracing('RequestsInstrumentor'),
  kafkaPython(SEND, START_BY_HAND),
);

/** kafka-python: the consumer forgot the context. */
export const kafkaNotExtracted = program(
  'PY-KAFKA-CONSUME-DROP',
  tracing('RequestsInstrumentor'),
  kafkaPython(SEND_BY_HAND, START),
);

/** A shop that sends itself an order by confluent-kafka. */
function confluent(send: string, start: string): string {
  return `import os

import tracing
from confluent_kafka import Consumer, Producer
from opentelemetry import trace
from opentelemetry.propagate import extract, inject

tracer = trace.get_tracer("shop")
BROKERS = os.environ["KAFKA_BROKERS"]
TOPIC = os.environ["TOPIC"]
producer = Producer({"bootstrap.servers": BROKERS})


def place():
    with tracer.start_as_current_span("place"):
        ${send}
        producer.flush()


def listen():
    consumer = Consumer({"bootstrap.servers": BROKERS, "group.id": TOPIC, "auto.offset.reset": "earliest"})
    consumer.subscribe([TOPIC])
    while True:
        message = consumer.poll(1.0)
        if message is None or message.error():
            continue
        with ${start}:
            break
    consumer.close()


if __name__ == "__main__":
    place()
    listen()
    tracing.provider.shutdown()
`;
}

/** confluent-kafka: the producer forgot the context. */
export const confluentNotInjected = program(
  'PY-KAFKA-PRODUCE-NO-INJECT',
  tracing('RequestsInstrumentor'),
  confluent('producer.produce(TOPIC, b"placed")', START_BY_HAND.replace('message.headers', 'message.headers() or []')),
);

/** confluent-kafka: the consumer forgot the context. */
export const confluentNotExtracted = program(
  'PY-KAFKA-CONSUME-DROP',
  tracing('RequestsInstrumentor'),
  confluent(SEND_BY_HAND.replace('producer.send(', 'producer.produce('), START),
);
