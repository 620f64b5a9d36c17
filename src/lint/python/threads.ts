import type { Finding } from '../../model/finding';
import type { Expression } from '../../syntax/code/expression';
import type { FunctionPlace } from '../code/program';
import { expressionsOf } from '../code/walk';
import { findingAt } from '../report';
import { Callers } from './names/callers';
import { classesOf } from './names/classes';
import { coverageOf } from './process/coverage';
import { runInCopy } from './fixes/context';
import { httpSites } from './http/httpClients';
import { carriesContext, isContext } from './flow/passedContext';
import { runsForever } from './flow/loops';
import { callsOut } from './flow/outgoing';
import { argumentOf, lastPart, placeOf, type PythonCode, type Site } from './names/pythonCode';
import { Reaches } from './names/reaches';
import { isHandler, startsSpan } from './flow/spans';
import { rowOf } from './process/table';
import type { TracedCode, TracedProcess } from './process/tracedCode';

/** Work handed to another thread. */
interface Handover {
  readonly site: Site;
  /** The function that runs there. */
  readonly work: Expression;
  readonly how: 'thread' | 'pool';
}

/** PY-THREAD-CTX-LOSS: traced work that runs in a thread without the context of the span it belongs to. */
export function threads(traced: TracedCode): Finding[] {
  const { code } = traced;
  const spans = new Reaches(code, startsSpan, true);
  const passes = new Reaches(code, carriesContext);
  const callers = new Callers(code);
  return traced.sources.flatMap((source) => {
    if (!source.has(/\bThread\(|\bTimer\(|\.submit\(|\.map\(|run_in_executor\(/)) return [];
    const process = traced.processesOf(source).find(isUncovered);
    if (process === undefined) return [];
    const out = new Reaches(code, (file, fn) => callsOut(code, file, fn, process), true);
    return traced.code.sitesIn(source).flatMap((site) => {
      const handover = handoverAt(code, site);
      if (handover === undefined || !maySpanBeActive(site, handover, callers)) return [];
      const sent = httpSites(code, [site]).some(({ library }) => coverageOf(rowOf(library), process).is === 'yes');
      if (sent) return [lost(handover, false, process)];
      const places = workPlaces(code, handover);
      if (places.length === 0 || passesContext(handover, places, passes)) return [];
      if (places.some((place) => runsForever(place.function))) return [];
      const opens = places.some((place) => spans.in(place));
      if (!opens && !places.some((place) => out.in(place))) return [];
      return [lost(handover, opens, process)];
    });
  });
}

function isUncovered(process: TracedProcess): boolean {
  return process.tracing.is === 'yes' && coverageOf(rowOf('threading'), process).is === 'no';
}

/** `Thread(target=f)`, `Timer(1, f)`, `pool.submit(f)`, `pool.map(f, …)`, `loop.run_in_executor(None, f)`. */
function handoverAt(code: PythonCode, site: Site): Handover | undefined {
  const { call, method, name, source, function: fn } = site;
  if (/^threading\.(Thread|Timer)$/.test(name)) {
    const work = argumentOf(call, name.endsWith('Timer') ? 'function' : 'target', 1);
    return work && { site, work, how: 'thread' };
  }
  if (call.callee.kind !== 'member') return undefined;
  if (method === 'run_in_executor') {
    const pool = call.args[0]?.value;
    if (pool !== undefined && classesOf(code, source, fn, pool).some((one) => /Process/.test(one))) return undefined;
    const work = argumentOf(call, 'func', 1);
    return work && { site, work, how: 'pool' };
  }
  if (method !== 'submit' && method !== 'map') return undefined;
  const pools = classesOf(code, source, fn, call.callee.object);
  if (!pools.some((one) => /(^|\.)ThreadPoolExecutor$/.test(one) && !one.startsWith('.'))) return undefined;
  const work = argumentOf(call, 'fn', 0);
  return work && { site, work, how: 'pool' };
}

/** The functions that run in the thread: named, wrapped in `partial`, or written in place. */
function workPlaces(code: PythonCode, { site, work }: Handover): readonly FunctionPlace[] {
  const { source, function: fn } = site;
  if (work.kind === 'function') return [{ source, function: source.code.functions[work.function]! }];
  if (work.kind === 'call' && lastPart(work.callee) === 'partial') {
    const inner = work.args[0]?.value;
    return inner === undefined ? [] : code.functionsOf(source, fn, inner, true);
  }
  return work.kind === 'name' || work.kind === 'member' ? code.functionsOf(source, fn, work, true) : [];
}

/** `copy_context().run`, a context among the arguments, or work that attaches one. */
function passesContext({ site, work }: Handover, places: readonly FunctionPlace[], passes: Reaches): boolean {
  if (work.kind === 'member' && work.name === 'run') return true;
  const wrapped = work.kind === 'call' && lastPart(work.callee) !== 'partial';
  if (wrapped) return true;
  for (const { value } of site.call.args) for (const part of expressionsOf(value)) if (isContext(part)) return true;
  return places.some((place) => passes.in(place, 1));
}

const STARTS_UP =
  /^(__init__|main|_?start(_\w+)?|run|setup|startup|on_startup|lifespan|serve|initialize|init|open|connect|__enter__|__aenter__|create_app|bootstrap|launch|_?monitor\w*)$/;

/** Whether a span can be active where work is handed over: one is opened there, or a framework or a caller comes with one. */
function maySpanBeActive({ source, function: fn }: Site, { how }: Handover, callers: Callers): boolean {
  if (fn.id === 0) return false;
  const place = { source, function: fn };
  const around = [fn, ...source.around(fn)].filter((one) => one.id !== 0);
  if (around.some((one) => startsSpan(source, one) || isHandler(source, one))) return true;
  if (around.some((one) => STARTS_UP.test(one.name) || runsForever(one))) return false;
  const outer = around.at(-1) ?? fn;
  const from = callers.of({ ...place, function: outer });
  if (
    callers.reaches(
      { ...place, function: outer },
      (one) => startsSpan(one.source, one.function) || isHandler(one.source, one.function),
    )
  )
    return true;
  return how === 'pool' && from.length === 0;
}

function lost({ site, work, how }: Handover, opens: boolean, process: TracedProcess): Finding {
  const what = how === 'thread' ? 'A thread' : 'A thread of the pool';
  const effect = opens ? 'the spans started there begin new traces' : 'the calls made there carry no parent';
  const message = `${what} does not inherit the context of this one: ${effect}. Run the work in \`contextvars.copy_context()\`.`;
  return findingAt('PY-THREAD-CTX-LOSS', site.source, placeOf(site), {
    severity: 'warning',
    message,
    evidence: process.tracing.by.slice(0, 2),
    fixes: runInCopy(site, work),
  });
}
