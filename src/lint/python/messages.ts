import type { Finding } from '../../model/finding';
import type { Expression } from '../../syntax/code/expression';
import { expressionsIn, statementsIn } from '../code/walk';
import { findingAt, relatedAt } from '../report';
import { classesOf } from './names/classes';
import { coverageOf } from './process/coverage';
import { shipsLogs } from './flow/destinations';
import { Injection } from './flow/injection';
import { namesOf } from './http/httpClients';
import { lastPart, placeOf, type PythonCode, type Site } from './names/pythonCode';
import { rowOf } from './process/table';
import type { TracedCode, TracedProcess } from './process/tracedCode';
import { describePlace } from './process/words';

/** A message published through a library of the coverage table. */
interface Publish {
  readonly site: Site;
  readonly library: string;
  /** Where the context goes. */
  readonly carrier: string;
}

const MAY_PUBLISH =
  /\b(send_message(_batch)?|publish(_batch)?|put_records?|put_events|basic_publish|delay|apply_async|send_task|xadd)\s*\(/;

/** MSG-NO-INJECT: messages that no instrumentation and no code gives a trace context. */
export function messages(traced: TracedCode): Finding[] {
  const injection = new Injection(traced.code, traced.settings);
  return traced.sources.flatMap((source) => {
    if (!source.has(MAY_PUBLISH)) return [];
    if (!traced.processesOf(source).some(({ tracing }) => tracing.is === 'yes')) return [];
    const found = traced.code.sitesIn(source).flatMap((site) => {
      const publish = publishAt(traced, site);
      if (publish === undefined || injection.at(site) || shipsLogs(namesOf(site).join(' '))) return [];
      const processes = traced.processesAt(site).filter(({ tracing }) => tracing.is === 'yes');
      const process = processes.find((one) => isLost(publish, one, traced));
      return process === undefined ? [] : [{ publish, process }];
    });
    return perFunction(found);
  });
}

function isLost({ library }: Publish, process: TracedProcess, traced: TracedCode): boolean {
  if (coverageOf(rowOf(library), process).is !== 'no') return false;
  if (!process.isListed) return false;
  if (library === 'celery' && traced.hasUntracedWorkers) return false;
  return !/^boto3|^aiobotocore/.test(library) || !usesXRay(traced);
}

/** With the X-Ray propagator the service itself carries the context. */
function usesXRay({ unit, sources }: TracedCode): boolean {
  const inEnvironment = unit.deployment.environment.some(
    ({ name, value }) => name === 'OTEL_PROPAGATORS' && /xray/.test(value ?? ''),
  );
  return inEnvironment || sources.some((source) => source.has(/AwsXRayPropagator|propagators?\.aws/));
}

function publishAt(traced: TracedCode, site: Site): Publish | undefined {
  const { call, method } = site;
  if (call.callee.kind !== 'member' || !MAY_PUBLISH.test(`${method}(`)) return undefined;
  const { object } = call.callee;
  if (/^(delay|apply_async|send_task)$/.test(method)) return celeryTask(traced, site, object);
  if (method === 'xadd') return streamEntry(traced, site);
  if (method === 'basic_publish') return { site, library: 'pika', carrier: 'the headers of its properties' };
  return awsPublish(traced.code, site, object) ?? brokerPublish(traced, site, object);
}

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

function awsPublish(code: PythonCode, site: Site, object: Expression): Publish | undefined {
  const found = AWS.find(({ method }) => method.test(site.method));
  if (found === undefined) return undefined;
  const made = awsClient(code, site, object);
  if (made === undefined || made.service !== found.service) return undefined;
  if (!made.isAsync) return { site, library: found.library, carrier: found.carrier };
  return found.service === 'sqs' ? { site, library: 'aiobotocore SQS', carrier: found.carrier } : undefined;
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

function brokerPublish(traced: TracedCode, site: Site, object: Expression): Publish | undefined {
  if (site.method !== 'publish') return undefined;
  const { code } = traced;
  const first = site.call.args[0]?.value;
  const message = first?.kind === 'call' ? (code.names.nameOf(site.source, site.function, first.callee) ?? '') : '';
  if (/^aio_pika\.(message\.)?Message$/.test(message))
    return { site, library: 'aio-pika', carrier: 'the headers of the message' };
  const classes = classesOf(code, site.source, site.function, object);
  if (classes.some((name) => /(^|\.)pubsub(_v1)?\.(publisher\.)?(client\.)?(PublisherClient|Client)$/.test(name))) {
    const isOn = traced.sources.some(({ code: file }) =>
      /enable_open_telemetry_tracing\s*=\s*(?!False)/.test(file.text),
    );
    return isOn
      ? undefined
      : { site, library: 'Pub/Sub', carrier: 'its attributes (or `enable_open_telemetry_tracing`)' };
  }
  // What invalidates caches is no work of a trace; who asked waits for the answer in a span of its own.
  const isReply = first !== undefined && /reply|inbox/i.test(site.source.textOf(first));
  const isCache =
    isReply || /cache/i.test(`${site.source.file.relative} ${site.source.typeOf(site.function)?.name ?? ''}`);
  if (!isCache && classes.some((name) => /^nats\.(connect|aio\.client\.Client|NATS)$/.test(name)))
    return { site, library: 'nats', carrier: '`headers`' };
  return undefined;
}

/** Streams that hold what could not be done, or what nobody works on. */
const ASIDE_STREAM = /dlq|dead|retr(y|ies)|requeue|audit|metric|logs?\b|wal\b|history|replay/i;

/** `redis.xadd(stream, fields)`: work for another process where one here reads streams as a group. */
function streamEntry(traced: TracedCode, site: Site): Publish | undefined {
  const { source, call, function: fn } = site;
  const [stream, fields] = call.args;
  if (stream === undefined || fields === undefined || !source.has(/redis/i)) return undefined;
  if (
    ASIDE_STREAM.test(
      `${source.textOf(stream.value)} ${source.textOf(fields.value)} ${fn.name} ${source.file.relative}`,
    )
  )
    return undefined;
  if (!traced.sources.some((one) => one.has(/\.xreadgroup\s*\(/))) return undefined;
  // What the entry has of a trace, whoever put it there.
  const text = source.code.text.slice(fn.start, fn.end);
  if (/trace_?(parent|context|ctx|carrier|headers|state|id)|otel|carrier/i.test(text)) return undefined;
  return { site, library: 'Redis streams', carrier: 'the fields of the entry' };
}

/** `task.delay(…)` of a function that Celery runs, or `app.send_task(…)`. */
function celeryTask(traced: TracedCode, site: Site, object: Expression): Publish | undefined {
  const { source, function: fn, method } = site;
  const publish = { site, library: 'celery', carrier: 'the headers of the task' };
  if (method === 'send_task') {
    return classesOf(traced.code, source, fn, object).some((name) => /^celery\.Celery$/.test(name))
      ? publish
      : undefined;
  }
  const isTask = traced.code
    .functionsOf(source, fn, object, true)
    .some((place) => place.function.annotations.some((one) => isTaskDecorator(traced.code, place.source, one)));
  return isTask ? publish : undefined;
}

function isTaskDecorator(code: PythonCode, source: Site['source'], annotation: Expression): boolean {
  const callee = annotation.kind === 'call' ? annotation.callee : annotation;
  const name = code.names.nameOf(source, source.code.functions[0]!, callee) ?? '';
  if (name === 'celery.shared_task') return true;
  if (callee.kind !== 'member' || callee.name !== 'task') return false;
  return classesOf(code, source, source.code.functions[0]!, callee.object).some((one) => /^celery\.Celery$/.test(one));
}

/** Messages that one function publishes through one library are one finding. */
function perFunction(found: readonly { readonly publish: Publish; readonly process: TracedProcess }[]): Finding[] {
  const groups = new Map<string, typeof found>();
  for (const one of found) {
    // Nothing instruments Celery, or reads a stream's context: one cause, however much is sent.
    const where = /^(celery|Redis streams)$/.test(one.publish.library) ? '' : String(one.publish.site.function.id);
    const key = `${one.publish.library} ${where}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map(([first, ...others]) => {
    const { site, library, carrier } = first!.publish;
    const { setup, tracing } = first!.process;
    const shown = [...setup.instrumentors.values()][0]?.[0] ?? tracing.by[0]!;
    const message =
      `This message carries no trace context: the process is traced (${describePlace(shown)}), but nothing instruments ` +
      `${library} and nothing is injected into ${carrier}.`;
    const related = others.map(({ publish }) =>
      relatedAt(publish.site.source, placeOf(publish.site), 'So is this message'),
    );
    const parts = { severity: 'warning' as const, message, evidence: tracing.by.slice(0, 2), related };
    return findingAt('MSG-NO-INJECT', site.source, placeOf(site), parts);
  });
}
