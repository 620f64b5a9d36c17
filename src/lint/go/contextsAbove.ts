import type { CodeFunction } from '../../syntax/code/code';
import type { Call } from '../../syntax/code/expression';
import type { FunctionPlace } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { statementsIn } from '../code/walk';
import { runsForRequest } from './closures';
import { contextAround } from './contexts';
import type { CallPlace, GoUnit } from './goUnit';
import { isGeneratedSource } from './httpCalls';
import { outermost, type Relevance } from './relevance';
import { isScheduled } from './scheduled';

const MAX_LEVELS = 4;
/** How many functions up is near, and how many may be farther away. */
const NEAR = 2;
const MAX_FAR = 12;
/** A helper that half the program calls is no part of a request in particular. */
const MAX_CALLERS = 40;
/** What has many implementations is run for whatever there is: plug-ins, components, jobs. */
const MAX_IMPLEMENTATIONS = 3;
const AT_START =
  /^(main|init|Main|TestMain)$|^(New|new|Init|init|Setup|setup|SetUp|Start|start|Run|run|Bootstrap|Must)([A-Z]|$)/;
/** What runs in the background, by its name. */
const BACKGROUND_NAME =
  /gc|sweep|clean|purge|migrat|seed|warm|preload|monitor|health|ping|schedul|cron|evict|expire|refresh|heartbeat|keepalive|shutdown|flush/i;
/** Loops that go on by themselves. */
const RUNS_BY_ITSELF = /\btime\.(NewTicker|Tick|NewTimer|AfterFunc)\(|signal\.Notify|\bfor\s*\{/;

/** What {@link contextsAbove} must know of the process. */
export interface Callers {
  readonly unit: GoUnit;
  readonly relevance: Relevance;
}

/**
 * The calls at which a request's context is at hand and is not handed on, above a function that takes none: one may call it
 * through others that take none either. Empty where most that call it have no request.
 */
export function contextsAbove(callers: Callers, { source, function: fn }: FunctionPlace): readonly CallPlace[] {
  if (!isRunForCaller(source, fn)) return [];
  const found = new Search(callers);
  found.above({ source, function: outermost(source, fn) }, MAX_LEVELS);
  if (found.ends.length < found.others) return [];
  // What many ask for through several others serves the whole program: a cache, a registry.
  return found.hasNear || found.ends.length <= MAX_FAR ? found.ends : [];
}

/** Whether the closures around a place run for who calls the function they are in. */
function isRunForCaller(source: SourceCode, fn: CodeFunction, until = outermost(source, fn)): boolean {
  for (const scope of [fn, ...source.around(fn)]) {
    if (scope === until) return true;
    if (!runsForRequest(source, scope) || isOnlyHandedOn(source, scope)) return false;
  }
  return false;
}

/** `fn := func() {…}`, then `NewBatcher(fn)`: who runs it, and for whom, is not said here. */
function isOnlyHandedOn(source: SourceCode, closure: CodeFunction): boolean {
  const outer = closure.parent === undefined ? undefined : source.code.functions[closure.parent];
  if (outer === undefined) return false;
  for (const statement of statementsIn(outer.body)) {
    if (statement.kind !== 'assign') continue;
    const index = statement.values.findIndex((value) => value.kind === 'function' && value.function === closure.id);
    const held = index < 0 ? undefined : statement.targets[index];
    if (held?.kind !== 'name') continue;
    return !source
      .within(outer)
      .some((one) => source.callsIn(one).some(({ callee }) => callee.kind === 'name' && callee.name === held.name));
  }
  return false;
}

class Search {
  readonly ends: CallPlace[] = [];
  /** Callers that have no request's context. */
  others = 0;
  hasNear = false;
  private readonly seen = new Set<CodeFunction>();

  constructor(private readonly callers: Callers) {}

  above(place: FunctionPlace, levels: number): void {
    const { source, function: fn } = place;
    if (this.seen.has(fn) || fn.id === 0) return;
    this.seen.add(fn);
    if (AT_START.test(fn.name)) return;
    if (BACKGROUND_NAME.test(fn.name) || RUNS_BY_ITSELF.test(source.textOf(fn))) {
      this.others++;
      return;
    }
    const calls = this.callsOf(place);
    if (calls.length > MAX_CALLERS) this.others += calls.length;
    else for (const call of calls) this.caller(call, levels);
  }

  private caller(caller: CallPlace, levels: number): void {
    const { source, function: fn, call } = caller;
    const at = contextAround(source, fn, call.start);
    const until = at?.scope ?? outermost(source, fn);
    if (isDeferred(source, call) || !isRunForCaller(source, fn, until) || isScheduled(source, until)) this.others++;
    else if (at === undefined) {
      if (levels > 1) this.above({ source, function: until }, levels - 1);
      else this.others++;
    } else if (isOfStart(source, fn)) return;
    else if (!isInEndlessLoop(caller) && this.callers.relevance.isTraced(source, fn)) {
      this.ends.push(caller);
      this.hasNear ||= MAX_LEVELS - levels < NEAR;
    } else this.others++;
  }

  /** The calls that are surely of a function, but for those of tests and of generated code. */
  private callsOf(place: FunctionPlace): CallPlace[] {
    const { unit, relevance } = this.callers;
    // What is called on a value of a type that is not known: the one method of the name, if there are no others.
    const isOnly = unit.packages.ownersOfMethod(place.function.name).length === 1;
    return relevance.callersOf(place).filter((caller) => {
      if (!takes(place.function, caller) || isGeneratedSource(caller.source)) return false;
      if (/_test\.go$/.test(caller.source.file.relative)) return false;
      const callee = unit.callee(caller);
      return callee.kind === 'own' ? callee.places.length <= MAX_IMPLEMENTATIONS : isOnly;
    });
  }
}

/** `for { … }` with the call in it, in the same function. */
function isInEndlessLoop({ source, function: fn, call }: CallPlace): boolean {
  for (const { kind, start, end } of statementsIn(fn.body))
    if (
      kind === 'loop' &&
      start <= call.start &&
      call.end <= end &&
      /^for\s*\{/.test(source.code.text.slice(start, start + 20))
    )
      return true;
  return false;
}

/** `defer s.logout()`: what is done when a function ends may well go on without its span. */
function isDeferred(source: SourceCode, { start }: Call): boolean {
  return /\bdefer\s+$/.test(source.code.text.slice(Math.max(0, start - 20), start));
}

function takes({ parameters }: CodeFunction, { call }: CallPlace): boolean {
  return parameters.at(-1)?.rest === true || call.args.length === parameters.length;
}

function isOfStart(source: SourceCode, fn: CodeFunction): boolean {
  return AT_START.test(outermost(source, fn).name);
}
