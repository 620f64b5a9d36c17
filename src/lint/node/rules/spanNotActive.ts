import type { Finding, Fix } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import { bindingOf } from '../../code/bindings';
import { dotted } from '../../code/names';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { isForeign } from '../../code/thirdParty';
import { expressionsIn, statementsIn } from '../../code/walk';
import { findingAt, relatedAt } from '../../report';
import { escapeRegExp } from '../../../base/texts/escapeRegExp';
import { mayKeepSpan, namesOfSpanCalls } from '../handedSpans';
import { answererOf } from '../destinations';
import { firstLine } from '../evidenceAt';
import { injectWithin, sendWithin } from '../fixes/localFixes';
import { isPropagation } from '../handMade';
import type { NodeCode } from '../nodeCode';
import { outgoingOf, type OutgoingCall } from '../outgoing';
import { isAside } from '../serverSide';
import { decoratedBy, type Decorated } from '../decorators';
import { calledFunction, possibleValues, returnsOf } from '../values';
import { callsOf } from '../calls';

/** Helpers are looked into this deep for a request. */
const MAX_LEVELS = 2;

/** Rule 34: a span that is started but not made active, and a request before its end, which gets another parent. */
export function spanNotActiveFindings(node: NodeCode): Finding[] {
  if (!node.isTraced && node.tracing.distribution === undefined && !isTracedBrowser(node)) return [];
  const starting = node.program.sources.filter(isStarting);
  return node.program.sources
    .filter(
      (source) =>
        (isStarting(source) || (starting.length > 0 && source.has(/span\s*\(/i))) &&
        !isAside(node.code.unit, source) &&
        mayKeepSpan(source.code.text) &&
        (isStarting(source) || callsHelper(source, starting)),
    )
    .flatMap((source) => source.code.functions.flatMap((fn) => findingsIn(node, source, fn)));
}

function isStarting(source: SourceCode): boolean {
  return source.has(/\bstartSpan\s*\(/);
}

/** Whether it calls something after spans that one of the files that start spans may declare, and may so give one back. */
function callsHelper(source: SourceCode, starting: readonly SourceCode[]): boolean {
  const names = Array.from(namesOfSpanCalls(source.code.text), escapeRegExp).join('|');
  if (names === '') return false;
  const declared = new RegExp(`(?<![.\\w$])(?:${names})\\s*[(<=:]|\\b(?:${names})\\s*=[^=]`);
  return starting.some((one) => declared.test(one.code.text));
}

/** A page whose requests are traced: its spans are lost to them in the same way. */
function isTracedBrowser({ tracing, program }: NodeCode): boolean {
  return (
    tracing.found.some(({ name, exports }) => name === 'WebTracerProvider' && exports !== 'no') &&
    program.sources.some((source) =>
      source.has(/FetchInstrumentation|XMLHttpRequestInstrumentation|getWebAutoInstrumentations/),
    )
  );
}

interface Started {
  readonly name: string;
  readonly call: Call;
  readonly end: number;
}

function findingsIn(node: NodeCode, source: SourceCode, fn: CodeFunction): Finding[] {
  return startedIn(node, source, fn).flatMap(({ name, call, end }): Finding[] => {
    if (!isOnlyHandled(source, fn, name)) return [];
    const until = endOf(source, fn, name) ?? fn.end;
    const requests = requestsBetween(node, source, fn, end, until);
    const run = requests.length > 0 ? requests : handlerRun(source, fn, call, end, until);
    const sent = run.length > 0 ? run : restRun(node, source, fn, name, end);
    if (sent.length === 0) return [];
    const message = `\`${name}\` is never made active: \`${sent[0]!.what}\` before its end is not sent as its child.`;
    const fixes = carriedBy(source, name, sent);
    const related = sent.map((one) =>
      relatedAt(source, firstLine(source, one.call), 'sent under the context from before the span'),
    );
    return [
      findingAt('SPAN-NOT-ACTIVE', source, firstLine(source, call), { severity: 'warning', message, related, fixes }),
    ];
  });
}

function startedIn(node: NodeCode, source: SourceCode, fn: CodeFunction): Started[] {
  const found: Started[] = [];
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'assign') continue;
    const [target] = statement.targets;
    const value = uncast(statement.values[0]);
    if (target?.kind !== 'name' || value?.kind !== 'call') continue;
    if (isStartSpan(source, value) || isStartedBy(node, source, fn, value))
      found.push({ name: target.name, call: value, end: statement.end });
  }
  return found;
}

function uncast(value: Expression | undefined): Expression | undefined {
  return value?.kind === 'cast' ? uncast(value.value) : value;
}

/** `tracer.startSpan('x')`; Sentry's function of that name takes a callback, and makes it active. */
function isStartSpan(source: SourceCode, call: Call): boolean {
  const { callee } = call;
  if (callee.kind !== 'member' || callee.name !== 'startSpan') return false;
  const on = source.textOf(callee.object);
  if (!/tracer|otel|getTracer/i.test(on) || call.args.some(({ value }) => value.kind === 'function')) return false;
  return !call.args.some(({ value }) => /\broot:\s*true|ROOT_CONTEXT|links?:/.test(source.textOf(value)));
}

