import type { Expression } from '../../syntax/code/expression';
import type { FunctionPlace } from '../code/program';
import { dotted } from '../code/names';
import { expressionsOf } from '../code/walk';
import { takesContextAlong } from './flow/contextPools';
import { classesOf } from './names/classes';
import { givenToHelper } from './names/givenToHelpers';
import type { ValuePlace } from './names/names';
import { argumentOf, lastPart, type PythonCode, type Site } from './names/pythonCode';

/** Work handed to another thread. */
export interface Handover {
  readonly site: Site;
  readonly how: 'thread' | 'pool';
  /** What is handed over; undefined where a thread's own class says what it does. */
  readonly work: Expression | undefined;
  /** What the work runs to its end in an event loop of its own: `f()` of `submit(asyncio.run, f())`. */
  readonly coroutine?: Expression | undefined;
  /** What the threads of a class of their own do. */
  readonly run: FunctionPlace | undefined;
}

/** What runs in the thread, with the function that decides for it: the one that hands over, or one that calls a helper. */
export interface Work {
  readonly from: FunctionPlace;
  readonly places: readonly FunctionPlace[];
  /** Where a caller gives it to a helper. */
  readonly given: ValuePlace | undefined;
}

/** Where code hands work to threads. */
export const HANDS_OVER =
  /\bThread\(|\bTimer\(|\.submit\(|\.i?(star)?map\w*\(|\.(apply|map|starmap)_async\(|run_in_executor\(|\.start\(\)/;

/** What pools of threads are called whose class nothing at hand says: `request.app.state.executor`. */
const POOL_NAME = /(^|_)(executor|thread_?pool)$/i;

const POOL = /(^|\.)ThreadPoolExecutor$/;

/** Work that a unit's code hands to threads. */
export class Handovers {
  private classes: Map<string, FunctionPlace> | undefined;
  private hasOnlyThreads: boolean | undefined;

  constructor(private readonly code: PythonCode) {}

  /** `Thread(target=f)`, `Timer(1, f)`, `pool.submit(f)`, `pool.map(f, …)`, `loop.run_in_executor(None, f)`, `Job().start()`. */
  at(site: Site): Handover | undefined {
    const { call, method, name, source, function: fn } = site;
    const handed = (how: Handover['how'], work: Expression | undefined): Handover | undefined =>
      work && { site, how, work, coroutine: coroutineOf(site, work), run: undefined };
    if (/^threading\.(Thread|Timer)$/.test(name)) {
      return handed('thread', argumentOf(call, name.endsWith('Timer') ? 'function' : 'target', 1));
    }
    if (call.callee.kind !== 'member') return undefined;
    if (method === 'start') return call.args.length === 0 ? this.started(site, call.callee.object) : undefined;
    if (method === 'run_in_executor') {
      const pool = call.args[0]?.value;
      if (pool !== undefined && classesOf(this.code, source, fn, pool).some((one) => /Process/.test(one)))
        return undefined;
      if (pool !== undefined && takesContextAlong(this.code, site, pool)) return undefined;
      return handed('pool', argumentOf(call, 'func', 1));
    }
    const { object } = call.callee;
    if (!this.isOfPool(site, object) || takesContextAlong(this.code, site, object)) return undefined;
    return handed('pool', argumentOf(call, 'fn', 0));
  }

  /** What runs in the thread: named, wrapped in `partial`, written in place, a coroutine, or what callers give. */
  worksOf({ site, work, coroutine, run }: Handover): readonly Work[] {
    const from: FunctionPlace = site;
    if (work === undefined) return [{ from, places: run === undefined ? [] : [run], given: undefined }];
    const value = coroutine ?? work;
    const isCoroutine = coroutine !== undefined;
    const places = this.placesOf({ source: site.source, function: site.function, value, how: 'value' }, isCoroutine);
    const direct: Work = { from, places, given: undefined };
    const parameter = parameterIn(site, value, places, isCoroutine);
    if (parameter === undefined) return [direct];
    return [direct, ...this.givenFor(parameter.of, parameter.name, parameter.isCoroutine)];
  }

  private placesOf({ source, function: fn, value }: ValuePlace, isCoroutine: boolean): readonly FunctionPlace[] {
    if (value.kind === 'function') return [{ source, function: source.code.functions[value.function]! }];
    const named = partialOf(value) ?? (isCoroutine && value.kind === 'call' ? value.callee : value);
    return named.kind === 'name' || named.kind === 'member' ? this.code.functionsOf(source, fn, named, true) : [];
  }

  /** What a helper is called with. */
  private givenFor(helper: FunctionPlace, name: string, isCoroutine: boolean): readonly Work[] {
    return givenToHelper(this.code, helper, name).map((given) => {
      return { from: given, places: this.placesOf(given, isCoroutine), given };
    });
  }

  private isOfPool({ method, source, function: fn }: Site, pool: Expression): boolean {
    if (!/^(submit|map|apply_async|map_async|starmap|starmap_async|imap|imap_unordered)$/.test(method)) return false;
    const made = classesOf(this.code, source, fn, pool);
    if (/^(submit|map)$/.test(method)) {
      if (made.some((one) => (POOL.test(one) && !one.startsWith('.')) || this.isOwnPool(one))) return true;
      const isAnyExecutor = made.length === 0 || made.every((one) => one === 'concurrent.futures.Executor');
      const called = [pool, ...this.code.names.valuesOf(source, fn, pool).map(({ value }) => value)];
      if (method === 'submit' && isAnyExecutor && called.some((one) => POOL_NAME.test(lastPart(one))))
        return this.onlyThreads();
    }
    return method !== 'submit' && made.includes('multiprocessing.pool.ThreadPool');
  }

  /** A class of the project that is a pool of threads; whether it takes the context along is asked apart. */
  private isOwnPool(name: string): boolean {
    const types = this.code.program.typesNamed(name.slice(name.lastIndexOf('.') + 1));
    return types.length === 1 && types[0]!.type.bases.some((base) => POOL.test(base));
  }

  /** Whether all pools that the code makes are of threads. */
  private onlyThreads(): boolean {
    if (this.hasOnlyThreads === undefined) {
      const { sources } = this.code.program;
      const others = /\b(ProcessPool\w*|multiprocessing|joblib|loky|dask|ray|celery|apscheduler)\b/;
      this.hasOnlyThreads =
        sources.some((source) => source.has(/\bThreadPoolExecutor\(/)) && !sources.some((source) => source.has(others));
    }
    return this.hasOnlyThreads;
  }

  private started(site: Site, thread: Expression): Handover | undefined {
    const { source, function: fn } = site;
    const classes = this.threadClasses();
    if (classes.size === 0) return undefined;
    for (const made of classesOf(this.code, source, fn, thread)) {
      const run = classes.get(made.slice(made.lastIndexOf('.') + 1));
      if (run !== undefined) return { site, how: 'thread', work: undefined, run };
    }
    return undefined;
  }

  /** Classes of threads by name, where no other has it, with what their threads do. */
  private threadClasses(): ReadonlyMap<string, FunctionPlace> {
    if (this.classes !== undefined) return this.classes;
    this.classes = new Map();
    const { program, names } = this.code;
    for (const source of program.sources) {
      if (!source.has(/\bclass\s+\w+\([^)]*\bThread\b/)) continue;
      for (const type of source.code.types) {
        const isThread = type.bases.some(
          (base) => base === 'threading.Thread' || names.importsOf(source).get(base) === 'threading.Thread',
        );
        if (!isThread || program.typesNamed(type.name).length !== 1) continue;
        const run = source.code.functions.find((fn) => fn.type === type.id && fn.name === 'run');
        if (run !== undefined) this.classes.set(type.name, { source, function: run });
      }
    }
    return this.classes;
  }
}

/** `f` of `partial(f, 1)`. */
function partialOf(work: Expression): Expression | undefined {
  return work.kind === 'call' && lastPart(work.callee) === 'partial' ? work.args[0]?.value : undefined;
}

/** `asyncio.run` and the like, which run a coroutine in the thread that calls them, with the context of that thread. */
const RUNS_COROUTINE = /^(asyncio|anyio|uvloop)\.run$/;

/** The coroutine of `submit(asyncio.run, f())`, `run_in_executor(None, asyncio.run, f())`, `Thread(target=asyncio.run, args=(f(),))`. */
function coroutineOf({ call }: Site, work: Expression): Expression | undefined {
  if (!isCoroutineRunner(work)) return undefined;
  const args = argumentOf(call, 'args');
  if (args?.kind === 'list') return args.items[0]?.value;
  return call.args[call.args.findIndex(({ value }) => value === work) + 1]?.value;
}

function isCoroutineRunner(work: Expression): boolean {
  return RUNS_COROUTINE.test(dotted(work) ?? '');
}

/**
 * The parameter of a helper that is handed over, by itself, in a `partial`, or called, or run as a coroutine, by a function
 * written in place.
 */
function parameterIn(
  { source, function: fn }: Site,
  work: Expression,
  places: readonly FunctionPlace[],
  isCoroutine: boolean,
): { readonly of: FunctionPlace; readonly name: string; readonly isCoroutine: boolean } | undefined {
  const named = partialOf(work) ?? work;
  const isInPlace =
    named.kind === 'function' || places.every((place) => [...source.around(place.function)].includes(fn));
  const inside = isInPlace ? places.flatMap((place) => source.callsIn(place.function)) : [];
  const candidates = [
    { value: named, isCoroutine },
    ...inside.map(({ callee }) => ({ value: callee, isCoroutine: false })),
    ...inside.flatMap(({ callee, args: [run] }) =>
      run !== undefined && isCoroutineRunner(callee) ? [{ value: run.value, isCoroutine: true }] : [],
    ),
  ];
  for (const helper of [fn, ...source.around(fn)]) {
    if (helper.id === 0) continue;
    for (const { value: one, isCoroutine: runs } of candidates) {
      if (one.kind !== 'name' || one.name === helper.self) continue;
      if (helper.parameters.some(({ name }) => name === one.name))
        return { of: { source, function: helper }, name: one.name, isCoroutine: runs };
    }
  }
  return undefined;
}

/** `copy_context().run`, or a context among the arguments; `run` of an object of the project is work like any other. */
export function handsContextOn(
  code: PythonCode,
  { site, work, coroutine }: Handover,
  isContext: (part: Expression) => boolean,
): boolean {
  if (coroutine === undefined && work?.kind === 'member' && work.name === 'run')
    return code.functionsOf(site.source, site.function, work, true).length === 0;
  if (work?.kind === 'call' && partialOf(work) === undefined) return true;
  return site.call.args.some(({ value }) => [...expressionsOf(value)].some(isContext));
}
