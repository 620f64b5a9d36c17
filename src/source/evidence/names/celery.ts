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
import type { FoundFunction } from '../../implementations';
import { missInReach } from '../../missed';
import { callsOf, functionOfModule, jobEntries, registeredFunctions, sendingPlaces } from './pythonJobs';
import { CONFIDENCE, SHARED } from '../confidences';

/**
 * A Celery task by its name: `run/x` to the task, `apply_async/x` to the call that sends it. A task's name is its module
 * and function unless the code gives one.
 */
export function celeryEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const task = celeryTask(operation);
  return task === undefined ? NO_PLACES : placesOfTask(task, operation, context);
}

async function placesOfTask(task: string, operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const tasks = await tasksNamed(task, context);
  const text = `Celery task ${task}`;
  if (operation.kind !== 'PRODUCER') {
    const confidence = tasks.length > 1 ? SHARED.function : CONFIDENCE.function.qualified;
    if (tasks.length === 0) {
      const told = `No code of the workspace declares the task ${task}: it is library code, or was renamed.`;
      context.miss('symbol-not-found', told);
    }
    return tasks.map((at) => ownerCandidate(at.file, at.facts, at.index, { kind: 'function', confidence, text }));
  }
  const sent = [...jobEntries(task, 'celery', 'producer', context), ...(await callsOf(tasks, 'celery-call', context))];
  const places = await sendingPlaces(sent, text, context);
  if (places.length === 0) missInReach(`sends the task ${task} by a name that can be read`, operation, context);
  return settle(places, SHARED.function, operation, context);
}

/** The task that a span of Celery's instrumentation names. */
export function celeryTask({ attributes, name, scope }: OperationKey): string | undefined {
  const named = /celery/i.test(scope) ? /^(?:run|apply_async)\/(.+)$/.exec(name)?.[1] : undefined;
  return attributeText(attributes, 'celery.task_name') ?? named;
}

async function tasksNamed(task: string, context: EvidenceContext): Promise<FoundFunction[]> {
  const found = await registeredFunctions(task, 'celery', context);
  return found.length > 0 ? found : functionOfModule(task, context);
}
