import type { Node } from 'web-tree-sitter';
import { type CallSite, lastPart } from '../extract/callSite';
import { children } from '../extract/sourceText';
import { literal } from '../extract/textBuilder';
import type { HandlerFact, MessageFact, TextFact } from '../facts';
import type { CallIdiom, JavascriptFile } from './file';
import { unwrapped } from './values';

/** kafkajs' `producer.send({ topic })`, Nest's `client.send('topic', …)`. */
export const send: CallIdiom = (call, file) => {
  const topic = file.values.property(call.args[0], 'topic');
  if (topic !== undefined) produce(file, call, 'kafka', file.values.text(topic));
  else clientMessage(call, file);
};

/** kafkajs' `producer.sendBatch({ topicMessages: [{ topic }] })`. */
export const sendBatch: CallIdiom = (call, file) => {
  const list = file.values.property(call.args[0], 'topicMessages');
  for (const entry of list?.type === 'array' ? children(list) : []) {
    produce(file, call, 'kafka', file.values.text(file.values.property(entry, 'topic')));
  }
};

/** Nest's `client.emit('topic', payload)`. */
export const clientMessage: CallIdiom = (call, file) => {
  const made = file.made.get(call.receiver)?.by ?? '';
  const system = /^Client(Kafka|Proxy|RMQ|Redis|Nats|TCP)/.exec(lastPart(made))?.[1];
  if (system === undefined) return;
  const pattern = call.args[0];
  const name = pattern?.type === 'object' ? firstProperty(pattern, file) : file.values.text(pattern);
  produce(file, call, NEST_SYSTEMS[system] ?? '', name);
};

const NEST_SYSTEMS: Readonly<Record<string, string>> = {
  Kafka: 'kafka',
  RMQ: 'rabbitmq',
  Redis: 'redis',
  Nats: 'nats',
};

/** kafkajs' `consumer.subscribe({ topic })`, whose handler is given to `consumer.run`; also NATS and node-rdkafka. */
export const subscribe: CallIdiom = (call, file) => {
  const [first] = call.args;
  if (first === undefined) return;
  const options = unwrapped(first);
  if (options.type === 'object') {
    const topics = file.values.property(options, 'topics') ?? file.values.property(options, 'topic');
    const handler = runHandler(call.receiver, file);
    for (const topic of file.values.texts(topics)) consume(file, call, 'kafka', topic, handler);
  } else if (options.type === 'array') {
    for (const topic of file.values.texts(options))
      consume(file, call, 'kafka', topic, runHandler(call.receiver, file));
  } else if (/^(nc|nats)|nats|Nats/.test(lastPart(call.receiver))) {
    const handler = file.values.handler(file.values.property(call.args[1], 'callback') ?? call.args.at(-1));
    consume(file, call, 'nats', file.values.text(options), handler);
  }
};

/** amqplib's `channel.publish('exchange', 'key', …)`; NATS' and Redis' `publish('subject', …)`. */
export const publish: CallIdiom = (call, file) => {
  const [first, second] = call.args;
  const receiver = lastPart(call.receiver);
  if (/^(ch|chan|channel)$|Channel/i.test(receiver)) {
    const exchange = file.values.text(first);
    const key = file.values.text(second);
    if (exchange?.kind !== 'literal' || exchange.text !== '') produce(file, call, 'rabbitmq', exchange);
    produce(file, call, 'rabbitmq', key);
  } else if (/nats|^(nc|js|jetstream)$/i.test(receiver)) produce(file, call, 'nats', file.values.text(first));
  else if (/redis|pub(lisher)?$/i.test(receiver)) produce(file, call, 'redis', file.values.text(first));
};

/** amqplib's `channel.sendToQueue('queue', …)`. */
export const sendToQueue: CallIdiom = (call, file) => {
  produce(file, call, 'rabbitmq', file.values.text(call.args[0]));
};

