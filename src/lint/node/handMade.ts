import type { CodeFunction } from '../../syntax/code/code';
import type { Call } from '../../syntax/code/expression';
import { escapeRegExp } from '../../base/texts/escapeRegExp';
import { dotted, qualified } from '../code/names';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { expressionsIn } from '../code/walk';
import type { LintSettings } from '../lintSettings';
import type { OutgoingCall } from './outgoing';
import { callsOf } from './calls';
import { calledFunction, entryOf, possibleValues } from './values';

/** Helpers are looked into this deep. */
const MAX_LEVELS = 2;

const INJECTING_NAME =
  /^(inject|add|with|get|build|create|make|set|propagate|attach|append)?_?(o?tel|trace|tracing|traceContext|traceparent|propagation|correlation)[\w]*(headers?|context|carrier|parent)?$/i;

const EXTRACTING_NAME = /extract\w*(context|trace|carrier|headers|parent|otel)|(context|trace|parent)From\w*/i;

/** What hands the context on by hand: whether it is put in or taken out. */
export type Direction = 'inject' | 'extract';

/** Whether a call is OpenTelemetry's own `propagation.inject` or `extract`. */
export function isPropagation(source: SourceCode, fn: CodeFunction, call: Call, direction: Direction): boolean {
  const { callee } = call;
  if (callee.kind !== 'member' || callee.name !== direction) return false;
  // `new W3CTraceContextPropagator().inject(…)` has no dotted name.
  const { object } = callee;
  const made = object.kind === 'call' && object.isNew === true ? dotted(object.callee) : undefined;
  return /propagat/i.test(qualified(source, fn, callee) ?? dotted(callee) ?? made ?? '');
}

/** Whether a function, two levels deep, puts the context into what it sends, or takes it out of what it got. */
export function handlesByHand(
  program: Program,
  source: SourceCode,
  fn: CodeFunction,
  direction: Direction,
  settings: LintSettings,
  level = 0,
): boolean {
  if (hasTraceKeys(source, fn, direction)) return true;
  if (direction === 'extract' && level < MAX_LEVELS && isDecorated(program, source, fn, settings, level)) return true;
  const helpers = direction === 'inject' ? settings.injectHelpers : settings.extractHelpers;
  for (const call of source.callsIn(fn)) {
    if (isPropagation(source, fn, call, direction)) return true;
    const name = dotted(call.callee);
    if (name !== undefined && helpers.some((helper) => name === helper || name.endsWith(`.${helper}`))) return true;
    if (level >= MAX_LEVELS) continue;
    const called = calledFunction(program, source, fn, call.callee);
    if (called !== undefined && called.function !== fn) {
      // With what it runs inside a span: `startActiveSpan(name, (span) => send(injected()))`.
      const inside = called.source.within(called.function);
      if (inside.some((one) => handlesByHand(program, called.source, one, direction, settings, level + 1))) return true;
    }
    // What a method does by what its object was given is not followed.
    const isSeen = called !== undefined && called.function.type === undefined;
    if (!isSeen && name !== undefined && isHelperName(name, direction)) return true;
  }
  return false;
}

/** Whether a decorator runs a method within the context that it takes out: `@Traced()`. */
function isDecorated(
  program: Program,
  source: SourceCode,
  fn: CodeFunction,
  settings: LintSettings,
  level: number,
): boolean {
  return fn.annotations.some((mark) => {
    const decorator = calledFunction(program, source, fn, mark.kind === 'call' ? mark.callee : mark);
    return (
      decorator !== undefined &&
      decorator.source
        .within(decorator.function)
        .some((one) => handlesByHand(program, decorator.source, one, 'extract', settings, level + 1))
    );
  });
}

function isHelperName(name: string, direction: Direction): boolean {
  const last = name.split('.').at(-1)!;
  if (direction === 'extract') return EXTRACTING_NAME.test(last);
  return (
    INJECTING_NAME.test(last) && /header|context|carrier|parent|inject|propagat/i.test(last) && !/^with/.test(last)
  );
}

