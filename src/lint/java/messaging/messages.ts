import type { Finding } from '../../../model/finding';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { nameOfCall, typeAround, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { isRepublishing } from '../spring/relevance';
import { writesTraceHeaders } from '../spring/observed';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { hasRemoteProperties, isSwitchedOn } from '../properties';
import { mechanismOf, type Mechanism } from '../setup';
import { rootVariable } from '../spring/springClients';
import { propertyFix } from '../fixes/propertyFix';
import { isType, plainType } from '../typeNames';
import { declaredType } from '../variables';

const RABBIT = [
  'org.springframework.amqp.rabbit.core.RabbitTemplate',
  'org.springframework.amqp.core.AmqpTemplate',
  'org.springframework.amqp.rabbit.core.RabbitOperations',
  'org.springframework.amqp.rabbit.core.RabbitMessagingTemplate',
];
const RABBIT_SENDS = [
  'convertAndSend',
  'convertSendAndReceive',
  'send',
  'sendAndReceive',
  'convertSendAndReceiveAsType',
];
const RABBIT_PROPERTY = 'spring.rabbitmq.template.observation-enabled';

/** Clients that only an agent covers, with what they send by. */
const BARE: readonly {
  readonly library: string;
  readonly types: readonly string[];
  readonly sends: readonly string[];
}[] = [
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
  },
  {
    library: 'SNS',
    types: [
      'software.amazon.awssdk.services.sns.SnsClient',
      'software.amazon.awssdk.services.sns.SnsAsyncClient',
      'com.amazonaws.services.sns.AmazonSNS',
    ],
    sends: ['publish', 'publishBatch'],
  },
  {
    library: 'NATS',
    types: ['io.nats.client.Connection', 'io.nats.client.JetStream'],
    sends: ['publish', 'publishAsync'],
  },
];

const RULE = 'MSG-NO-INJECT';
const MAX_RELATED = 20;

/** MSG-NO-INJECT: messages that are published without the trace context. */
export function messagesWithoutContext(code: JavaCode): Finding[] {
  return [...springRabbit(code), ...BARE.flatMap((row) => bare(code, row))];
}

function springRabbit(code: JavaCode): Finding[] {
  const mechanism = mechanismOf(code.setup, 'micrometer');
  const { unit, settings } = code.code;
  if (mechanism === undefined || settings.coveredBy.has('spring-rabbit') || isObserved(code)) return [];
  const own = code.calls('RabbitTemplate').filter(({ call }) => call.isNew);
  if (own.length === 0 && isSwitchedOn(unit, RABBIT_PROPERTY)) return [];
  const [first, ...others] = sends(code, RABBIT_SENDS, RABBIT);
  if (first === undefined) return [];
  const maker = own[0];
  const made =
    maker && whereIs(maker.source, { file: maker.source.path, range: maker.source.range(maker.call), text: '' });
  const why = made
    ? `The RabbitTemplate of ${made} is made without \`setObservationEnabled(true)\``
    : `\`${RABBIT_PROPERTY}\` is not set and is off by default`;
  const isUnknown = own.length === 0 && (hasRemoteProperties(unit) || (unit.properties ?? []).length === 0);
  return [
    findingAt(RULE, first.source, firstLine(first.source, first.call), {
      severity: isUnknown ? 'hint' : 'warning',
      message: `${why} (\`${whereIs(first.source, mechanism.at)}\`: ${mechanism.row.title}): messages carry no trace context.`,
      evidence: asFindingEvidence([mechanism.at]),
      related: others
        .slice(0, MAX_RELATED)
        .map(({ source, call }) => relatedAt(source, firstLine(source, call), 'The same here.')),
      fixes: own.length === 0 ? propertyFix(unit, RABBIT_PROPERTY, 'true') : [],
    }),
  ];
}

/** Somewhere the observation of a template is switched on. */
function isObserved(code: JavaCode): boolean {
  return code
    .calls('setObservationEnabled')
    .some(({ source, call }) => /amqp/.test(source.code.text) && !/ontainer|actory/.test(source.textOf(call.callee)));
}

function bare(code: JavaCode, row: (typeof BARE)[number]): Finding[] {
  const mechanism: Mechanism | undefined = code.setup.mechanisms[0];
  if (mechanism === undefined || code.code.settings.coveredBy.has(row.library)) return [];
  return sends(code, row.sends, row.types)
    .filter(({ source, call }) => !writesByHand(code, source, call))
    .map(({ source, call }) =>
      findingAt(RULE, source, firstLine(source, call), {
        severity: 'warning',
        message: `${mechanism.row.title} (\`${whereIs(source, mechanism.at)}\`) does not cover ${row.library}, and nothing here writes the context into the message.`,
        evidence: asFindingEvidence([mechanism.at]),
      }),
    );
}

function writesByHand(code: JavaCode, source: SourceCode, call: CallPlace['call']): boolean {
  const type = typeAround(source, call);
  if (type !== undefined && writesTraceHeaders(source.textOf(type))) return true;
  return code.code.settings.injectHelpers.some((helper) => source.code.text.includes(helper.replace(/^.*\./, '')));
}

function sends(code: JavaCode, names: readonly string[], types: readonly string[]): CallPlace[] {
  return names
    .flatMap((name) => code.calls(name))
    .filter(({ source, function: fn, call }) => {
      if (isRepublishing(source)) return false;
      if (call.callee.kind !== 'member' || nameOfCall(call) === undefined) return false;
      const root = rootVariable(call.callee);
      if (root === undefined) return false;
      const type = declaredType(source, fn, { kind: 'name', name: root, start: call.start, end: call.start });
      return type !== undefined && types.some((one) => isType(source, plainType(type), one));
    });
}
