import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { Statement } from '../../../syntax/code/statement';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { callsIn } from '../../code/walk';
import { findingAt, relatedAt } from '../../report';
import { callsOut } from '../flow/outgoing';
import { isSpanStart, startsSpan } from '../flow/spans';
import { usesStore } from '../flow/stores';
import { readsContext } from '../flow/takenContext';
import { Callers } from '../names/callers';
import { classesOf, isOwnClass } from '../names/classes';
import { givenToHelper } from '../names/givenToHelpers';
import type { ValuePlace } from '../names/names';
import { argumentOf, lastPart, placeOf, type PythonCode, type Site } from '../names/pythonCode';
import { Reaches } from '../names/reaches';
import { coverageOf } from '../process/coverage';
import { whyUncovered } from '../process/holes';
import { rowOf } from '../process/table';
import { sqsReceive } from './aws';
import { takesListEntry, workersOn } from './redisWork';
import type { TracedCode, TracedProcess } from '../process/tracedCode';
import { describePlace } from '../process/words';
import { MAY_LOOP, messageLoops } from './messageLoops';

/** Where messages are taken, and the functions that they are given to. */
interface Taken {
  readonly site: Site;
  readonly library: string;
  readonly handlers: readonly FunctionPlace[];
  /** What is done for each message where they are gone through in place. */
  readonly body?: readonly Statement[];
  /** What the context comes in. */
  readonly carrier: string;
}

/** How far a handler is followed: a variable that holds a `partial`. */
const MAX_STEPS = 3;

