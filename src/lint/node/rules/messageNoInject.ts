import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import { dotted, qualified } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt } from '../../report';
import { firstLine } from '../evidenceAt';
import { isGivenByCallers, isGivenWithContext, isHandMade } from '../handMade';
import { hasAwsMiddleware, isSentByHook } from '../hookedClients';
import type { NodeCode } from '../nodeCode';
import { entryOf, possibleValues } from '../values';
import { atEachCall, type CallIn } from '../calls';
import { importsOne } from '../loadedModules';

/** What is published without context, and why. */
interface Gap {
  readonly what: string;
  readonly why: string;
}

/** AWS commands that its instrumentation leaves alone, and those that it covers. */
const AWS_UNCOVERED: Readonly<Record<string, string>> = {
  PublishBatchCommand: 'SNS batches',
  PutRecordCommand: 'Kinesis records',
  PutRecordsCommand: 'Kinesis records',
  PutEventsCommand: 'EventBridge events',
};
const AWS_COVERED: Readonly<Record<string, string>> = {
  SendMessageCommand: 'SQS messages',
  SendMessageBatchCommand: 'SQS messages',
  PublishCommand: 'SNS messages',
};

const SPEAKS_OF_MESSAGES =
  /client-(sns|sqs|kinesis|eventbridge)|amqplib|amqp-connection|pubsub|\bnats\b|sendToQueue|nestjs-rabbitmq|['"]aws-sdk|azure\/(service-bus|event-hubs)/i;

/** Stands in all that sends them: methods, commands that are imported, functions that give one of them back. */
const SENDS = /sendMessage|sendBatch|publish|\.request\(|putRecord|putEvents|sendToQueue/i;

/** What a trace's id is made a context with: of itself it only serves to find logs. */
const MAKES_CONTEXT = /(?:parent_?)?span_?id\b|wrapSpanContext|setSpanContext|isRemote/i;

/** Rule 31: messages published outside what is covered. */
export function messageFindings(node: NodeCode): Finding[] {
  const { distribution, leftOut } = node.tracing;
  if (distribution === undefined ? !node.isTraced : leftOut.size === 0) return [];
  return atEachCall(node.inNodeWith(SPEAKS_OF_MESSAGES, SENDS), (at) => findingOf(node, at));
}

function findingOf(node: NodeCode, at: CallIn): Finding | undefined {
  const { source, function: fn, call } = at;
  const gap =
    awsGap(node, source, fn, call) ??
    oldAwsGap(node, source, fn, call) ??
    awsClientGap(node, source, fn, call) ??
    rabbitGap(node, source, call) ??
    natsGap(node, source, fn, call) ??
    azureGap(node, source, fn, call) ??
    pubSubGap(node, source, fn, call);
  if (gap === undefined || isHandMade(node.program, source, fn, 'inject', node.code.settings)) return undefined;
  if (isGivenByCallers(node.program, fn, node.code.settings) || isGivenWithContext(node.program, source, fn, call))
    return undefined;
  if (isSentByHook(node.program, at, node.code.settings) || isByMiddleware(node, gap)) return undefined;
  // Context in the payload is context, whatever the field is called.
  const text = source.textOf(fn);
  if (/trace_?(parent|context)|carrier/i.test(text)) return undefined;
  if (/trace_?id/i.test(text) && node.program.sources.some((one) => one.has(MAKES_CONTEXT))) return undefined;
  return findingAt('MSG-NO-INJECT', source, firstLine(source, call), {
    severity: 'warning',
    message: `${gap.what} carry no trace context: ${gap.why}, and nothing is injected by hand.`,
  });
}

/** AWS' commands are made apart from the client whose middleware puts the context in. */
function isByMiddleware(node: NodeCode, { what }: Gap): boolean {
  return /^(?:SQS|SNS|Kinesis|EventBridge)/.test(what) && hasAwsMiddleware(node.program, node.code.settings);
}

function awsGap(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): Gap | undefined {
  const inner = call.isNew === true ? call : undefined;
  const name = inner && qualified(source, fn, inner.callee);
  if (name === undefined || !name.startsWith('@aws-sdk/client-')) return undefined;
  const command = name.split('.').at(-1)!;
  if (Object.hasOwn(AWS_UNCOVERED, command) && node.tracing.distribution === undefined)
    return { what: AWS_UNCOVERED[command]!, why: 'instrumentation-aws-sdk does not put it into them' };
  if (!Object.hasOwn(AWS_COVERED, command) || !node.isUncovered('aws-sdk')) return undefined;
  return { what: AWS_COVERED[command]!, why: 'no AwsInstrumentation is set up' };
}

/** Version 2 of the AWS SDK: `new AWS.SQS().sendMessage(…)`. */
function oldAwsGap(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): Gap | undefined {
  const { callee } = call;
  if (callee.kind !== 'member' || !/^(sendMessage|sendMessageBatch|publish)$/.test(callee.name)) return undefined;
  if (!source.has(/['"]aws-sdk/) || !node.isUncovered('aws-sdk')) return undefined;
  const makers = possibleValues(node.program, { source, function: fn, expression: callee.object });
  const made = makers.some(({ expression, source: at, function: around }) => {
    const name = expression.kind === 'call' ? (qualified(at, around, expression.callee) ?? '') : '';
    return /^aws-sdk\b.*(SQS|SNS|sqs|sns)$/.test(name) || /^aws-sdk\/clients\/(sqs|sns)/.test(name);
  });
  const what = callee.name === 'publish' ? 'SNS messages' : 'SQS messages';
  return made ? { what, why: 'no AwsInstrumentation is set up' } : undefined;
}

/** Methods of the clients that hold all commands, in both versions of the SDK; those without instrumentation by what they send. */
const AWS_METHODS: Readonly<
  Record<string, { readonly client: RegExp; readonly what: string; readonly covered: boolean }>
> = {
  sendMessage: { client: /client-sqs\.SQS$/, what: 'SQS messages', covered: true },
  sendMessageBatch: { client: /client-sqs\.SQS$/, what: 'SQS messages', covered: true },
  publish: { client: /client-sns\.SNS$/, what: 'SNS messages', covered: true },
  publishBatch: { client: /(client-sns|^aws-sdk.*)\.SNS$/, what: 'SNS batches', covered: false },
  putEvents: { client: /(client-eventbridge|^aws-sdk.*)\.EventBridge$/, what: 'EventBridge events', covered: false },
  putRecord: { client: /(client-kinesis|^aws-sdk.*)\.Kinesis$/, what: 'Kinesis records', covered: false },
  putRecords: { client: /(client-kinesis|^aws-sdk.*)\.Kinesis$/, what: 'Kinesis records', covered: false },
};

/** `new SQS({}).sendMessage(…)`. */
function awsClientGap(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): Gap | undefined {
  const { callee } = call;
  if (callee.kind !== 'member' || !Object.hasOwn(AWS_METHODS, callee.name)) return undefined;
  const { client, what, covered } = AWS_METHODS[callee.name]!;
  if (covered ? !node.isUncovered('aws-sdk') : node.tracing.distribution !== undefined) return undefined;
  const makers = possibleValues(node.program, { source, function: fn, expression: callee.object });
  const isMade = makers.some(
    ({ expression, source: at, function: around }) =>
      expression.kind === 'call' && client.test(qualified(at, around, expression.callee) ?? ''),
  );
  if (!isMade) return undefined;
  const why = covered ? 'no AwsInstrumentation is set up' : 'instrumentation-aws-sdk does not put it into them';
  return { what, why };
}

/** Subjects by which processes tell each other how they are: nobody continues a trace from there. */
const CONTROL =
  /status|heart_?beat|\bping\b|health|announce|presence|discovery|progress|[._](ack|abort|ready|clear)\b/i;

function isControl(source: SourceCode, { args }: Call): boolean {
  const [subject, message] = args;
  return subject !== undefined && (CONTROL.test(source.textOf(subject.value)) || isMark(source, message?.value));
}

/** `JSON.stringify({ done: true })` says that something is over and nothing else. */
function isMark(source: SourceCode, message: Expression | undefined): boolean {
  const said = message && /\bJSON\.stringify\(\s*\{([^{}]*)\}\s*\)/.exec(source.textOf(message))?.[1];
  return said !== undefined && /^\s*\w+\s*:\s*(true|false|null)\s*,?\s*$/.test(said);
}

/** Pieces of a stream that a helper is given as bytes, as the file's name says: `stream-buffer.ts`. */
function isPiece(source: SourceCode, fn: CodeFunction, message: Expression | undefined): boolean {
  if (message?.kind !== 'name' || !/(stream|chunk|frame)[\w-]*\.\w+$/i.test(source.path)) return false;
  const given = [fn, ...source.around(fn)].flatMap(({ parameters }) =>
    parameters.filter(({ name }) => name === message.name),
  );
  return /^(Uint8Array|Buffer)$/.test(given[0]?.type ?? '');
}

const AMQP = /^(amqplib|amqp-connection-manager)(\/|$)/;

function rabbitGap(node: NodeCode, source: SourceCode, call: Call): Gap | undefined {
  return isRabbit(node, source, call) && node.isUncovered('amqplib')
    ? { what: 'RabbitMQ messages', why: node.whyUncovered('amqplib') ?? 'no AmqplibInstrumentation is set up' }
    : undefined;
}

function isRabbit(node: NodeCode, source: SourceCode, { callee, args }: Call): boolean {
  if (callee.kind !== 'member' || args.length < 2 || !/^(publish|sendToQueue)$/.test(callee.name)) return false;
  const on = dotted(callee.object)?.split('.').at(-1) ?? '';
  if (/amqp|rabbit/i.test(on))
    return importsOne(source, ['nestjs-rabbitmq'], ({ from }) => from === '@golevelup/nestjs-rabbitmq');
  if (!/chan|^ch$/i.test(on)) return false;
  if (importsOne(source, ['amqp'], ({ from }) => AMQP.test(from))) return true;
  // A channel that another file opens.
  return (
    callee.name === 'sendToQueue' &&
    node.program.sources.some((one) => importsOne(one, ['amqp'], ({ from }) => AMQP.test(from)))
  );
}

function natsGap(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): Gap | undefined {
  const { callee, args } = call;
  if (
    callee.kind !== 'member' ||
    args.length < 2 ||
    !/^(publish|request)$/.test(callee.name) ||
    isControl(source, call)
  )
    return undefined;
  if (isPiece(source, fn, args[1]?.value)) return undefined;
  const on = dotted(callee.object)?.split('.').at(-1) ?? '';
  if (!/^(nc|js|nats|jetstream|conn(ection)?)$|nats|client/i.test(on)) return undefined;
  if (!importsOne(source, ['nats'], ({ from }) => /^(nats|@nats-io\/.+)$/.test(from))) return undefined;
  const hasHeaders = args[2] !== undefined && /headers/.test(source.textOf(args[2].value));
  return hasHeaders || !node.isUncovered('nats')
    ? undefined
    : { what: 'NATS messages', why: 'no instrumentation covers nats' };
}

/**
 * Azure's clients put the context in once the SDK's own instrumentation is on:
 * https://www.npmjs.com/package/@azure/opentelemetry-instrumentation-azure-sdk
 */
const AZURE_TRACED = /opentelemetry-instrumentation-azure-sdk|createAzureSdkInstrumentation|core-tracing/;

const AZURE: Readonly<Record<string, { readonly maker: RegExp; readonly what: string }>> = {
  sendMessages: { maker: /(^|\.)createSender$/, what: 'Service Bus messages' },
  scheduleMessages: { maker: /(^|\.)createSender$/, what: 'Service Bus messages' },
  sendBatch: { maker: /event-hubs\.EventHub(Buffered)?ProducerClient$/, what: 'Event Hubs events' },
};

function azureGap(node: NodeCode, source: SourceCode, fn: CodeFunction, { callee }: Call): Gap | undefined {
  if (callee.kind !== 'member' || !Object.hasOwn(AZURE, callee.name) || node.tracing.distribution !== undefined)
    return undefined;
  const { maker, what } = AZURE[callee.name]!;
  const { program, code } = node;
  // What a distribution's function brings along.
  if (!node.isUncovered('azure-sdk')) return undefined;
  if (code.unit.dependencies.has('@azure/opentelemetry-instrumentation-azure-sdk')) return undefined;
  if (program.sources.some((one) => one.has(AZURE_TRACED))) return undefined;
  const isMade = possibleValues(program, { source, function: fn, expression: callee.object }).some(
    ({ expression, source: at, function: around }) =>
      expression.kind === 'call' &&
      maker.test(qualified(at, around, expression.callee) ?? at.textOf(expression.callee)),
  );
  return isMade ? { what, why: 'no createAzureSdkInstrumentation is set up' } : undefined;
}

/** Google Pub/Sub injects when its client is told to. */
function pubSubGap(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): Gap | undefined {
  const { callee } = call;
  if (callee.kind !== 'member' || !/^(publishMessage|publishJSON)$/.test(callee.name)) return undefined;
  if (!node.isUncovered('pubsub')) return undefined;
  if (
    !node.program.sources.some((one) =>
      importsOne(one, ['@google-cloud/pubsub'], ({ from }) => from === '@google-cloud/pubsub'),
    )
  )
    return undefined;
  if (node.program.sources.some((source) => source.has('enableOpenTelemetryTracing'))) return undefined;
  const message = call.args[0];
  const given = message ? possibleValues(node.program, { source, function: fn, expression: message.value }) : [];
  const readable = given.every(({ expression }) => expression.kind === 'object');
  const attributes = given.flatMap(({ expression }) =>
    expression.kind === 'object' ? (entryOf(expression, 'attributes') ?? []) : [],
  );
  const sent = given.flatMap(({ expression }) =>
    expression.kind === 'object' ? expression.entries.filter(({ key }) => key === 'json' || key === 'data') : [],
  );
  // What was received is published again, with the context that may be in it.
  if (sent.some(({ value }) => isReceived(value))) return undefined;
  if (!readable || attributes.some(({ value }) => value.kind !== 'object')) return undefined;
  const by = node.tracing.distribution === undefined ? '' : ', and Sentry leaves Pub/Sub alone';
  return { what: 'Pub/Sub messages', why: `the client is made without enableOpenTelemetryTracing${by}` };
}

/** `data: message.data`; what a request brings, `req.body`, is of no message. */
function isReceived(value: Expression): boolean {
  if (value.kind !== 'member' || !/^(data|body|payload)$/.test(value.name)) return false;
  return !/(^|\.)req(uest)?$/.test(dotted(value.object) ?? '');
}
