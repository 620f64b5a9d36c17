import { lastPart } from '../extract/callSite';
import { addMessage, awsName } from '../extract/sourceFile';
import { children } from '../extract/sourceText';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { CallIdiom, JavascriptFile } from './file';
import { unwrapped } from './values';

/** kafkajs' `producer.send({ topic })`, Nest's `client.send('topic', …)`. */
export const send: CallIdiom = (call, file) => {
  const topic = file.values.property(call.args[0], 'topic');
  if (topic !== undefined) addMessage(file, call, 'producer', 'kafka', file.values.text(topic));
  else clientMessage(call, file);
};

/** kafkajs' `producer.sendBatch({ topicMessages: [{ topic }] })`. */
export const sendBatch: CallIdiom = (call, file) => {
  const list = file.values.property(call.args[0], 'topicMessages');
  for (const entry of list?.type === 'array' ? children(list) : []) {
    addMessage(file, call, 'producer', 'kafka', file.values.text(file.values.property(entry, 'topic')));
  }
};

/** Nest's `client.emit('topic', payload)`. */
export const clientMessage: CallIdiom = (call, file) => {
  const made = file.made.get(call.receiver)?.by ?? '';
  const system = /^Client(Kafka|Proxy|RMQ|Redis|Nats|TCP)/.exec(lastPart(made))?.[1];
  if (system === undefined) return;
  const pattern = call.args[0];
  const name = pattern?.type === 'object' ? firstProperty(pattern, file) : file.values.text(pattern);
  addMessage(file, call, 'producer', NEST_SYSTEMS[system] ?? '', name);
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
    for (const topic of file.values.texts(topics)) addMessage(file, call, 'consumer', 'kafka', topic, handler);
  } else if (options.type === 'array') {
    // node-rdkafka hands messages to `on('data', …)`, which is read by itself.
    if (/\.on\(\s*['"]data['"]/.test(file.source.text)) return;
    for (const topic of file.values.texts(options))
      addMessage(file, call, 'consumer', 'kafka', topic, runHandler(call.receiver, file));
  } else if (/^(nc|nats)|nats|Nats/.test(lastPart(call.receiver))) {
    const handler = file.values.handler(file.values.property(call.args[1], 'callback') ?? call.args.at(-1));
    addMessage(file, call, 'consumer', 'nats', file.values.text(options), handler);
  }
};

/** amqplib's `channel.publish('exchange', 'key', …)`; NATS' and Redis' `publish('subject', …)`. */
export const publish: CallIdiom = (call, file) => {
  const [first, second] = call.args;
  const receiver = lastPart(call.receiver);
  if (/^(ch|chan|channel)$|Channel/i.test(receiver)) {
    const exchange = file.values.text(first);
    const key = file.values.text(second);
    if (exchange?.kind !== 'literal' || exchange.text !== '') addMessage(file, call, 'producer', 'rabbitmq', exchange);
    addMessage(file, call, 'producer', 'rabbitmq', key);
  } else if (/nats|^(nc|js|jetstream)$/i.test(receiver))
    addMessage(file, call, 'producer', 'nats', file.values.text(first));
  else if (/redis|pub(lisher)?$/i.test(receiver)) addMessage(file, call, 'producer', 'redis', file.values.text(first));
};

/** amqplib's `channel.sendToQueue('queue', …)`. */
export const sendToQueue: CallIdiom = (call, file) => {
  addMessage(file, call, 'producer', 'rabbitmq', file.values.text(call.args[0]));
};

/** amqplib's `channel.consume('queue', onMessage)`. */
export const consumeCall: CallIdiom = (call, file) => {
  if (call.args.length < 2) return;
  addMessage(file, call, 'consumer', 'rabbitmq', file.values.text(call.args[0]), file.values.handler(call.args[1]));
};

/** node-rdkafka's `producer.produce('topic', …)`. */
export const produceCall: CallIdiom = (call, file) => {
  if (call.args.length >= 2) addMessage(file, call, 'producer', 'kafka', file.values.text(call.args[0]));
};

/** BullMQ's `queue.add('job', data)` on a `new Queue('emails')` of this file, or on a queue that another exports. */
export const queueAdd: CallIdiom = (call, file) => {
  const queue = file.made.get(call.receiver);
  if (queue?.how === 'new' && queue.by === 'Queue')
    addMessage(file, call, 'producer', 'bullmq', file.values.text(queue.args[0]));
  else if (/queue$/i.test(call.receiver) && file.imported.has(call.receiver))
    addMessage(file, call, 'producer', 'bullmq', { kind: 'reference', name: `${call.receiver}.name` });
};

/** `new Worker('emails', async (job) => …)` of BullMQ. */
export const newWorker: CallIdiom = (call, file) => {
  if (call.args.length < 2 || !importsFrom(file, /bullmq|^bull$/)) return;
  addMessage(file, call, 'consumer', 'bullmq', file.values.text(call.args[0]), file.values.handler(call.args[1]));
};

/** `new SendMessageCommand({ QueueUrl })`, `new PublishCommand({ TopicArn })` of the AWS SDK. */
export const awsMessage: CallIdiom = (call, file) => {
  const target = file.values.property(call.args[0], 'QueueUrl') ?? file.values.property(call.args[0], 'TopicArn');
  const name = file.values.text(target);
  const system = call.name.startsWith('Publish') ? 'aws_sns' : 'aws_sqs';
  if (name === undefined) return;
  const destination = awsName(name);
  if (call.name.startsWith('Receive')) addMessage(file, call, 'consumer', system, destination, undefined);
  else addMessage(file, call, 'producer', system, destination);
};

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

function firstProperty(object: SyntaxNode, file: JavascriptFile): TextFact | undefined {
  return file.values.text(file.values.properties(object)[0]?.value);
}

function importsFrom(file: JavascriptFile, module: RegExp): boolean {
  return [...file.imported.values()].some((entry) => module.test(entry.from));
}
