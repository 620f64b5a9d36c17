import { lastPart, type CallSite } from '../extract/callSite';
import { addMessage } from '../extract/sourceFile';
import { literal } from '../extract/textBuilder';
import { importedName } from './celery';
import { argument, type CallIdiom, type PythonFile } from './file';

/** Dramatiq's and Remoulade's `@actor`, `@dramatiq.actor(actor_name="x")`: without a name the function's own. */
export function actorDecorator(site: CallSite, file: PythonFile): void {
  if (site.name !== 'actor' || !/^(?:|dramatiq|remoulade|\w*broker)$/.test(site.receiver)) return;
  const index = file.outline.functionAt(site.node.startIndex);
  if (index < 0) return;
  const own = file.outline.draft(index)?.name;
  const named = argument(site, file, -1, 'actor_name');
  const name = named === undefined ? literal(own ?? '') : file.values.text(named);
  addMessage(file, site, 'consumer', 'dramatiq', name, { kind: 'function', function: index });
}

/** `send_welcome.send(id)`, `tasks.send_welcome.send_with_options(…)`, where the receiver is imported or declared here. */
export const sendActor: CallIdiom = (call, file) => {
  if (/^[\w.]+$/.test(call.receiver)) addJobCall(call.receiver, call, file);
};

/** RQ's `queue.enqueue(send_welcome, id)`, `enqueue("shop.tasks.send_welcome")`, `enqueue_in(delay, send_welcome)`. */
export const enqueue: CallIdiom = (call, file) => {
  const job = argument(call, file, /_(?:in|at)$/.test(call.name) ? 1 : 0, 'func') ?? argument(call, file, -1, 'f');
  if (job === undefined) return;
  if (job.type === 'string') addMessage(file, call, 'producer', 'rq', file.values.text(job));
  else if (job.type === 'identifier' || job.type === 'attribute') addJobCall(file.source.of(job), call, file);
};

/** arq's `redis.enqueue_job("download", url)`. */
export const enqueueJob: CallIdiom = (call, file) => {
  addMessage(file, call, 'producer', 'arq', file.values.text(argument(call, file, 0, 'function')));
};

/** arq's `class WorkerSettings: functions = [download, func(resize, name="x")]; cron_jobs = [cron(tidy, hour=3)]`. */
export function arqWorkers(file: PythonFile): void {
  if (!/\barq\b/.test(file.source.text)) return;
  for (const { parts } of file.captures.of('jobs')) {
    for (const item of parts.list?.namedChildren ?? []) {
      const given = item?.type === 'call' ? item.childForFieldName('arguments')?.namedChildren[0] : item;
      if (!given || (given.type !== 'identifier' && given.type !== 'attribute')) continue;
      const written = file.source.of(given);
      // Its spans bear the function's own name, whatever the job is called.
      const own = importedName(written, file) ?? lastPart(written);
      const handler = { kind: 'name', name: written } as const;
      const range = file.source.range(given);
      file.facts.messages.push({ side: 'consumer', system: 'arq', destination: literal(own), handler, range });
    }
  }
}

/** Under the function's own name, with the name as written for looking up which function is meant. */
function addJobCall(written: string, call: CallSite, file: PythonFile): void {
  const [first = ''] = written.split('.');
  const imported = importedName(first, file);
  if (imported === undefined && file.outline.named(first).length === 0) return;
  const destination = literal((written === first ? imported : undefined) ?? lastPart(written));
  const handler = { kind: 'name', name: written } as const;
  file.facts.messages.push({ side: 'producer', system: 'job-call', destination, handler, range: call.range });
}
