import { firstText } from '../../model/attributes';
import type { OperationKey } from '../../model/operation';
import {
  NO_PLACES,
  callsiteCandidate,
  ownerCandidate,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../candidate';
import { TEMPLATES, type MessageEntry } from '../index/entries';
import type { Entry } from '../index/keyedTable';
import { missInReach } from '../missed';
import { matchesTemplate } from './spanName';
import { CONFIDENCE, SHARED } from './confidences';

const DESTINATION = [
  'messaging.destination.name',
  'messaging.destination.template',
  'messaging.destination',
  'bullmq.queue.name',
];
const OPERATION = ['messaging.operation.type', 'messaging.operation', 'messaging.operation.name'];

/** A message's destination to the call that sends it (producer) or to the function that handles it (consumer). */
export function messagingEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const side = messageSide(operation);
  return side === undefined ? NO_PLACES : placesOfMessage(side, operation, context);
}

async function placesOfMessage(
  side: MessageEntry['side'],
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate[]> {
  const named = messageClass(operation) ?? bunnyDestination(operation, context);
  const queue = named === undefined ? rabbitQueue(operation) : undefined;
  const destination = named ?? firstText(operation.attributes, DESTINATION) ?? queue;
  if (destination === undefined) return [];
  const spelled = spellings(destination, firstText(operation.attributes, ['messaging.system']) === 'rabbitmq');
  const found =
    (queue === undefined ? spelled : [queue, ...spelled])
      .flatMap((name) => [fitting(name, side, operation, context), bound(name, side, operation, context)])
      .find((entries) => entries.length > 0) ?? [];
  const near = context.scope.nearest(found, ({ file }) => context.files.get(file)!);
  const fit = ofStreams(near, operation);
  const literal = fit.filter(({ value }) => value.destination.kind === 'literal');
  const best = literal.length > 0 ? literal : fit;
  if (best.length === 0) {
    const does = side === 'producer' ? 'sends to' : 'handles messages of';
    missInReach(`${does} "${destination}" by a name that can be read`, operation, context);
    return [];
  }
  const places = (await Promise.all(best.map((entry) => place(entry, destination, context)))).flat();
  const distinct = [
    ...new Map(places.map((candidate) => [`${candidate.file.path}:${candidate.line}`, candidate])).values(),
  ];
  if (distinct.length === 1) return distinct;
  return distinct.map((candidate) => ({ ...candidate, confidence: SHARED.messaging }));
}

/** What builds a topology is not what takes the time: it is offered, not shown. */
const STREAMS = 'kafka-streams';

/** Topologies of Kafka Streams only where its instrumentation speaks, or nobody else handles. */
function ofStreams(entries: Entry<MessageEntry>[], { scope }: OperationKey): Entry<MessageEntry>[] {
  const isWanted = /kafka-?streams/i.test(scope);
  const fitting = entries.filter(({ value }) => (value.system === STREAMS) === isWanted);
  return fitting.length > 0 ? fitting : entries;
}

/** The class of a message or job, where a framework names it: it says more than the queue, which many share. */
function messageClass({ attributes, name }: OperationKey): string | undefined {
  const named = firstText(attributes, ['symfony.messenger.message', 'messaging.message.job_name']);
  return named ?? /^(?:DISPATCH|SEND|CONSUME|HANDLE|PROCESS) ((?:\w+\\)+\w+)$/.exec(name)?.[1];
}

function fitting(
  destination: string,
  side: MessageEntry['side'],
  operation: OperationKey,
  context: EvidenceContext,
): Entry<MessageEntry>[] {
  return destinations(destination, context).filter(({ file, value }) => {
    if (value.queue !== undefined || value.side !== side) return false;
    return context.reaches(context.files.get(file)) && sameSystem(value, operation);
  });
}

/** Handlers of the queues that an exchange or routing key is bound to: consumers' spans name it in place of the queue. */
function bound(
  destination: string,
  side: MessageEntry['side'],
  operation: OperationKey,
  context: EvidenceContext,
): Entry<MessageEntry>[] {
  if (side === 'producer') return [];
  const bindings = destinations(destination, context).filter(({ file, value }) => {
    return value.queue !== undefined && context.reaches(context.files.get(file)) && sameSystem(value, operation);
  });
  const queues = new Set(bindings.map(({ value }) => value.queue!));
  return [...queues].flatMap((queue) => fitting(queue, side, operation, context));
}

/**
 * A destination as code may name it: of an address or ARN the last part; of RabbitMQ's `exchange,routingKey` (aio-pika)
 * and `exchange:routingKey:queue` (semantic conventions 1.30) each part, the last one first.
 */
function spellings(destination: string, isRabbit: boolean): string[] {
  if (/^(?:arn:|https?:\/\/|projects\/)/.test(destination)) return [destination, destination.replace(/^.*[:/]/, '')];
  if (!isRabbit) return [destination];
  const parts = destination.split(/[,:]/).filter((part) => part !== '');
  return parts.length === 1 && parts[0] === destination ? parts : [destination, ...parts.reverse()];
}

/** By the operation, else by the span's kind: clients that receive are CLIENT spans too. */
function messageSide(operation: OperationKey): MessageEntry['side'] | undefined {
  const named = firstText(operation.attributes, OPERATION)?.toLowerCase();
  // Symfony's `SEND App\Message` has the kind CONSUMER in some versions.
  const verb = /^(DISPATCH|SEND|CONSUME|HANDLE|PROCESS) \w+\\/.exec(operation.name)?.[1];
  if (verb !== undefined) return /^(DISPATCH|SEND)$/.test(verb) ? 'producer' : 'consumer';
  if (named !== undefined && /^(publish|send|create|produce|enqueue)/.test(named)) return 'producer';
  if (named !== undefined && /^(receive|process|deliver|consume|poll|settle)/.test(named)) return 'consumer';
  if (operation.kind === 'PRODUCER') return 'producer';
  return operation.kind === 'CONSUMER' ? 'consumer' : undefined;
}

/**
 * Bunny's spans say where a message was sent in their names: `orders.created process` of the exchange `orders` and the
 * routing key `created`, `.jobs process` of the queue `jobs`. Only the first has it in an attribute, and not always.
 */
function bunnyDestination({ scope, name, attributes }: OperationKey, context: EvidenceContext): string | undefined {
  const said = /^(\.?)(\S+) (?:publish|process|receive)$/.exec(name);
  if (!/::Bunny$/.test(scope) || said === null || firstText(attributes, DESTINATION)) return undefined;
  const [, dot, text] = said;
  if (dot !== '' || destinations(text!, context).length > 0) return text;
  return text!.replace(/\..*$/, '');
}

const ROUTING_KEY = ['messaging.rabbitmq.destination.routing_key', 'messaging.rabbitmq.routing_key'];

/** What libraries call RabbitMQ's exchange without a name. */
const DEFAULT_EXCHANGE: ReadonlySet<string> = new Set(['', 'amq.default', '<default>', '(default)']);

/**
 * The queue of RabbitMQ that a span means beside the exchange: amqplib's consumers are called after it
 * (`invoices process`), and the default exchange hands messages to the one that the routing key names.
 */
function rabbitQueue({ scope, name, attributes }: OperationKey): string | undefined {
  if (firstText(attributes, ['messaging.system']) !== 'rabbitmq') return undefined;
  const consumed = /amqplib/.test(scope) ? /^(\S+) process$/.exec(name)?.[1] : undefined;
  if (consumed !== undefined) return consumed;
  const isDefault = DEFAULT_EXCHANGE.has(firstText(attributes, DESTINATION) ?? '');
  return isDefault ? firstText(attributes, ROUTING_KEY) : undefined;
}

function destinations(destination: string, context: EvidenceContext): Entry<MessageEntry>[] {
  context.touch(`message:${destination}`);
  context.touch(`message:${TEMPLATES}`);
  const templates = context.index.messages
    .get(TEMPLATES)
    .filter(
      ({ value }) => value.destination.kind === 'template' && matchesTemplate(value.destination.parts, destination),
    );
  return [...context.index.messages.get(destination), ...templates];
}

function sameSystem(entry: MessageEntry, operation: OperationKey): boolean {
  // Celery's tasks have names of their own, which no queue bears.
  if (/^celery/.test(entry.system)) return false;
  // Python's instrumentations say `aws.sqs`.
  const sent = firstText(operation.attributes, ['messaging.system'])?.toLowerCase().replace('.', '_');
  const system = entry.system === STREAMS ? 'kafka' : entry.system;
  return system === '' || sent === undefined || !KNOWN.has(system) || system === sent;
}

/** Systems that both sides name alike; wrappers (JMS, Celery, Dapr, MassTransit) hide which broker is behind them. */
const KNOWN = new Set(['kafka', 'rabbitmq', 'nats', 'aws_sqs', 'pulsar', 'gcp_pubsub']);

async function place(entry: Entry<MessageEntry>, destination: string, context: EvidenceContext): Promise<Candidate[]> {
  const file = context.files.get(entry.file)!;
  const facts = await context.facts(file);
  if (!facts) return [];
  const { side, handler, range } = entry.value;
  const because = {
    kind: 'messaging',
    confidence: CONFIDENCE.messaging.destination,
    text: `${side} of "${destination}"`,
  } as const;
  if (side === 'producer') return [callsiteCandidate(file, facts, range, because)];
  const found = await context.functions.handler(file, facts, handler, '', context.scope, context.touch);
  const sure = entry.value.system === STREAMS ? CONFIDENCE.messaging.topology : because.confidence;
  const confidence = found.length > 1 ? SHARED.messaging : sure;
  return found.map((at) => ownerCandidate(at.file, at.facts, at.index, { ...because, confidence }));
}
