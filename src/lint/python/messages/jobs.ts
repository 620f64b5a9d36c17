import type { Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { Injection } from '../flow/injection';
import { Callers } from '../names/callers';
import { classesOf } from '../names/classes';
import type { Site } from '../names/pythonCode';
import type { TracedCode } from '../process/tracedCode';
import type { Publish } from './publish';

const RQ_QUEUE = /^(rq\.(queue\.)?Queue|django_rq\.(queues\.)?get_queue)$/;
const RQ_ENQUEUES = /^enqueue(_call|_at|_in|_many)?$/;
const RQ_WORKER = /\b(Simple|SpawnWorker|Random|RoundRobin|Base)?Worker\s*\(/;
const ARQ_WORKER = /^class[ \t]+\w*WorkerSettings\b|\brun_worker\s*\(|\bcreate_worker\s*\(/m;

/** What of a trace code puts into a job by hand, under whatever name. */
const CARRIES = /trace_?(parent|context|ctx|carrier|headers|state|id)|otel|carrier|span_context/i;

/**
 * A job for a worker of RQ, arq or Dramatiq, where the worker is among the files and traced: otherwise nobody would go on with
 * the trace. Nothing that OpenTelemetry's own project publishes instruments one of these.
 */
export function queuedJob(traced: TracedCode, site: Site, object: Expression): Publish | undefined {
  const found = dramatiqMessage(traced, site, object) ?? arqJob(traced, site, object) ?? rqJob(traced, site, object);
  if (found === undefined) return undefined;
  const { source, function: fn } = site;
  if (CARRIES.test(source.code.text.slice(fn.start, fn.end))) return undefined;
  return found.workers.some((worker) => traced.isTracedFrom(worker)) ? found.publish : undefined;
}

interface QueuedJob {
  readonly publish: Publish;
  /** The files that its workers load. */
  readonly workers: readonly SourceCode[];
}

/** `actor.send(…)` of a function that is one; not where middleware adds to each message. */
function dramatiqMessage(traced: TracedCode, site: Site, object: Expression): QueuedJob | undefined {
  const { code, sources, settings } = traced;
  if (!/^send(_with_options)?$/.test(site.method) || !sources.some((one) => one.has(/\bdramatiq\b/))) return undefined;
  const actors = code
    .functionsOf(site.source, site.function, object, true)
    .filter(({ source, function: fn }) => fn.annotations.some((one) => isActorMark(traced, source, one)));
  if (actors.length === 0) return undefined;
  const injection = new Injection(code, settings);
  if (sources.some((one) => one.has(/\bbefore_enqueue\b/) && injection.inFile(one))) return undefined;
  const publish = { site, library: 'dramatiq', carrier: 'the options of the message' };
  return { publish, workers: actors.map(({ source }) => source) };
}

function isActorMark({ code }: TracedCode, source: SourceCode, annotation: Expression): boolean {
  const callee = annotation.kind === 'call' ? annotation.callee : annotation;
  return /^dramatiq\.(actor\.)?actor$/.test(code.names.nameOf(source, source.code.functions[0]!, callee) ?? '');
}

const ARQ_POOL = /^arq\.(connections\.)?(create_pool|ArqRedis)$/;

/** `await pool.enqueue_job("name", …)`: only arq calls it so, unless a function of the project does, which may call arq's. */
function arqJob({ code, sources }: TracedCode, site: Site, object: Expression): QueuedJob | undefined {
  const { source, function: fn } = site;
  if (site.method !== 'enqueue_job') return undefined;
  if (code.program.functionsNamed('enqueue_job').length > 0) {
    if (!classesOf(code, source, fn, object).some((one) => ARQ_POOL.test(one))) return undefined;
    const callers = new Callers(code).of(site);
    if (callers.some((one) => CARRIES.test(one.source.code.text.slice(one.function.start, one.function.end))))
      return undefined;
  }
  const withArq = sources.filter(
    (one) => one.has(/\barq\b/) && one.code.imports.some(({ from }) => isModule(from, 'arq')),
  );
  if (withArq.length === 0) return undefined;
  const publish = { site, library: 'arq', carrier: 'the arguments of the job' };
  return { publish, workers: withArq.filter((one) => one.has(ARQ_WORKER)) };
}

/** `queue.enqueue(function, …)`, `django_rq.enqueue(function, …)`. */
function rqJob({ code, sources }: TracedCode, site: Site, object: Expression): QueuedJob | undefined {
  const { source, function: fn, call, method, name } = site;
  if (!RQ_ENQUEUES.test(method)) return undefined;
  const isRq = name === 'django_rq.enqueue' || classesOf(code, source, fn, object).some((one) => RQ_QUEUE.test(one));
  if (!isRq) return undefined;
  const publish = { site, library: 'rq', carrier: 'the `meta` of the job' };
  const own = sources.filter((one) => one.has(RQ_WORKER) && one.code.imports.some(({ from }) => isModule(from, 'rq')));
  if (own.length > 0) return { publish, workers: own };
  // The worker of the command line loads the file of the function.
  const done = call.args[0]?.value;
  if (done === undefined) return undefined;
  if (done.kind === 'text') {
    const module = done.value?.slice(0, done.value.lastIndexOf('.'));
    return { publish, workers: module ? [code.modules.find(source, module) ?? []].flat() : [] };
  }
  return { publish, workers: code.functionsOf(source, fn, done, true).map((place) => place.source) };
}

function isModule(from: string, name: string): boolean {
  return from === name || from.startsWith(`${name}.`);
}
