import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import type { Statement } from '../../../syntax/code/statement';
import { statementsIn } from '../../code/walk';
import { rootOf } from '../../code/names';
import { isOfRequest } from '../closures';
import { isBackground, MAKES_BACKGROUND } from '../contexts';
import type { GoAnalysis } from '../goAnalysis';
import { calledName, type CallPlace } from '../goUnit';
import { isGeneratedSource } from '../httpCalls';
import { messagingCover, textWithoutLogs } from '../messaging';
import { isSpanStart, outermost, takesMessage } from '../relevance';
import type { GoType } from '../values/goType';
import { assignedIn, lookUp } from '../values/scope';
import { isDefault, OWN_LIFE } from './backgroundContext';
import { workWith } from './contextWork';
import { isAside } from './plainClients';
import { warningAt } from './warning';
import { isWrappedByReader } from './wrappedHandlers';

/** Messages as libraries hand them over, and the system they are of. */
const MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/^github\.com\/ThreeDotsLabs\/watermill\/message\.Message$/, 'watermill'],
  [/sarama\.ConsumerMessage$/, 'sarama'],
  [/segmentio\/kafka-go\.Message$/, 'kafka-go'],
  [/confluent-kafka-go.*kafka\.Message$/, 'confluent-kafka-go'],
  [/franz-go\/pkg\/kgo\.Record$/, 'franz-go'],
  [/nats\.go(\/jetstream)?\.Msg$/, 'nats'],
  [/(amqp091-go|streadway\/amqp)\.Delivery$/, 'rabbitmq'],
  [/^cloud\.google\.com\/go\/pubsub(\/v\d+)?\.Message$/, 'pubsub'],
  [/\/service\/sqs(\/types)?\.Message$/, 'sqs'],
];
/** Others' packages about events and messages, whatever they are called. */
const ABOUT_MESSAGES =
  /(^|\/)(events?|messages?|messaging|pubsub|nats|kafka|amqp|rabbitmq|queues?|streams?|brokers?|eventbus|mq)(\/v\d+)?\.(Message|Msg|Event|Delivery)$/i;
