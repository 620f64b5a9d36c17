import { expectFindings, expectInWork } from './support';

const HEAD = `from contextlib import asynccontextmanager

import boto3
import aio_pika
import aioboto3
import nats
import pika
from celery import Celery, chain
from celery.task import task
from google.cloud import pubsub_v1
from opentelemetry.propagate import inject

sqs = boto3.client("sqs")
sns = boto3.client("sns")
s3 = boto3.client("s3")
celery_app = Celery("work")
publisher = pubsub_v1.PublisherClient()


def make_queue():
    return boto3.client("sqs")


@asynccontextmanager
async def open_queue(session: aioboto3.Session):
    async with session.client("sqs") as client:
        yield client


def _message_attributes():
    carrier = {}
    inject(carrier)
    return {key: {"StringValue": value, "DataType": "String"} for key, value in carrier.items()}


@celery_app.task
def bill(order):
    return order


@task(ignore_result=True)
def old_bill(order):
    return order


async def publish(channel, order):
`;
const AT = HEAD.split('\n').length;

const CASES: readonly (readonly [title: string, instrumentors: readonly string[], code: string, lost: boolean])[] = [
  ['SQS without boto3sqs', ['BotocoreInstrumentor'], 'sqs.send_message(QueueUrl="q", MessageBody=order)', true],
  ['SQS with boto3sqs', ['Boto3SQSInstrumentor'], 'sqs.send_message(QueueUrl="q", MessageBody=order)', false],
  [
    'SQS with attributes of a helper',
    ['BotocoreInstrumentor'],
    'sqs.send_message(QueueUrl="q", MessageAttributes=_message_attributes())',
    false,
  ],
  ['SQS of a client that a function makes', ['BotocoreInstrumentor'], 'make_queue().send_message(QueueUrl="q")', true],
  [
    'SQS of a client that a context manager yields',
    ['BotocoreInstrumentor'],
    'async with open_queue(order) as queue: await queue.send_message(QueueUrl="q")',
    true,
  ],
  ['SNS without botocore', ['RequestsInstrumentor'], 'sns.publish(TopicArn="t", Message=order)', true],
  ['SNS with botocore', ['BotocoreInstrumentor'], 'sns.publish(TopicArn="t", Message=order)', false],
  ['another service', ['RequestsInstrumentor'], 's3.put_object(Bucket="b", Key="k")', false],
  ['Pub/Sub without its option', ['RequestsInstrumentor'], 'publisher.publish("t", order)', true],
  [
    'RabbitMQ without pika',
    ['RequestsInstrumentor'],
    'channel.basic_publish(exchange="", routing_key="q", body=order)',
    true,
  ],
  [
    'RabbitMQ with pika',
    ['PikaInstrumentor'],
    'channel.basic_publish(exchange="", routing_key="q", body=order)',
    false,
  ],
  [
    'a message of aio-pika in a variable',
    ['RequestsInstrumentor'],
    'message = aio_pika.Message(order); await channel.publish(message, routing_key="q")',
    true,
  ],
  [
    'a message of NATS',
    ['RequestsInstrumentor'],
    'stream = (await nats.connect("nats")).jetstream(); await stream.publish("orders", order)',
    true,
  ],
  [
    'a question of NATS',
    ['RequestsInstrumentor'],
    'nc = await nats.connect("nats"); await nc.request("prices.get", order)',
    true,
  ],
  [
    'a question of NATS for what somebody is',
    ['RequestsInstrumentor'],
    'nc = await nats.connect("nats"); await nc.request("prices.health", b"")',
    false,
  ],
  ['a question of something else', ['RequestsInstrumentor'], 'await order.request("prices.get", order)', false],
  ['a task without Celery instrumented', ['RequestsInstrumentor'], 'bill.delay(order)', true],
  ['a task of a decorator of old', ['RequestsInstrumentor'], 'old_bill.delay(order)', true],
  ['a task that is made ready first', ['RequestsInstrumentor'], 'bill.si(order).apply_async()', true],
  ['several tasks in one', ['RequestsInstrumentor'], 'chain(bill.s(order), old_bill.s()).apply_async()', true],
  ['a task with it', ['CeleryInstrumentor'], 'bill.delay(order)', false],
  ['a delay of something else', ['RequestsInstrumentor'], 'order.delay(1)', false],
];

