import type { SourceCode } from '../../code/sourceCode';
import { expressionsOf } from '../../code/walk';
import { argumentOf, type PythonCode } from '../names/pythonCode';

/** Whether a file makes Celery's application, which workers are started from. */
export function runsCelery(source: SourceCode, code: PythonCode): boolean {
  return code.sitesOf(source, source.code.functions[0]!).some(({ name }) => name === 'celery.Celery');
}

const HAS_TASKS = /@(\w+\.)*task\b|@(\w+\.)*shared_task\b/;

/**
 * The files that a worker loads besides what its application imports: those that put tasks into the application, and those
 * that it names (`include=["shop.tasks"]`) or looks for (`autodiscover_tasks()`).
 */
export function tasksOf(entry: SourceCode, sources: readonly SourceCode[], code: PythonCode): readonly SourceCode[] {
  if (!runsCelery(entry, code)) return [];
  const withTasks = sources.filter((source) => source !== entry && source.has(HAS_TASKS));
  const named = namedBy(entry, code);
  return withTasks.filter((source) => code.modules.importsOf(source).includes(entry) || named.includes(source));
}

function namedBy(entry: SourceCode, code: PythonCode): readonly SourceCode[] {
  return code.sitesIn(entry).flatMap(({ name, method, call }) => {
    const given =
      name === 'celery.Celery'
        ? argumentOf(call, 'include')
        : method === 'autodiscover_tasks'
          ? argumentOf(call, 'packages', 0)
          : undefined;
    if (given === undefined) return [];
    const texts = [...expressionsOf(given)].flatMap((one) => (one.kind === 'text' ? [one.value ?? ''] : []));
    return texts.flatMap((text) => [text, `${text}.tasks`].flatMap((module) => code.modules.find(entry, module) ?? []));
  });
}
