import { lastPart, type CallSite } from '../extract/callSite';
import { addMessage, awsName } from '../extract/sourceFile';
import { children } from '../extract/sourceText';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { argument, madeBy, type CallIdiom, type PythonFile } from './file';
import { topicsOf } from './kafka';
import { keyword, positional } from './values';

/** pika's `channel.basic_publish(exchange="", routing_key="orders", …)`. */
export const basicPublish: CallIdiom = (call, file) => {
  const exchange = file.values.text(argument(call, file, 0, 'exchange'));
  addMessage(file, call, 'producer', 'rabbitmq', exchange);
  addMessage(file, call, 'producer', 'rabbitmq', file.values.text(argument(call, file, 1, 'routing_key')));
};

/** pika's `channel.basic_consume(queue="orders", on_message_callback=f)`; also under the exchange the queue is bound to. */
export const basicConsume: CallIdiom = (call, file) => {
  const handler = file.values.handler(argument(call, file, 1, 'on_message_callback'));
  const queue = file.values.text(argument(call, file, 0, 'queue'));
  addMessage(file, call, 'consumer', 'rabbitmq', queue, handler);
  for (const exchange of exchangesOf(queue, file)) addMessage(file, call, 'consumer', 'rabbitmq', exchange, handler);
};

/** Exchanges and routing keys that `queue_bind(exchange="x", queue="orders")` binds a queue to. */
function exchangesOf(queue: TextFact | undefined, file: PythonFile): TextFact[] {
  return file.captures.of('call').flatMap(({ parts }) => {
    if (parts.name === undefined || parts.arguments === undefined) return [];
    if (file.source.of(parts.name) !== 'queue_bind') return [];
    const args = children(parts.arguments);
    const given = (name: string): TextFact | undefined => file.values.text(keyword(args, name, file.source));
    const bound = given('queue');
    if (bound === undefined || JSON.stringify(bound) !== JSON.stringify(queue)) return [];
    return [given('exchange'), given('routing_key')].filter((text) => text !== undefined);
  });
}

/**
 * aio_pika's `exchange.publish(message, routing_key="orders")`, FastStream's `broker.publish(message, topic="x")`,
 * Redis' `publish("channel", …)`, NATS', SNS's and Pub/Sub's.
 */
export const publish: CallIdiom = (call, file) => {
  const topic = argument(call, file, -1, 'TopicArn') ?? argument(call, file, -1, 'TargetArn');
  const key = argument(call, file, -1, 'routing_key');
  const made = file.made.get(call.receiver);
  const name = lastPart(call.receiver);
  if (topic !== undefined) addMessage(file, call, 'producer', 'aws_sns', awsName(file.values.text(topic)));
  else if (key !== undefined) {
    const exchange =
      made !== undefined && /declare_exchange|Exchange$/.test(made.by) ? positional(made.args)[0] : undefined;
    addMessage(file, call, 'producer', 'rabbitmq', file.values.text(exchange));
    addMessage(file, call, 'producer', 'rabbitmq', file.values.text(key));
  } else if (/redis/i.test(call.receiver)) {
    addMessage(file, call, 'producer', 'redis', file.values.text(argument(call, file, 0, 'channel')));
  } else if (/^(nc|nats|js|jetstream|nats_client)$/i.test(name) || /nats\.connect|jetstream/.test(made?.by ?? '')) {
    addMessage(file, call, 'producer', 'nats', file.values.text(argument(call, file, 0, 'subject')));
  } else if (/publisher/i.test(`${name} ${made?.by ?? ''}`) && call.args.length > 1) {
    addMessage(file, call, 'producer', 'gcp_pubsub', cloudName(argument(call, file, 0, 'topic'), file));
  } else brokerPublish(call, file);
};