/** `getSpan('charge')` of the project's own, that gives back what it starts and makes nothing active. */
function isStartedBy(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): boolean {
  const name = dotted(call.callee)?.split('.').at(-1) ?? '';
  if (call.isNew === true || !/span/i.test(name) || call.args.some(({ value }) => value.kind === 'function'))
    return false;
  const called = calledFunction(node.program, source, fn, call.callee);
  if (called === undefined || startsOwn(called.source, called.function)) return false;
  const given = returnsOf(called.source, called.function).flatMap((one) => possibleValues(node.program, one));
  return (
    given.length > 0 &&
    given.every(({ source: at, expression }) => expression.kind === 'call' && isStartSpan(at, expression))
  );
}

const SPAN_METHODS =
  /^(end|setAttributes?|setStatus|addEvent|recordException|updateName|isRecording|spanContext|addLinks?)$/;

/** Whether a span is only written to and ended here: handed to anything else, that may make it active. */
export function isOnlyHandled(source: SourceCode, fn: CodeFunction, name: string): boolean {
  for (const inner of source.within(fn)) {
    const handled = new Set<Expression>();
    for (const expression of expressionsIn(inner.body)) {
      if (expression.kind === 'member' && expression.object.kind === 'name' && SPAN_METHODS.test(expression.name))
        handled.add(expression.object);
      // `run(span)`: what callers do with it is looked at there.
      if (expression.kind === 'call' && callbackOf(source, inner, expression) !== undefined)
        for (const { value } of expression.args) handled.add(value);
      // What `trace.setSpan` gives back holds the span: thrown away, it does nothing.
      if (expression.kind === 'call' && isThrownAway(inner, expression))
        for (const { value } of expression.args) handled.add(value);
      if (expression.kind !== 'name' || expression.name !== name || handled.has(expression)) continue;
      if (!isTarget(inner, expression)) return false;
    }
  }
  return true;
}

function isThrownAway(fn: CodeFunction, call: Call): boolean {
  if (!/(^|\.)trace\.setSpan$/.test(dotted(call.callee) ?? '')) return false;
  return [...statementsIn(fn.body)].some((one) => one.kind === 'expression' && one.value === call);
}

/** What is assigned to, and the condition of `if (span)`. */
function isTarget(fn: CodeFunction, name: Expression): boolean {
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind === 'assign' && statement.targets.includes(name)) return true;
    if (statement.kind === 'if' && statement.condition === name) return true;
  }
  return false;
}

/** Where the span is ended for good. */
function endOf(source: SourceCode, fn: CodeFunction, name: string): number | undefined {
  let last: number | undefined;
  for (const inner of source.within(fn)) {
    for (const call of source.callsIn(inner)) {
      if (dotted(call.callee) === `${name}.end`) last = Math.max(last ?? 0, call.start);
    }
  }
  return last;
}

interface Sent {
  readonly call: Call;
  readonly what: string;
}

/** The calls between two places of a function that send a request, themselves or in what they call, in order. */
function requestsBetween(node: NodeCode, source: SourceCode, fn: CodeFunction, from: number, to: number): Sent[] {
  const found: Sent[] = [];
  for (const inner of source.within(fn)) {
    for (const call of source.callsIn(inner)) {
      if (call.start < from || call.start > to) continue;
      const what = sends(node, source, inner, call, 0);
      if (what !== undefined) found.push({ call, what });
    }
  }
  const isWithin = ({ call }: Sent): boolean =>
    found.some((one) => one.call !== call && one.call.start <= call.start && call.end <= one.call.end);
  return found.filter((one) => !isWithin(one)).sort((a, b) => a.call.start - b.call.start);
}

/** One fix for all that is sent: a span handed to one request no longer looks forgotten by the others. */
function carriedBy(source: SourceCode, span: string, sent: readonly Sent[]): Fix[] {
  const isInjection = ({ what }: Sent): boolean => what === 'propagation.inject';
  const calls = sent.map(({ call }) => call);
  if (sent.every(isInjection)) return injectWithin(source, span, calls);
  return sent.some(isInjection) ? [] : sendWithin(source, span, calls);
}

/** The span of a message that was received. */
const OF_MESSAGE = /\bSpanKind\.CONSUMER\b/;

/** The handler that somebody gave for messages, run while their span lasts: all that it does belongs under that span. */
function handlerRun(source: SourceCode, fn: CodeFunction, started: Call, from: number, to: number): Sent[] {
  if (!started.args.some(({ value }) => OF_MESSAGE.test(source.textOf(value)))) return [];
  for (const inner of source.within(fn)) {
    for (const call of source.callsIn(inner)) {
      const { callee } = call;
      if (call.start < from || call.start > to || callee.kind !== 'name' || !HANDLER.test(callee.name)) continue;
      if (bindingOf(source, inner, callee.name)?.kind === 'parameter') return [{ call, what: callee.name }];
    }
  }
  return [];
}

