import { lastPart } from '../extract/callSite';
import { addMessage, awsName } from '../extract/sourceFile';
import type { HandlerFact } from '../facts';
import { argument, type CallIdiom, type PythonFile } from './file';
import { positional } from './values';

/** kafka-python's and aiokafka's `producer.send("topic", …)`, `send_and_wait`. */
export const send: CallIdiom = (call, file) => {
  const made = file.made.get(call.receiver)?.by ?? '';
  if (!/producer|kafka/i.test(`${lastPart(call.receiver)} ${made}`)) return;
  addMessage(file, call, 'producer', 'kafka', file.values.text(argument(call, file, 0, 'topic')));
};

/** confluent_kafka's `producer.produce("topic", …)`. */
export const produce: CallIdiom = (call, file) => {
  addMessage(file, call, 'producer', 'kafka', file.values.text(argument(call, file, 0, 'topic')));
};

/** `KafkaConsumer("a", "b", …)`, `AIOKafkaConsumer("a")`. */
export const newConsumer: CallIdiom = (call, file) => {
  for (const topic of positional(call.args)) addMessage(file, call, 'consumer', 'kafka', file.values.text(topic));
};

/** `consumer.subscribe(["a", "b"])`. */
export const subscribe: CallIdiom = (call, file) => {
  const made = file.made.get(call.receiver)?.by ?? '';
  if (!/consumer|kafka/i.test(`${lastPart(call.receiver)} ${made}`)) return;
  for (const topic of file.values.texts(argument(call, file, 0, 'topics'))) {
    addMessage(file, call, 'consumer', 'kafka', topic);
  }
};

/** pika's `channel.basic_publish(exchange="", routing_key="orders", …)`. */
export const basicPublish: CallIdiom = (call, file) => {
  const exchange = file.values.text(argument(call, file, 0, 'exchange'));
  addMessage(file, call, 'producer', 'rabbitmq', exchange);
  addMessage(file, call, 'producer', 'rabbitmq', file.values.text(argument(call, file, 1, 'routing_key')));
};

/** pika's `channel.basic_consume(queue="orders", on_message_callback=f)`. */
export const basicConsume: CallIdiom = (call, file) => {
  const handler = file.values.handler(argument(call, file, 1, 'on_message_callback'));
  addMessage(file, call, 'consumer', 'rabbitmq', file.values.text(argument(call, file, 0, 'queue')), handler);
};

/** aio_pika's `exchange.publish(message, routing_key="orders")`; Redis' `publish("channel", …)`. */
export const publish: CallIdiom = (call, file) => {
  const key = argument(call, file, -1, 'routing_key');
  if (key !== undefined) addMessage(file, call, 'producer', 'rabbitmq', file.values.text(key));
  else if (/redis/i.test(call.receiver)) {
    addMessage(file, call, 'producer', 'redis', file.values.text(argument(call, file, 0, 'channel')));
  } else if (/^(nc|nats|js)$/i.test(lastPart(call.receiver))) {
    addMessage(file, call, 'producer', 'nats', file.values.text(argument(call, file, 0, 'subject')));
  }
};

/** boto3's `sqs.send_message(QueueUrl=…)`, `sns.publish(TopicArn=…)`, `sqs.receive_message(…)`. */
export const awsMessage: CallIdiom = (call, file) => {
  const queue = awsName(file.values.text(argument(call, file, -1, 'QueueUrl')));
  const side = call.name.startsWith('receive') ? 'consumer' : 'producer';
  if (queue !== undefined) addMessage(file, call, side, 'aws_sqs', queue);
};

/** FastStream's and faust's `@broker.subscriber("x")`, `@app.agent(topic)`. */
export const subscriber: CallIdiom = (call, file) => {
  for (const topic of file.values.texts(positional(call.args)[0])) {
    addMessage(file, call, 'consumer', '', topic, decorated(call, file));
  }
};

function decorated(call: Parameters<CallIdiom>[0], file: PythonFile): HandlerFact {
  return { kind: 'function', function: file.outline.functionAt(call.node.startIndex) };
}
