import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Piece } from '../../../syntax/code/piece';
import type { Loop, Statement } from '../../../syntax/code/statement';
import { callsIn, statementsIn } from '../../code/walk';
import type { SourceCode } from '../../code/sourceCode';
import type { Evidence, Verdict } from '../../evidence';
import { findingAt, relatedAt } from '../../report';
import { coverageOf } from '../process/coverage';
import { whyUncovered } from '../process/holes';
import { extractHeaders } from '../fixes/kafka';
import { Callers } from '../names/callers';
import { clientOf, kafkaClass, kafkaFetch, type KafkaClient } from './kafkaClients';
import { callsOut } from '../flow/outgoing';
import { usesStore } from '../flow/stores';
import { readsContext } from '../flow/takenContext';
import { placeOf, type PythonCode, type Site } from '../names/pythonCode';
import { classesOf } from '../names/classes';
import type { FunctionPlace } from '../../code/program';
import { Reaches } from '../names/reaches';
import { isSpanStart, startsSpan } from '../flow/spans';
import { rowOf } from '../process/table';
import type { TracedCode, TracedProcess } from '../process/tracedCode';
import { describePlace } from '../process/words';

/** A loop that goes through messages, or a call that fetches them. */
interface Consuming {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly client: KafkaClient;
  /** What is done with the messages. */
  readonly body: readonly Statement[];
  readonly at: Piece;
  /** Messages come out of `poll` or `consume`: what instruments iterators does not see them, or only links. */
  readonly polled: boolean;
}

