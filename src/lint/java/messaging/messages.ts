import type { Finding } from '../../../model/finding';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt } from '../../report';
import { typeAround, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { isSwitchedOn, mayBeSaidElsewhere } from '../properties';
import type { Mechanism } from '../setup';
import { writesTraceHeaders } from '../spring/observed';
import { sendsBy } from './sends';
import { unobservedRabbit } from './springRabbit';

interface BareRow {
  readonly library: string;
  readonly types: readonly string[];
  readonly sends: readonly string[];
  /** How code makes such a client: where that is not among the files, what was given to it there is not known. */
  readonly made?: RegExp;
  /** Dependencies with which a framework makes it, and gives it nothing. */
  readonly madeBy?: RegExp;
  /** Words of code, and dependencies, that have it write the context. */
  readonly instrumented?: RegExp;
  /** A property that has it write the context. */
  readonly property?: string;
}

const AWS =
  /AwsSdkTelemetry|AwsSdkTracing|SqsMessageTracing|aws-sdk-(1\.11|2\.2)-autoconfigure|xray-recorder-sdk-aws-sdk|xray\.(handlers|interceptors)\.Tracing/;

/** Clients that only an agent covers, with what they send by. */
const BARE: readonly BareRow[] = [
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
  },
  {
    library: 'NATS',
    types: ['io.nats.client.Connection', 'io.nats.client.JetStream'],
    sends: ['publish', 'publishAsync'],
  },
];

const RULE = 'MSG-NO-INJECT';

/** MSG-NO-INJECT: messages that are published without the trace context. */
export function messagesWithoutContext(code: JavaCode): Finding[] {
  return [...unobservedRabbit(code), ...BARE.flatMap((row) => bare(code, row))];
}

function bare(code: JavaCode, row: BareRow): Finding[] {
  const mechanism: Mechanism | undefined = code.setup.mechanisms[0];
  if (mechanism === undefined || code.code.settings.coveredBy.has(row.library)) return [];
  if (!isKnownBare(code, row)) return [];
  return sendsBy(code, row.sends, row.types)
    .filter(({ source, call }) => !writesByHand(code, source, call))
    .map(({ source, call }) =>
      findingAt(RULE, source, firstLine(source, call), {
        severity: 'warning',
        message: `${mechanism.row.title} (\`${whereIs(source, mechanism.at)}\`) does not cover ${row.library}, and nothing here writes the context into the message.`,
        evidence: asFindingEvidence([mechanism.at]),
      }),
    );
}

/** Whether what makes the client is there to see, and nothing that would instrument it. */
function isKnownBare(code: JavaCode, { made, madeBy, instrumented, property }: BareRow): boolean {
  const { unit } = code.code;
  const texts = code.program.sources.map((source) => source.code.text);
  const names = [...unit.dependencies.keys()];
  if (made && !texts.some((text) => made.test(text)) && !names.some((name) => madeBy?.test(name) === true))
    return false;
  const aws = texts.filter((text) => /S[qQ][sS]|S[nN][sS]|\bsoftware\.amazon\b|\bamazonaws\b/.test(text));
  if (instrumented && (aws.some((text) => instrumented.test(text)) || names.some((name) => instrumented.test(name))))
    return false;
  return property === undefined || !(isSwitchedOn(unit, property) || mayBeSaidElsewhere(unit));
}

function writesByHand(code: JavaCode, source: SourceCode, call: CallPlace['call']): boolean {
  const type = typeAround(source, call);
  if (type !== undefined && writesTraceHeaders(source.textOf(type))) return true;
  return code.code.settings.injectHelpers.some((helper) => source.code.text.includes(helper.replace(/^.*\./, '')));
}
