import { annotationsOf, type Annotation } from '../extract/annotations';
import { addMessage } from '../extract/sourceFile';
import { literal, TextBuilder } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { queueBindingTexts } from './bindings';
import { givenTexts, type JvmFile } from './file';

interface Listener {
  readonly system: string;
  readonly keys: readonly string[];
}

const LISTENERS: Readonly<Record<string, Listener>> = {
  KafkaListener: { system: 'kafka', keys: ['topics', 'topicPattern', 'value'] },
  RabbitListener: { system: 'rabbitmq', keys: ['queues', 'queuesToDeclare', 'value'] },
  JmsListener: { system: 'jms', keys: ['destination'] },
  SqsListener: { system: 'aws_sqs', keys: ['value', 'queueNames'] },
  PulsarListener: { system: 'pulsar', keys: ['topics', 'value'] },
  RocketMQMessageListener: { system: 'rocketmq', keys: ['topic'] },
  StreamListener: { system: '', keys: ['value', 'target'] },
  Incoming: { system: '', keys: ['value'] },
  Topic: { system: 'kafka', keys: ['value'] },
  Queue: { system: 'rabbitmq', keys: ['value'] },
  NatsListener: { system: 'nats', keys: ['value'] },
  Subject: { system: 'nats', keys: ['value'] },
  ServiceActivator: { system: '', keys: ['inputChannel'] },
};

/** `@KafkaListener(topics = …)` and its relatives, on methods or on a class with `@KafkaHandler` methods. */
export function annotatedListeners(file: JvmFile): void {
  for (const annotation of file.annotations) {
    const listener = Object.hasOwn(LISTENERS, annotation.name) ? LISTENERS[annotation.name]! : undefined;
    if (listener === undefined || isInside(annotation, file)) continue;
    for (const destination of destinations(annotation, listener.keys, file)) {
      for (const index of listeningMethods(annotation, file)) {
        const handler: HandlerFact = { kind: 'function', function: index };
        addMessage(file, annotation.site, sideOf(annotation, file), listener.system, destination, handler);
        if (annotation.name === 'KafkaListener') retryTopics(annotation, destination, file);
      }
    }
  }
}

/** The `@Queue` of a `@QueueBinding`, which stands in an annotation of its own. */
function isInside({ site }: Annotation, { annotations }: JvmFile): boolean {
  const { startIndex, endIndex } = site.node;
  return annotations.some(({ site: { node } }) => node.startIndex < startIndex && node.endIndex >= endIndex);
}

function destinations({ name, site }: Annotation, keys: readonly string[], file: JvmFile): TextFact[] {
  for (const key of keys) {
    const texts = file.given(site, key).flatMap((item) => file.values.text(item) ?? firstText(item, file) ?? []);
    // SmallRye's channels have topics of their own in the configuration; one without is its own topic.
    if (texts.length > 0) return name === 'Incoming' ? texts.flatMap((text) => [text, channelTopic(text)]) : texts;
  }
  const bindings = site.args.find((argument) => /Queue\s*\(/.test(file.source.of(argument)));
  return bindings === undefined ? [] : queueBindingTexts(bindings, file);
}

/**
 * The topics that `@RetryableTopic` makes beside the one listened to: `orders-retry-0` for the listener, `orders-dlt` for
 * the `@DltHandler` of its class.
 */
function retryTopics({ site, target, function: index }: Annotation, topic: TextFact, file: JvmFile): void {
  const retryable = file.annotations.find((other) => other.name === 'RetryableTopic' && other.target === target);
  if (retryable === undefined || index < 0) return;
  const suffix = (attribute: string, usual: string): TextFact =>
    givenTexts(file, retryable.site, attribute)[0] ?? literal(usual);
  const retried = joined([topic, suffix('retryTopicSuffix', '-retry'), UNKNOWN_END]);
  addMessage(file, site, 'consumer', 'kafka', retried, { kind: 'function', function: index });
  const container = file.outline.containerOf(index).at(-1);
  const dead = file.annotations.find((other) => {
    return other.name === 'DltHandler' && file.outline.containerOf(other.function).at(-1) === container;
  });
  if (dead === undefined) return;
  const handler: HandlerFact = { kind: 'function', function: dead.function };
  addMessage(file, dead.site, 'consumer', 'kafka', joined([topic, suffix('dltTopicSuffix', '-dlt')]), handler);
}

/** What a counter adds to a name. */
const UNKNOWN_END: TextFact = { kind: 'template', parts: ['-', ''], holes: [''] };

function joined(parts: readonly TextFact[]): TextFact | undefined {
  const text = new TextBuilder();
  for (const part of parts) text.addFact(part);
  return text.finish();
}

/** The key of the configuration that holds the topic of a channel. */
function channelTopic(channel: TextFact): TextFact {
  const name = channel.kind === 'literal' ? channel.text : '';
  return { kind: 'reference', name: `mp.messaging.incoming.${name}.topic` };
}

function firstText(node: SyntaxNode, file: JvmFile): TextFact | undefined {
  return file.values.text(node.descendantsOfType('string_literal')[0] ?? undefined);
}

/** Micronaut's `@Topic` stands on methods that send, too: those of a `@KafkaClient`. */
function sideOf({ name, site }: Annotation, file: JvmFile): 'producer' | 'consumer' {
  const onType = annotationsOf(file.outline.typeScopeAt(site.start), file.annotations);
  const isClient = onType.some((other) => /^(Kafka|Nats|Rabbit)Client$/.test(other.name));
  return /^(Topic|Subject|Queue)$/.test(name) && isClient ? 'producer' : 'consumer';
}

function listeningMethods(annotation: Annotation, file: JvmFile): readonly number[] {
  if (annotation.function >= 0) return [annotation.function];
  const { start, end, name } = annotation.target;
  if (annotation.name === 'RocketMQMessageListener') {
    return file.outline.membersOf(name).filter((index) => file.outline.draft(index)?.name === 'onMessage');
  }
  return file.annotations
    .filter(
      ({ name: on, site, function: index }) =>
        index >= 0 && /Handler$/.test(on) && site.start > start && site.start < end,
    )
    .map(({ function: index }) => index);
}

/** Micronaut's `@KafkaClient` and SmallRye's `@Outgoing("x")` on a method that makes messages. */
export function annotatedSenders(file: JvmFile): void {
  for (const { name, site, function: index } of file.annotations) {
    if (name !== 'Outgoing' || index < 0) continue;
    for (const channel of givenTexts(file, site, 'value')) {
      const handler: HandlerFact = { kind: 'function', function: index };
      addMessage(file, site, 'producer', '', channel, handler);
      const topic = channel.kind === 'literal' ? `mp.messaging.outgoing.${channel.text}.topic` : '';
      addMessage(file, site, 'producer', '', { kind: 'reference', name: topic }, handler);
    }
  }
}
