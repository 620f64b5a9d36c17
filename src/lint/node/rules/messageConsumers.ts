import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import { dotted, qualified } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt } from '../../report';
import { firstLine } from '../evidenceAt';
import { functionsOf, readsContext, worksOn, type Handler } from '../handlers';
import type { NodeCode } from '../nodeCode';
import { entryOf } from '../values';
import { atEachCall, type CallIn } from '../calls';
import { importsOne } from '../loadedModules';

/** Where messages are taken, of a library that brings their context only when something covers it. */
interface Taken {
  readonly library: 'amqplib' | 'nats' | 'pubsub' | 'aws-sdk';
  readonly what: string;
  readonly why: string;
  readonly handlers: readonly Handler[];
  /** What the context would be read from. */
  readonly carriers: RegExp;
}

const SPEAKS_OF_MESSAGES = /amqp|rabbit|\bnats\b|@nats-io\/|pubsub|sqs-consumer|client-sqs/i;

/** Stands wherever they are taken. */
const TAKES = /\b(?:consume|createSubscriber|subscribe)\b|['"`]message['"`]|sqs-consumer|ReceiveMessageCommand/;

/** Rule 15 beside Kafka: messages of RabbitMQ, NATS, Pub/Sub and SQS whose context nothing reads, and whose handler works. */
export function messageConsumerFindings(node: NodeCode): Finding[] {
  if (!node.isTraced || node.tracing.distribution !== undefined) return [];
  return atEachCall(node.inNodeWith(SPEAKS_OF_MESSAGES, TAKES), (at) => findingOf(node, at));
}

function findingOf(node: NodeCode, at: CallIn): Finding | undefined {
  const { source, function: fn, call } = at;
  const taken =
    rabbit(node, source, fn, call) ??
    nats(node, source, fn, call) ??
    pubSub(node, source, fn, call) ??
    sqs(node, source, fn, call);
  if (taken === undefined || !node.isUncovered(taken.library)) return undefined;
  const { handlers, carriers } = taken;
  if (handlers.length === 0 || handlers.some((one) => readsContext(node, one, carriers))) return undefined;
  if (!handlers.some((one) => worksOn(node, one))) return undefined;
  return findingAt('JS-KAFKA-CONSUME-DROP', source, firstLine(source, call), {
    severity: 'warning',
    message: `The trace context of these ${taken.what} is not read: ${taken.why}, and the handler leaves it alone, so its spans begin new traces.`,
  });
}

const IN_AMQP = /\bheaders\b|trace_?(parent|context)|carrier/i;

/** `channel.consume(queue, handler)` of amqplib, `amqp.createSubscriber(handler, …)` of `@golevelup/nestjs-rabbitmq`. */
function rabbit(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): Taken | undefined {
  const { callee, args } = call;
  if (callee.kind !== 'member' || args.length < 2) return undefined;
  const on = dotted(callee.object)?.split('.').at(-1) ?? '';
  const isConsume = callee.name === 'consume' && /chan|^ch$/i.test(on);
  const isSubscriber = callee.name === 'createSubscriber' && /amqp|rabbit/i.test(on);
  const from = isConsume ? /^(amqplib|amqp-connection-manager)(\/|$)/ : /^@golevelup\/nestjs-rabbitmq$/;
  if (!(isConsume || isSubscriber) || !importsAny(node, source, from)) return undefined;
  return {
    library: 'amqplib',
    what: 'RabbitMQ messages',
    why: 'no AmqplibInstrumentation is set up',
    handlers: functionsOf(node, source, fn, args[isConsume ? 1 : 0]!.value),
    carriers: IN_AMQP,
  };
}

/** `nc.subscribe(subject, { callback })`, or a loop over what it gives. */
function nats(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): Taken | undefined {
  const { callee, args } = call;
  if (callee.kind !== 'member' || callee.name !== 'subscribe' || args[0] === undefined) return undefined;
  const on = dotted(callee.object)?.split('.').at(-1) ?? '';
  if (!/^(nc|js|conn(ection)?)$|nats|client/i.test(on)) return undefined;
  if (!importsOne(source, ['nats'], ({ from }) => /^(nats|@nats-io\/.+)$/.test(from))) return undefined;
  const options = args[1]?.value;
  const callback = options?.kind === 'object' ? entryOf(options, 'callback')?.value : undefined;
  const isLoop = callback === undefined && /\bfor\s+await\b/.test(source.textOf(fn));
  return {
    library: 'nats',
    what: 'NATS messages',
    why: 'no instrumentation covers nats',
    handlers: callback ? functionsOf(node, source, fn, callback) : isLoop ? [{ source, function: fn }] : [],
    carriers: IN_AMQP,
  };
}

/** `subscription.on('message', handler)` of a client that is not told to trace. */
function pubSub(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): Taken | undefined {
  const { callee, args } = call;
  if (callee.kind !== 'member' || callee.name !== 'on' || args[1] === undefined) return undefined;
  const [event] = args;
  if (event?.value.kind !== 'text' || event.value.value !== 'message') return undefined;
  if (!/sub(scription|scriber)?$/i.test(dotted(callee.object)?.split('.').at(-1) ?? '')) return undefined;
  if (!importsOne(source, ['@google-cloud/pubsub'], ({ from }) => from === '@google-cloud/pubsub')) return undefined;
  if (node.program.sources.some((one) => one.has('enableOpenTelemetryTracing'))) return undefined;
  return {
    library: 'pubsub',
    what: 'Pub/Sub messages',
    why: 'the client is made without enableOpenTelemetryTracing',
    handlers: functionsOf(node, source, fn, args[1].value),
    carriers: /\battributes\b|trace_?(parent|context)|carrier/i,
  };
}

/** `Consumer.create({ handleMessage })` of sqs-consumer, and a loop over what a ReceiveMessageCommand gives. */
function sqs(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): Taken | undefined {
  const name = qualified(source, fn, call.callee);
  const taken = {
    library: 'aws-sdk',
    what: 'SQS messages',
    why: 'no AwsInstrumentation is set up',
    carriers: /MessageAttributes|\bheaders\b|trace_?(parent|context)|carrier/i,
  } as const;
  if (name === 'sqs-consumer.Consumer.create') {
    const handlers = handlersOf(call).flatMap((value) => functionsOf(node, source, fn, value));
    return { ...taken, handlers };
  }
  const isReceived = name === '@aws-sdk/client-sqs.ReceiveMessageCommand' && call.isNew === true;
  const isLoop = isReceived && /\bMessages\b/.test(source.textOf(fn));
  return isLoop ? { ...taken, handlers: [{ source, function: fn }] } : undefined;
}

function handlersOf({ args: [options] }: Call): Expression[] {
  if (options?.value.kind !== 'object') return [];
  const { value } = options;
  return ['handleMessage', 'handleMessageBatch'].flatMap((key) => {
    const entry = value.kind === 'object' ? entryOf(value, key) : undefined;
    return entry ? [entry.value] : [];
  });
}

function importsAny(node: NodeCode, source: SourceCode, from: RegExp): boolean {
  const does = (one: SourceCode): boolean => importsOne(one, ['amqp', 'rabbit'], (it) => from.test(it.from));
  return does(source) || node.program.sources.some(does);
}