const MAY_TAKE =
  /\b(basic_consume|consume|subscribe|xreadgroup|receive_messages?|b?[lr]pop|b?rpoplpush|b?lmove|blmpop)\s*\(/;

/** What AWS itself puts into queues, without anybody's context: events of buckets, schedules and alarms. */
const OF_AWS = /['"](Records|eventSource|eventName|detail-type|s3)['"]|aws:s3|s3:ObjectCreated|s3:TestEvent/;

/** Context in the message itself, under whatever name. */
const CARRIED = /trace_?(parent|context|ctx|carrier|headers|state)|otel_?(ctx|context|carrier)|span_?context|carrier/i;

/**
 * PY-KAFKA-CONSUME-DROP beside Kafka: messages of RabbitMQ, NATS, Pub/Sub, SQS and of streams and lists in Redis, whose context nothing
 * reads, and whose handler starts spans.
 */
export function messageConsumers(traced: TracedCode): Finding[] {
  const { code, settings } = traced;
  const reads = new Reaches(
    code,
    (source, fn) => mentions(source, fn) || readsContext(code, source, fn, settings.extractHelpers),
  );
  const callers = new Callers(code);
  const spans = new Reaches(code, startsSpan, true);
  return traced.sources.flatMap((source) => {
    const mayTake = source.has(MAY_TAKE);
    if (!mayTake && !source.has(MAY_LOOP)) return [];
    if (!traced.processesOf(source).some(({ tracing }) => tracing.is === 'yes')) return [];
    const given = mayTake ? code.sitesIn(source).flatMap((site) => takenAt(traced, site, callers) ?? []) : [];
    const looped = messageLoops(code, source).map((loop): Taken => ({ ...loop, handlers: [] }));
    return [...given, ...looped].flatMap((taken) => {
      if (taken.handlers.length === 0 && taken.body === undefined) return [];
      const { site } = taken;
      const own: FunctionPlace = site;
      const all = [own, ...taken.handlers].filter(({ function: fn }) => fn.id !== 0);
      if (all.some((one) => reads.in(one))) return [];
      // Who registers a handler does nothing for its messages; who calls what fetches them may, but for what opens their spans itself.
      const registers = taken.body === undefined && !/^Redis|SQS$/.test(taken.library);
      const levels = registers ? 1 : 3;
      const isByItself = [...callsIn(taken.body ?? [])].some(isSpanStart);
      if (!isByItself && callers.reaches(own, (caller) => reads.in(caller, 1), levels)) return [];
      const processes = traced.processesAt(site).filter(({ tracing }) => tracing.is === 'yes');
      const covered = processes.find((one) => endsBefore(taken, one));
      if (covered !== undefined)
        return worksInLoop(traced, taken, covered, [spans], true) ? [afterReceive(taken, covered)] : [];
      const process = processes.find((one) => coverageOf(rowOf(taken.library), one).is === 'no');
      if (process === undefined || !(process.isListed || process.tracesItself)) return [];
      const works = worksOf(traced, process);
      const isWork =
        taken.handlers.some((one) => spans.in(one) || works.in(one)) ||
        worksInLoop(traced, taken, process, [spans, works]);
      return isWork ? [report(taken, process)] : [];
    });
  });
}

function worksOf({ code }: TracedCode, process: TracedProcess): Reaches {
  return new Reaches(
    code,
    (source, fn) => callsOut(code, source, fn, process) || usesStore(code.sitesOf(source, fn), process.setup),
    true,
  );
}

/** Whether the instrumentation of what gives messages one by one ends its span before the loop's body runs. */
function endsBefore({ library, body }: Taken, { setup }: TracedProcess): boolean {
  return library === 'aio-pika' && body !== undefined && setup.instrumentors.has('AioPikaInstrumentor');
}

/** Whether the body of a loop opens a span, sends, or calls what does. */
function worksInLoop(
  { code }: TracedCode,
  { site: { source, function: fn }, body }: Taken,
  process: TracedProcess,
  reaching: readonly Reaches[],
  onlySpans = false,
): boolean {
  const calls = new Set(body === undefined ? [] : callsIn(body));
  const sites = code.sitesOf(source, fn).filter(({ call }) => calls.has(call));
  if (sites.some(({ call }) => isSpanStart(call))) return true;
  if (!onlySpans && (callsOut(code, source, fn, process, sites) || usesStore(sites, process.setup))) return true;
  return sites.some(({ call }) => reaching.some((one) => one.through(source, fn, call.callee)));
}

function mentions(source: SourceCode, fn: CodeFunction): boolean {
  return CARRIED.test(source.code.text.slice(fn.start, fn.end));
}

function takenAt(traced: TracedCode, site: Site, callers: Callers): Taken | undefined {
  const { call, method, source } = site;
  if (call.callee.kind !== 'member' || !MAY_TAKE.test(`${method}(`)) return undefined;
  // What a class of the project does with handlers stands in it.
  const classes = classesOf(traced.code, source, site.function, call.callee.object);
  if (classes.some((name) => isOwnClass(traced.code, name))) return undefined;
  const given = (name: string, position: number): readonly FunctionPlace[] =>
    handlersOf(traced, site, argumentOf(call, name, position));
  if (method === 'basic_consume' && imports(source, /^pika(\.|$)/))
    return { site, library: 'pika', handlers: given('on_message_callback', 1), carrier: '`properties.headers`' };
  if (method === 'consume' && imports(source, /^aio_pika(\.|$)/))
    return { site, library: 'aio-pika', handlers: given('callback', 0), carrier: '`message.headers`' };
  if (method === 'subscribe' && imports(source, /^nats(\.|$)/))
    return { site, library: 'nats', handlers: given('cb', 2), carrier: '`msg.headers`' };
  if (method === 'subscribe' && imports(source, /^google\.cloud(\.pubsub|$)/)) {
    const isOn = traced.sources.some((one) => one.has(/enable_open_telemetry_tracing\s*=\s*(?!False)/));
    return isOn
      ? undefined
      : { site, library: 'Pub/Sub', handlers: given('callback', 1), carrier: '`message.attributes`' };
  }
  const handlers = (): readonly FunctionPlace[] => [site, ...workersOn(traced.code, site, callers)];
  const sqs = site.function.id === 0 ? undefined : sqsReceive(traced.code, site);
  if (sqs !== undefined) {
    const all = handlers();
    return all.some(({ source: file }) => file.has(OF_AWS))
      ? undefined
      : { site, library: sqs, handlers: all, carrier: '`MessageAttributes`' };
  }
  if (method === 'xreadgroup' && site.function.id !== 0)
    return { site, library: 'Redis streams', handlers: handlers(), carrier: 'the fields of the entry' };
  return takesListEntry(site)
    ? { site, library: 'Redis lists', handlers: handlers(), carrier: 'the entries' }
    : undefined;
}

function imports(source: SourceCode, module: RegExp): boolean {
  return source.code.imports.some(
    ({ from, names }) => module.test(from) || Object.values(names).some((name) => module.test(`${from}.${name}`)),
  );
}

/** The functions that messages are given to, also by those who call a helper with them. */
function handlersOf(
  { code }: TracedCode,
  { source, function: fn }: Site,
  value: Expression | undefined,
): readonly FunctionPlace[] {
  if (value === undefined) return [];
  const named = functionsAt(code, { source, function: fn, value, how: 'value' });
  if (named.length > 0 || value.kind !== 'name') return named;
  const helper = [fn, ...source.around(fn)].find(({ parameters }) =>
    parameters.some(({ name }) => name === value.name),
  );
  if (helper === undefined) return [];
  return givenToHelper(code, { source, function: helper }, value.name).flatMap((given) => functionsAt(code, given));
}

function functionsAt(code: PythonCode, place: ValuePlace, steps = 0): readonly FunctionPlace[] {
  const { source, function: fn, value } = place;
  if (value.kind === 'function') return [{ source, function: source.code.functions[value.function]! }];
  const follow = (next: ValuePlace): readonly FunctionPlace[] =>
    steps < MAX_STEPS ? functionsAt(code, next, steps + 1) : [];
  // `partial(handle, pool)`
  if (value.kind === 'call' && lastPart(value.callee) === 'partial') {
    const [given] = value.args;
    return given === undefined ? [] : follow({ ...place, value: given.value });
  }
  if (value.kind !== 'name' && value.kind !== 'member') return [];
  const named = code.functionsOf(source, fn, value, true);
  return named.length > 0 || value.kind === 'member' ? named : code.names.valuesOf(source, fn, value).flatMap(follow);
}

function report(taken: Taken, process: TracedProcess): Finding {
  const { site, library, carrier } = taken;
  const verdict = coverageOf(rowOf(library), process);
  const message =
    `The trace context in ${carrier} of these messages is not read: the process is traced ` +
    `(${describePlace(process.tracing.by[0]!, site.source)}), ${whyUncovered(verdict, `nothing instruments ${library}`)}, and what is done for a message begins a new trace.`;
  return found(taken, process, message);
}

function afterReceive(taken: Taken, process: TracedProcess): Finding {
  const message =
    `${rowOf(taken.library).instrumentors[0]!} ends its span before what is done for the message runs: the spans in ` +
    `it begin new traces. Start them with \`context=extract(…)\` from ${taken.carrier}.`;
  return found(taken, process, message);
}

/** At the span that the handler opens itself, where that stands in the same file, else where the messages are taken. */
function found({ site, handlers, body }: Taken, process: TracedProcess, message: string): Finding {
  const { source } = site;
  const own = handlers.filter((one) => one.source === source);
  const calls = body === undefined ? own.flatMap((one) => source.callsIn(one.function)) : [...callsIn(body)];
  const span = calls.find(isSpanStart);
  return findingAt('PY-KAFKA-CONSUME-DROP', source, placeOf(span === undefined ? site : { source, call: span }), {
    severity: 'warning',
    message,
    evidence: process.tracing.by.slice(0, 2),
    related: span === undefined ? [] : [relatedAt(source, placeOf(site), 'The messages come from here')],
  });
}
