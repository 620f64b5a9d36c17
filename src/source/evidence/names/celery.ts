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
import type { MessageEntry } from '../../index/entries';
import type { Entry } from '../../index/keyedTable';
import { missInReach } from '../../missed';
import { callsOf, functionOfModule, jobEntries } from './pythonJobs';
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
  const places: Candidate[] = [];
  for (const entry of await calls(task, tasks, context)) {
    const file = context.files.get(entry.file)!;
    const facts = await context.facts(file);
    const because = { kind: 'messaging', confidence: CONFIDENCE.messaging.job, text } as const;
    if (facts) places.push(callsiteCandidate(file, facts, entry.value.range, because));
  }
  if (places.length === 0) missInReach(`sends the task ${task} by a name that can be read`, operation, context);
  return settle(places, SHARED.function, operation, context);
}

/** The task that a span of Celery's instrumentation names. */
export function celeryTask({ attributes, name, scope }: OperationKey): string | undefined {
  const named = /celery/i.test(scope) ? /^(?:run|apply_async)\/(.+)$/.exec(name)?.[1] : undefined;
  return attributeText(attributes, 'celery.task_name') ?? named;
}

async function tasksNamed(task: string, context: EvidenceContext): Promise<FoundFunction[]> {
  const found: FoundFunction[] = [];
  for (const { file: path, value } of jobEntries(task, 'celery', 'consumer', context)) {
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    if (facts) {
      found.push(...(await context.functions.handler(file, facts, value.handler, '', context.scope, context.touch)));
    }
  }
  if (found.length > 0) return context.scope.nearest(found, ({ file }) => file);
  return functionOfModule(task, context);
}

/** Calls that name the task, and those through the task's function. */
async function calls(
  task: string,
  tasks: readonly FoundFunction[],
  context: EvidenceContext,
): Promise<Entry<MessageEntry>[]> {
  const found = [...jobEntries(task, 'celery', 'producer', context), ...(await callsOf(tasks, 'celery-call', context))];
  return context.scope.nearest(found, ({ file }) => context.files.get(file)!);
}
