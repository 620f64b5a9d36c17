import { attributeText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import { callsiteCandidate, ownerCandidate, settle, type Candidate, type EvidenceContext } from '../../candidate';
import type { FoundFunction } from '../../implementations';
import type { MessageEntry } from '../../index/entries';
import type { Entry } from '../../index/keyedTable';
import { missInReach } from '../../missed';
import { CONFIDENCE, SHARED } from '../confidences';

/**
 * A Celery task by its name: `run/x` to the task, `apply_async/x` to the call that sends it. A task's name is its module
 * and function unless the code gives one.
 */
export async function celeryEvidence(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const task = celeryTask(operation);
  if (task === undefined) return [];
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

function entries(
  key: string,
  system: string,
  side: MessageEntry['side'],
  context: EvidenceContext,
): Entry<MessageEntry>[] {
  context.touch(`message:${key}`);
  return context.index.messages.get(key).filter(({ file, value }) => {
    return value.system === system && value.side === side && context.reachesNamed(context.files.get(file));
  });
}

async function tasksNamed(task: string, context: EvidenceContext): Promise<FoundFunction[]> {
  const found: FoundFunction[] = [];
  for (const { file: path, value } of entries(task, 'celery', 'consumer', context)) {
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    if (facts) {
      found.push(...(await context.functions.handler(file, facts, value.handler, '', context.scope, context.touch)));
    }
  }
  if (found.length > 0) return context.scope.nearest(found, ({ file }) => file);
  const dot = task.lastIndexOf('.');
  if (dot <= 0) return [];
  context.touch('paths');
  const name = task.slice(dot + 1);
  for (const file of context.index.modules.pythonModule(task.slice(0, dot))) {
    if (!context.scope.allowsNamed(file)) continue;
    const functions = await context.functions.inFile(file, { module: '', container: [], name }, context.touch);
    const top = functions.filter(({ facts, index }) => facts.functions[index]!.container.length === 0);
    const run = await context.functions.inFile(file, { module: '', container: [name], name: 'run' }, context.touch);
    const ofClass = run.filter(({ facts, index }) => facts.functions[index]!.container.at(-1) === name);
    found.push(...(top.length > 0 ? top : ofClass));
  }
  return context.scope.nearest(found, ({ file }) => file);
}

/** Calls that name the task, and those through the task's function. */
async function calls(
  task: string,
  tasks: readonly FoundFunction[],
  context: EvidenceContext,
): Promise<Entry<MessageEntry>[]> {
  const found = entries(task, 'celery', 'producer', context);
  for (const { file: of, facts: taskFacts, index } of tasks) {
    const declared = taskFacts.functions[index]!;
    const known = declared.name === 'run' ? (declared.container.at(-1) ?? 'run') : declared.name;
    for (const entry of entries(known, 'celery-call', 'producer', context)) {
      const file = context.files.get(entry.file)!;
      const facts = await context.facts(file);
      if (!facts) continue;
      const { handler } = entry.value;
      const meant = await context.functions.handler(file, facts, handler, '', context.scope, context.touch);
      if (meant.some((one) => one.file.path === of.path && one.index === index)) found.push(entry);
    }
  }
  return context.scope.nearest(found, ({ file }) => context.files.get(file)!);
}
