import type { Finding } from '../../../model/finding';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt } from '../../report';
import { typeAround, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import type { Mechanism } from '../setup';
import { writesTraceHeaders } from '../spring/observed';
import { sendsBy } from './sends';
import { unobservedRabbit } from './springRabbit';

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

/** MSG-NO-INJECT: messages that are published without the trace context. */
export function messagesWithoutContext(code: JavaCode): Finding[] {
  return [...unobservedRabbit(code), ...BARE.flatMap((row) => bare(code, row))];
}

function bare(code: JavaCode, row: (typeof BARE)[number]): Finding[] {
  const mechanism: Mechanism | undefined = code.setup.mechanisms[0];
  if (mechanism === undefined || code.code.settings.coveredBy.has(row.library)) return [];
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

function writesByHand(code: JavaCode, source: SourceCode, call: CallPlace['call']): boolean {
  const type = typeAround(source, call);
  if (type !== undefined && writesTraceHeaders(source.textOf(type))) return true;
  return code.code.settings.injectHelpers.some((helper) => source.code.text.includes(helper.replace(/^.*\./, '')));
}
