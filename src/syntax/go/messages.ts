import { lastPart } from '../extract/callSite';
import { rangeOf, sendingCall, sendingCalls } from '../extract/sending';
import { addMessage, awsName, functionAround } from '../extract/sourceFile';
import { child } from '../extract/sourceText';
import type { HandlerFact, MessageFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { CallIdiom, GoFile } from './file';

/** Struct literals that name a topic: `sarama.ProducerMessage{Topic: …}`, `kafka.ReaderConfig{Topic: …}`. */
export function messageLiterals(file: GoFile): void {
  for (const { node, parts } of file.captures.of('literal')) {
    if (parts.type === undefined || parts.body === undefined) continue;
    const type = file.source.of(parts.type);
    const role = LITERALS.find(({ name }) => name.test(type));
    if (role === undefined) continue;
    const fields = file.values.fields(parts.body);
    for (const key of role.keys) {
      for (const topic of file.values.texts(fields.get(key))) {
        pushLiteral(file, node, role.side, role.system, role.system.startsWith('aws') ? awsName(topic) : topic);
      }
    }
  }
}

/** segmentio's writers, which have the topic of all that is written with them. */
const WRITER = /^kafka\.(Writer|WriterConfig)$/;

/** The calls that send messages of sarama, segmentio, franz-go and confluent; SQS and SNS. */
const SENDS =
  /^(SendMessages?|WriteMessages|Produce(Sync)?|TryProduce|Publish|SendMessage(Batch)?|(SendMessage|Publish)WithContext)$/;

const LITERALS: readonly {
  readonly name: RegExp;
  readonly keys: readonly string[];
  readonly side: MessageFact['side'];
  readonly system: string;
}[] = [
  {
    name: /^(sarama\.ProducerMessage|kafka\.Message|kgo\.Record)$/,
    keys: ['Topic'],
    side: 'producer',
    system: 'kafka',
  },
  { name: WRITER, keys: ['Topic'], side: 'producer', system: 'kafka' },
  { name: /^kafka\.ReaderConfig$/, keys: ['Topic', 'GroupTopics'], side: 'consumer', system: 'kafka' },
  { name: /^kafka\.TopicPartition$/, keys: ['Topic'], side: 'producer', system: 'kafka' },
  { name: /^sqs\.SendMessage(Batch)?Input$/, keys: ['QueueUrl'], side: 'producer', system: 'aws_sqs' },
  { name: /^sqs\.ReceiveMessageInput$/, keys: ['QueueUrl'], side: 'consumer', system: 'aws_sqs' },
  { name: /^sns\.PublishInput$/, keys: ['TopicArn'], side: 'producer', system: 'aws_sns' },
];

function pushLiteral(
  file: GoFile,
  node: SyntaxNode,
  side: MessageFact['side'],
  system: string,
  destination: TextFact | undefined,
): void {
  if (destination === undefined) return;
  if (side === 'producer') {
    const isWriter = WRITER.test(file.source.of(child(node, 'type') ?? node));
    const sends = [sendingCall(file, node, SENDS) ?? (isWriter ? undefined : file.source.range(node))];
    // A writer that is made in a constructor is written with in other functions.
    const written = sends[0] === undefined ? sendingCalls(file, /^WriteMessages$/, () => true) : [];
    for (const range of [...sends, ...written.map((call) => rangeOf(file, call))]) {
      if (range === undefined) continue;
      const handler = { kind: 'function' as const, function: file.outline.functionAt(node.startIndex) };
      file.facts.messages.push({ side, system, destination, handler, range });
    }
    return;
  }
  const around: HandlerFact = { kind: 'function', function: file.outline.functionAt(node.startIndex) };
  const handler = kafkaReader(file) ?? around;
  file.facts.messages.push({ side, system, destination, handler, range: file.source.range(node) });
}

/** sarama's `group.Consume(ctx, topics, handler)` (amqp's `ch.Consume("queue", …)`), `ConsumePartition("topic", …)`. */
export const consume: CallIdiom = (call, file) => {
  const [first, second] = call.args;
  if (call.args.length === 3 && call.name === 'Consume') {
    for (const topic of file.values.texts(second)) {
      addMessage(file, call, 'consumer', 'kafka', topic, kafkaReader(file) ?? functionAround(file, call));
    }
  } else if (call.name === 'ConsumePartition') addMessage(file, call, 'consumer', 'kafka', file.values.text(first));
  else if (call.args.length >= 7) addMessage(file, call, 'consumer', 'rabbitmq', queueName(first, file));
  else if (call.args.length >= 8) addMessage(file, call, 'consumer', 'rabbitmq', queueName(second, file));
};

/** confluent's `c.SubscribeTopics([]string{…}, nil)` and `c.Subscribe("topic", nil)`; NATS' `nc.Subscribe("subject", h)`. */
export const subscribe: CallIdiom = (call, file) => {
  const [first, second] = call.args;
  if (/confluent-kafka-go/.test(file.importPaths)) {
    for (const topic of file.values.texts(first)) {
      addMessage(file, call, 'consumer', 'kafka', topic, kafkaReader(file) ?? functionAround(file, call));
    }
  } else if (/watermill/.test(file.importPaths) && second !== undefined) {
    addMessage(file, call, 'consumer', '', file.values.text(second));
  } else if (/nats/.test(file.importPaths) && second !== undefined) {
    addMessage(file, call, 'consumer', 'nats', file.values.text(first), file.values.handler(call.args.at(-1)));
  }
};

/** franz-go's `kgo.ConsumeTopics("a", "b")`. */
export const consumeTopics: CallIdiom = (call, file) => {
  for (const topic of call.args.flatMap((argument) => file.values.texts(argument))) {
    addMessage(file, call, 'consumer', 'kafka', topic, kafkaReader(file) ?? functionAround(file, call));
  }
};

/** amqp091's `ch.PublishWithContext(ctx, exchange, key, …)`; NATS' `nc.Publish("subject", …)`. */
export const publish: CallIdiom = (call, file) => {
  const args = call.name.endsWith('Context') ? call.args.slice(1) : call.args;
  if (args.length >= 5) {
    addMessage(file, call, 'producer', 'rabbitmq', queueName(args[0], file));
    addMessage(file, call, 'producer', 'rabbitmq', queueName(args[1], file));
  } else if (/watermill/.test(file.importPaths) && args.length >= 2) {
    addMessage(file, call, 'producer', '', file.values.text(args[0]));
  } else if (/nats/.test(file.importPaths)) {
    const subject = call.args.find((argument) => file.values.string(argument) !== undefined) ?? call.args[0];
    addMessage(file, call, 'producer', 'nats', file.values.text(subject));
  }
};

/** watermill's `router.AddHandler("name", "topic", sub, "published", pub, h)` and `AddConsumerHandler(…)`. */
export const watermillHandler: CallIdiom = (call, file) => {
  if (!/watermill/.test(file.importPaths) || call.args.length < 4) return;
  const handler = file.values.handler(call.args.at(-1));
  addMessage(file, call, 'consumer', '', file.values.text(call.args[1]), handler);
  if (call.name === 'AddHandler') addMessage(file, call, 'producer', '', file.values.text(call.args[3]));
};

/** asynq's `mux.HandleFunc("email:deliver", h)` and `mux.Handle(TypeEmail, newHandler())`. */
export const asynqHandler: CallIdiom = (call, file) => {
  const made = file.made.get(call.receiver) ?? file.made.get(lastPart(call.receiver));
  if (made === undefined || !/^asynq\.(New)?ServeMux$/.test(made.by)) return;
  const type = file.values.text(call.args[0]);
  const named = file.values.handler(call.args[1]);
  const handler: HandlerFact | undefined =
    call.name === 'Handle' && named?.kind === 'name' && !named.name.endsWith('ServeHTTP')
      ? { ...named, name: `${named.name}.ProcessTask`, orElse: [named.name, ...(named.orElse ?? [])] }
      : named;
  addMessage(file, call, 'consumer', 'asynq', type, handler);
};

/** asynq's `asynq.NewTask("email:deliver", payload)`. */
export const asynqTask: CallIdiom = (call, file) => {
  if (call.receiver === 'asynq') addMessage(file, call, 'producer', 'asynq', file.values.text(call.args[0]));
};

/** A queue's name, also as `q.Name` of a `q` made by `ch.QueueDeclare("name", …)`. */
function queueName(node: SyntaxNode | undefined, file: GoFile): TextFact | undefined {
  const text = file.values.text(node);
  if (text?.kind !== 'reference' || !text.name.endsWith('.Name')) return text;
  const made = file.made.get(text.name.slice(0, -'.Name'.length));
  return made !== undefined && lastPart(made.by) === 'QueueDeclare' ? file.values.text(made.args[0]) : text;
}

/** The function of this file that receives Kafka messages: `ConsumeClaim`, or the one that reads or polls. */
function kafkaReader(file: GoFile): HandlerFact | undefined {
  const claim = file.outline.named('ConsumeClaim')[0];
  if (claim !== undefined) return { kind: 'function', function: claim };
  for (const { node, parts } of file.captures.of('call')) {
    if (
      parts.name === undefined ||
      !/^(ReadMessage|FetchMessage|PollFetches|PollRecords|Poll)$/.test(file.source.of(parts.name))
    )
      continue;
    const around = file.outline.functionAt(node.startIndex);
    if (around >= 0) return { kind: 'function', function: around };
  }
  return undefined;
}