const WRAPPERS = /(^|\/)(\w*trac(e|er|ing)|telemetry|otel|o11y|observability|middlewares?)\//i;
const LINKED =
  /WithLinks|LinkFromContext|trace\.Link\{|AddLink|WithNewRoot|ContextWithRemoteSpanContext|trace_?parent|trace_?context/i;
const MAX_LEVELS = 3;

/**
 * GO-KAFKA-CONSUME-DROP where messages are handled: a function that is given a message starts a span under a context
 * that cannot have the message's: one of nothing, or the one of the loop or server around all messages.
 */
export function rootsOfMessages(
  analysis: GoAnalysis,
  reported: ReadonlySet<CodeFunction>,
): { readonly findings: readonly Finding[]; readonly functions: ReadonlySet<CodeFunction> } {
  const { covered } = messagingCover(analysis);
  const found: Finding[] = [];
  const seen = new Set(reported);
  for (const place of analysis.unit.callsLike(STARTS)) {
    const { source, function: fn, call } = place;
    const [context] = call.args;
    if (context === undefined || seen.has(fn) || !isSpanStart(analysis.unit, place)) continue;
    const system = messageOf(analysis, source, fn);
    if (system === undefined || covered.has(system)) continue;
    if (isOfNoHandler(analysis, source, fn)) continue;
    if (!isOfNoMessage(analysis, place, context.value)) continue;
    seen.add(fn);
    found.push(
      warningAt(
        analysis,
        'GO-KAFKA-CONSUME-DROP',
        place,
        'This span of a message’s handling begins a new trace: its context is not taken out of the message, whose ' +
          'headers carry that of the sender.',
      ),
    );
  }
  const others = [...workOfMessages(analysis, seen), ...unreadCarriers(analysis, seen)];
  return { findings: [...found, ...others], functions: seen };
}

/** The same where the handler starts no span itself: `h.orders.Accept(context.Background(), order)`. */
function workOfMessages(analysis: GoAnalysis, seen: Set<CodeFunction>): Finding[] {
  const { covered } = messagingCover(analysis);
  const found: Finding[] = [];
  for (const place of analysis.unit.callsLike(MAKES_BACKGROUND)) {
    const { source, function: fn, call } = place;
    if (seen.has(fn) || isDefault(source, call) || !isBackground(analysis.unit, source, fn, call)) continue;
    const handler = [fn, ...source.around(fn)].find((one) => messageOf(analysis, source, one) !== undefined);
    if (handler === undefined || seen.has(handler) || !isOfRequest(source, fn, handler, false)) continue;
    if (covered.has(messageOf(analysis, source, handler)!) || isOfNoHandler(analysis, source, handler)) continue;
    if (isWrappedByReader(analysis, { source, function: outermost(source, fn) })) continue;
    const work = workWith(analysis, source, fn, call);
    if (work === undefined || OWN_LIFE.test(calledName(work) ?? '')) continue;
    seen.add(fn);
    found.push(
      warningAt(
        analysis,
        'GO-KAFKA-CONSUME-DROP',
        place,
        `\`${source.textOf(work.callee)}\` works on a message under a context of nothing: it begins a new trace, while the ` +
          'message’s headers carry that of the sender.',
      ),
    );
  }
  return found;
}

/** What is called when a message could not be worked on, and writes that down. */
const TELLS_OF_FAILURE = /err(or)?|fail|dead_?letter/i;

/** The same where the payload carries the trace in a field that nothing in the process reads. */
function unreadCarriers(analysis: GoAnalysis, seen: Set<CodeFunction>): Finding[] {
  const found: Finding[] = [];
  for (const source of analysis.unit.code.program.sources) {
    for (const fn of source.code.functions) {
      if (seen.has(fn) || !takesMessage(fn) || TELLS_OF_FAILURE.test(fn.name)) continue;
      const taken = analysis.storedTraces.taken(source, fn);
      if (taken === undefined || isOfNoHandler(analysis, source, fn) || !analysis.work.works({ source, function: fn }))
        continue;
      seen.add(fn);
      found.push(
        warningAt(
          analysis,
          'GO-KAFKA-CONSUME-DROP',
          taken.place,
          `What is taken out of the message here carries the sender’s trace in \`${taken.field}\`, which nothing reads: the ` +
            'work on it begins a new trace.',
        ),
      );
    }
  }
  return found;
}

/** Generated code, wrappers and what links to the sender or reads its context from the message. */
function isOfNoHandler(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction): boolean {
  if (isGeneratedSource(source) || isAside(analysis, source) || WRAPPERS.test(source.file.relative)) return true;
  if (LINKED.test(textWithoutLogs(source, fn))) return true;
  return analysis.injections.extracts({ source, function: fn }, MAX_LEVELS);
}

const STARTS = /^(Start|StartSpan|StartSpanFromContext|NewSpan|startSpan)$/;

function isMessage(type: GoType | undefined): boolean {
  return type !== undefined && (systemOfMessage(type) !== undefined || ABOUT_MESSAGES.test(type.qualified));
}

/** The system that a library's type is a message of. */
export function systemOfMessage({ qualified }: GoType): string | undefined {
  return MESSAGES.find(([pattern]) => pattern.test(qualified))?.[1];
}

/** The system of the message among a function's parameters; `others` for one of a library that is not known. */
function messageOf({ unit }: GoAnalysis, source: SourceCode, fn: CodeFunction): string | undefined {
  for (const { type } of fn.parameters) {
    const name = type === undefined ? undefined : unit.types.written(source, type);
    if (name?.name === undefined || unit.packages.inFolder(name.from) !== undefined) continue;
    const system = systemOfMessage(name);
    if (system !== undefined) return system;
    if (ABOUT_MESSAGES.test(name.qualified)) return 'others';
  }
  return undefined;
}

/** Whether a context is surely not that of the message at hand. */
function isOfNoMessage(analysis: GoAnalysis, place: CallPlace, context: Expression): boolean {
  const { source, function: fn } = place;
  const { unit, relevance } = analysis;
  if (context.kind === 'call') return isBackground(unit, source, fn, context);
  if (context.kind === 'member') return isHeld(analysis, place, context);
  if (context.kind !== 'name') return false;
  // `ctx, span := tracer.Start(ctx, "…")`: what it was before.
  const before = (assignedIn(fn).get(context.name) ?? []).filter(
    ({ value, at }) => value !== place.call && at < place.call.start,
  );
  const index = fn.parameters.findIndex(({ name }) => name === context.name);
  if (index >= 0) {
    const callers = before.length > 0 ? [] : relevance.callersOf({ source, function: fn });
    return callers.length > 0 && callers.every((caller) => givesOuterContext(analysis, caller, index));
  }
  if (before.length > 0) {
    const [only, ...others] = before;
    if (only?.value === undefined || others.length > 0 || only.value.kind === 'name') return false;
    return isOfNoMessage(analysis, place, only.value);
  }
  // Of the consumer around a callback: `sub.Consume(func(m jetstream.Msg) { …Start(ctx, …) })`.
  const outer = [...source.around(fn)].find(
    (one) => one.id !== 0 && lookUp(unit.packages, source, one, context.name) !== undefined,
  );
  return (
    outer !== undefined && isContextOf(analysis, source, outer, context.name) && !hasMessage(analysis, source, outer)
  );
}

function isContextOf({ unit }: GoAnalysis, source: SourceCode, fn: CodeFunction, name: string): boolean {
  const kind = lookUp(unit.packages, source, fn, name)?.kind;
  return kind === 'parameter' || kind === 'variable';
}

/** `s.ctx`: a context that was kept before any message came. */
function isHeld({ unit }: GoAnalysis, { source, function: fn }: CallPlace, context: Expression): boolean {
  const root = rootOf(context);
  const isContext = context.kind === 'member' && /^(\w*ctx|\w*context)$/i.test(context.name);
  return isContext && root.kind === 'name' && lookUp(unit.packages, source, fn, root.name)?.kind === 'receiver';
}

/** Whether a caller takes a message in a loop, or is a callback with one, and hands on a context from outside of it. */
function givesOuterContext(analysis: GoAnalysis, place: CallPlace, index: number): boolean {
  const { source, function: fn, call } = place;
  const given = call.args[index]?.value;
  if (given === undefined || analysis.injections.extracts({ source, function: fn }, 1)) return false;
  if (LINKED.test(source.textOf(fn))) return false;
  if (given.kind === 'call') return isBackground(analysis.unit, source, fn, given);
  if (given.kind !== 'name') return isHeld(analysis, place, given);
  const binding = lookUp(analysis.unit.packages, source, fn, given.name);
  if (binding?.kind !== 'variable' && binding?.kind !== 'parameter') return false;
  if (binding.function !== fn) return hasMessage(analysis, source, fn) && isUnchanged(fn, given.name);
  return [...statementsIn(fn.body)].some((statement) => {
    if (statement.kind !== 'loop' || call.start < statement.start || call.end > statement.end) return false;
    const isChanged = (assignedIn(fn).get(given.name) ?? []).some(
      ({ at }) => at >= statement.start && at <= statement.end,
    );
    if (isChanged) return false;
    return (
      receives(analysis, source, fn, statement.over, source.textOf(statement)) || takesIn(analysis, place, statement)
    );
  });
}

/** `for { record, err := lane.pop(ctx); w.handle(ctx, record) }`: each message is fetched within the loop. */
function takesIn({ unit }: GoAnalysis, { source, function: fn, call }: CallPlace, loop: Statement): boolean {
  return call.args.some(({ value }) => {
    if (value.kind !== 'name' || !isMessage(unit.types.typeOf(source, fn, value))) return false;
    const assigned = assignedIn(fn).get(value.name) ?? [];
    return (
      assigned.length > 0 &&
      assigned.every(({ value: given, at }) => given?.kind === 'call' && at >= loop.start && at <= loop.end)
    );
  });
}

function hasMessage(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction): boolean {
  return messageOf(analysis, source, fn) !== undefined;
}

function isUnchanged(fn: CodeFunction, name: string): boolean {
  return (assignedIn(fn).get(name) ?? []).length === 0;
}

/** A loop over a channel, or one that reads from one. */
function receives(
  { unit }: GoAnalysis,
  source: SourceCode,
  fn: CodeFunction,
  over: Expression | undefined,
  text: string,
): boolean {
  if (over === undefined) return /(=|case)\s*<-\s*\w/.test(text);
  return unit.types.typeOf(source, fn, over)?.shape === 'chan';
}
