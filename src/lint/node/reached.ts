import type { CodeFunction } from '../../syntax/code/code';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import type { ProcessUnit } from '../project/processUnit';
import { fileOfModule } from './modules';
import type { NodeCode } from './nodeCode';
import { appOf } from './process/apps';
import type { Setup } from './process/setups';

/**
 * Whether a set-up is the process's own: it stands in its files or in what is loaded before them, or in a package of the
 * workspace whose function it calls or whose module it imports.
 */
export function isReached({ code }: NodeCode, setup: Setup): boolean {
  const { unit, program } = code;
  const isOwn = (source: SourceCode): boolean => source.path.startsWith(unit.root);
  if (isOwn(setup.source) || isPreloaded(program, unit, setup.source)) return true;
  const outer = outermost(setup.source, setup.function);
  const own = program.sources.filter(isOwn);
  if (outer !== undefined && outer.name !== '')
    return own.some((source) => new RegExp(`\\b${outer.name.replace(/\$/g, '\\$')}\\b`).test(source.code.text));
  const folders = setup.source.file.relative.split('/');
  return own.some((source) =>
    source.imports(
      folders,
      ({ from }) => !from.startsWith('.') && from.split('/').some((part) => part !== 'src' && folders.includes(part)),
    ),
  );
}

const starting = new WeakMap<Setup, ReadonlySet<string> | undefined>();

/**
 * The applications of one manifest that call the function a shared set-up stands in; undefined where it is not shared so,
 * and any of them may run it.
 */
export function startingApps({ code: { unit, program } }: NodeCode, setup: Setup): ReadonlySet<string> | undefined {
  if (starting.has(setup)) return starting.get(setup);
  const outer = outermost(setup.source, setup.function);
  let apps: ReadonlySet<string> | undefined;
  if (outer !== undefined && outer.name !== '' && appOf(unit, setup.source) === undefined) {
    const name = new RegExp(`\\b${outer.name.replace(/\$/g, '\\$')}\\b`);
    apps = new Set(program.sources.flatMap((source) => (source.has(name) ? (appOf(unit, source) ?? []) : [])));
  }
  apps = apps?.size === 0 ? undefined : apps;
  starting.set(setup, apps);
  return apps;
}

/** `--require` names the file, or one that imports it. */
function isPreloaded(program: Program, unit: ProcessUnit, source: SourceCode): boolean {
  return (unit.deployment.preloads ?? []).some(({ file }) => {
    if (file === source.path) return true;
    const first = file === undefined ? undefined : program.at(file);
    return first?.code.imports.some(({ from }) => fileOfModule(program, first, from) === source) ?? false;
  });
}

function outermost(source: SourceCode, fn: CodeFunction): CodeFunction | undefined {
  return [fn, ...source.around(fn)].filter(({ id }) => id !== 0).at(-1);
}
