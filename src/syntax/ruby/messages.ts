import { child } from '../extract/sourceText';
import { lastPart, type CallSite } from '../extract/callSite';
import { addMessage } from '../extract/sourceFile';
import { literal, literalText } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { keyword, positional, type CallIdiom, type RubyFile } from './file';
import { constantList } from './options';

/** The block of a call, if it is one that answers. */
function blockOf(call: CallSite, file: RubyFile): HandlerFact | undefined {
  const block = child(call.node, 'block');
  const index = block === undefined ? undefined : file.outline.functionOfNode(block.id);
  return index === undefined ? undefined : { kind: 'function', function: index };
}

/** ruby-kafka's `deliver_message(value, topic: 't')`, `produce(value, topic: 't')`; rdkafka's and WaterDrop's `produce_async(topic:)`. */
export const kafkaProduce: CallIdiom = (call, file) => {
  const topic = file.values.text(keyword(call, 'topic', file.source));
  addMessage(file, call, 'producer', 'kafka', topic);
};

/** ruby-kafka's `kafka.each_message(topic: 't') do` and `consumer.each_message do` after `consumer.subscribe('t')`. */
export const kafkaEach: CallIdiom = (call, file) => {
  const handler = blockOf(call, file);
  const topic = file.values.text(keyword(call, 'topic', file.source));
  if (topic !== undefined) return addMessage(file, call, 'consumer', 'kafka', topic, handler);
  for (const known of subscribed(call, file)) addMessage(file, call, 'consumer', 'kafka', known, handler);
};

/** The topics that the same function subscribes its consumer to. */
function subscribed(call: CallSite, file: RubyFile): TextFact[] {
  const around = file.outline.functionAt(call.start);
  return file.captures.of('call').flatMap(({ parts, node }) => {
    const { name, receiver, arguments: list } = parts;
    if (name === undefined || list === undefined || file.source.of(name) !== 'subscribe') return [];
    if (receiver === undefined || file.source.of(receiver) !== call.receiver) return [];
    if (file.outline.functionAt(node.startIndex) !== around) return [];
    const [given] = list.namedChildren;
    return given === undefined ? [] : (file.values.text(given) ?? []);
  });
}

/** Racecar's `subscribes_to "orders"` in a consumer's class: its `process` answers. */
export const racecarTopics: CallIdiom = (call, file) => {
  const handler = methodOfClass(call, file, ['process', 'process_batch']);
  if (handler === undefined) return;
  for (const node of positional(call)) {
    addMessage(file, call, 'consumer', 'kafka', file.values.text(node), handler);
  }
};

/** Karafka's `topic :orders do consumer OrdersConsumer end`. */
export const karafkaTopic: CallIdiom = (call, file) => {
  const block = child(call.node, 'block');
  const [given] = positional(call);
  if (call.receiver !== '' || block === undefined || given === undefined) return;
  const type = /\bconsumer\s+((?:::)?[A-Z][\w:]*)/.exec(file.source.of(block))?.[1];
  if (type === undefined) return;
  const name = `${type.replace(/^::/, '').replaceAll('::', '.')}.consume`;
  addMessage(file, call, 'consumer', 'kafka', file.values.text(given), { kind: 'name', name });
};

/** Sneakers' and Kicks' `from_queue 'orders'` in a worker's class: its `work` answers. */
export const sneakersQueue: CallIdiom = (call, file) => {
  const handler = methodOfClass(call, file, ['work', 'work_with_params']);
  const [given] = positional(call);
  if (handler === undefined || given === undefined) return;
  addMessage(file, call, 'consumer', 'rabbitmq', file.values.text(given), handler);
  const key = keyword(call, 'routing_key', file.source);
  const exchange = file.values.text(keyword(call, 'exchange', file.source));
  addMessage(file, call, 'consumer', 'rabbitmq', exchange, handler);
  const sent = literalText(exchange);
  if (key === undefined || sent === undefined) return;
  for (const one of constantList(key, file))
    addMessage(file, call, 'consumer', 'rabbitmq', literal(`${sent}.${one}`), handler);
};

const EXCHANGE = /^(topic|direct|fanout|headers|exchange|Bunny\.Exchange|Exchange)$/;

/**
 * Bunny's `exchange.publish(payload, routing_key: 'orders.created')`: its spans bear the exchange's name, and that of the
 * queue where the exchange is the default one.
 */
export const bunnyPublish: CallIdiom = (call, file) => {
  const isDefault =
    /(^|\.)default_exchange$/.test(call.receiver) || /default_exchange$/.test(file.made.get(call.receiver)?.by ?? '');
  const key = keyword(call, 'routing_key', file.source);
  const exchange = isDefault ? queueNamed(key, file) : bunnyName(call.receiver, EXCHANGE, file);
  addMessage(file, call, 'producer', 'rabbitmq', exchange);
};

/** `routing_key: 'orders'` or `routing_key: queue.name`. */
function queueNamed(node: SyntaxNode | undefined, file: RubyFile): TextFact | undefined {
  const owner = node === undefined ? undefined : /^(@?\w+)\.name$/.exec(file.source.of(node))?.[1];
  return owner === undefined ? file.values.text(node) : bunnyName(owner, QUEUE, file);
}

const QUEUE = /^(queue|Bunny\.Queue|Queue)$/;

/** Bunny's `queue.subscribe do |delivery, properties, body|`; the queue may be bound to exchanges before. */
export const bunnySubscribe: CallIdiom = (call, file) => {
  const handler = blockOf(call, file);
  if (handler === undefined) return;
  addMessage(file, call, 'consumer', 'rabbitmq', bunnyName(call.receiver, QUEUE, file), handler);
  const around = file.outline.functionAt(call.start);
  for (const { parts, node } of file.captures.of('call')) {
    const { name, receiver, arguments: list } = parts;
    if (name === undefined || receiver === undefined || file.source.of(name) !== 'bind') continue;
    if (file.source.of(receiver) !== call.receiver || file.outline.functionAt(node.startIndex) !== around) continue;
    const given = list?.namedChildren[0];
    if (given === undefined) continue;
    const named = bunnyName(file.source.of(given), EXCHANGE, file) ?? file.values.text(given);
    if (named?.kind === 'literal') addMessage(file, call, 'consumer', 'rabbitmq', named, handler);
  }
};

/** What a variable that holds an exchange or a queue was made with: `channel.topic('orders')`. */
function bunnyName(receiver: string, makers: RegExp, file: RubyFile): TextFact | undefined {
  const made = file.made.get(receiver) ?? file.made.get(receiver.replace(/^@/, ''));
  if (made === undefined || !(makers.test(made.by) || makers.test(lastPart(made.by)))) return undefined;
  return file.values.text(made.how === 'new' ? made.args[1] : made.args[0]);
}

function methodOfClass(call: CallSite, file: RubyFile, names: readonly string[]): HandlerFact | undefined {
  const type = file.outline.typeScopeAt(call.start);
  if (type === undefined || call.receiver !== '') return undefined;
  const index = file.outline.membersOf(type.name).find((one) => names.includes(file.outline.draft(one)?.name ?? ''));
  return index === undefined ? undefined : { kind: 'function', function: index };
}
