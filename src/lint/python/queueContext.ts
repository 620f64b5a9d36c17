import type { Finding } from '../../model/finding';
import { expressionsOf } from '../code/walk';
import { findingAt, relatedAt } from '../report';
import { carriesContext, isContext } from './flow/passedContext';
import { runsForever } from './flow/loops';
import { callsOut } from './flow/outgoing';
import { isHandler, startsSpan } from './flow/spans';
import { Callers } from './names/callers';
import { classesOf } from './names/classes';
import { lastPart, placeOf, type PythonCode, type Site } from './names/pythonCode';
import { Reaches } from './names/reaches';
import type { TracedCode } from './process/tracedCode';

const RULE = 'QUEUE-CTX-LOSS';

const QUEUE = /^(?:(?:asyncio|queue|multiprocessing|janus)\.(?:\w*Queue)|collections\.deque)$/;
const PUTS = /^(put|put_nowait|append|appendleft)$/;
const TAKES = /^(get|get_nowait|popleft|pop)$/;

/** What an item or its making may keep the context in. */
const KEEPS = /^(inject|get_current|get_current_span|get_span_context|copy_context|current_context)$/;

/**
 * QUEUE-CTX-LOSS: work that a request puts into a queue of the process, and that a loop takes out which serves all requests
 * and knows nothing of their traces. A queue that one call makes for itself is within one trace, and tasks begun there
 * keep its context.
 */
export function queueContext(traced: TracedCode): Finding[] {
  if (traced.unheard?.has(RULE) === true) return [];
  const { code } = traced;
  const callers = new Callers(code);
  const carries = new Reaches(code, (source, fn) => carriesContext(code, source, fn));
  const seen = new Set<unknown>();
  const workers = traced.sources.flatMap((source) =>
    source.has(/\.(?:get|get_nowait|pop|popleft)\(/)
      ? code.sitesIn(source).filter((site) => isTaken(traced, site, callers, carries))
      : [],
  );
  if (workers.length === 0) return [];
  return traced.sources.flatMap((source) => {
    if (!source.has(/\.(?:put|put_nowait|append|appendleft)\(/)) return [];
    if (!traced.processesOf(source).some(({ tracing }) => tracing.is === 'yes')) return [];
    return code.sitesIn(source).flatMap((site) => {
      const name = PUTS.test(site.method) ? queueOf(code, site) : undefined;
      const worker = workers.find((one) => name !== undefined && queueOf(code, one) === name);
      if (worker === undefined || seen.has(site.function) || worker.function === site.function) return [];
      if (keepsContext(site) || !isInTrace(site, callers)) return [];
      seen.add(site.function);
      return [
        findingAt(RULE, source, placeOf(site), {
          severity: 'warning',
          message: `What is put into \`${name}\` carries no trace context: what is done for it behind the queue begins a new trace. Keep \`opentelemetry.context.get_current()\` with it, and start the span there in that \`context\` or with a link.`,
          related: [relatedAt(worker.source, placeOf(worker), 'it is taken out here')],
        }),
      ];
    });
  });
}

/** The name of a queue that outlives a call: an attribute, or a variable of the module. */
function queueOf(code: PythonCode, { source, function: fn, call }: Site): string | undefined {
  if (call.callee.kind !== 'member') return undefined;
  const queue = call.callee.object;
  const name = lastPart(queue);
  const isOnes = queue.kind === 'name' && code.names.valuesOf(source, fn, queue).some((one) => one.function.id !== 0);
  if (name === '' || isOnes) return undefined;
  return classesOf(code, source, fn, queue).some((one) => QUEUE.test(one)) ? name : undefined;
}

/** A loop that serves everybody takes work out, does traced work for it, and knows nothing of where it came from. */
function isTaken(traced: TracedCode, site: Site, callers: Callers, carries: Reaches): boolean {
  const { source, function: fn } = site;
  if (!TAKES.test(site.method) || fn.id === 0 || !runsForever(fn)) return false;
  if (queueOf(traced.code, site) === undefined) return false;
  const place = { source, function: fn };
  if (isHandler(source, fn) || callers.reaches(place, (one) => isHandler(one.source, one.function))) return false;
  const process = traced.processesOf(source).find(({ tracing }) => tracing.is === 'yes');
  if (process === undefined || carries.in(place, 1)) return false;
  const works = new Reaches(
    traced.code,
    (file, inner) => startsSpan(file, inner) || callsOut(traced.code, file, inner, process),
  );
  return works.in(place);
}

/** The item, or what is done before it is put, has to do with a context. */
function keepsContext({ source, function: fn, call }: Site): boolean {
  if (source.callsIn(fn).some(({ callee }) => KEEPS.test(lastPart(callee)))) return true;
  return call.args.some(({ value }) => [...expressionsOf(value)].some(isContext));
}

function isInTrace({ source, function: fn }: Site, callers: Callers): boolean {
  if (fn.id === 0) return false;
  const isActive = (one: { source: Site['source']; function: Site['function'] }): boolean =>
    startsSpan(one.source, one.function) || isHandler(one.source, one.function);
  return isActive({ source, function: fn }) || callers.reaches({ source, function: fn }, isActive);
}
