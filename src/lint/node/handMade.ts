import type { CodeFunction } from '../../syntax/code/code';
import type { Call } from '../../syntax/code/expression';
import { dotted, qualified } from '../code/names';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { expressionsIn } from '../code/walk';
import type { LintSettings } from '../lintSettings';
import { calledFunction } from './values';

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
  const helpers = direction === 'inject' ? settings.injectHelpers : settings.extractHelpers;
  for (const call of source.callsIn(fn)) {
    if (isPropagation(source, fn, call, direction)) return true;
    const name = dotted(call.callee);
    if (name === undefined) continue;
    if (helpers.some((helper) => name === helper || name.endsWith(`.${helper}`))) return true;
    const called = level < MAX_LEVELS ? calledFunction(program, source, fn, call.callee) : undefined;
    if (called !== undefined && called.function !== fn) {
      if (handlesByHand(program, called.source, called.function, direction, settings, level + 1)) return true;
    } else if (called === undefined && level < MAX_LEVELS && isHelperName(name, direction)) return true;
  }
  return false;
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
  for (const one of [fn, ...source.around(fn)]) {
    if (one.id === 0) return false;
    if (handlesByHand(program, source, one, direction, settings)) return true;
  }
  return false;
}