/** `traceparent` as a key that is written or read. */
function hasTraceKeys(source: SourceCode, fn: CodeFunction, direction: Direction): boolean {
  const text = source.textOf(fn);
  if (!/traceparent|x-b3-|b3['"]|traceId|trace_id|sentry-trace|x-trace/i.test(text)) return false;
  for (const expression of expressionsIn(fn.body)) {
    if (expression.kind === 'text' && /^(traceparent|b3|x-b3-traceid|sentry-trace)$/i.test(expression.value ?? ''))
      return true;
    if (expression.kind === 'object' && expression.entries.some(({ key }) => key !== undefined && isTraceKey(key)))
      return true;
    if (direction === 'extract' && expression.kind === 'member' && isTraceKey(expression.name)) return true;
  }
  return false;
}

function isTraceKey(key: string): boolean {
  return /^(traceparent|traceParent|trace_parent|b3|x-b3-traceid|sentry-trace)$/.test(key);
}

/** Whether the function or those around it do so. */
export function isHandMade(
  program: Program,
  source: SourceCode,
  fn: CodeFunction,
  direction: Direction,
  settings: LintSettings,
): boolean {
  if (fn.id === 0) return false;
  for (const one of [...source.within(fn), ...source.around(fn)]) {
    if (one.id !== 0 && handlesByHand(program, source, one, direction, settings)) return true;
  }
  return false;
}

/** Whether a caller puts the context into what it gives a function to send: what the others send is theirs to say. */
export function isGivenByCallers(program: Program, fn: CodeFunction, settings: LintSettings): boolean {
  if (fn.name === '' || fn.parameters.length === 0) return false;
  return callsOf(program, fn.name).some(
    (caller) =>
      calledFunction(program, caller.source, caller.function, caller.call.callee)?.function === fn &&
      isHandMade(program, caller.source, caller.function, 'inject', settings),
  );
}

/** The context is taken out of what a message says, not out of its headers: `envelope.traceparent`. */
const FROM_PAYLOAD =
  /(?<!headers\??\.)\b(?:env|envelope|event|message|msg|payload|job|command|body)\w*\??\.(?:traceparent|trace_?context)\b/i;

/**
 * Whether a message is one that the function is given as a whole, where the project reads the context out of messages
 * themselves: whoever made it put the context in.
 */
export function isGivenWithContext(program: Program, source: SourceCode, fn: CodeFunction, call: Call): boolean {
  const given = [fn, ...source.around(fn)]
    .flatMap(({ parameters }) => parameters.map(({ name }) => name))
    .filter((name) => name !== '')
    .map(escapeRegExp)
    .join('|');
  if (given === '') return false;
  const whole = new RegExp(`(?:JSON\\.stringify|encode|from)\\(\\s*(?:JSON\\.stringify\\(\\s*)?(?:${given})\\s*\\)`);
  return (
    call.args.some(({ value }) => whole.test(source.textOf(value))) &&
    program.sources.some((one) => one.has(FROM_PAYLOAD))
  );
}

/** `request.headers`, a copy of it in `new Headers(…)`, or an object that begins with all of it. */
const RECEIVED_HEADERS =
  /^(?:new Headers\(\s*)?(?:\{\s*\.\.\.)?\(?(?:\w+\.)*(?:req|request)(?:\.raw)?\.headers(?:\s+as\b[^,)}]*)?\s*(?:[,)}]|$)/;

/** Whether a request is sent with all headers of the one received: a proxy, whose caller's context goes on as it came. */
export function handsHeadersOn(program: Program, { source, function: fn, call }: OutgoingCall): boolean {
  return call.args.some(({ value }) => {
    if (value.kind !== 'object') return false;
    const headers = entryOf(value, 'headers')?.value;
    if (headers === undefined) return false;
    return possibleValues(program, { source, function: fn, expression: headers }).some((one) =>
      RECEIVED_HEADERS.test(one.source.textOf(one.expression)),
    );
  });
}

/** Wrappers are followed back this far. */
const MAX_CALLERS = 3;

/** Parameters that bring headers along. */
const REQUEST_PARAMETER = /^(init|requestInit|opts?|options|config|headers|req|request|\w+(Init|Options|Headers))$/;

/**
 * Whether a request is a wrapper's, whose headers come from what calls it, and one of these puts the context into them:
 * what the others send is theirs to say.
 */
export function isInjectedByCallers(program: Program, fn: CodeFunction, settings: LintSettings, level = 0): boolean {
  if (fn.name === '' || level >= MAX_CALLERS || !takesRequest(fn)) return false;
  return callsOf(program, fn.name).some(({ source, function: caller, call }) => {
    if (caller === fn || calledFunction(program, source, caller, call.callee)?.function !== fn) return false;
    return (
      handlesByHand(program, source, caller, 'inject', settings) ||
      isInjectedByCallers(program, caller, settings, level + 1)
    );
  });
}

function takesRequest({ parameters }: CodeFunction): boolean {
  return parameters.some(({ name, bound }) =>
    [name, ...Object.keys(bound ?? {})].some((one) => REQUEST_PARAMETER.test(one)),
  );
}
