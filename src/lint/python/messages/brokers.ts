import type { Expression } from '../../../syntax/code/expression';
import { classesOf, isOwnClass } from '../names/classes';
import type { PythonCode, Site } from '../names/pythonCode';
import type { TracedCode } from '../process/tracedCode';
import type { Publish } from './publish';

/** A message of aio-pika, Pub/Sub or NATS. */
export function brokerPublish(traced: TracedCode, site: Site, object: Expression): Publish | undefined {
  const { code } = traced;
  if (site.method === 'request') return asked(traced, site, object);
  if (site.method !== 'publish') return undefined;
  const first = site.call.args[0]?.value;
  const message = first === undefined ? [] : classesOf(code, site.source, site.function, first);
  if (message.some((name) => /^aio_pika\.(message\.)?Message$/.test(name)))
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
  if (!isCache && isNats(code, [...classes, ...behindJetStream(code, site, object)]))
    return { site, library: 'nats', carrier: '`headers`' };
  return undefined;
}

const NATS = /^nats\.(connect|aio\.client\.Client|NATS|js\.(client\.)?JetStreamContext)$/;

/** What NATS itself answers, and what asks only whether somebody is there: no work of a trace hangs on it. */
const NO_WORK = /^\$|(^|[._/])(ping|health(check|z)?|status|stats|heartbeat|info)$/i;

/** Whether something is a connection for sure; what may also be a class of the project, which may wrap one, is not. */
function isNats(code: PythonCode, classes: readonly string[]): boolean {
  return classes.some((name) => NATS.test(name)) && !classes.some((name) => isOwnClass(code, name));
}

/** `nc.request(subject, data)`: who answers works for the one that asks. */
function asked({ code }: TracedCode, site: Site, object: Expression): Publish | undefined {
  if (!code.program.sources.some((source) => source.has(/\bnats\b/))) return undefined;
  const subject = site.call.args[0]?.value;
  if (subject?.kind === 'text' && NO_WORK.test(subject.pieces.join('x'))) return undefined;
  const classes = classesOf(code, site.source, site.function, object);
  return isNats(code, classes) ? { site, library: 'nats', carrier: '`headers`' } : undefined;
}

/** The classes of what `jetstream()` was called on, for a value that it gave. */
function behindJetStream(code: PythonCode, { source, function: fn }: Site, object: Expression): readonly string[] {
  return code.names.valuesOf(source, fn, object).flatMap((place) => {
    const call = place.value.kind === 'call' ? place.value.callee : undefined;
    if (call?.kind !== 'member' || call.name !== 'jetstream') return [];
    return classesOf(code, place.source, place.function, call.object);
  });
}

/** Streams that hold what could not be done, or what nobody works on; `add_with_retry` only tries again. */
const ASIDE_STREAM = /dlq|dead|(?<!with_?)retr(y|ies)|requeue|audit|metric|logs?\b|wal\b|history|replay/i;

/** Whether what is written to Redis at a call is put aside, counted or only remembered. */
export function isAside({ source, call, function: fn }: Site): boolean {
  const given = call.args.slice(0, 2).map(({ value }) => source.textOf(value));
  return ASIDE_STREAM.test(`${given.join(' ')} ${fn.name} ${source.file.relative}`);
}

/** Whether what is put into Redis has something of a trace, whoever put it there. */
export function carriesTrace({ source, function: fn }: Site): boolean {
  const text = source.code.text.slice(fn.start, fn.end);
  return /trace_?(parent|context|ctx|carrier|headers|state|id)|otel|carrier/i.test(text);
}

/** `redis.xadd(stream, fields)`: work for another process where one here reads streams as a group. */
export function streamEntry(traced: TracedCode, site: Site): Publish | undefined {
  const { source, call } = site;
  const [stream, fields] = call.args;
  if (stream === undefined || fields === undefined || !source.has(/redis/i)) return undefined;
  if (isAside(site)) return undefined;
  if (!traced.sources.some((one) => one.has(/\.xreadgroup\s*\(/))) return undefined;
  if (carriesTrace(site)) return undefined;
  return { site, library: 'Redis streams', carrier: 'the fields of the entry' };
}
