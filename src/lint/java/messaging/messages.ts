import type { Finding } from '../../../model/finding';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { outermost, typeAround, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import type { MechanismName } from '../javaTables';
import { mayHaveAgent } from '../bareClients';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { isSwitchedOn, mayBeSaidElsewhere } from '../properties';
import type { Mechanism } from '../setup';
import { isOnlyByHand } from '../spans/handMadeSpans';
import { doesTracedWork } from '../spans/tracedWork';
import { writesTraceHeaders } from '../spring/injectors';
import { isStartUp } from '../spring/relevance';
import { isCarriedByHand } from './handWritten';
import { sendsBy } from './sends';
import { unobservedSpringJms } from './springJms';
import { unobservedRabbit } from './springRabbit';

interface BareRow {
  readonly library: string;
  /** What does not cover it; all of them, where none are named. */
  readonly by?: readonly MechanismName[];
  /** What covers it, where all others do not. */
  readonly coveredBy?: readonly MechanismName[];
  /** An agent for it is so common that only an SDK set up by hand, or a deployment without one, shows that it is missing. */
  readonly oftenByAgent?: true;
  readonly types: readonly string[];
  readonly sends: readonly string[];
  /** The annotation of methods that take its messages. */
  readonly listener?: string;
  /** How code makes such a client: where that is not among the files, what was given to it there is not known. */
  readonly made?: RegExp;
  /** Dependencies with which a framework makes it, and gives it nothing. */
  readonly madeBy?: RegExp;
  /** Words of code, and dependencies, that have it write the context. */
  readonly instrumented?: RegExp;
  /** Those words count wherever they stand, not only beside AWS' clients. */
  readonly anywhere?: true;
  /** A property that has it write the context. */
  readonly property?: string;
  /** Words of a method whose messages go to people, who continue no trace. */
  readonly toPeople?: RegExp;
}

const AWS =
  /AwsSdkTelemetry|AwsSdkTracing|SqsMessageTracing|aws-sdk-(1\.11|2\.2)-autoconfigure|xray-recorder-sdk-aws-sdk|xray\.(handlers|interceptors)\.Tracing/;

/** Spring's templates, which Micrometer Tracing covers when it is told to, and an SDK set up by hand does not. */
const SPRING_TEMPLATES: readonly BareRow[] = [
  {
    library: 'spring-kafka',
    by: ['sdk'],
    types: [
      'org.springframework.kafka.core.KafkaTemplate',
      'org.springframework.kafka.core.KafkaOperations',
      'org.springframework.kafka.requestreply.ReplyingKafkaTemplate',
    ],
    sends: ['send', 'sendDefault', 'sendAndReceive'],
    listener: 'KafkaListener',
    instrumented: /KafkaTelemetry|KafkaTracing|INTERCEPTOR_CLASSES_CONFIG|interceptor\.classes|ProducerInterceptor/,
  },
  {
    library: 'spring-rabbit',
    by: ['sdk', 'starter'],
    types: [
      'org.springframework.amqp.rabbit.core.RabbitTemplate',
      'org.springframework.amqp.core.AmqpTemplate',
      'org.springframework.amqp.rabbit.core.RabbitOperations',
    ],
    sends: ['convertAndSend', 'convertSendAndReceive', 'send', 'sendAndReceive'],
    listener: 'RabbitListener',
    instrumented: /BeforePublishPostProcessors|RabbitTelemetry|RabbitTracing/,
  },
  {
    library: 'Spring JMS',
    by: ['sdk', 'starter'],
    types: ['org.springframework.jms.core.JmsTemplate', 'org.springframework.jms.core.JmsOperations'],
    sends: ['convertAndSend', 'convertSendAndReceive', 'send', 'sendAndReceive'],
    listener: 'JmsListener',
    instrumented: /JmsTelemetry|JmsTracing|TracingJms|TracingConnectionFactory/,
  },
];

/** Clients that only an agent covers, with what they send by. */
const BARE: readonly BareRow[] = [
  {
    library: 'kafka-clients',
    types: ['KafkaProducer', 'Producer'].map((name) => `org.apache.kafka.clients.producer.${name}`),
    sends: ['send'],
    coveredBy: ['micronaut'],
    oftenByAgent: true,
    made: /\bKafkaProducer\s*(<[^>]*>)?\s*\(/,
    instrumented:
      /KafkaTelemetry|KafkaTracing|Tracing(Kafka)?Producer|[iI]nterceptor\.classes|INTERCEPTOR_CLASSES_CONFIG|ProducerInterceptor|kafka-clients-(2\.6|common)|instrumentation-kafka/,
    anywhere: true,
  },
  { library: 'RabbitMQ', types: ['com.rabbitmq.client.Channel'], sends: ['basicPublish'] },
  {
    library: 'SQS',
    types: [
      'software.amazon.awssdk.services.sqs.SqsClient',
      'software.amazon.awssdk.services.sqs.SqsAsyncClient',
      'com.amazonaws.services.sqs.AmazonSQS',
      'com.amazonaws.services.sqs.AmazonSQSAsync',
    ],
    sends: ['sendMessage', 'sendMessageBatch'],
    made: /\bSqs(Async)?Client\s*\.\s*(builder|create)\b|\bAmazonSQS\w*ClientBuilder\b/,
    madeBy: /^io\.awspring\.cloud:spring-cloud-aws-(starter-)?sqs$/,
    instrumented: AWS,
  },
  {
    library: 'Spring Cloud AWS',
    types: ['io.awspring.cloud.sqs.operations.SqsTemplate', 'io.awspring.cloud.sqs.operations.SqsOperations'],
    sends: ['send', 'sendAsync', 'sendMany', 'sendManyAsync'],
    instrumented: new RegExp(`${AWS.source}|[oO]bservation|TextMap(Setter|Propagator)|SqsMessagingMessageConverter`),
    property: 'spring.cloud.aws.sqs.observation-enabled',
  },
  {
    library: 'SNS',
    types: [
      'software.amazon.awssdk.services.sns.SnsClient',
      'software.amazon.awssdk.services.sns.SnsAsyncClient',
      'com.amazonaws.services.sns.AmazonSNS',
    ],
    sends: ['publish', 'publishBatch'],
    made: /\bSns(Async)?Client\s*\.\s*(builder|create)\b|\bAmazonSNS\w*ClientBuilder\b/,
    madeBy: /^io\.awspring\.cloud:spring-cloud-aws-(starter-)?sns$/,
    instrumented: AWS,
    // Short messages to phones, and what is pushed to a device.
    toPeople: /\b(with|set)?[pP]honeNumber\s*\(|\b(with|set)?[tT]argetArn\s*\(/,
  },
  {
    library: 'NATS',
    types: ['io.nats.client.Connection', 'io.nats.client.JetStream'],
    sends: ['publish', 'publishAsync'],
  },
  {
    library: 'Pub/Sub',
    types: [
      'com.google.cloud.pubsub.v1.Publisher',
      ...['PubSubTemplate', 'PubSubOperations', 'publisher.PubSubPublisherTemplate'].map(
        (name) => `com.google.cloud.spring.pubsub.core.${name}`,
      ),
    ],
    sends: ['publish'],
    instrumented:
      /EnableOpenTelemetryTracing|trace\.pubsub|PubSubTracing|TextMapSetter|\binject\w*\s*\([^;]{0,80}([aA]ttributes|carrier|setter)/,
    anywhere: true,
  },
  {
    library: 'JMS',
    types: ['javax', 'jakarta'].flatMap((root) =>
      ['MessageProducer', 'JMSProducer', 'JMSContext'].map((name) => `${root}.jms.${name}`),
    ),
    sends: ['send'],
    instrumented:
      /newProducerInstrumenter|JmsInstrumentation|JmsTelemetry|JmsTracing|TracingJms|TracingConnectionFactory/,
    anywhere: true,
  },
  ...SPRING_TEMPLATES,
];

const RULE = 'MSG-NO-INJECT';

/** More call sites than this say nothing more. */
const MAX_RELATED = 20;

/** MSG-NO-INJECT: messages that are published without the trace context. */
export function messagesWithoutContext(code: JavaCode): Finding[] {
  return [...unobservedRabbit(code), ...unobservedSpringJms(code), ...BARE.flatMap((row) => bare(code, row))];
}

function bare(code: JavaCode, row: BareRow): Finding[] {
  const mechanism: Mechanism | undefined = code.setup.mechanisms[0];
  if (mechanism === undefined || code.code.settings.coveredBy.has(row.library)) return [];
  if (row.by?.includes(mechanism.name) === false || row.coveredBy?.includes(mechanism.name) === true) return [];
  if (row.oftenByAgent && mayHaveAgent(code, mechanism)) return [];
  if (!isKnownBare(code, row)) return [];
  const sends = sendsBy(code, row.sends, row.types).filter(({ source, call }) => !writesByHand(code, source, call));
  if (row.by !== undefined) return [...ofTemplate(code, row, mechanism, sends), ...ofListeners(code, row, mechanism)];
  const relevant = sends.filter(
    (place) => !isStartUp(place.source, place.function) && !isCarriedByHand(code, place) && !goesToPeople(row, place),
  );
  return relevant.map(({ source, call }) =>
    findingAt(RULE, source, firstLine(source, call), {
      severity: 'warning',
      message: saying(source, mechanism, row),
      evidence: asFindingEvidence([mechanism.at]),
    }),
  );
}

function goesToPeople({ toPeople }: BareRow, { source, function: fn }: CallPlace): boolean {
  return toPeople?.test(source.textOf(outermost(source, fn))) === true;
}

function saying(source: SourceCode, mechanism: Mechanism, { library }: BareRow): string {
  return `${mechanism.row.title} (\`${whereIs(source, mechanism.at)}\`) does not cover ${library}, and nothing here writes the context into the message.`;
}

/** One finding, at the first send: what would instrument the template is missing once. */
function ofTemplate(code: JavaCode, row: BareRow, mechanism: Mechanism, sends: readonly CallPlace[]): Finding[] {
  if (mechanism.name === 'sdk' && !isOnlyByHand(code)) return [];
  const [first, ...others] = sends.filter(
    (place) => !isCarriedByHand(code, place) && !isStartUp(place.source, place.function),
  );
  if (first === undefined) return [];
  return [
    findingAt(RULE, first.source, firstLine(first.source, first.call), {
      severity: 'warning',
      message: saying(first.source, mechanism, row),
      evidence: asFindingEvidence([mechanism.at]),
      related: others
        .slice(0, MAX_RELATED)
        .map(({ source, call }) => relatedAt(source, firstLine(source, call), 'The same here.')),
    }),
  ];
}

/** Likewise for what takes messages: its spans would be those of the trace that they came from. */
function ofListeners(code: JavaCode, row: BareRow, mechanism: Mechanism): Finding[] {
  if (row.listener === undefined || code.program.sources.some(({ code: { text } }) => READS.test(text))) return [];
  const working = code
    .annotatedWith(row.listener)
    .filter(({ source, function: fn }) => fn !== undefined && doesTracedWork(code, source, fn));
  const [first, ...others] = working;
  if (first === undefined) return [];
  return [
    findingAt(RULE, first.source, firstLine(first.source, first.annotation), {
      severity: 'warning',
      message: `${mechanism.row.title} (\`${whereIs(first.source, mechanism.at)}\`) does not cover ${row.library}, and nothing here reads the context of the messages: what the listener does begins a trace of its own.`,
      evidence: asFindingEvidence([mechanism.at]),
      related: others
        .slice(0, MAX_RELATED)
        .map(({ source, annotation }) => relatedAt(source, firstLine(source, annotation), 'The same here.')),
    }),
  ];
}

/** Words of code that reads a context from what it is given. */
const READS = /TextMapGetter|\bextract\w*\s*\([^;]{0,80}(Context|carrier|getter|headers)/i;

/** Whether what makes the client is there to see, and nothing that would instrument it. */
function isKnownBare(code: JavaCode, { by, anywhere, made, madeBy, instrumented, property }: BareRow): boolean {
  const { unit } = code.code;
  const texts = code.program.sources.map((source) => source.code.text);
  const names = [...unit.dependencies.keys()];
  if (made && !texts.some((text) => made.test(text)) && !names.some((name) => madeBy?.test(name) === true))
    return false;
  const near =
    by || anywhere
      ? [...texts, ...(unit.properties ?? []).map(({ key }) => key)]
      : texts.filter((text) => /S[qQ][sS]|S[nN][sS]|\bsoftware\.amazon\b|\bamazonaws\b/.test(text));
  if (instrumented && (near.some((text) => instrumented.test(text)) || names.some((name) => instrumented.test(name))))
    return false;
  return property === undefined || !(isSwitchedOn(unit, property) || mayBeSaidElsewhere(unit));
}

function writesByHand(code: JavaCode, source: SourceCode, call: CallPlace['call']): boolean {
  const type = typeAround(source, call);
  if (type !== undefined && writesTraceHeaders(source.textOf(type))) return true;
  const around = type === undefined ? source.code.text : source.textOf(type);
  return code.code.settings.injectHelpers.some((helper) => around.includes(`${helper.replace(/^.*\./, '')}(`));
}
