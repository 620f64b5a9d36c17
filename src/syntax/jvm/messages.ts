import { CallSite, lastPart } from '../extract/callSite';
import { sendingCall } from '../extract/sending';
import { addMessage } from '../extract/sourceFile';
import type { HandlerFact } from '../facts';
import type { Idiom } from '../extract/idioms';
import type { JvmFile } from './file';
import { bindingOf } from './streams';

type CallIdiom = Idiom<JvmFile>;

/** `kafkaTemplate.send("topic", …)`, `streamBridge.send("binding", …)`, `jmsTemplate.send("queue", …)`. */
export const send: CallIdiom = (call, file) => {
  const type = `${lastPart(call.receiver)} ${file.made.get(call.receiver)?.by ?? ''}`;
  const system = systemOf(type);
  if (system === undefined || call.args.length < 2) return;
  const destination = file.values.text(call.args[0]);
  addMessage(file, call, 'producer', system, destination);
  if (destination?.kind === 'literal' && /streamBridge/i.test(type)) {
    addMessage(file, call, 'producer', system, bindingOf(destination.text));
  }
};

/** `MessageBuilder.withPayload(order).setHeader(KafkaHeaders.TOPIC, "orders")`: sent by the only `send` around. */
export const headerTopic: CallIdiom = (call, file) => {
  const [key, topic] = call.args;
  if (key === undefined || !/\bTOPIC$|"kafka_topic"/.test(file.source.of(key))) return;
  const around = file.outline.functionAt(call.start);
  const sends = file.captures.of('call').flatMap((capture) => {
    const site = CallSite.of(capture, file.source);
    const isSend = site?.name === 'send' && file.outline.functionAt(site.start) === around;
    return isSend && site.args.length === 1 ? [site] : [];
  });
  addMessage(file, sends.length === 1 ? sends[0]! : call, 'producer', 'kafka', file.values.text(topic));
};

/** `rabbitTemplate.convertAndSend("exchange", "key", message)`, `jmsTemplate.convertAndSend("queue", message)`. */
export const convertAndSend: CallIdiom = (call, file) => {
  const type = `${lastPart(call.receiver)} ${file.made.get(call.receiver)?.by ?? ''}`;
  const system = systemOf(type) ?? 'rabbitmq';
  for (const argument of call.args.slice(0, call.args.length > 2 ? 2 : 1)) {
    if (call.args.length > 1) addMessage(file, call, 'producer', system, file.values.text(argument));
  }
};

/** RabbitMQ's `channel.basicPublish("exchange", "key", …)` and `basicConsume("queue", …)`. */
export const basicPublish: CallIdiom = (call, file) => {
  for (const argument of call.args.slice(0, 2)) {
    addMessage(file, call, 'producer', 'rabbitmq', file.values.text(argument));
  }
};

export const basicConsume: CallIdiom = (call, file) => {
  const callback = call.args.map((argument) => file.values.handler(argument)).find((handler) => handler !== undefined);
  addMessage(file, call, 'consumer', 'rabbitmq', file.values.text(call.args[0]), callback);
};

/** `new ProducerRecord<>("topic", …)`, which `producer.send(record)` sends. */
export const producerRecord: CallIdiom = (call, file) => {
  const destination = file.values.text(call.args[0]);
  if (destination === undefined) return;
  const range = sendingCall(file, call.node, /^send$/) ?? call.range;
  const handler: HandlerFact = { kind: 'function', function: file.outline.functionAt(call.start) };
  file.facts.messages.push({ side: 'producer', system: 'kafka', destination, handler, range });
};

/** `consumer.subscribe(List.of("topic"))`; the function that polls is who handles. */
export const subscribe: CallIdiom = (call, file) => {
  const type = `${lastPart(call.receiver)} ${file.made.get(call.receiver)?.by ?? ''}`;
  if (!/consumer/i.test(type)) return;
  for (const topic of file.values.texts(call.args[0])) {
    addMessage(file, call, 'consumer', 'kafka', topic, poller(file) ?? around(call, file));
  }
};

function poller(file: JvmFile): HandlerFact | undefined {
  const poll = file.captures
    .of('call')
    .find(({ parts }) => parts.name !== undefined && file.source.of(parts.name) === 'poll');
  const index = poll === undefined ? -1 : file.outline.functionAt(poll.node.startIndex);
  return index < 0 ? undefined : { kind: 'function', function: index };
}

function around(call: CallSite, file: JvmFile): HandlerFact {
  return { kind: 'function', function: file.outline.functionAt(call.start) };
}

function systemOf(type: string): string | undefined {
  if (/kafka|producer/i.test(type)) return 'kafka';
  if (/rabbit|amqp/i.test(type)) return 'rabbitmq';
  if (/jms/i.test(type)) return 'jms';
  if (/sqs/i.test(type)) return 'aws_sqs';
  return /streamBridge/i.test(type) ? '' : undefined;
}
