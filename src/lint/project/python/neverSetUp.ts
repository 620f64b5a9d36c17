import { isTest } from '../../../base/fileRoles';
import type { AssignedUnit } from '../assignFiles';
import type { ProjectFiles } from '../projectFiles';
import { calledBlocks, foldersOf, LOADED_BY_NAME, mayLeadToSetup, SETS_UP } from './calledBlocks';
import { ModuleTexts } from './moduleTexts';

/** More files than this are not read to see whether one of them calls a set-up. */
const MAX_FILES = 2000;

/** Code that a program begins with. */
const BEGINS =
  /^if\s+__name__\s*==|^\w+(?:\s*:\s*[\w.]+)?\s*=\s*(?:\w+\.)?(?:FastAPI|Flask|Quart|Sanic|Starlette|Celery)\(|get_[aw]sgi_application\(/m;
const IMPORTED = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import|import[ \t]+([\w.]+))/gm;

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
  const setups = [...own.keys()].filter((file) => SETS_UP.test(own.get(file)!));
  if (setups.length === 0) return false;
  const others = await textsOf(
    files,
    all.filter(({ draft }) => draft.language === 'python' && draft !== loose.draft),
  );
  if (others === undefined || ![...others.values()].some((text) => BEGINS.test(text))) return false;
  const every = new Map([...own, ...others]);
  if (leadsOutOfSight(every)) return false;
  const modules = new ModuleTexts(every);
  return setups.every((file) => isUncalled(modules, file));
}

/** Whether all that sets tracing up in a file stands in functions and classes that nothing calls. */
function isUncalled(modules: ModuleTexts, file: string): boolean {
  const called = calledBlocks(modules, file, () => true);
  const uncalled = modules.blocksOf(file).filter((block) => !called.has(block));
  return [...modules.codeOf(file).matchAll(new RegExp(SETS_UP, 'g'))].every(({ index }) =>
    uncalled.some(({ start, end }) => start <= index && index < end),
  );
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
  const folders = foldersOf(texts.keys());
  const known = new Set([...texts.keys()].flatMap((file) => file.replace(/\.py$/, '').split(/[\\/]/)));
  return [...texts.values()].some((text) =>
    [...text.matchAll(IMPORTED)].some(([, from, plain]) => {
      const module = from ?? plain!;
      return mayLeadToSetup(module, folders) && !known.has(module.split('.').at(-1)!);
    }),
  );
}