/** PY-KAFKA-CONSUME-DROP: what is done for a message begins a new trace, as its headers are not read. */
export function kafkaConsume(traced: TracedCode): Finding[] {
  const { extractHelpers } = traced.settings;
  const handled = new Reaches(traced.code, (source, fn) => readsContext(traced.code, source, fn, extractHelpers));
  const callers = new Callers(traced.code);
  const spans = new Reaches(traced.code, startsSpan, true);
  return traced.sources.flatMap((source) => {
    if (!source.has(/kafka|\.agent\(/i)) return [];
    const processes = traced.processesOf(source).filter(({ tracing }) => tracing.is === 'yes');
    if (processes.length === 0) return [];
    const loops = consumings(source, traced);
    const found = loops.length > 0 && loops.every(({ body }) => [...callsIn(body)].some(isSpanStart));
    // A function that a loop hands its messages to loses the same context: the loop speaks for both.
    const apart = (one: Consuming): boolean => !loops.some((loop) => handsTo(loop, one, traced));
    const all = [...loops, ...(found ? [] : handlers(source, traced).filter(apart))].flatMap((consuming) => {
      const place = { source, function: consuming.function };
      const opensHere = [...callsIn(consuming.body)].some(isSpanStart);
      // Who starts a loop that fetches messages and opens their spans itself cannot have read their headers.
      const isByItself = opensHere && loops.includes(consuming);
      const isRead = (): boolean => callers.reaches(place, (caller) => handled.in(caller, 1));
      if (handled.in(place) || (!isByItself && isRead())) return [];
      const opens = opensHere || isReached(consuming, spans);
      for (const process of processes) {
        const found = judge(consuming, process, opens, traced);
        if (found !== undefined) return [found];
      }
      return [];
    });
    return onePerCause(source, all);
  });
}

/** Spans of one file that are only linked, for the same reason, are one finding. */
function onePerCause(source: SourceCode, found: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding>();
  for (const finding of found) {
    const key = finding.severity === 'info' ? finding.message : `${finding.range.startLine}`;
    const first = groups.get(key);
    const place = { file: source.path, range: finding.range, message: 'So is this one' };
    groups.set(key, first ? { ...first, related: [...first.related, place] } : finding);
  }
  return [...groups.values()];
}

function judge(consuming: Consuming, process: TracedProcess, opens: boolean, traced: TracedCode): Finding | undefined {
  const { library, instrumented } = consuming.client;
  const verdict = coverageOf(rowOf(library), process);
  const oneByOne = rowOf(library).instrumentors.some((name) => process.setup.perClient.has(name));
  const isCovered = instrumented || verdict.is === 'yes' || (oneByOne && consuming.client.madeBy === '');
  if (isCovered) {
    if (!opens || process.setup.consumeHooks) return undefined;
    return isLinkedOnly(consuming) ? onlyLinked(consuming, verdict.by) : afterReceive(consuming, verdict.by);
  }
  if (verdict.is !== 'no' || oneByOne) return undefined;
  if (opens) return dropped(consuming, process, verdict);
  const works = (file: SourceCode, one: CodeFunction): boolean =>
    callsOut(traced.code, file, one, process) || usesStore(traced.code.sitesOf(file, one), process.setup);
  const { source, function: fn } = consuming;
  return works(source, fn) || isReached(consuming, new Reaches(traced.code, works, true))
    ? dropped(consuming, process, verdict)
    : undefined;
}

function isLinkedOnly({ client, polled }: Consuming): boolean {
  return client.library === 'confluent-kafka' || (client.library === 'kafka-python' && polled);
}

function dropped(consuming: Consuming, { tracing }: TracedProcess, verdict: Verdict): Finding {
  const { library } = consuming.client;
  const message =
    `The trace context in the headers of these messages is not read: the process is traced ` +
    `(${describePlace(tracing.by[0]!, consuming.source)}), ${whyUncovered(verdict, `nothing instruments ${library}`)}, and what is done for a message begins a new trace.`;
  return report(consuming, 'warning', message, tracing.by);
}

function afterReceive(consuming: Consuming, by: readonly Evidence[]): Finding {
  const message =
    `${rowOf(consuming.client.library).instrumentors[0]!} ends its span before what is done for the message runs: the ` +
    'spans in it begin new traces. Start them with `context=extract(…)` from the headers of the message.';
  return report(consuming, 'warning', message, by);
}

function onlyLinked(consuming: Consuming, by: readonly Evidence[]): Finding {
  const message =
    `${rowOf(consuming.client.library).instrumentors[0]!} does not continue the trace of what ` +
    '`poll` and `consume` return: the spans for a message are in another trace than its producer. ' +
    'Start them with `context=extract(…)` from the headers of the message.';
  return report(consuming, 'info', message, by);
}

/** At the span that is opened for a message where that stands in the loop, else at the loop. */
function report(consuming: Consuming, severity: 'warning' | 'info', message: string, by: readonly Evidence[]): Finding {
  const { source, at, body } = consuming;
  const span = [...callsIn(body)].find(isSpanStart);
  const place = span === undefined ? at : placeOf({ source, call: span });
  const related = span === undefined ? [] : [relatedAt(source, at, 'The messages come from here')];
  // What an agent's stream gives are values; their headers stand in `stream.events()`.
  const variable = consuming.client.madeBy === AGENT ? undefined : messageIn(consuming);
  const fixes =
    span === undefined || variable === undefined
      ? []
      : extractHeaders(source, consuming.function, span, variable, consuming.client.library);
  return findingAt('PY-KAFKA-CONSUME-DROP', source, place, {
    severity,
    message,
    evidence: by.slice(0, 2),
    related,
    fixes,
  });
}

/** The variable that holds a message: what the loop goes through, what is fetched one at a time, or what is handed in. */
function messageIn({ source, function: fn, at, polled }: Consuming): string | undefined {
  for (const statement of statementsIn(fn.body)) {
    if (statement.start > at.start || at.start >= statement.end) continue;
    const target = statement.kind === 'loop' && !polled ? statement.targets[0] : undefined;
    if (target?.kind === 'name' && statement.start === at.start) return target.name;
    if (statement.kind !== 'assign' || statement.targets.length !== 1) continue;
    const isOne = /\.(poll|getone)\(/.test(source.textOf(statement));
    if (isOne && statement.targets[0]!.kind === 'name') return statement.targets[0].name;
  }
  return fn.parameters.find(({ name }) => MESSAGE.test(name))?.name;
}

/** Loops over consumers, and loops around `poll`. */
function consumings(source: SourceCode, traced: TracedCode): Consuming[] {
  const found: Consuming[] = [];
  for (const fn of source.code.functions) {
    const place = { source, function: fn };
    for (const statement of statementsIn(fn.body)) {
      if (statement.kind !== 'loop' || !/^(name|member|call)$/.test(statement.over?.kind ?? '')) continue;
      const client =
        clientOf(traced.code, place, statement.over!, 'consumer') ?? ofAgent(traced.code, place, statement);
      if (client === undefined) continue;
      found.push({ ...place, client, body: statement.body, at: headOf(source, statement), polled: false });
    }
    if (found.some((one) => one.function === fn)) continue;
    for (const site of traced.code.sitesOf(source, fn)) {
      const client = kafkaFetch(traced.code, site);
      if (client === undefined) continue;
      found.push({ ...place, client, body: bodyAround(site), at: placeOf(site), polled: true });
      break;
    }
  }
  return found;
}

const AGENT = 'faust.App.agent';

/** The stream that an agent of Faust goes through: `@app.agent(topic)` above `async for order in orders:`. */
function ofAgent(code: PythonCode, { source, function: fn }: FunctionPlace, { over }: Loop): KafkaClient | undefined {
  const [stream] = fn.parameters.filter(({ name }) => name !== fn.self);
  let root = over;
  while (root !== undefined && root.kind !== 'name')
    root = root.kind === 'call' ? root.callee : root.kind === 'member' ? root.object : undefined;
  if (stream === undefined || root?.kind !== 'name' || root.name !== stream.name) return undefined;
  const isAgent = fn.annotations.some((mark) => {
    const callee = mark.kind === 'call' ? mark.callee : undefined;
    if (callee?.kind !== 'member' || callee.name !== 'agent') return false;
    return classesOf(code, source, source.code.functions[0]!, callee.object).some((name) =>
      /^faust\.(\w+\.)*App$/.test(name),
    );
  });
  // Faust sends and fetches through aiokafka.
  return isAgent ? { library: 'aiokafka', madeBy: AGENT, instrumented: false } : undefined;
}

const MESSAGE = /^(msg|message|record|kafka_message|kafka_msg)$/;

/** Functions that open a span for a Kafka message they are given: the messages are fetched elsewhere in the file. */
function handlers(source: SourceCode, traced: TracedCode): Consuming[] {
  const imported = [...traced.code.names.importsOf(source).values()].flatMap((name) => kafkaClass(name) ?? []);
  const library = imported.find(({ side }) => side === 'consumer')?.library;
  if (library === undefined) return [];
  return source.code.functions.flatMap((fn) => {
    const message = fn.parameters.find(({ name }) => MESSAGE.test(name));
    const span = source.callsIn(fn).find(isSpanStart);
    if (message === undefined || span === undefined) return [];
    const reads = new RegExp(`\\b${message.name}\\.(topic|partition|offset|headers)\\b`);
    if (!reads.test(source.code.text.slice(fn.start, fn.end))) return [];
    const client = { library, madeBy: '', instrumented: false };
    return [{ source, function: fn, client, body: fn.body, at: placeOf({ source, call: span }), polled: true }];
  });
}

/** Whether what is done in one place calls the function of another. */
function handsTo({ source, function: fn, body }: Consuming, to: Consuming, { code }: TracedCode): boolean {
  return [...callsIn(body)].some((call) =>
    code.functionsOf(source, fn, call.callee, true).some((place) => place.function === to.function),
  );
}

/** The body of the loop around a call, or all of its function. */
function bodyAround({ function: fn, call }: Site): readonly Statement[] {
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind === 'loop' && statement.start <= call.start && call.end <= statement.end) return statement.body;
  }
  return fn.body;
}

/** The first line of a loop. */
function headOf(source: SourceCode, loop: Loop): Piece {
  const line = source.code.text.indexOf('\n', loop.start);
  return { start: loop.start, end: line < 0 ? loop.end : line };
}

/** Whether what is done with messages does something, or what it calls; calls that are given nothing are not for a message. */
function isReached({ source, function: fn, body }: Consuming, reaches: Reaches): boolean {
  return [...callsIn(body)].some(({ callee, args }) => args.length > 0 && reaches.through(source, fn, callee));
}
