import { attributeText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import {
  NO_PLACES,
  callsiteCandidate,
  ownerCandidate,
  settle,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../../candidate';
import type { FoundFunction } from '../../implementations';
import { missInReach } from '../../missed';
import { CONFIDENCE, SHARED } from '../confidences';
import { callsOf, functionOfModule, jobEntries } from './pythonJobs';

/** A job as the span of a queue names it. */
interface NamedJob {
  /** As the extractor lists handlers and calls. */
  readonly system: 'rq' | 'arq' | 'dramatiq';
  readonly name: string;
  readonly isSent: boolean;
}

/** Spans of RQ around what happens before and after the job's function. */
const RQ_ASIDE = /^(?:setup|\w+_callback|handle_job)/;

/**
 * Jobs of RQ, arq, Dramatiq and Remoulade: what is performed leads to the job's function, what is sent to the call. RQ
 * names the function with its module, arq the function alone, the others the actor, which is called as its function
 * unless the code says otherwise.
 */
export function pythonQueueEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const job = namedJob(operation);
  return job === undefined ? NO_PLACES : placesOfJob(job, operation, context);
}

async function placesOfJob(job: NamedJob, operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const { system, name, isSent } = job;
  const functions = await functionsOf(job, context);
  const text = `job ${name}`;
  if (!isSent) {
    if (functions.length === 0) missInReach(`declares the job ${name}`, operation, context);
    const confidence =
      functions.length > 1 ? SHARED.function : CONFIDENCE.function[name.includes('.') ? 'qualified' : 'registered'];
    return functions.map((at) => ownerCandidate(at.file, at.facts, at.index, { kind: 'function', confidence, text }));
  }
  const sent = [...jobEntries(name, system, 'producer', context), ...(await callsOf(functions, 'job-call', context))];
  const places: Candidate[] = [];
  for (const { file: path, value } of context.scope.nearest(sent, ({ file }) => context.files.get(file)!)) {
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    const because = { kind: 'messaging', confidence: CONFIDENCE.messaging.job, text } as const;
    if (facts) places.push(callsiteCandidate(file, facts, value.range, because));
  }
  if (places.length === 0) missInReach(`sends the job ${name} by a name that can be read`, operation, context);
  return settle(places, SHARED.function, operation, context);
}

function namedJob({ attributes, name, scope, kind }: OperationKey): NamedJob | undefined {
  const rq = attributeText(attributes, 'rq.job.function');
  if (rq !== undefined)
    return RQ_ASIDE.test(name) ? undefined : { system: 'rq', name: rq, isSent: kind === 'PRODUCER' };
  if (/\barq$/.test(scope) && /^\w+$/.test(name)) return { system: 'arq', name, isSent: kind === 'CLIENT' };
  const remoulade = attributeText(attributes, 'remoulade.actor_name');
  if (remoulade !== undefined) return { system: 'dramatiq', name: remoulade, isSent: kind === 'PRODUCER' };
  if (!/dramatiq/.test(scope)) return undefined;
  const actor = attributeText(attributes, 'actor_name');
  return actor === undefined ? undefined : { system: 'dramatiq', name: actor, isSent: kind !== 'CONSUMER' };
}

async function functionsOf({ system, name }: NamedJob, context: EvidenceContext): Promise<FoundFunction[]> {
  if (system === 'rq') return functionOfModule(name, context);
  const found: FoundFunction[] = [];
  for (const { file: path, value } of jobEntries(name, system, 'consumer', context)) {
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    const { handler } = value;
    if (facts) found.push(...(await context.functions.handler(file, facts, handler, '', context.scope, context.touch)));
  }
  return context.scope.nearest(found, ({ file }) => file);
}