/** The rest of a request's way, which a middleware or an interceptor of Nest runs while its span lasts: `next()`. */
function restRun(node: NodeCode, source: SourceCode, fn: CodeFunction, span: string, from: number): Sent[] {
  if (fn.parameters.length < 2 || !fn.parameters.some(({ name }) => name === 'next')) return [];
  const calls = source.callsIn(fn);
  const rest = calls.find(({ callee, start }) => start > from && /^next(\.handle)?$/.test(dotted(callee) ?? ''));
  if (rest === undefined || rest.args.length > 0) return [];
  // A span of what the middleware itself does is over by then.
  if (calls.some(({ callee, start }) => dotted(callee) === `${span}.end` && start < rest.start)) return [];
  const isLost = node.ownRequests().some(({ transport }) => !node.isUncovered(transport));
  return isLost ? [{ call: rest, what: dotted(rest.callee)! }] : [];
}

const HANDLER = /handle|callback|process|consume|^(on|fn|cb|run|work)/i;

function sends(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call, level: number): string | undefined {
  if (isPropagation(source, fn, call, 'inject')) return 'propagation.inject';
  if (level < MAX_LEVELS && givenSends(node, source, fn, call, level)) return dotted(call.callee) ?? '…';
  if (level === 0 && decoratedBy(node, source, fn, call).some((one) => sendsItself(node, one)))
    return dotted(call.callee) ?? '…';
  const request = outgoingOf(node.program, source, fn, call);
  if (request !== undefined && (node.isUncovered(request.transport) || isForeignRequest(node.program, request)))
    return undefined;
  if (request !== undefined && !/^(create|extend)$/.test(dotted(call.callee)?.split('.').at(-1) ?? ''))
    return dotted(call.callee) ?? request.client;
  const called = level < MAX_LEVELS ? calledFunction(node.program, source, fn, call.callee) : undefined;
  if (called === undefined || called.function === fn || startsOwn(called.source, called.function)) return undefined;
  for (const inner of called.source.callsIn(called.function)) {
    if (sends(node, called.source, called.function, inner, level + 1) !== undefined) return dotted(call.callee) ?? '…';
  }
  return undefined;
}

/** The function that has what a call calls as its parameter, and which one it is: `work` of `traced(name, work)`. */
function callbackOf(
  source: SourceCode,
  fn: CodeFunction,
  { callee, isNew }: Call,
): { readonly owner: CodeFunction; readonly index: number } | undefined {
  if (callee.kind !== 'name' || isNew === true) return undefined;
  const binding = bindingOf(source, fn, callee.name);
  if (binding?.kind !== 'parameter' || binding.function.name === '') return undefined;
  const index = binding.function.parameters.findIndex(({ name }) => name === callee.name);
  return index < 0 ? undefined : { owner: binding.function, index };
}

/** Whether a call runs what a caller of the function gives it, and that sends a request. */
function givenSends(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call, level: number): boolean {
  const callback = callbackOf(source, fn, call);
  if (callback === undefined) return false;
  const { owner, index } = callback;
  return callsOf(node.program, owner.name).some((caller) => {
    const value = caller.call.args[index]?.value;
    if (value === undefined) return false;
    if (calledFunction(node.program, caller.source, caller.function, caller.call.callee)?.function !== owner)
      return false;
    const given = calledFunction(node.program, caller.source, caller.function, value);
    if (given === undefined || startsOwn(given.source, given.function)) return false;
    return given.source
      .within(given.function)
      .some((inner) =>
        given.source.callsIn(inner).some((one) => sends(node, given.source, inner, one, level + 1) !== undefined),
      );
  });
}

function sendsItself(node: NodeCode, { source, function: fn }: Decorated): boolean {
  if (startsOwn(source, fn)) return false;
  return source
    .within(fn)
    .some((inner) => source.callsIn(inner).some((one) => sends(node, source, inner, one, 1) !== undefined));
}

/** Settings that hold the address of what takes logs and traces. */
const TAKES_TELEMETRY = /(^|[._])(LOKI|LOGS?|OTLP|OTEL|COLLECTOR|ZIPKIN|JAEGER|TEMPO|SENTRY)_\w+$/;

/** Nobody there continues the trace. */
function isForeignRequest(program: Program, { url }: OutgoingCall): boolean {
  if (url !== undefined && TAKES_TELEMETRY.test(dotted(uncast(url.expression)!) ?? '')) return true;
  const answerer = answererOf(program, url);
  return answerer !== 'relative' && isForeign(answerer);
}

/** What makes a span of its own active has its own parent. */
function startsOwn(source: SourceCode, fn: CodeFunction): boolean {
  return /startActiveSpan|context\.with\(|\bsetSpan\(/.test(source.textOf(fn));
}
