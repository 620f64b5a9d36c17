import { annotationsOf, type Annotation } from '../extract/annotations';
import type { CallSite } from '../extract/callSite';
import { lastPart } from '../extract/callSite';
import { addMessage } from '../extract/sourceFile';
import type { HandlerFact, TextFact } from '../facts';
import { attribute, type CallIdiom, type JavaFile } from './file';

const LISTENERS: Readonly<Record<string, { readonly system: string; readonly keys: readonly string[] }>> = {
  KafkaListener: { system: 'kafka', keys: ['topics', 'topicPattern', 'value'] },
  RabbitListener: { system: 'rabbitmq', keys: ['queues', 'queuesToDeclare', 'value'] },
  JmsListener: { system: 'jms', keys: ['destination'] },
  SqsListener: { system: 'aws_sqs', keys: ['value', 'queueNames'] },
  PulsarListener: { system: 'pulsar', keys: ['topics', 'value'] },
  StreamListener: { system: '', keys: ['value', 'target'] },
  Incoming: { system: '', keys: ['value'] },
  Topic: { system: 'kafka', keys: ['value'] },
  NatsListener: { system: 'nats', keys: ['value'] },
  ServiceActivator: { system: '', keys: ['inputChannel'] },
};

/** `@KafkaListener(topics = …)` and its relatives, on methods or on a class with `@KafkaHandler` methods. */
export function annotatedListeners(file: JavaFile): void {
  for (const annotation of file.annotations) {
    const listener = LISTENERS[annotation.name];
    if (listener === undefined) continue;
    for (const destination of destinations(annotation, listener.keys, file)) {
      for (const index of listeningMethods(annotation, file)) {
        const handler: HandlerFact = { kind: 'function', function: index };
        addMessage(file, annotation.site, sideOf(annotation, file), listener.system, destination, handler);
      }
    }
  }
}

function destinations({ site }: Annotation, keys: readonly string[], file: JavaFile): TextFact[] {
  for (const key of keys) {
    const given = attribute(site, key, file.source);
    const texts = file.values.items(given).flatMap((item) => {
      if (item.type !== 'annotation') return file.values.text(item) ?? [];
      const inner = item.descendantsOfType('string_literal')[0];
      return file.values.text(inner) ?? [];
    });
    if (texts.length > 0) return texts;
  }
  const bindings = site.args.find((argument) => /Queue\s*\(/.test(file.source.of(argument)));
  const queue = bindings?.descendantsOfType('string_literal')[0];
  return queue === undefined ? [] : [file.values.text(queue)].flatMap((text) => text ?? []);
}

/** Micronaut's `@Topic` stands on methods that send, too: those of a `@KafkaClient`. */
function sideOf({ name, site }: Annotation, file: JavaFile): 'producer' | 'consumer' {
  const onType = annotationsOf(file.outline.typeScopeAt(site.start), file.annotations);
  return name === 'Topic' && onType.some((other) => other.name === 'KafkaClient') ? 'producer' : 'consumer';
}

function listeningMethods(annotation: Annotation, file: JavaFile): number[] {
  if (annotation.function >= 0) return [annotation.function];
  const { start, end } = annotation.target;
  return file.annotations
    .filter(
      ({ name, site, function: index }) =>
        index >= 0 && /Handler$/.test(name) && site.start > start && site.start < end,
    )
    .map(({ function: index }) => index);
}

/** `kafkaTemplate.send("topic", …)`, `streamBridge.send("binding", …)`, `jmsTemplate.send("queue", …)`. */
export const send: CallIdiom = (call, file) => {
  const type = `${lastPart(call.receiver)} ${file.made.get(call.receiver)?.by ?? ''}`;
  const system = systemOf(type);
  if (system === undefined || call.args.length < 2) return;
  addMessage(file, call, 'producer', system, file.values.text(call.args[0]));
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

/** `new ProducerRecord<>("topic", …)`. */
export const producerRecord: CallIdiom = (call, file) => {
  addMessage(file, call, 'producer', 'kafka', file.values.text(call.args[0]));
};

/** `consumer.subscribe(List.of("topic"))`; the function that polls is who handles. */
export const subscribe: CallIdiom = (call, file) => {
  const type = `${lastPart(call.receiver)} ${file.made.get(call.receiver)?.by ?? ''}`;
  if (!/consumer/i.test(type)) return;
  for (const topic of file.values.texts(call.args[0])) {
    addMessage(file, call, 'consumer', 'kafka', topic, poller(file) ?? around(call, file));
  }
};

function poller(file: JavaFile): HandlerFact | undefined {
  const poll = file.captures
    .of('call')
    .find(({ parts }) => parts.name !== undefined && file.source.of(parts.name) === 'poll');
  const index = poll === undefined ? -1 : file.outline.functionAt(poll.node.startIndex);
  return index < 0 ? undefined : { kind: 'function', function: index };
}

function around(call: CallSite, file: JavaFile): HandlerFact {
  return { kind: 'function', function: file.outline.functionAt(call.start) };
}

function systemOf(type: string): string | undefined {
  if (/kafka|producer/i.test(type)) return 'kafka';
  if (/rabbit|amqp/i.test(type)) return 'rabbitmq';
  if (/jms/i.test(type)) return 'jms';
  if (/sqs/i.test(type)) return 'aws_sqs';
  return /streamBridge/i.test(type) ? '' : undefined;
}
