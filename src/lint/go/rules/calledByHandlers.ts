import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { contextAround } from '../contexts';
import type { GoAnalysis } from '../goAnalysis';
import type { CallPlace, GoUnit } from '../goUnit';
import { isGeneratedSource } from '../httpCalls';
import { isSpanStart, outermost, servesRequest } from '../relevance';
import { isAside } from './plainClients';

/** Packages of what keeps data: they work for whoever asks, and begin nothing themselves. */
const KEEPS_DATA =
  /(^|\/)(db|database|repo|repos|repository|repositories|store|storage|dao|persistence|cache)\/[^/]+\.go$/;
const RUNS_BY_ITSELF = /\btime\.(NewTicker|Tick|NewTimer|AfterFunc)\(|\bfor\s*\{|signal\.Notify|\bgo\s+func\b/;
const BACKGROUND_NAME =
  /gc|sweep|clean|purge|migrat|seed|warm|preload|sync|monitor|health|ping|stat|schedul|cron|worker|evict|expire/i;

/** Where the context of the request is lost before a function without one: `handler → loadLabels() → Background()`. */
export function handlersOf(analysis: GoAnalysis, { source, function: fn }: CallPlace): readonly CallPlace[] {
  const around = outermost(source, fn);
  if (fn !== around || RUNS_BY_ITSELF.test(source.textOf(around)) || BACKGROUND_NAME.test(around.name)) return [];
  const callers = callersOf(analysis, source, around);
  const isServed = callers.every((caller) => {
    const at = contextAround(caller.source, caller.function, caller.call.start);
    return at !== undefined && serves(caller.source, caller.function);
  });
  return isServed ? callers : [];
}

/** The calls that may be of a function, by their number of arguments too; not those of its own and of tests. */
function callersOf(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction): CallPlace[] {
  return [...analysis.relevance.callersOf({ source, function: fn }), ...callsByParameter(analysis, source, fn)].filter(
    (caller) =>
      caller.function !== fn &&
      caller.call.args.length === fn.parameters.length &&
      !isGeneratedSource(caller.source) &&
      !isAside(analysis, caller.source),
  );
}

/** The calls by the name of a parameter: `keyMiddleware(s.checkKey)`, which calls `check(key)` for each request. */
function callsByParameter({ unit }: GoAnalysis, source: SourceCode, fn: CodeFunction): CallPlace[] {
  const found: CallPlace[] = [];
  for (const one of unit.code.program.sources) {
    if (!one.code.text.includes(fn.name)) continue;
    for (const around of one.code.functions) {
      for (const call of one.callsIn(around)) {
        const index = call.args.findIndex(({ value }) => isFunction(unit, one, around, value, source, fn));
        const taker = index < 0 ? undefined : unit.callee({ source: one, function: around, call });
        if (taker?.kind !== 'own') continue;
        for (const place of taker.places) found.push(...callsOfParameter(place, index));
      }
    }
  }
  return found;
}

function isFunction(
  { types }: GoUnit,
  source: SourceCode,
  around: CodeFunction,
  value: Expression,
  of: SourceCode,
  fn: CodeFunction,
): boolean {
  if ((value.kind !== 'name' && value.kind !== 'member') || value.name !== fn.name) return false;
  const stands = types.calleeOfName(source, around, value);
  return stands?.kind === 'own' && stands.places.some((one) => one.source === of && one.function === fn);
}

function callsOfParameter({ source, function: fn }: FunctionPlace, index: number): CallPlace[] {
  const name = fn.parameters[index]?.name;
  return source
    .within(fn)
    .flatMap((inner) => source.callsIn(inner).map((call) => ({ source, function: inner, call })))
    .filter(({ call: { callee } }) => callee.kind === 'name' && callee.name === name);
}

/** A handler of requests, or a closure in one. */
function serves(source: SourceCode, fn: CodeFunction): boolean {
  return [fn, ...source.around(fn)].some((one) => one.id !== 0 && servesRequest(one));
}

/** A span that a function of a store begins under a context of nothing, whoever asks: a trace for each access. */
export function isRootOfStore(analysis: GoAnalysis, { source, function: fn, call }: CallPlace): CallPlace | undefined {
  if (!KEEPS_DATA.test(source.file.relative) || fn !== outermost(source, fn) || fn.parameters.length === 0)
    return undefined;
  if (
    RUNS_BY_ITSELF.test(source.textOf(fn)) ||
    BACKGROUND_NAME.test(fn.name) ||
    /^([nN]ew|[iI]nit|[oO]pen|[cC]onnect|[cC]lose|main$)/.test(fn.name)
  )
    return undefined;
  const start = source.callsIn(fn).find((one) => one.args[0]?.value === call);
  if (start === undefined) return undefined;
  const place = { source, function: fn, call: start };
  return isSpanStart(analysis.unit, place) && callersOf(analysis, source, fn).length > 0 ? place : undefined;
}
