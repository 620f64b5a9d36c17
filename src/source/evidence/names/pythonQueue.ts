import { attributeText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import {
  NO_PLACES,
  ownerCandidate,
  settle,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../../candidate';
import { missInReach } from '../../missed';
import { CONFIDENCE, SHARED } from '../confidences';
import { callsOf, functionOfModule, jobEntries, registeredFunctions, sendingPlaces } from './pythonJobs';

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
  const functions = await (system === 'rq'
    ? functionOfModule(name, context)
    : registeredFunctions(name, system, context));
  const text = `job ${name}`;
  if (!isSent) {
    if (functions.length === 0) missInReach(`declares the job ${name}`, operation, context);
    const confidence =
      functions.length > 1 ? SHARED.function : CONFIDENCE.function[name.includes('.') ? 'qualified' : 'registered'];
    return functions.map((at) => ownerCandidate(at.file, at.facts, at.index, { kind: 'function', confidence, text }));
  }
  const sent = [...jobEntries(name, system, 'producer', context), ...(await callsOf(functions, 'job-call', context))];
  const places = await sendingPlaces(sent, text, context);
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
