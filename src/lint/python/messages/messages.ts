import type { Finding } from '../../../model/finding';
import { findingAt, relatedAt } from '../../report';
import { shipsLogs } from '../flow/destinations';
import { Injection } from '../flow/injection';
import { isHandler, mayBeInSpan } from '../flow/spans';
import { namesOf } from '../http/httpClients';
import { Callers } from '../names/callers';
import { placeOf, type Site } from '../names/pythonCode';
import { coverageOf } from '../process/coverage';
import { whyUncovered } from '../process/holes';
import { rowOf } from '../process/table';
import type { TracedCode, TracedProcess } from '../process/tracedCode';
import { describePlace, withNamed } from '../process/words';
import { awsPublish } from './aws';
import { brokerPublish, streamEntry } from './brokers';
import { celeryTask } from './celery';
import { fastStreamBroker, taskiqTask } from './frameworks';
import { queuedJob } from './jobs';
import { listEntry } from './redisWork';
import type { Publish } from './publish';

const MAY_PUBLISH =
  /\b(send_message(_batch)?|publish(_batch)?|request|put_records?|put_events|basic_publish|delay|apply_async|send_task|kiq|(Kafka|Rabbit|Nats|Redis)Broker|xadd|[lr]push|enqueue\w*|send|send_with_options)\s*\(/;

/** MSG-NO-INJECT: messages that no instrumentation and no code gives a trace context. */
export function messages(traced: TracedCode): Finding[] {
  const injection = new Injection(traced.code, traced.settings);
  const callers = new Callers(traced.code);
  return traced.sources.flatMap((source) => {
    if (!source.has(MAY_PUBLISH)) return [];
    if (!traced.processesOf(source).some(({ tracing }) => tracing.is === 'yes')) return [];
    const found = traced.code.sitesIn(source).flatMap((site) => {
      const publish = publishAt(traced, site);
      if (publish === undefined || injection.inMessage(site) || shipsLogs(namesOf(site).join(' '))) return [];
      const processes = traced.processesAt(site).filter(({ tracing }) => tracing.is === 'yes');
      const process = processes.find((one) => isLost(publish, one, traced, callers));
      return process === undefined ? [] : [{ publish, process }];
    });
    return perFunction(found);
  });
}

function isLost({ library, site }: Publish, process: TracedProcess, traced: TracedCode, callers: Callers): boolean {
  if (coverageOf(rowOf(library), process).is !== 'no') return false;
  // Where nothing is instrumented, only a span that code opens itself can be lost.
  if (
    !process.isListed &&
    !(traced.tracesItself(process, site) && (mayBeInSpan(site, callers) || isInRequest(site, traced, callers)))
  )
    return false;
  if (library === 'celery' && traced.hasUntracedWorkers) return false;
  return !/^boto3|^aiobotocore/.test(library) || !usesXRay(traced);
}

/** Whether a request leads to a call, and code opens a span for each request. */
function isInRequest({ source, function: fn }: Site, traced: TracedCode, callers: Callers): boolean {
  if (!traced.opensRequestSpans) return false;
  const outer = [...source.around(fn)].filter(({ id }) => id !== 0).at(-1) ?? fn;
  if (isHandler(source, outer)) return true;
  return callers.reaches({ source, function: outer }, (one) => isHandler(one.source, one.function));
}

/** With the X-Ray propagator the service itself carries the context. */
function usesXRay({ unit, sources }: TracedCode): boolean {
  const inEnvironment = unit.deployment.environment.some(
    ({ name, value }) => name === 'OTEL_PROPAGATORS' && /xray/.test(value ?? ''),
  );
  return inEnvironment || sources.some((source) => source.has(/AwsXRayPropagator|propagators?\.aws/));
}

function publishAt(traced: TracedCode, site: Site): Publish | undefined {
  const { call, method } = site;
  if (/^(Kafka|Rabbit|Nats|Redis)Broker$/.test(method)) return fastStreamBroker(traced, site);
  if (call.callee.kind !== 'member' || !MAY_PUBLISH.test(`${method}(`)) return undefined;
  const { object } = call.callee;
  if (/^(delay|apply_async|send_task)$/.test(method)) return celeryTask(traced, site, object);
  if (method === 'kiq') return taskiqTask(traced, site, object);
  if (method === 'xadd') return streamEntry(traced, site);
  if (/^[lr]push$/.test(method)) return listEntry(traced, site);
  if (/^(enqueue|send(_with_options)?$)/.test(method)) return queuedJob(traced, site, object);
  if (method === 'basic_publish') return { site, library: 'pika', carrier: 'the headers of its properties' };
  return awsPublish(traced.code, site, object) ?? brokerPublish(traced, site, object);
}

/** Messages that one function publishes through one library are one finding. */
function perFunction(found: readonly { readonly publish: Publish; readonly process: TracedProcess }[]): Finding[] {
  const groups = new Map<string, typeof found>();
  for (const one of found) {
    // Nothing instruments a library of jobs, or reads a stream's context: one cause, however much is sent.
    const where = /^(celery|rq|arq|dramatiq|taskiq|Redis streams|Redis lists)$/.test(one.publish.library)
      ? ''
      : String(one.publish.site.function.id);
    const key = `${one.publish.library} ${where}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map(([first, ...others]) => {
    const { site, library, carrier } = first!.publish;
    const { setup, tracing } = first!.process;
    const shown = [...setup.instrumentors.values()][0]?.[0] ?? tracing.by[0]!;
    const message =
      `This message carries no trace context: the process is traced (${describePlace(shown, site.source)}), but ` +
      `${whyUncovered(coverageOf(rowOf(library), first!.process), `nothing instruments ${library}`)} and nothing is injected into ${carrier}.`;
    const related = others.map(({ publish }) =>
      relatedAt(publish.site.source, placeOf(publish.site), 'So is this message'),
    );
    const parts = { severity: 'warning' as const, message, evidence: withNamed(shown, tracing.by, 3), related };
    return findingAt('MSG-NO-INJECT', site.source, placeOf(site), parts);
  });
}
