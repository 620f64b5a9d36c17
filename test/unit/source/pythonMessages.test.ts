import { assertPlaces } from '../../support/mappingTable';

describe('messages of Python', () => {
  it('knows Kafka clients, and the loop that takes the messages', () =>
    assertPlaces(
      {
        'cons/worker.py': `import json
from kafka import KafkaConsumer, KafkaProducer
from cons.topics import Topics, RETRY_TOPIC
class Worker:
    def __init__(self, bus):
        self.consumer = KafkaConsumer(Topics.ORDERS.value, group_id="x")
        self.producer = KafkaProducer()
    def run(self):
        for msg in self.consumer:
            self.handle(msg)
    def handle(self, msg):
        self.producer.send(RETRY_TOPIC, value=b"x")
`,
        'cons/topics.py': `import os
from enum import Enum
class Topics(str, Enum):
    ORDERS = "orders"
    SHIPPED = "orders.shipped"
RETRY_TOPIC = os.getenv("RETRY_TOPIC", "orders.retry")
`,
        'cons/conf.py': `from confluent_kafka import Consumer, Producer
from cons.topics import Topics
def main():
    c = Consumer({"group.id": "g"})
    c.subscribe([Topics.SHIPPED])
    loop(c)
def loop(c):
    while True:
        msg = c.poll(1.0)
class Pub:
    def __init__(self):
        self._p = Producer({})
    def publish(self, order):
        self._p.produce(topic="payments", value=b"")
`,
        'cons/aio.py': `from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
async def consume():
    consumer = AIOKafkaConsumer("invoices", bootstrap_servers="x")
    async for m in consumer:
        print(m)
class EventBus:
    async def emit(self, producer: AIOKafkaProducer):
        await producer.send_and_wait("audit", b"x")
`,
        'cons/fs.py': `from faststream.kafka import KafkaBroker
import faust
broker = KafkaBroker()
@broker.subscriber("signups")
@broker.publisher("welcomes")
async def on_signup(msg):
    return 1
async def tell():
    await broker.publish({}, topic="news")
app = faust.App("x")
clicks_topic = app.topic("clicks", value_type=str)
@app.agent(clicks_topic)
async def count(stream):
    async for c in stream:
        pass
async def click():
    await clicks_topic.send(value="x")
`,
      },
      [
        [
          'CONSUMER',
          'orders receive',
          { 'messaging.system': 'kafka', 'messaging.destination': 'orders', 'messaging.operation': 'receive' },
          'cons/worker.py:8',
          'opentelemetry.instrumentation.kafka',
        ],
        [
          'PRODUCER',
          'orders.retry send',
          { 'messaging.system': 'kafka', 'messaging.destination': 'orders.retry' },
          'cons/worker.py:12',
          'opentelemetry.instrumentation.kafka',
        ],
        [
          'CONSUMER',
          'orders.shipped process',
          { 'messaging.system': 'kafka', 'messaging.destination': 'orders.shipped', 'messaging.operation': 'process' },
          'cons/conf.py:7',
          'opentelemetry.instrumentation.confluent_kafka',
        ],
        [
          'PRODUCER',
          'payments send',
          { 'messaging.system': 'kafka', 'messaging.destination': 'payments' },
          'cons/conf.py:14',
          'opentelemetry.instrumentation.confluent_kafka',
        ],
        [
          'CONSUMER',
          'invoices receive',
          {
            'messaging.system': 'kafka',
            'messaging.destination.name': 'invoices',
            'messaging.operation.type': 'receive',
          },
          'cons/aio.py:2',
          'opentelemetry.instrumentation.aiokafka',
        ],
        [
          'PRODUCER',
          'audit send',
          { 'messaging.system': 'kafka', 'messaging.destination.name': 'audit' },
          'cons/aio.py:8',
          'opentelemetry.instrumentation.aiokafka',
        ],
        [
          'CONSUMER',
          'signups process',
          { 'messaging.system': 'kafka', 'messaging.destination.name': 'signups', 'messaging.operation': 'process' },
          'cons/fs.py:6',
          'faststream',
        ],
        [
          'PRODUCER',
          'news publish',
          { 'messaging.system': 'kafka', 'messaging.destination.name': 'news', 'messaging.operation': 'publish' },
          'cons/fs.py:9',
          'faststream',
        ],
        [
          'CONSUMER',
          'clicks receive',
          { 'messaging.system': 'kafka', 'messaging.destination': 'clicks', 'messaging.operation': 'receive' },
          'cons/fs.py:13',
          'opentelemetry.instrumentation.kafka',
        ],
        [
          'PRODUCER',
          'clicks send',
          { 'messaging.system': 'kafka', 'messaging.destination': 'clicks' },
          'cons/fs.py:17',
          'opentelemetry.instrumentation.aiokafka',
        ],
        [
          'PRODUCER',
          'welcomes publish',
          { 'messaging.system': 'kafka', 'messaging.destination.name': 'welcomes', 'messaging.operation': 'publish' },
          'cons/fs.py:5',
          'faststream',
        ],
      ],
    ));

  it('knows SQS, SNS, RabbitMQ, NATS and Pub/Sub', () =>
    assertPlaces(
      {
        'q/sqs.py': `import boto3
from q.conf import settings
sqs = boto3.client("sqs")
QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/123/orders-queue"
def push(body):
    sqs.send_message(QueueUrl=QUEUE_URL, MessageBody=body)
def pull():
    resp = sqs.receive_message(QueueUrl=QUEUE_URL)
    for m in resp["Messages"]:
        pass
def notify(msg):
    boto3.client("sns").publish(TopicArn="arn:aws:sns:eu-west-1:123:alerts", Message=msg)
def batch():
    queue = boto3.resource("sqs").get_queue_by_name(QueueName="bulk")
    queue.send_messages(Entries=[])
def more():
    sqs.send_message_batch(QueueUrl="https://sqs.eu-west-1.amazonaws.com/123/many", Entries=[])
`,
        'q/conf.py': `settings = 1
`,
        'q/rabbit.py': `import pika, aio_pika
class Consumer:
    QUEUE = "emails"
    def start(self):
        self.channel.basic_consume(queue=self.QUEUE, on_message_callback=self.on_message, auto_ack=True)
    def on_message(self, ch, method, props, body):
        return 1
    def send(self):
        self.channel.basic_publish(exchange="", routing_key="emails", body=b"")
        self.channel.basic_publish("events", "user.created", b"")
async def main(connection):
    channel = await connection.channel()
    queue = await channel.declare_queue("tasks", durable=True)
    await queue.consume(on_task)
    exchange = await channel.declare_exchange("billing")
    await exchange.publish(aio_pika.Message(b""), routing_key="paid")
    await channel.default_exchange.publish(aio_pika.Message(b""), routing_key="tasks")
async def on_task(message):
    return 1
`,
        'q/nats_.py': `import nats
async def run():
    nc = await nats.connect("x")
    await nc.subscribe("orders.created", cb=handle_order)
    await nc.publish("orders.done", b"")
async def handle_order(msg):
    return 1
`,
        'q/ps.py': `from google.cloud import pubsub_v1
publisher = pubsub_v1.PublisherClient()
TOPIC = "projects/p/topics/shipments"
def ship():
    topic_path = publisher.topic_path("p", "parcels")
    publisher.publish(topic_path, b"")
def listen():
    subscriber = pubsub_v1.SubscriberClient()
    path = subscriber.subscription_path("p", "parcels-sub")
    subscriber.subscribe(path, callback=on_parcel)
def on_parcel(message):
    message.ack()
`,
      },
      [
        [
          'PRODUCER',
          'orders-queue send',
          { 'messaging.system': 'aws.sqs', 'messaging.destination': 'orders-queue' },
          'q/sqs.py:6',
          'opentelemetry.instrumentation.boto3sqs',
        ],
        [
          'CONSUMER',
          'orders-queue receive',
          { 'messaging.system': 'aws.sqs', 'messaging.destination': 'orders-queue', 'messaging.operation': 'receive' },
          'q/sqs.py:7',
          'opentelemetry.instrumentation.boto3sqs',
        ],
        [
          'PRODUCER',
          'alerts send',
          { 'messaging.system': 'aws.sns', 'messaging.destination.name': 'alerts' },
          'q/sqs.py:12',
          'opentelemetry.instrumentation.botocore',
        ],
        [
          'PRODUCER',
          'many send',
          { 'messaging.system': 'aws.sqs', 'messaging.destination': 'many' },
          'q/sqs.py:17',
          'opentelemetry.instrumentation.boto3sqs',
        ],
        [
          'PRODUCER',
          'bulk send',
          { 'messaging.system': 'aws.sqs', 'messaging.destination': 'bulk' },
          'q/sqs.py:15',
          'opentelemetry.instrumentation.boto3sqs',
        ],
        [
          'CONSUMER',
          'emails receive',
          { 'messaging.system': 'rabbitmq', 'messaging.destination': 'emails', 'messaging.operation': 'receive' },
          'q/rabbit.py:6',
          'opentelemetry.instrumentation.pika',
        ],
        [
          'PRODUCER',
          'emails send',
          { 'messaging.system': 'rabbitmq', 'messaging.destination': 'emails' },
          'q/rabbit.py:9',
          'opentelemetry.instrumentation.pika',
        ],
        [
          'PRODUCER',
          'events send',
          { 'messaging.system': 'rabbitmq', 'messaging.destination': 'events' },
          'q/rabbit.py:10',
          'opentelemetry.instrumentation.pika',
        ],
        [
          'CONSUMER',
          'tasks receive',
          { 'messaging.system': 'rabbitmq', 'messaging.destination': 'tasks', 'messaging.operation': 'receive' },
          'q/rabbit.py:18',
          'opentelemetry.instrumentation.aio_pika',
        ],
        [
          'PRODUCER',
          'billing,paid send',
          { 'messaging.system': 'rabbitmq', 'messaging.destination': 'billing,paid' },
          'q/rabbit.py:16',
          'opentelemetry.instrumentation.aio_pika',
        ],
        [
          'CONSUMER',
          'orders.created process',
          {
            'messaging.system': 'nats',
            'messaging.destination.name': 'orders.created',
            'messaging.operation': 'process',
          },
          'q/nats_.py:6',
          'nats',
        ],
        [
          'PRODUCER',
          'parcels create',
          {
            'messaging.system': 'gcp_pubsub',
            'messaging.destination.name': 'parcels',
            'messaging.operation': 'create',
          },
          'q/ps.py:6',
          'google.cloud.pubsub_v1',
        ],
        [
          'CONSUMER',
          'parcels-sub subscribe',
          { 'messaging.system': 'gcp_pubsub', 'messaging.destination.name': 'parcels-sub' },
          'q/ps.py:11',
          'google.cloud.pubsub_v1',
        ],
        [
          'PRODUCER',
          'https://sqs/x send',
          { 'messaging.system': 'aws.sqs', 'messaging.destination': 'nothing' },
          '-',
          'x',
        ],
      ],
    ));
});