function brokerPublish(call: CallSite, file: PythonFile): void {
  if (!/broker|publisher|router/i.test(lastPart(call.receiver))) return;
  for (const word of ['topic', 'queue', 'subject', 'channel']) {
    const to = argument(call, file, -1, word);
    if (to !== undefined) addMessage(file, call, 'producer', '', file.values.text(to));
  }
}

/** The short name of a topic or subscription of Pub/Sub: the end of its path, or what `topic_path(project, "x")` is given. */
function cloudName(node: SyntaxNode | undefined, file: PythonFile): TextFact | undefined {
  const made = node === undefined ? undefined : (file.made.get(file.source.of(node)) ?? madeBy(node, file.source));
  if (made !== undefined && /(topic|subscription)_path$/.test(made.by)) return file.values.text(made.args[1]);
  return awsName(file.values.text(node));
}

/** NATS' `nc.subscribe("x", cb=handle)`, Pub/Sub's `subscriber.subscribe(path, callback=handle)`. */
export const subscribeWithHandler: CallIdiom = (call, file) => {
  const nats = argument(call, file, -1, 'cb');
  if (nats !== undefined) {
    const subject = file.values.text(argument(call, file, 0, 'subject'));
    addMessage(file, call, 'consumer', 'nats', subject, file.values.handler(nats));
    return;
  }
  const callback = argument(call, file, -1, 'callback');
  if (callback === undefined || !/subscriber/i.test(`${call.receiver} ${file.made.get(call.receiver)?.by ?? ''}`))
    return;
  const subscription = cloudName(argument(call, file, 0, 'subscription'), file);
  addMessage(file, call, 'consumer', 'gcp_pubsub', subscription, file.values.handler(callback));
};

/** aio_pika's `queue.consume(handle)` and `async with queue.iterator()`, where the file declares the queue. */
export const consumeQueue: CallIdiom = (call, file) => {
  const made = file.made.get(call.receiver);
  if (made === undefined || !/(declare|get)_queue$/.test(made.by)) return;
  const given = made.args.find((node) => node.type !== 'keyword_argument');
  const named = keyword(made.args, 'name', file.source);
  const handler = call.name === 'consume' ? file.values.handler(argument(call, file, 0, 'callback')) : undefined;
  addMessage(file, call, 'consumer', 'rabbitmq', file.values.text(given ?? named), handler);
};

/** boto3's `sqs.send_message(QueueUrl=…)`, `sqs.receive_message(…)`, and of a queue that `get_queue_by_name` gave. */
export const awsMessage: CallIdiom = (call, file) => {
  const side = call.name.startsWith('receive') ? 'consumer' : 'producer';
  const given = argument(call, file, -1, 'QueueUrl');
  const made = file.made.get(
    given === undefined ? call.receiver : file.source.of(given).replace(/\["QueueUrl"\]$/, ''),
  );
  const byName = /get_queue_(by_name|url)$/.test(made?.by ?? '')
    ? keyword(made?.args ?? [], 'QueueName', file.source)
    : undefined;
  const queue = awsName(file.values.text(byName ?? given));
  if (queue !== undefined) addMessage(file, call, side, 'aws_sqs', queue);
};

/** FastStream's and Faust's `@broker.subscriber("x")`, `@app.agent(topic)`. */
export const subscriber: CallIdiom = (call, file) => {
  const named = ['topic', 'queue', 'subject', 'channel'].map((word) => argument(call, file, -1, word));
  const given = [...positional(call.args), ...named.filter((node) => node !== undefined)];
  for (const topic of given.flatMap((node) => topicsOf(node, file))) {
    addMessage(file, call, 'consumer', '', topic, decorated(call, file));
  }
};

/** FastStream's `@broker.publisher("x")`: what the function returns is sent there. */
export const publisher: CallIdiom = (call, file) => {
  for (const topic of file.values.texts(positional(call.args)[0])) addMessage(file, call, 'producer', '', topic);
};

function decorated(call: CallSite, file: PythonFile): HandlerFact {
  return { kind: 'function', function: file.outline.functionAt(call.node.startIndex) };
}
