import { lastPart } from '../extract/callSite';
import { addMessage, awsName } from '../extract/sourceFile';
import type { SyntaxNode } from '../syntaxNode';
import type { CallIdiom, JavascriptFile } from './file';
import { madeBy } from './made';
import { unwrapped } from './values';

/** Google Pub/Sub's `pubsub.topic('emails').publishMessage(…)`. */
export const publishMessage: CallIdiom = (call, file) => {
  const topic = namedBy(call.receiverNode, 'topic', file);
  if (topic !== undefined) addMessage(file, call, 'producer', 'gcp_pubsub', file.values.text(topic));
};

/** Google Pub/Sub's `pubsub.subscription('emails').on('message', handle)`. */
export const onMessage: CallIdiom = (call, file) => {
  const [event, handler] = call.args;
  if (file.values.string(event) !== 'message' || handler === undefined) return;
  const subscription = namedBy(call.receiverNode, 'subscription', file);
  if (subscription === undefined) return;
  addMessage(file, call, 'consumer', 'gcp_pubsub', file.values.text(subscription), file.values.handler(handler));
};

/** node-rdkafka's `consumer.on('data', handle)` beside `consumer.subscribe(['topic'])`. */
export const onData: CallIdiom = (call, file) => {
  const [event, handler] = call.args;
  if (file.values.string(event) !== 'data' || handler === undefined) return;
  for (const { parts } of file.captures.of('call')) {
    if (parts.name === undefined || parts.arguments === undefined || file.source.of(parts.name) !== 'subscribe')
      continue;
    const [topics] = parts.arguments.namedChildren;
    if (topics === null || topics?.type !== 'array') continue;
    for (const topic of file.values.texts(topics)) {
      addMessage(file, call, 'consumer', 'kafka', topic, file.values.handler(handler));
    }
  }
};

/** `Consumer.create({ queueUrl, handleMessage })` of sqs-consumer. */
export const createConsumer: CallIdiom = (call, file) => {
  const [options] = call.args;
  const handler = file.values.property(options, 'handleMessage') ?? file.values.property(options, 'handleMessageBatch');
  const url = awsName(file.values.text(file.values.property(options, 'queueUrl')));
  if (handler !== undefined) addMessage(file, call, 'consumer', 'aws_sqs', url, file.values.handler(handler));
};

/** The AWS SDK's second version: `sqs.sendMessage({ QueueUrl })`, `sns.publish({ TopicArn })`. */
export const awsCall: CallIdiom = (call, file) => {
  const [options] = call.args;
  const queue = file.values.property(options, 'QueueUrl');
  const topic = file.values.property(options, 'TopicArn');
  const side = call.name.startsWith('receive') ? 'consumer' : 'producer';
  if (queue !== undefined) addMessage(file, call, side, 'aws_sqs', awsName(file.values.text(queue)));
  else if (topic !== undefined) addMessage(file, call, 'producer', 'aws_sns', awsName(file.values.text(topic)));
};

/** Bull's `queue.process(handle)` and `queue.process('job', handle)` on a `new Queue('emails')`. */
export const processQueue: CallIdiom = (call, file) => {
  const queue = file.made.get(call.receiver);
  if (queue?.how !== 'new' || !/^(Bull|Queue|BeeQueue)$/.test(lastPart(queue.by))) return;
  const handler = file.values.handler(call.args.at(-1));
  if (handler !== undefined) addMessage(file, call, 'consumer', 'bullmq', file.values.text(queue.args[0]), handler);
};

/** pg-boss' `boss.send('job', …)` and `boss.work('job', handle)`. */
export const workJob: CallIdiom = (call, file) => {
  if (!/boss/i.test(lastPart(call.receiver)) || call.args.length < 2) return;
  const handler = file.values.handler(call.args.at(-1));
  if (handler !== undefined) addMessage(file, call, 'consumer', 'pg-boss', file.values.text(call.args[0]), handler);
};

/** The first argument of `topic('x')`, called in a chain or kept in a variable. */
function namedBy(receiver: SyntaxNode | undefined, name: string, file: JavascriptFile): SyntaxNode | undefined {
  if (receiver === undefined) return undefined;
  const value = unwrapped(receiver);
  const made = madeBy(value, file.source) ?? file.made.get(file.source.of(value).replace(/^this\./, ''));
  return made !== undefined && lastPart(made.by) === name ? made.args[0] : undefined;
}

/** A factory of workers of the project: `factory.create(EMAIL_QUEUE, (job) => …)`; name and parameter say what it is. */
export const namedQueueHandler: CallIdiom = (call, file) => {
  const [first, handler] = call.args;
  if (first === undefined || handler?.type !== 'arrow_function') return;
  if (first.type !== 'member_expression' && first.type !== 'identifier') return;
  if (!/topic|queue|subject/i.test(file.source.of(first))) return;
  if (!/^(async\s*)?\(?\s*\{?\s*(job|msg|message|event|record|payload)\b/.test(file.source.of(handler).slice(0, 40)))
    return;
  addMessage(file, call, 'consumer', '', file.values.text(first), file.values.handler(handler));
};

/** A producer of the project: `this.events.emitMessage(TOPICS.ORDERS, …)`; the argument says that it is a topic. */
export const namedTopic: CallIdiom = (call, file) => {
  const [first] = call.args;
  if (first === undefined || call.args.length < 2) return;
  if (first.type !== 'member_expression' && first.type !== 'identifier') return;
  if (!/topic|queue|subject|exchange/i.test(file.source.of(first))) return;
  addMessage(file, call, 'producer', '', file.values.text(first));
};
