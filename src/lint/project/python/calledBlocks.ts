import { hasName } from '../../../base/texts/hasName';
import type { Block, ModuleTexts } from './moduleTexts';

/** What sets tracing up or instruments, as text shows it: not where its name is only imported. */
export const SETS_UP = /(?:TracerProvider|Instrumentor(?:Client|Server)?)\s*[(.]/;

/** Files that programs begin with, or that a framework or server loads by their name. */
export const LOADED_BY_NAME =
  /(^|[\\/])((__main__|manage|main|app|apps|server|worker|[aw]sgi|\w*sitecustomize|usercustomize|gunicorn[\w.]*|conftest)\.py$|(settings|celery\w*|conf|config)(\.py$|[\\/]))/i;

/** Functions that a server, a framework or a command calls by their name. */
const CALLED_BY_NAME =
  /^(post_fork|post_worker_init|pre_fork|when_ready|on_starting|ready|worker_init|\w*handler|main|lifespan|run|serve|start|cli|application|(create|make|get|build)_app(lication)?|__getattr__)$/;

/** Modules through which a program may come to its set-up. */
const LEADS_TO_SETUP =
  /app|main|factory|bootstrap|startup|setup|lifespan|telemetry|observab|tracing|otel|instrument|middleware|server|init|core/i;

/** Bases that nothing finds the classes of. */
const PLAIN_BASE = /^(object|ABC|Protocol|Generic|BaseModel|NamedTuple|TypedDict|Enum|\w*(Error|Servicer)|Exception)$/;

/**
 * The functions and classes of a module that something among some files calls, or that may be: by name, through a decorator,
 * as the class of a framework. What only tests call is not among them where no test is among the files.
 */
export function calledBlocks(
  modules: ModuleTexts,
  file: string,
  isAmong: (file: string) => boolean,
): ReadonlySet<Block> {
  const blocks = modules.blocksOf(file);
  const code = modules.codeOf(file);
  let outside = '';
  let at = 0;
  for (const { start, end } of blocks) {
    outside += code.slice(at, start);
    at = end;
  }
  outside += code.slice(at);
  const called = new Set(blocks.filter((block) => isCalled(block)));
  for (const { start, end } of called) {
    const text = code.slice(start, end);
    for (const block of blocks) if (!called.has(block) && hasName(text, block.name)) called.add(block);
  }
  return called;

  function isCalled({ name, isDecorated, bases }: Block): boolean {
    if (isDecorated || CALLED_BY_NAME.test(name)) return true;
    if (bases.some((base) => !PLAIN_BASE.test(base) && !isOwnClass(modules, base))) return true;
    if (hasName(outside, name)) return true;
    return [...modules.filesWith(name)].some((other) => other !== file && isAmong(other));
  }
}

/** Whether a class of a name is among the modules: not one of a framework, which finds those that are made from it. */
function isOwnClass(modules: ModuleTexts, name: string): boolean {
  return [...modules.filesWith(name)].some((file) => modules.blocksOf(file).some((block) => block.name === name));
}

/**
 * Whether an import names a module of the program through which it may come to its set-up: what such a module calls is not
 * known where it is not at hand.
 *
 * @param folders the names of all folders of the program.
 */
export function mayLeadToSetup(module: string, folders: ReadonlySet<string>): boolean {
  return isOwnModule(module, folders) && LEADS_TO_SETUP.test(module.split('.').at(-1) ?? '');
}

/** Whether an import names a module of the program, as far as its folders tell. */
export function isOwnModule(module: string, folders: ReadonlySet<string>): boolean {
  const parts = module.replace(/^\.+/, '').split('.').filter(Boolean);
  return module.startsWith('.') || (parts.length > 1 && folders.has(parts[0]!));
}

/** The names of the folders that files lie in. */
export function foldersOf(files: Iterable<string>): ReadonlySet<string> {
  return new Set([...files].flatMap((file) => file.split(/[\\/]/).slice(0, -1)));
}
