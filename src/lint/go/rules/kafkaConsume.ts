import type { Finding, Fix } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call } from '../../../syntax/code/expression';
import type { Piece } from '../../../syntax/code/piece';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { statementsIn } from '../../code/walk';
import { findingAt } from '../../report';
import { RECEIVING_METHODS, receiverRow, receiverTypeIn } from '../coverage';
import { extractFix } from '../fixes/messageFix';
import type { GoAnalysis } from '../goAnalysis';
import { firstLine, type CallPlace, type GoUnit } from '../goUnit';
import { isGeneratedSource } from '../httpCalls';
import { messagingCover, receiverType, textWithoutLogs } from '../messaging';
import { keepsDecodedTrace } from './decodedTraces';
import { channelWorkers } from './messageChannels';
import { rootsOfMessages } from './messageHandlers';
import { isAside } from './plainClients';
import { tracingEvidence } from './warning';
import { isWrappedByReader } from './wrappedHandlers';
import { outermost } from '../relevance';

const LINKS = /WithLinks|LinkFromContext|trace\.Link\{/;
/** But for the set-up of tracing, which a `main` may have in the same function: `sdktrace.WithBatcher(exporter)`. */
const IN_BATCHES = /[bB]uffer|(?<!\bWith|\bNew(?=BatchSpan))[bB]atch/;
/** How many levels of calls the work of a loop is followed, and where none is found so near, how many more. */
const NEAR = 3;
const FAR = 6;
/** Payloads that carry the context themselves. */
const CARRIED = /trace_?parent|trace_?context|span[-_]?(context|ctx)|ContextWithRemoteSpanContext|SpanContextConfig/i;

/** GO-KAFKA-CONSUME-DROP: a loop over messages that does traced work and never reads their headers. */
export function droppedMessages(analysis: GoAnalysis): Finding[] {
  const { covered } = messagingCover(analysis);
  const found: Finding[] = [];
  const seen = new Set<CodeFunction>();
  const worked = new Set<CodeFunction>();
  const far: FarWork[] = [];
  for (const name of RECEIVING_METHODS) {
    for (const place of analysis.unit.callsNamed(name)) {
      const type = receiverType(analysis, place, receiverTypeIn);
      const row = type === undefined ? undefined : receiverRow(type, name);
      const around = outermost(place.source, place.function);
      if (row === undefined || covered.has(row.system) || seen.has(around)) continue;
      if (isGeneratedSource(place.source) || isAside(analysis, place.source)) continue;
      const worker = droppingWorker(analysis, place, around);
      if (worker === undefined) continue;
      if (worker.isFar) {
        far.push({ worker, place: { source: place.source, function: around } });
        continue;
      }
      seen.add(around);
      for (const one of worker.source.within(worker.function)) worked.add(one);
      const shown = worker.shownIn ?? worker.source;
      const fixes = worker.at === place.call ? extractFix(place) : [];
      found.push(droppedAt(analysis, { ...worker, source: shown }, { source: place.source, function: around }, fixes));
    }
  }
  const roots = rootsOfMessages(analysis, found.length > 0 ? withCalled(analysis, worked) : worked);
  const reported = new Set([...seen, ...worked, ...roots.functions]);
  const channels = droppedInChannels(analysis, reported);
  const all = new Set([...reported, ...channels.functions]);
  return [...found, ...roots.findings, ...channels.findings, ...droppedFarOff(analysis, far, all)];
}

interface Dropped {
  readonly findings: readonly Finding[];
  /** What is reported by them, or was before. */
  readonly functions: ReadonlySet<CodeFunction>;
}

/** Loops whose work is far down, unless it is reported there, or links to the messages. */
function droppedFarOff(analysis: GoAnalysis, far: readonly FarWork[], reported: ReadonlySet<CodeFunction>): Finding[] {
  const found: Finding[] = [];
  const seen = new Set(reported);
  for (const { worker, place } of far) {
    if (seen.has(place.function)) continue;
    const reached = [worker, ...calledFrom(analysis.unit, worker, FAR)];
    if (reached.some((one) => seen.has(one.function) || isLinked(one.source, one.function))) continue;
    seen.add(place.function);
    found.push(droppedAt(analysis, { ...worker, source: worker.shownIn ?? worker.source }, place, []));
  }
  return found;
}

/** Workers that take messages out of channels; where one that they call is reported, or reads the context, it is enough. */
function droppedInChannels(analysis: GoAnalysis, reported: ReadonlySet<CodeFunction>): Dropped {
  const { covered } = messagingCover(analysis);
  const found: Finding[] = [];
  const seen = new Set(reported);
  for (const worker of channelWorkers(analysis)) {
    const { function: around, system } = worker;
    if (covered.has(system) || seen.has(around) || !analysis.work.works(worker)) continue;
    const all = [worker, ...calledFrom(analysis.unit, worker)];
    if (analysis.injections.extracts(worker, 3) || all.some((one) => isLinked(one.source, one.function))) continue;
    if (all.some((one) => reported.has(one.function))) continue;
    seen.add(around);
    found.push(droppedAt(analysis, worker, worker, []));
  }
  return { findings: found, functions: seen };
}

/** The functions of the workspace that a function calls, and those that they call, so many levels down; each once. */
function calledFrom(unit: GoUnit, place: FunctionPlace, levels = 2): readonly FunctionPlace[] {
  const found = new Map([[place.function, place]]);
  let last = [place];
  for (let level = 0; level < levels && last.length > 0; level++) {
    const called = new Map(last.flatMap((one) => calledBy(unit, one)).map((one) => [one.function, one]));
    last = [...called.values()].filter((one) => !found.has(one.function));
    for (const one of last) found.set(one.function, one);
  }
  return [...found.values()].slice(1);
}

function calledBy(unit: GoUnit, { source, function: fn }: FunctionPlace): readonly FunctionPlace[] {
  return source.within(fn).flatMap((inner) =>
    source.callsIn(inner).flatMap((call) => {
      const callee = unit.callee({ source, function: inner, call });
      return callee.kind === 'own' ? callee.places : [];
    }),
  );
}

/** @param around the function that takes the messages, in its file. */
function droppedAt(
  analysis: GoAnalysis,
  { source: shown, at }: { readonly source: SourceCode; readonly at: Piece },
  { source, function: around }: FunctionPlace,
  fixes: readonly Fix[],
): Finding {
  return findingAt('GO-KAFKA-CONSUME-DROP', shown, firstLine(shown, at), {
    // A span for a whole batch can only link to those of its messages.
    severity: IN_BATCHES.test(source.textOf(around)) ? 'hint' : 'warning',
    message:
      'Messages are taken here and worked on with spans or calls, but the trace context in their headers is never ' +
      'extracted: each message begins a new trace.',
    evidence: tracingEvidence(analysis),
    fixes,
  });
}

/** Functions with those of the workspace that they call: what works for a loop that is reported already. */
function withCalled({ unit }: GoAnalysis, functions: ReadonlySet<CodeFunction>): ReadonlySet<CodeFunction> {
  const all = new Set(functions);
  for (const source of unit.code.program.sources) {
    for (const fn of source.code.functions) {
      if (!functions.has(fn)) continue;
      for (const call of source.callsIn(fn)) {
        const callee = unit.callee({ source, function: fn, call });
        if (callee.kind === 'own') for (const one of callee.places) all.add(one.function);
      }
    }
  }
  return all;
}

/** A function that may work on the messages, and where it takes them. */
interface Worker extends FunctionPlace {
  readonly at: Piece;
  /** The file of the place, where it is not the function's. */
  readonly shownIn?: SourceCode;
  /** Whether its work is further down than an extraction is looked for at first. */
  readonly isFar?: boolean;
}

/** A worker whose work is far down, and the function that takes its messages. */
interface FarWork {
  readonly worker: Worker;
  readonly place: FunctionPlace;
}

/** The one that works on messages although none of them reads the headers. */
function droppingWorker(analysis: GoAnalysis, place: CallPlace, around: CodeFunction): Worker | undefined {
  const { source } = place;
  const loop = { source, function: around };
  const own: Worker = { ...loop, at: loopOver(source, around, place.call) ?? place.call };
  // A helper that fetches messages: its callers work on them.
  const callers = returnsMessage(around) ? analysis.relevance.callersOf(loop) : [];
  const workers: Worker[] = [own, ...handlers(analysis, place)];
  for (const { source: from, function: fn, call } of callers) {
    const caller = outermost(from, fn);
    // A channel is read where it was asked for; a single message where it is fetched.
    const isChannel = /\bchan\b/.test(around.returns ?? '');
    const at = isChannel ? { at: loopOver(from, caller, call) ?? call } : { at: place.call, shownIn: source };
    workers.push({ source: from, function: caller, ...at });
  }
  if (workers.some((one) => analysis.injections.extracts(one, NEAR) || isLinked(one.source, one.function)))
    return undefined;
  if (isWrappedByReader(analysis, loop)) return undefined;
  const { unit } = analysis;
  if (workers.some((one) => keepsDecodedTrace(analysis, one, (from, levels) => calledFrom(unit, from, levels))))
    return undefined;
  const near = workers.find((one) => analysis.work.works(one, NEAR));
  // As deep as the work is the context may be taken out, too.
  if (near !== undefined || workers.some((one) => analysis.injections.extracts(one, FAR))) return near;
  const far = workers.find((one) => analysis.work.works(one, FAR));
  return far === undefined ? undefined : { ...far, isFar: true };
}

/** Functions that are handed over by their names: `conn.Subscribe("orders", s.handleOrder)`. */
function handlers(analysis: GoAnalysis, { source, function: fn, call }: CallPlace): Worker[] {
  return call.args.flatMap(({ value }) => {
    const callee = analysis.unit.types.calleeOfName(source, fn, value);
    return callee?.kind === 'own' ? callee.places.map((one) => ({ ...one, at: call, shownIn: source })) : [];
  });
}

/** `for d := range deliveries`, where a call gave the channel. */
function loopOver(source: SourceCode, around: CodeFunction, call: Call): Piece | undefined {
  for (const fn of source.within(around)) {
    const names = new Set<string>();
    for (const statement of statementsIn(fn.body)) {
      const [target] = statement.kind === 'assign' && statement.values.includes(call) ? statement.targets : [];
      if (target?.kind === 'name') names.add(target.name);
    }
    if (names.size === 0) continue;
    for (const inner of source.within(around))
      for (const statement of statementsIn(inner.body))
        if (statement.kind === 'loop' && statement.over?.kind === 'name' && names.has(statement.over.name))
          return statement;
  }
  return undefined;
}

function isLinked(source: SourceCode, fn: CodeFunction): boolean {
  const text = textWithoutLogs(source, fn);
  return LINKS.test(text) || CARRIED.test(text);
}

function returnsMessage(fn: CodeFunction): boolean {
  return /Message|Record|Fetches|Delivery|\bMsg\b/.test(fn.returns ?? '');
}
