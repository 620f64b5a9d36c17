import { lastPart } from '../extract/callSite';
import { rangeOf, sendingCalls } from '../extract/sending';
import { addMessage, functionAround } from '../extract/sourceFile';
import type { HandlerFact } from '../facts';
import { argument, type CallIdiom, type CsharpFile } from './file';
import { unwrapped } from './values';

/** Confluent.Kafka's `producer.ProduceAsync("topic", message)`. */
export const produce: CallIdiom = (call, file) => {
  if (call.args.length >= 2)
    addMessage(file, call, 'producer', 'kafka', file.values.text(argument(call, file, 0, 'topic')));
};

/** Confluent.Kafka's `consumer.Subscribe("topic")`; the method that consumes is who handles. */
export const subscribe: CallIdiom = (call, file) => {
  const type = `${lastPart(call.receiver)} ${file.made.get(call.receiver)?.by ?? ''}`;
  if (!/consumer|listener|kafka/i.test(type)) return;
  for (const topic of file.values.texts(argument(call, file, 0, 'topic') ?? argument(call, file, 0, 'topics'))) {
    addMessage(file, call, 'consumer', 'kafka', topic, consuming(file) ?? functionAround(file, call));
  }
};

/** RabbitMQ.Client's `channel.BasicPublish(exchange: "", routingKey: "orders", …)`. */
export const basicPublish: CallIdiom = (call, file) => {
  addMessage(file, call, 'producer', 'rabbitmq', file.values.text(argument(call, file, 0, 'exchange')));
  addMessage(file, call, 'producer', 'rabbitmq', file.values.text(argument(call, file, 1, 'routingKey')));
};

/** MassTransit's `cfg.ReceiveEndpoint("orders", e => e.ConfigureConsumer<OrderConsumer>(context))` and rider's topics. */
export const receiveEndpoint: CallIdiom = (call, file) => {
  const text = file.source.of(call.node);
  const consumers = new Set([...text.matchAll(/Consumer<([\w.]+)>/g)].map((match) => lastPart(match[1]!)));
  const [only] = consumers;
  if (consumers.size !== 1 || only === undefined) return;
  const name = `${only}.Consume`;
  addMessage(file, call, 'consumer', 'masstransit', file.values.text(argument(call, file, 0, 'queueName')), {
    kind: 'name',
    name,
  });
};

/** The method of this file that is added to an event: `processor.ProcessMessageAsync += HandleMessage`. */
function addedTo(event: string, file: CsharpFile): HandlerFact | undefined {
  const name = new RegExp(`\\.${event}\\s*\\+=\\s*([\\w.]+)\\s*;`).exec(file.source.text)?.[1];
  const index = name === undefined ? undefined : file.outline.named(lastPart(name))[0];
  return index === undefined ? undefined : { kind: 'function', function: index };
}

/** RabbitMQ.Client's `channel.BasicConsume(queue: "orders", …)`, whose handler is added to `consumer.Received`. */
export const basicConsume: CallIdiom = (call, file) => {
  const received = /\.Received(?:Async)?\s*\+=\s*([\w.]+)\s*;/.exec(file.source.text)?.[1];
  const index = received === undefined ? undefined : file.outline.named(lastPart(received))[0];
  const handler: HandlerFact = index === undefined ? functionAround(file, call) : { kind: 'function', function: index };
  addMessage(file, call, 'consumer', 'rabbitmq', file.values.text(argument(call, file, 0, 'queue')), handler);
};

/** Azure Service Bus' `client.CreateProcessor("orders")` and `CreateReceiver("orders")`. */
export const serviceBus: CallIdiom = (call, file) => {
  const name = file.values.text(
    argument(call, file, 0, call.name === 'CreateProcessor' ? 'queueName' : 'queueOrTopicName'),
  );
  const added = addedTo('ProcessMessageAsync', file);
  addMessage(file, call, 'consumer', 'servicebus', name, added ?? functionAround(file, call));
};

/** Azure Service Bus' `client.CreateSender("orders")`: sent is where the sender is used, often in another method. */
export const serviceBusSender: CallIdiom = (call, file) => {
  const name = file.values.text(argument(call, file, 0, 'queueOrTopicName'));
  const [, kept] =
    /(\w+)\s*=\s*$/.exec(file.source.text.slice(Math.max(0, call.node.startIndex - 100), call.node.startIndex)) ?? [];
  const uses = kept === undefined ? [] : sendingCalls(file, SENDS, (receiver) => lastPart(receiver) === kept);
  if (uses.length === 0) addMessage(file, call, 'producer', 'servicebus', name);
  for (const use of name === undefined ? [] : uses) {
    const handler: HandlerFact = { kind: 'function', function: file.outline.functionAt(use.node.startIndex) };
    const range = rangeOf(file, use);
    file.facts.messages.push({ side: 'producer', system: 'servicebus', destination: name!, handler, range });
  }
};

const SENDS = /^(SendMessages?Async|ScheduleMessages?Async)$/;

/** Dapr's `client.PublishEventAsync("pubsub", "orders", …)`. */
export const publishEvent: CallIdiom = (call, file) => {
  addMessage(file, call, 'producer', 'dapr', file.values.text(argument(call, file, 1, 'topicName')));
};

/** Attributes of methods that handle what is sent to a name, and the system that sends. */
const LISTENERS: Readonly<Record<string, string>> = {
  Topic: 'dapr',
  CapSubscribe: '',
  ServiceBusTrigger: 'servicebus',
  QueueTrigger: 'azure_queues',
  KafkaTrigger: 'kafka',
  EventHubTrigger: 'eventhubs',
  RabbitMQTrigger: 'rabbitmq',
  Function: 'azure_functions',
  FunctionName: 'azure_functions',
};

/** `[Topic("pubsub", "orders")]` of Dapr, `[CapSubscribe("orders")]` of CAP, `[Function("CreateOrder")]` of Azure. */
export function annotatedListeners(file: CsharpFile): void {
  for (const { site, name, function: index } of file.annotations) {
    const system = LISTENERS[name.replace(/Attribute$/, '')];
    if (index < 0 || system === undefined) continue;
    const given = site.args[name === 'Topic' || name === 'KafkaTrigger' ? 1 : 0];
    const destination = given === undefined ? undefined : file.values.text(unwrapped(given));
    addMessage(file, site, 'consumer', system, destination, { kind: 'function', function: index });
  }
}

function consuming(file: CsharpFile): HandlerFact | undefined {
  const consume = file.captures
    .of('call')
    .find(({ parts }) => parts.name !== undefined && file.source.of(parts.name) === 'Consume');
  const index = consume === undefined ? -1 : file.outline.functionAt(consume.node.startIndex);
  return index < 0 ? undefined : { kind: 'function', function: index };
}
