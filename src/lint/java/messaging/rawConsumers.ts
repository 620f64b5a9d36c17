import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { Piece } from '../../../syntax/code/piece';
import { findingAt } from '../../report';
import { mayHaveAgent } from '../bareClients';
import type { CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import type { MechanismName } from '../javaTables';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import type { Mechanism } from '../setup';
import { doesTracedWork } from '../spans/tracedWork';
import { taskOf } from '../threads/tasks';
import { isType, plainType } from '../typeNames';
import { isReadByHand } from './handWritten';
import { sendsBy } from './sends';

/** A client that messages are taken from, which only an agent covers. */
interface ConsumerRow {
  readonly library: string;
  /** What messages are taken from, and by which calls. */
  readonly types: readonly string[];
  readonly takes: readonly string[];
  /** Bases of the classes that messages are given to, with the method that gets them. */
  readonly handlers: readonly string[];
  readonly handles: string;
  /** An agent for it is so common that only an SDK set up by hand, or a deployment without one, shows that it is missing. */
  readonly oftenByAgent?: true;
  /** What covers it after all. */
  readonly coveredBy: readonly MechanismName[];
  /** Words of code, and dependencies, that have contexts read. */
  readonly instrumented: RegExp;
}

const eachRoot = (...names: readonly string[]): readonly string[] =>
  ['javax', 'jakarta'].flatMap((root) => names.map((name) => `${root}.jms.${name}`));

const ROWS: readonly ConsumerRow[] = [
  {
    library: 'kafka-clients',
    types: ['KafkaConsumer', 'Consumer'].map((name) => `org.apache.kafka.clients.consumer.${name}`),
    takes: ['poll'],
    handlers: [],
    handles: '',
    oftenByAgent: true,
    coveredBy: ['micronaut'],
    instrumented:
      /KafkaTelemetry|KafkaTracing|Tracing(Kafka)?Consumer|[iI]nterceptor\.classes|INTERCEPTOR_CLASSES_CONFIG|ConsumerInterceptor|kafka-clients-(2\.6|common)|instrumentation-kafka/,
  },
  {
    library: 'RabbitMQ',
    types: ['com.rabbitmq.client.Channel'],
    takes: ['basicConsume', 'basicGet'],
    handlers: ['com.rabbitmq.client.DefaultConsumer', 'com.rabbitmq.client.Consumer'],
    handles: 'handleDelivery',
    coveredBy: ['micronaut'],
    instrumented:
      /RabbitTelemetry|RabbitMqTelemetry|RabbitTracing|Tracing(Channel|Consumer|ConnectionFactory)|rabbitmq-2\.7/,
  },
  {
    library: 'JMS',
    types: eachRoot('MessageConsumer', 'JMSConsumer'),
    takes: ['receive', 'setMessageListener'],
    handlers: eachRoot('MessageListener'),
    handles: 'onMessage',
    coveredBy: ['sleuth', 'micronaut'],
    instrumented:
      /JmsTelemetry|JmsTracing|JmsInstrumentation|Tracing(Jms|MessageConsumer|MessageListener|ConnectionFactory)|instrumentation-jms/,
  },
  {
    library: 'SQS',
    types: [
      'software.amazon.awssdk.services.sqs.SqsClient',
      'com.amazonaws.services.sqs.AmazonSQS',
      'com.amazonaws.services.sqs.AmazonSQSAsync',
    ],
    takes: ['receiveMessage'],
    handlers: [],
    handles: '',
    coveredBy: [],
    instrumented:
      /AwsSdkTelemetry|AwsSdkTracing|SqsMessageTracing|aws-sdk-(1\.11|2\.2)-autoconfigure|AWSTraceHeader|xray/i,
  },
  {
    library: 'NATS',
    types: ['Connection', 'JetStream', 'Dispatcher'].map((name) => `io.nats.client.${name}`),
    takes: ['createDispatcher', 'subscribe'],
    handlers: ['io.nats.client.MessageHandler'],
    handles: 'onMessage',
    coveredBy: [],
    instrumented: /NatsTelemetry|nats-2\.17/,
  },
  {
    library: 'Pub/Sub',
    types: [],
    takes: [],
    handlers: ['com.google.cloud.pubsub.v1.MessageReceiver'],
    handles: 'receiveMessage',
    coveredBy: [],
    instrumented: /[eE]nableOpenTelemetryTracing|trace\.pubsub|PubSubTracing/,
  },
];

/** How far the reading of a context may lie below what takes the message. */
const READ_LEVELS = 3;

/** Where messages are taken, and what works on them. */
interface Taken {
  readonly source: SourceCode;
  readonly at: Piece;
  readonly workers: readonly FunctionPlace[];
}

/** MSG-NO-INJECT, of what takes messages by a client itself: nobody reads the context in their headers before working on them. */
export function rawConsumers(code: JavaCode): Finding[] {
  const [mechanism] = code.setup.mechanisms;
  if (mechanism === undefined) return [];
  return ROWS.filter((row) => !isCovered(code, row, mechanism)).flatMap((row) =>
    [...takenByCalls(code, row), ...takenByHandlers(code, row)]
      .filter(({ workers }) => dropsContext(code, workers))
      .map(({ source, at }) => finding(row, mechanism, source, at)),
  );
}

function isCovered(code: JavaCode, row: ConsumerRow, mechanism: Mechanism): boolean {
  const { unit, settings } = code.code;
  if (row.coveredBy.includes(mechanism.name) || settings.coveredBy.has(row.library)) return true;
  if (row.oftenByAgent && mayHaveAgent(code, mechanism)) return true;
  return (
    code.program.sources.some(({ code: { text } }) => row.instrumented.test(text)) ||
    [...unit.dependencies.keys()].some((one) => row.instrumented.test(one)) ||
    (unit.properties ?? []).some(({ key }) => row.instrumented.test(key))
  );
}

function takenByCalls(code: JavaCode, { types, takes }: ConsumerRow): Taken[] {
  const seen = new Set<CodeFunction>();
  return sendsBy(code, takes, types).flatMap((place) => {
    const outer = outermost(place);
    // A loop that asks in two places is one consumer.
    if (outer.id === 0 || seen.has(outer)) return [];
    seen.add(outer);
    const { source, call } = place;
    return [{ source, at: call, workers: [{ source, function: outer }, ...handedWithin(code, source, outer)] }];
  });
}

/** Classes of the process that a library calls with each message. */
function takenByHandlers(code: JavaCode, { handlers, handles }: ConsumerRow): Taken[] {
  if (handlers.length === 0) return [];
  return code.program.functionsNamed(handles).flatMap(({ source, function: fn }) => {
    const bases = (source.typeOf(fn) ?? { bases: [] }).bases;
    if (!bases.some((base) => handlers.some((one) => isType(source, plainType(base), one)))) return [];
    return [{ source, at: fn, workers: [{ source, function: fn }, ...handedWithin(code, source, fn)] }];
  });
}

function outermost({ source, function: fn }: CallPlace): CodeFunction {
  return [fn, ...source.around(fn)].filter(({ id, name }) => id !== 0 && name !== '').at(-1) ?? fn;
}

/** `records.forEach(this::handle)`: methods that are handed on by their names. */
function handedWithin(code: JavaCode, source: SourceCode, outer: CodeFunction): readonly FunctionPlace[] {
  return source.within(outer).flatMap((fn) =>
    source
      .callsIn(fn)
      .flatMap((call) => call.args.map(({ value }) => ({ call, value })))
      .filter(({ value }) => value.kind === 'member')
      .flatMap(({ call, value }) => taskOf(code, { source, function: fn, call }, value)),
  );
}

function dropsContext(code: JavaCode, workers: readonly FunctionPlace[]): boolean {
  if (workers.some((one) => isReadByHand(code, one, READ_LEVELS))) return false;
  return workers.some(({ source, function: fn }) => doesTracedWork(code, source, fn));
}

function finding(row: ConsumerRow, mechanism: Mechanism, source: SourceCode, at: Piece): Finding {
  return findingAt('MSG-NO-INJECT', source, firstLine(source, at), {
    severity: 'warning',
    message: `${mechanism.row.title} (\`${whereIs(source, mechanism.at)}\`) does not cover ${row.library}, and nothing here reads the context of the messages: what is done for them begins traces of its own.`,
    evidence: asFindingEvidence([mechanism.at]),
  });
}
