import type { Finding } from '../../model/finding';
import type { CodeFunction } from '../../syntax/code/code';
import type { Piece } from '../../syntax/code/piece';
import type { Loop, Statement } from '../../syntax/code/statement';
import { callsIn, expressionsIn, statementsIn } from '../code/walk';
import type { SourceCode } from '../code/sourceCode';
import { findingAt } from '../report';
import { coverageOf } from './coverage';
import { clientOf, kafkaFetch, type KafkaLibrary } from './kafkaClients';
import { lastPart, type Site } from './pythonCode';
import { Reaches } from './reaches';
import { startsSpan } from './spans';
import { rowOf } from './table';
import type { TracedCode, TracedProcess } from './tracedCode';
import { callsOut } from './outgoing';
import { describePlace } from './words';

/** A loop that goes through messages. */
interface Consuming {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly library: KafkaLibrary;
  /** What is done with the messages. */
  readonly body: readonly Statement[];
  readonly at: Piece;
  /** Messages come out of `poll`, `getmany`: what instruments the iterator does not see them, or only links. */
  readonly fetched: boolean;
}

/** PY-KAFKA-CONSUME-DROP: what is done for a message begins a new trace, as its headers are not read. */
export function kafkaConsume(traced: TracedCode): Finding[] {
  const handled = new Reaches(traced.code, readsContext);
  return traced.sources.flatMap((source) => {
    if (!/kafka/i.test(source.code.text)) return [];
    const processes = traced.processesOf(source).filter(({ tracing }) => tracing.is === 'yes');
    if (processes.length === 0) return [];
    return consumings(source, traced).flatMap((consuming) => judge(consuming, processes, traced, handled));
  });
}

function judge(
  consuming: Consuming,
  processes: readonly TracedProcess[],
  traced: TracedCode,
  handled: Reaches,
): readonly Finding[] {
  const { source, function: fn, body, library } = consuming;
  if (handled.in({ source, function: fn })) return [];
  const spans = new Reaches(traced.code, startsSpan);
  const doesWork = (reaches: Reaches): boolean => isReached(body, source, fn, reaches);
  const row = rowOf(library);
  for (const process of processes) {
    const verdict = coverageOf(row, process);
    if (verdict.is === 'unknown') continue;
    if (verdict.is === 'no') {
      const out = new Reaches(traced.code, (file, one) => callsOut(traced.code, file, one, process));
      if (doesWork(spans) || doesWork(out)) return [dropped(consuming, process)];
    } else if (library !== 'confluent-kafka' && !consuming.fetched && !process.setup.consumeHooks && doesWork(spans)) {
      return [afterReceive(consuming, verdict.by[0])];
    }
  }
  return [];
}

function dropped({ source, at, library }: Consuming, { tracing }: TracedProcess): Finding {
  const message =
    `The trace context in the headers of these messages is not read: the process is traced ` +
    `(${describePlace(tracing.by[0]!)}), nothing instruments ${library}, and what is done for a message begins a new trace.`;
  return findingAt('PY-KAFKA-CONSUME-DROP', source, at, {
    severity: 'warning',
    message,
    evidence: tracing.by.slice(0, 2),
  });
}

function afterReceive(
  { source, at, library }: Consuming,
  by: TracedProcess['tracing']['by'][number] | undefined,
): Finding {
  const row = rowOf(library);
  const message =
    `${row.instrumentors[0]!} ends its span before the body of this loop runs: the spans in it begin new traces. ` +
    'Start them with `context=extract(…)` from the headers of the message.';
  return findingAt('PY-KAFKA-CONSUME-DROP', source, at, {
    severity: 'warning',
    message,
    evidence: by === undefined ? [] : [by],
  });
}

/** Loops over consumers, and loops around `poll`. */
function consumings(source: SourceCode, traced: TracedCode): Consuming[] {
  const found: Consuming[] = [];
  for (const fn of source.code.functions) {
    const place = { source, function: fn };
    for (const statement of statementsIn(fn.body)) {
      if (statement.kind !== 'loop') continue;
      const over = iterated(statement, place, traced);
      if (over !== undefined)
        found.push({ ...place, library: over, body: statement.body, at: headOf(source, statement), fetched: false });
    }
    const fetch = traced.code.sitesOf(source, fn).find((site) => kafkaFetch(traced.code, site) !== undefined);
    if (fetch !== undefined && !found.some((one) => one.function === fn)) found.push(fetching(fetch, traced));
  }
  return found;
}

function fetching(site: Site, traced: TracedCode): Consuming {
  const { source, function: fn, call } = site;
  const loops = [...statementsIn(fn.body)].filter(
    (one) => one.kind === 'loop' && one.start <= call.start && call.end <= one.end,
  );
  const around = loops[0];
  const body = around?.kind === 'loop' ? around.body : fn.body;
  return {
    source,
    function: fn,
    library: kafkaFetch(traced.code, site)!,
    body,
    at: { start: call.start, end: call.end },
    fetched: true,
  };
}

function iterated(
  loop: Loop,
  place: { source: SourceCode; function: CodeFunction },
  traced: TracedCode,
): KafkaLibrary | undefined {
  if (loop.over === undefined || (loop.over.kind !== 'name' && loop.over.kind !== 'member')) return undefined;
  return clientOf(traced.code, place, loop.over, 'consumer')?.library;
}

/** The first line of a loop. */
function headOf(source: SourceCode, loop: Loop): Piece {
  const line = source.code.text.indexOf('\n', loop.start);
  return { start: loop.start, end: line < 0 ? loop.end : line };
}

/** What reads a context, attaches one, or links to one. */
function readsContext(_: SourceCode, fn: CodeFunction): boolean {
  for (const expression of expressionsIn(fn.body)) {
    if (expression.kind === 'call') {
      const method = lastPart(expression.callee);
      if (/(^|_)extract(_|$)/i.test(method) || /^(attach|use_span|Link)$/.test(method)) return true;
      if (expression.args.some(({ name }) => name === 'links')) return true;
    } else if (expression.kind === 'text' && expression.value === 'traceparent') return true;
  }
  return false;
}

/** Whether statements, or what they call, do something. */
function isReached(body: readonly Statement[], source: SourceCode, fn: CodeFunction, reaches: Reaches): boolean {
  const inside: CodeFunction = { ...fn, body };
  for (const call of callsIn(body)) if (reaches.through(source, fn, call.callee)) return true;
  return reaches.does(source, inside);
}
