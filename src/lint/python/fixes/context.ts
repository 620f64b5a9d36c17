import type { Fix } from '../../../model/finding';
import type { Expression } from '../../../syntax/code/expression';
import { argumentOf, type Site } from '../names/pythonCode';
import { importedModule, inserted, replaced, withArgument } from './edits';

const RUN = 'contextvars.copy_context().run';

/** Runs the work in a copy of the context; `map` would enter one copy in several threads at once, so it has no fix. */
export function runInCopy({ source, call, method, name }: Site, work: Expression): Fix[] {
  const title = 'Run it in a copy of the context';
  const imports = importedModule(source, 'contextvars');
  if (method === 'submit' || method === 'run_in_executor') {
    return [{ title, edits: [...imports, inserted(source, work.start, `${RUN}, `)] }];
  }
  if (name !== 'threading.Thread' || call.args.some(({ spread }) => spread)) return [];
  const args = argumentOf(call, 'args', 3);
  const target = source.textOf(work);
  const edits = [...imports, replaced(source, work, RUN)];
  if (args === undefined) return [{ title, edits: [...edits, withArgument(source, call, `args=(${target},)`)] }];
  if (args.kind !== 'list' || !/^[([]/.test(source.textOf(args))) return [];
  const rest = args.items.length === 0 ? ',' : ', ';
  return [{ title, edits: [...edits, inserted(source, args.start + 1, `${target}${rest}`)] }];
}