/** amqplib's `channel.consume('queue', onMessage)`. */
export const consumeCall: CallIdiom = (call, file) => {
  if (call.args.length < 2) return;
  consume(file, call, 'rabbitmq', file.values.text(call.args[0]), file.values.handler(call.args[1]));
};

/** node-rdkafka's `producer.produce('topic', …)`. */
export const produceCall: CallIdiom = (call, file) => {
  if (call.args.length >= 2) produce(file, call, 'kafka', file.values.text(call.args[0]));
};

/** BullMQ's `queue.add('job', data)` on a `new Queue('emails')`. */
export const queueAdd: CallIdiom = (call, file) => {
  const queue = file.made.get(call.receiver);
  if (queue?.isNew === true && queue.by === 'Queue') produce(file, call, 'bullmq', file.values.text(queue.args[0]));
};

/** `new Worker('emails', async (job) => …)` of BullMQ. */
export const newWorker: CallIdiom = (call, file) => {
  if (call.args.length < 2 || !importsFrom(file, /bullmq|^bull$/)) return;
  consume(file, call, 'bullmq', file.values.text(call.args[0]), file.values.handler(call.args[1]));
};

/** `new SendMessageCommand({ QueueUrl })`, `new PublishCommand({ TopicArn })` of the AWS SDK. */
export const awsMessage: CallIdiom = (call, file) => {
  const target = file.values.property(call.args[0], 'QueueUrl') ?? file.values.property(call.args[0], 'TopicArn');
  const name = file.values.text(target);
  const system = call.name.startsWith('Publish') ? 'aws_sns' : 'aws_sqs';
  if (name === undefined) return;
  const destination: TextFact =
    name.kind === 'literal'
      ? literal(name.text.slice(Math.max(name.text.lastIndexOf('/'), name.text.lastIndexOf(':')) + 1))
      : name;
  if (call.name.startsWith('Receive')) consume(file, call, system, destination, undefined);
  else produce(file, call, system, destination);
};

/** A message fact whose handler is the function around the call. */
function produce(file: JavascriptFile, call: CallSite, system: string, destination: TextFact | undefined): void {
  push(file, call, 'producer', system, destination, undefined);
}

function consume(
  file: JavascriptFile,
  call: CallSite,
  system: string,
  destination: TextFact | undefined,
  handler: HandlerFact | undefined,
): void {
  push(file, call, 'consumer', system, destination, handler);
}

function push(
  file: JavascriptFile,
  call: CallSite,
  side: MessageFact['side'],
  system: string,
  destination: TextFact | undefined,
  given: HandlerFact | undefined,
): void {
  if (destination === undefined || (destination.kind === 'literal' && destination.text === '')) return;
  const handler = given ?? { kind: 'function' as const, function: file.outline.functionAt(call.start) };
  file.facts.messages.push({ side, system, destination, handler, range: call.range });
}

/** The `eachMessage` or `eachBatch` of the consumer's `run` in this file. */
function runHandler(receiver: string, file: JavascriptFile): HandlerFact | undefined {
  for (const { parts } of file.captures.of('call')) {
    if (parts.name === undefined || parts.arguments === undefined || file.source.of(parts.name) !== 'run') continue;
    if (parts.receiver === undefined || !file.source.of(parts.receiver).endsWith(lastPart(receiver))) continue;
    const options = parts.arguments.namedChildren.find((node) => node.type === 'object');
    const each = file.values.property(options, 'eachMessage') ?? file.values.property(options, 'eachBatch');
    const handler = file.values.handler(each);
    if (handler !== undefined) return handler;
  }
  return undefined;
}

function firstProperty(object: Node, file: JavascriptFile): TextFact | undefined {
  return file.values.text(file.values.properties(object)[0]?.value);
}

function importsFrom(file: JavascriptFile, module: RegExp): boolean {
  return [...file.imported.values()].some((entry) => module.test(entry.from));
}
