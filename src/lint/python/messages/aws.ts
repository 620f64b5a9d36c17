import type { Expression } from '../../../syntax/code/expression';
import { expressionsIn, statementsIn } from '../../code/walk';
import { lastPart, type PythonCode, type Site } from '../names/pythonCode';
import type { Publish } from './publish';

const AWS: readonly {
  readonly service: string;
  readonly method: RegExp;
  readonly library: string;
  readonly carrier: string;
}[] = [
  { service: 'sqs', method: /^send_message(_batch)?$/, library: 'boto3 SQS', carrier: '`MessageAttributes`' },
  { service: 'sns', method: /^publish(_batch)?$/, library: 'boto3 SNS', carrier: '`MessageAttributes`' },
  { service: 'kinesis', method: /^put_records?$/, library: 'boto3 Kinesis', carrier: 'the record' },
  { service: 'events', method: /^put_events$/, library: 'boto3 EventBridge', carrier: 'the detail of the event' },
];

/** A message of SQS, SNS, Kinesis or EventBridge. */
export function awsPublish(code: PythonCode, site: Site, object: Expression): Publish | undefined {
  const found = AWS.find(({ method }) => method.test(site.method));
  if (found === undefined) return undefined;
  const made = awsClient(code, site, object);
  if (made === undefined || made.service !== found.service) return undefined;
  if (!made.isAsync) return { site, library: found.library, carrier: found.carrier };
  return found.service === 'sqs' ? { site, library: 'aiobotocore SQS', carrier: found.carrier } : undefined;
}

/** The library that messages of SQS are asked for with: `sqs.receive_message(QueueUrl=url)`, `queue.receive_messages()`. */
export function sqsReceive(code: PythonCode, site: Site): 'boto3 SQS' | 'aiobotocore SQS' | undefined {
  if (!/^receive_messages?$/.test(site.method) || site.call.callee.kind !== 'member') return undefined;
  const made = awsClient(code, site, site.call.callee.object);
  if (made?.service !== 'sqs') return undefined;
  return made.isAsync ? 'aiobotocore SQS' : 'boto3 SQS';
}

/** The service of `boto3.client("sqs")`, `session.client("sqs")`, `boto3.resource("sqs").Queue(url)`. */
function awsClient(
  code: PythonCode,
  site: Site,
  object: Expression,
  steps = 0,
): { service: string; isAsync: boolean } | undefined {
  if (steps > 3) return undefined;
  const values =
    object.kind === 'call'
      ? [{ source: site.source, function: site.function, value: object }]
      : code.names.valuesOf(site.source, site.function, object);
  for (const { source, function: fn, value } of values) {
    const call = value.kind === 'call' ? value : undefined;
    if (call === undefined) continue;
    const method = lastPart(call.callee);
    const first = call.args[0]?.value;
    if (
      /^(client|resource|create_client|client_context)$/.test(method) &&
      first?.kind === 'text' &&
      first.value !== undefined
    )
      return { service: first.value, isAsync: isAsyncClient(code, source, fn, call.callee) };
    if (
      call.callee.kind === 'member' &&
      /^(Queue|Topic|get_queue_by_name|create_queue|create_topic|__aenter__|enter_async_context)$/.test(method)
    ) {
      const inner = /context|aenter/.test(method) ? first : call.callee.object;
      const found = inner && awsClient(code, { ...site, source, function: fn }, inner, steps + 1);
      if (found !== undefined) return found;
    }
    const given = givenBack(code, source, fn, call.callee);
    for (const { value: inner, ...place } of given) {
      const found = awsClient(code, { ...site, ...place }, inner, steps + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** What functions of the project return or, as context managers, yield. */
function givenBack(
  code: PythonCode,
  source: Site['source'],
  fn: Site['function'],
  callee: Expression,
): readonly { source: Site['source']; function: Site['function']; value: Expression }[] {
  return code.functionsOf(source, fn, callee, true).flatMap((place) => {
    if (place.function.name === '__init__') return [];
    const returned = [...statementsIn(place.function.body)].flatMap((one) => (one.kind === 'return' ? one.values : []));
    const yielded = [...expressionsIn(place.function.body)].flatMap((one) =>
      one.kind === 'unary' && one.operator === 'yield' ? [one.value] : [],
    );
    return [...returned, ...yielded].map((value) => ({ ...place, value }));
  });
}

/** Whether a client comes from aioboto3 or aiobotocore rather than from boto3. */
function isAsyncClient(code: PythonCode, source: Site['source'], fn: Site['function'], callee: Expression): boolean {
  const name = code.names.nameOf(source, fn, callee) ?? '';
  return !name.startsWith('boto3.') && source.has(/aiobotocore|aioboto3/);
}
