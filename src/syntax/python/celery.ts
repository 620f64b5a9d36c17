import { lastPart } from '../extract/callSite';
import { addMessage } from '../extract/sourceFile';
import { literal } from '../extract/textBuilder';
import type { ScopeDraft } from '../extract/outline';
import { argument, type CallIdiom, type PythonFile } from './file';

/** Celery's `@app.task(name="x")`, `@shared_task(name="x")`: the name is what `celery.task_name` says. */
export const celeryTask: CallIdiom = (call, file) => {
  const name = argument(call, file, -1, 'name');
  if (name === undefined) return;
  const handler = { kind: 'function', function: file.outline.functionAt(call.node.startIndex) } as const;
  addMessage(file, call, 'consumer', 'celery', file.values.text(name), handler);
};

/** `class Import(Task): name = "imports.run"`: its `run` answers. */
export function celeryTaskClasses(file: PythonFile): void {
  for (const type of file.outline.types()) {
    if (!type.bases.some((base) => /Task$/.test(base))) continue;
    const name = file.constants.literalOf(`${type.name}.name`, type.end - 1);
    const run = methodNamed('run', type, file);
    if (name === undefined || run === undefined) continue;
    const handler = { kind: 'function', function: run } as const;
    const range = file.source.range(type.nameSpan);
    file.facts.messages.push({ side: 'consumer', system: 'celery', destination: literal(name), handler, range });
  }
}

function methodNamed(name: string, type: ScopeDraft, file: PythonFile): number | undefined {
  return file.outline.membersOf(type.name).find((index) => file.outline.draft(index)?.name === name);
}

/** Celery's `app.send_task("x")`, and a signature by name. */
export const sendTask: CallIdiom = (call, file) => {
  const name = argument(call, file, 0, 'name');
  if (name?.type === 'string' || call.name === 'send_task') {
    addMessage(file, call, 'producer', 'celery', file.values.text(name));
  }
};

/**
 * `send_welcome.delay(id)`, `tasks.send_welcome.apply_async(…)`: under the task's own name, with the name as written for
 * looking up which task is meant.
 */
export const taskCall: CallIdiom = (call, file) => {
  const written = call.receiver.replace(/\.(?:s|si|signature|subtask|set)\([^]*\)$/, '');
  if (!/^[\w.]+$/.test(written)) return;
  const [first = ''] = written.split('.');
  const imported = written === first ? importedName(first, file) : undefined;
  const destination = literal(imported ?? lastPart(written));
  file.facts.messages.push({
    side: 'producer',
    system: 'celery-call',
    destination,
    handler: { kind: 'name', name: written },
    range: call.range,
  });
};

/** What a local name was imported as: `digest` of `import digest as make_digest`. */
export function importedName(local: string, file: PythonFile): string | undefined {
  for (const { names } of file.facts.imports) if (Object.hasOwn(names, local)) return names[local];
  return undefined;
}
