import type { Finding } from '../../../model/finding';
import type { Call } from '../../../syntax/code/expression';
import { qualified } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { atEachCall, type CallIn } from '../calls';
import { firstLine } from '../evidenceAt';
import { isPropagation } from '../handMade';
import type { NodeCode } from '../nodeCode';
import { entryOf } from '../values';

/** What receives messages of SQS, and the option by which it asks for their attributes. */
const RECEIVERS: Readonly<Record<string, string>> = {
  '@aws-sdk/client-sqs.ReceiveMessageCommand': 'MessageAttributeNames',
  'sqs-consumer.Consumer.create': 'messageAttributeNames',
};

/**
 * Rule 33 at SQS: the context is read from the attributes of a message, which SQS only sends when it is asked for them
 * by name. The instrumentation of the AWS SDK asks for those of the context by itself.
 */
export function unaskedAttributeFindings(node: NodeCode): Finding[] {
  if (!node.isTraced || !node.isUncovered('aws-sdk')) return [];
  return atEachCall(node.inNodeWith(/sqs-consumer|ReceiveMessageCommand/), (at) => findingOf(at));
}

function findingOf({ source, function: fn, call }: CallIn): Finding | undefined {
  const name = qualified(source, fn, call.callee) ?? '';
  const option = Object.hasOwn(RECEIVERS, name) ? RECEIVERS[name]! : undefined;
  const [input] = call.args;
  if (option === undefined || input?.value.kind !== 'object') return undefined;
  const { entries } = input.value;
  if (entryOf(input.value, option) !== undefined) return undefined;
  if (entries.some(({ spread, keyValue }) => spread === true || keyValue !== undefined)) return undefined;
  const read = extractsAttributes(source);
  if (read === undefined) return undefined;
  return findingAt('EXTRACT-UNUSED', source, firstLine(source, call), {
    severity: 'warning',
    message: `SQS sends no attributes that are not asked for: without \`${option}\` the context that is read from them is never there.`,
    related: [relatedAt(source, firstLine(source, read), 'read from the attributes here')],
  });
}

/** `propagation.extract(context.active(), message.MessageAttributes, getter)`, in the file that receives. */
function extractsAttributes(source: SourceCode): Call | undefined {
  if (!source.has('MessageAttributes')) return undefined;
  for (const fn of source.code.functions) {
    for (const call of source.callsIn(fn)) {
      if (!isPropagation(source, fn, call, 'extract')) continue;
      if (/\bMessageAttributes\b/.test(source.textOf(call)) || /\bMessageAttributes\b/.test(source.textOf(fn)))
        return call;
    }
  }
  return undefined;
}
