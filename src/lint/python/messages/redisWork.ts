import type { Expression } from '../../../syntax/code/expression';
import type { FunctionPlace } from '../../code/program';
import { expressionsOf, statementsIn } from '../../code/walk';
import { calledBack } from '../names/calledBack';
import type { Callers } from '../names/callers';
import type { PythonCode, Site } from '../names/pythonCode';
import { carriesTrace, isAside } from './brokers';
import type { TracedCode } from '../process/tracedCode';
import type { Publish } from './publish';

const PUSHES = /^[lr]push$/;
/** Waiting for an entry is work on a queue; taking one at once may be anything, unless it is done again and again. */
const WAITS = /^(b[lr]pop|b(rpoplpush|lmove|lmpop))$/;
const TAKES = /^([lr]pop|rpoplpush|lmove)$/;

/** `redis.rpush(queue, job)`: work for a process that takes entries out of the list of that name. */
export function listEntry(traced: TracedCode, site: Site): Publish | undefined {
  const { source, call, function: fn } = site;
  const [list, entry] = call.args;
  if (!PUSHES.test(site.method) || list === undefined || entry === undefined || !source.has(/redis/i)) return undefined;
  if (isAside(site) || carriesTrace(site)) return undefined;
  const names = namesIn(traced.code, site, list.value);
  const isWorkedOff = traced.sources.some(
    (one) =>
      one.has(/\.(b?[lr]pop|b?rpoplpush|b?lmove|blmpop)\s*\(/) &&
      traced.processesOf(one).some(({ tracing }) => tracing.is === 'yes') &&
      traced.code.sitesIn(one).some((taken) => {
        if (taken.function === fn || !takesListEntry(taken)) return false;
        return taken.call.args.some(({ value }) =>
          namesIn(traced.code, taken, value).some((name) => names.includes(name)),
        );
      }),
  );
  return isWorkedOff ? { site, library: 'Redis lists', carrier: 'the entries of the list' } : undefined;
}

/** Whether a call takes work out of a list: it waits for some, or asks in a loop. */
export function takesListEntry({ source, function: fn, method }: Site): boolean {
  if (fn.id === 0 || !source.has(/redis/i)) return false;
  return WAITS.test(method) || (TAKES.test(method) && hasLoop(fn));
}

/** What a list is called: constant texts, and the names of settings, constants and attributes. */
function namesIn(code: PythonCode, { source, function: fn }: Site, key: Expression): readonly string[] {
  return [...expressionsOf(key)].flatMap((part): readonly string[] => {
    if (part.kind === 'text') return part.pieces.join('*').length > 2 ? [part.pieces.join('*')] : [];
    if (part.kind !== 'name' && part.kind !== 'member') return [];
    const texts = code.names
      .valuesOf(source, fn, part)
      .flatMap(({ value }) => (value.kind === 'text' && value.value !== undefined ? [value.value] : []));
    // `key`, `queue`: everybody calls lists so.
    return /_|[A-Z]/.test(part.name.replace(/^_/, '')) ? [...texts, part.name] : texts;
  });
}

/**
 * Who works on what a function takes out of Redis, beside itself: those who call it again and again (`while True: job = await
 * queue.take()`), and the functions it was given to call.
 */
export function workersOn(
  code: PythonCode,
  { source, function: fn }: FunctionPlace,
  callers: Callers,
): readonly FunctionPlace[] {
  const place = { source, function: fn };
  const returns = [...statementsIn(fn.body)].some((one) => one.kind === 'return' && one.values.length > 0);
  const yields = /\byield\b/.test(source.code.text.slice(fn.start, fn.end));
  const asking =
    returns || yields ? callers.of(place).filter((one) => hasLoop(one.function) && asks(code, one, place)) : [];
  return [...asking, ...source.callsIn(fn).flatMap(({ callee }) => calledBack(code, place, callee))];
}

function asks(code: PythonCode, { source, function: fn }: FunctionPlace, asked: FunctionPlace): boolean {
  return source
    .callsIn(fn)
    .some(({ callee }) => code.functionsOf(source, fn, callee, true).some((one) => one.function === asked.function));
}

function hasLoop({ body }: FunctionPlace['function']): boolean {
  return [...statementsIn(body)].some(({ kind }) => kind === 'loop');
}