describe('lint python: MSG-NO-INJECT', () => {
  for (const [title, instrumentors, code, lost] of CASES) {
    it(`${lost ? 'finds' : 'leaves'} ${title}`, async () => {
      await expectInWork(instrumentors, `${HEAD}    ${code}\n`, lost ? [`MSG-NO-INJECT ${AT}`] : []);
    });
  }

  it('knows a stream of NATS by its type, but for what may be a class of the project', async () => {
    const code = (type: string): string => `from nats.js.client import JetStreamContext


class TracedStream:
    def __init__(self, stream: JetStreamContext):
        self.stream = stream


class Orders:
    def __init__(self, stream: ${type}):
        self.stream = stream

    async def place(self, order):
        await self.stream.publish("orders", order)
`;
    await expectInWork(['RequestsInstrumentor'], code('JetStreamContext'), ['MSG-NO-INJECT 14']);
    await expectInWork(['RequestsInstrumentor'], code('JetStreamContext | TracedStream'), []);
  });

  it('finds what goes into a Redis stream that a group works on', async () => {
    const code = (fields: string): string =>
      `import json\n\nimport redis\nfrom opentelemetry.propagate import inject\n\nclient = redis.Redis()\n\n\ndef submit(job):\n    fields = {"job": json.dumps(job)}\n${fields}    client.xadd("stream:jobs", fields)\n\n\ndef park(job):\n    client.xadd("stream:jobs:dlq", job)\n`;
    const group = '\n\ndef work():\n    client.xreadgroup("jobs", "one", {"stream:jobs": ">"})\n';
    await expectInWork(['RequestsInstrumentor'], code('') + group, ['MSG-NO-INJECT 11']);
    await expectInWork(['RequestsInstrumentor'], code('    inject(fields)\n') + group, []);
    await expectInWork(['RequestsInstrumentor'], code('    fields["trace_context"] = job["trace"]\n') + group, []);
    await expectInWork(['RequestsInstrumentor'], code(''), []);
    const retries = (name: string): string => code('').replace('def submit', `def ${name}`) + group;
    await expectInWork(['RequestsInstrumentor'], retries('add_with_retry'), ['MSG-NO-INJECT 11']);
    await expectInWork(['RequestsInstrumentor'], retries('schedule_retry'), []);
  });

  it('finds what goes into a Redis list that a worker takes from', async () => {
    const code = (push: string, worker: string): string => `import json

import redis
from opentelemetry.propagate import inject

JOBS_QUEUE = "jobs:pending"
client = redis.Redis()


def submit(job):
    ${push}


def work():
    while True:
        ${worker}
`;
    const found = ['MSG-NO-INJECT 11'];
    const push = 'client.rpush(JOBS_QUEUE, json.dumps(job))';
    await expectInWork(['RequestsInstrumentor'], code(push, 'client.blpop(JOBS_QUEUE)'), found);
    await expectInWork(['RequestsInstrumentor'], code(push, 'client.brpop(["jobs:pending", "jobs:late"])'), found);
    await expectInWork(['RequestsInstrumentor'], code(push, 'client.lpop(JOBS_QUEUE)'), found);
    await expectInWork(['RequestsInstrumentor'], code(push, 'client.blpop("mails")'), []);
    await expectInWork(['RequestsInstrumentor'], code(push, 'client.lrange(JOBS_QUEUE, 0, -1)'), []);
    await expectInWork(
      ['RequestsInstrumentor'],
      code(push.replace('JOBS', 'DEAD_JOBS'), 'client.blpop(DEAD_JOBS_QUEUE)'),
      [],
    );
    const carried = 'inject(job)\n    client.rpush(JOBS_QUEUE, json.dumps(job))';
    await expectInWork(['RequestsInstrumentor'], code(carried, 'client.blpop(JOBS_QUEUE)'), []);
  });

  describe('where nothing is instrumented', () => {
    const project = (span: string): Record<string, string> => ({
      'requirements.txt': 'pika\nopentelemetry-sdk\n',
      'main.py': `import pika
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
tracer = trace.get_tracer(__name__)


def send(channel, body):
    channel.basic_publish(exchange="", routing_key="orders", body=body)


def place(channel, order):
    ${span}
        send(channel, order)


if __name__ == "__main__":
    place(pika.BlockingConnection().channel(), "1")
`,
    });

    it('finds what is sent in a span of the own code', async () => {
      await expectFindings(project('with tracer.start_as_current_span("place"):'), ['MSG-NO-INJECT main.py:10']);
    });

    it('finds what requests lead to where a middleware of the own code opens their spans', async () => {
      const web = (opening: string): Record<string, string> => ({
        'requirements.txt': 'fastapi\npika\nopentelemetry-sdk\n',
        'main.py': `import pika
from fastapi import FastAPI, Request
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
tracer = trace.get_tracer(__name__)
app = FastAPI()
channel = pika.BlockingConnection().channel()


@app.middleware("http")
async def around(request: Request, call_next):
    ${opening}
    return await call_next(request)


def send(body):
    channel.basic_publish(exchange="", routing_key="orders", body=body)


def clean_up():
    channel.basic_publish(exchange="", routing_key="expired", body="")


@app.post("/orders")
def place(order: dict):
    send(order)
`,
      });
      const opens = 'span = tracer.start_span(request.url.path)';
      await expectFindings(web(opens), ['MSG-NO-INJECT main.py:19']);
      await expectFindings(web('print(request.url.path)'), []);
    });

    it('finds what functions of a cloud send, beside a command that begins elsewhere', async () => {
      const cloud = (tracing: string): Record<string, string> => ({
        'requirements.txt': 'google-cloud-pubsub\nopentelemetry-sdk\n',
        'shop/tracing.py':
          'from opentelemetry import trace\nfrom opentelemetry.sdk.trace import TracerProvider\n\n\ndef setup():\n    trace.set_tracer_provider(TracerProvider())\n',
        'shop/cli.py': 'import sys\n\nif __name__ == "__main__":\n    print(sys.argv)\n',
        'shop/orders/main.py': `from google.cloud import pubsub_v1
from opentelemetry import trace
${tracing}

tracer = trace.get_tracer(__name__)


def services():
    publisher = pubsub_v1.PublisherClient()
    return {"publisher": publisher, "topic": "orders"}


def place(request):
    kept = services()
    with tracer.start_as_current_span("place"):
        kept["publisher"].publish(kept["topic"], request.data)
`,
      });
      await expectFindings(cloud('from ..tracing import setup\n\nsetup()'), ['MSG-NO-INJECT shop/orders/main.py:18']);
      await expectFindings(cloud(''), []);
    });

    it('leaves what no span leads to', async () => {
      await expectFindings(project('if order:'), []);
    });
  });
});
