import type { Finding } from '../../model/finding';
import type { FunctionPlace } from '../code/program';
import { findingAt, relatedAt } from '../report';
import { Callers } from './names/callers';
import { coverageOf } from './process/coverage';
import { runInCopy } from './fixes/context';
import { Handovers, HANDS_OVER, handsContextOn, type Handover, type Work } from './handovers';
import { httpSites } from './http/httpClients';
import { carriesContext, isContext } from './flow/passedContext';
import { runsForever } from './flow/loops';
import { asksOthers, callsOut } from './flow/outgoing';
import { usesStore } from './flow/stores';
import { placeOf } from './names/pythonCode';
import { Reaches } from './names/reaches';
import { isHandler, startsSpan } from './flow/spans';
import { rowOf } from './process/table';
import type { TracedCode, TracedProcess } from './process/tracedCode';

/** PY-THREAD-CTX-LOSS: traced work that runs in a thread without the context of the span it belongs to. */
export function threads(traced: TracedCode): Finding[] {
  const { code } = traced;
  const spans = new Reaches(code, startsSpan, true);
  const passes = new Reaches(code, (source, fn) => carriesContext(code, source, fn));
  const callers = new Callers(code);
  const handovers = new Handovers(code);
  return traced.sources.flatMap((source) => {
    if (!source.has(HANDS_OVER)) return [];
    const process = traced.processesOf(source).find(isUncovered);
    if (process === undefined) return [];
    const out = new Reaches(code, (file, fn) => callsOut(code, file, fn, process), true);
    const stores = new Reaches(code, (file, fn) => usesStore(code.sitesOf(file, fn), process.setup), true);
    return traced.code.sitesIn(source).flatMap((site) => {
      const handover = handovers.at(site);
      if (handover === undefined) return [];
      const isActive = maySpanBeActive(site, handover.how, callers);
      const sent = httpSites(code, [site]).filter(({ library }) => coverageOf(rowOf(library), process).is === 'yes');
      if (sent.length > 0 && sent.every((one) => asksOthers(code, one))) return [];
      if (sent.length > 0) return isActive ? [lost(handover, undefined, false, process)] : [];
      if (handsContextOn(code, handover, isContext)) return [];
      const works = handovers.worksOf(handover);
      if (works.some(({ given, places }) => given === undefined && places.some((place) => passes.in(place, 1))))
        return [];
      for (const work of works) {
        const { places } = work;
        // Of what is given to a helper, who gives it says whether it belongs to a request.
        if (work.given === undefined ? !isActive : !maySpanBeActive(work.given, 'thread', callers)) continue;
        if (places.length === 0 || places.some((place) => passes.in(place, 1))) continue;
        if (places.some((place) => runsForever(place.function))) continue;
        const opens = places.some((place) => spans.in(place));
        const keeps = !isBeside(site, places) && places.some((place) => stores.in(place));
        if (opens || keeps || places.some((place) => out.in(place))) return [lost(handover, work, opens, process)];
      }
      return [];
    });
  });
}

function isUncovered(process: TracedProcess): boolean {
  return process.tracing.is === 'yes' && coverageOf(rowOf('threading'), process).is === 'no';
}

const STARTS_UP =
  /^(__init__|main|_?start(_\w+)?|run|setup|startup|on_startup|lifespan|serve|initialize|init|open|connect|__enter__|__aenter__|create_app|bootstrap|launch|_?monitor\w*)$/;

/** What is only told or remembered beside the work of a request, though it is kept in a database. */
const BESIDE = /webhook|notif|audit|log(s|ging)?(_|$)|metric|clean|purge|cache|stat(s|us)|heartbeat|history/i;

function isBeside({ function: fn }: FunctionPlace, places: readonly FunctionPlace[]): boolean {
  return [fn, ...places.map((place) => place.function)].some(({ name }) => BESIDE.test(name));
}

/** Whether a span can be active where work is handed over: one is opened there, or a framework or a caller comes with one. */
function maySpanBeActive({ source, function: fn }: FunctionPlace, how: Handover['how'], callers: Callers): boolean {
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

function lost({ site, work, how }: Handover, by: Work | undefined, opens: boolean, process: TracedProcess): Finding {
  const what = how === 'thread' ? 'A thread' : 'A thread of the pool';
  const effect = opens ? 'the spans started there begin new traces' : 'the calls made there carry no parent';
  const message = `${what} does not inherit the context of this one: ${effect}. Run the work in \`contextvars.copy_context()\`.`;
  const given = by?.given;
  return findingAt('PY-THREAD-CTX-LOSS', site.source, placeOf(site), {
    severity: 'warning',
    message,
    evidence: process.tracing.by.slice(0, 2),
    related: given === undefined ? [] : [relatedAt(given.source, given.value, 'given to it here')],
    fixes: work === undefined ? [] : runInCopy(site, work),
  });
}
