import { isTest } from '../../../base/fileRoles';
import type { AssignedUnit } from '../assignFiles';
import type { ProjectFiles } from '../projectFiles';

/** More files than this are not read to see whether one of them calls a set-up. */
const MAX_FILES = 2000;

/** Code that a program begins with. */
const BEGINS =
  /^if\s+__name__\s*==|^\w+(?:\s*:\s*[\w.]+)?\s*=\s*(?:\w+\.)?(?:FastAPI|Flask|Quart|Sanic|Starlette|Celery)\(|get_[aw]sgi_application\(/m;
/** Files that programs begin with, or that a framework or server loads by their name. */
const LOADED_BY_NAME =
  /(^|[\\/])(__main__|manage|main|app|server|worker|[aw]sgi|settings|\w*sitecustomize|usercustomize|gunicorn[\w.]*|celery\w*|apps|conf|config)(\.py|[\\/])/i;
const CALLED_BY_NAME =
  /^(post_fork|post_worker_init|pre_fork|when_ready|on_starting|ready|worker_init|handler|main|lifespan)$/;
const SETS_UP = /TracerProvider|Instrumentor/;
/** A statement of the module itself that calls something, or a decorator: it may run when the file is loaded. */
const RUNS_WHEN_LOADED =
  /^(?:@|(?:[\w.]+(?:\s*:\s*[^=\n]+)?\s*=\s*)?(?!.*\b(?:getLogger|get_logger|get_tracer)\()[\w.]+\()/m;
const BLOCK_OF_THE_MODULE = /^(?:if(?!\s+(?:typing\.)?TYPE_CHECKING)|for|with)\s/m;
const DECLARED = /^(?:async[ \t]+def|def|class)[ \t]+(\w+)/gm;
const IMPORTED = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import|import[ \t]+([\w.]+))/gm;
/** Modules through which a program may come to its set-up. */
const LEADS_TO_SETUP =
  /app|main|factory|bootstrap|startup|setup|lifespan|telemetry|observab|tracing|otel|instrument|middleware|server|init|core/i;

/**
 * Whether files without a manifest set tracing up in functions that nothing calls, though the projects beside them are at
 * hand with their entries: written, but never switched on. Of a workspace with nothing but such files it is not known.
 */
export async function isNeverSetUp(
  files: ProjectFiles,
  loose: AssignedUnit,
  all: readonly AssignedUnit[],
): Promise<boolean> {
  if (loose.draft.language !== 'python' || loose.draft.id !== `${loose.draft.root}#python`) return false;
  const own = await textsOf(files, [loose]);
  if (own === undefined || [...own].some(([file, text]) => LOADED_BY_NAME.test(file) || BEGINS.test(text)))
    return false;
  const setups = [...own].filter(([, text]) => SETS_UP.test(text));
  const isClosed = setups.every(([, text]) => !RUNS_WHEN_LOADED.test(text) && !BLOCK_OF_THE_MODULE.test(text));
  if (setups.length === 0 || !isClosed) return false;
  const others = await textsOf(
    files,
    all.filter(({ draft }) => draft.language === 'python' && draft !== loose.draft),
  );
  if (others === undefined || ![...others.values()].some((text) => BEGINS.test(text))) return false;
  const every = new Map([...own, ...others]);
  if (leadsOutOfSight(every)) return false;
  return setups.every(([file, text]) => {
    const names = [...text.matchAll(DECLARED)].map(([, name]) => name!);
    if (names.length === 0 || names.some((name) => CALLED_BY_NAME.test(name))) return false;
    const sought = new RegExp(`\\b(?:${names.join('|')})\\b`);
    return ![...every].some(([other, code]) => other !== file && sought.test(code));
  });
}

/** Texts by path inside the workspace, without tests; undefined where there are too many. */
async function textsOf(
  files: ProjectFiles,
  units: readonly AssignedUnit[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const list = [...new Set(units.flatMap((unit) => unit.files))].filter(({ relative }) => !isTest(relative));
  if (list.length > MAX_FILES) return undefined;
  const texts = new Map<string, string>();
  for (const file of list) {
    const text = await files.peek(file);
    if (text !== undefined) texts.set(file.relative, text);
  }
  return texts;
}

/** Whether own modules are imported that are not at hand and may call the set-up. */
function leadsOutOfSight(texts: ReadonlyMap<string, string>): boolean {
  const parts = [...texts.keys()].map((file) => file.replace(/\.py$/, '').split(/[\\/]/));
  const folders = new Set(parts.flatMap((one) => one.slice(0, -1)));
  const known = new Set(parts.flat());
  return [...texts.values()].some((text) =>
    [...text.matchAll(IMPORTED)].some(([, from, plain]) => {
      const module = from ?? plain!;
      const [head, ...rest] = module.replace(/^\.+/, '').split('.');
      const last = rest.at(-1) ?? head!;
      const isOwn = module.startsWith('.') || (rest.length > 0 && folders.has(head!));
      return isOwn && LEADS_TO_SETUP.test(last) && !known.has(last);
    }),
  );
}
