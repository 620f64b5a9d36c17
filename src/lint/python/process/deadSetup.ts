import { hasName } from '../../../base/texts/hasName';
import { expressionsIn } from '../../code/walk';
import type { SourceCode } from '../../code/sourceCode';
import type { PythonCode } from '../names/pythonCode';

/** Files that a framework or server loads by their name, or whose functions it calls by theirs. */
const LOADED_BY_NAME =
  /(^|[\\/])(settings|sitecustomize|usercustomize|gunicorn[\w.]*|celery\w*|wsgi|asgi|apps|conftest|conf|config)(\.py|[\\/])/;
const CALLED_BY_NAME =
  /^(post_fork|post_worker_init|pre_fork|when_ready|on_starting|ready|worker_init|handler|main|lifespan)$/;
/** Modules through which a program may come to its set-up. */
const LEADS_TO_SETUP =
  /app|main|factory|bootstrap|startup|setup|lifespan|telemetry|observab|tracing|otel|instrument|middleware|server|init|core/i;

/** An entry that leads to so many files is the one that puts the program together. */
const WIRED = 3;

/**
 * Files with a set-up of tracing that nothing uses, in a unit whose entries are known: written, but never switched on.
 *
 * @param loose files that no import leads to from an entry.
 */
export function deadSetups(
  code: PythonCode,
  entries: readonly SourceCode[],
  loose: readonly SourceCode[],
): ReadonlySet<SourceCode> {
  const candidates = loose.filter((source) => source.has(/TracerProvider|Instrumentor/));
  const isWired = entries.some((entry) => code.modules.importsOf(entry).length >= WIRED);
  if (candidates.length === 0 || !isWired || isIncomplete(code)) return new Set();
  return new Set(candidates.filter((source) => !isUsed(code, source)));
}

function isUsed(code: PythonCode, source: SourceCode): boolean {
  if (LOADED_BY_NAME.test(source.path)) return true;
  const { functions, types } = source.code;
  // Statements that run when the module is loaded: it may be by a command that names it.
  const top = functions[0]!;
  for (const expression of expressionsIn(top.body)) {
    if (expression.kind === 'call' && !/get_tracer|getLogger/.test(source.textOf(expression.callee))) return true;
  }
  if (functions.some((fn) => fn.annotations.length > 0 && fn.type === undefined)) return true;
  const names = [
    ...functions.filter((fn) => fn.parent === 0 && fn.type === undefined && fn.id !== 0).map(({ name }) => name),
    ...types.map(({ name }) => name),
  ];
  if (names.some((name) => CALLED_BY_NAME.test(name))) return true;
  const others = code.program.sources.filter((one) => one !== source);
  return names.some((name) => others.some((one) => hasName(one.code.text, name)));
}

/** Whether files are missing that a program may set tracing up by: own modules are imported that are not at hand. */
function isIncomplete({ program, modules }: PythonCode): boolean {
  const folders = new Set(program.sources.flatMap(({ path }) => path.split(/[\\/]/).slice(0, -1)));
  return program.sources.some((source) =>
    source.code.imports.some((one) => {
      const parts = one.from.replace(/^\.+/, '').split('.').filter(Boolean);
      const isOwn = one.from.startsWith('.') || (parts.length > 1 && folders.has(parts[0]!));
      if (!isOwn || !LEADS_TO_SETUP.test(parts.at(-1) ?? '')) return false;
      return modules.targetsOf(source, one).length === 0;
    }),
  );
}
