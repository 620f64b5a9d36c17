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
  if (setup.source.path.startsWith(unit.root) || isPreloaded(program, unit, setup.source)) return true;
  const outer = outermost(setup.source, setup.function);
  const own = ownSources(program, unit);
  if (outer !== undefined && outer.name !== '') return own.some((source) => source.has(wordOf(outer.name)));
  const folders = setup.source.file.relative.split('/');
  return own.some((source) =>
    source.imports(
      folders,
      ({ from }) => !from.startsWith('.') && from.split('/').some((part) => part !== 'src' && folders.includes(part)),
    ),
  );
}

const owned = new WeakMap<Program, readonly SourceCode[]>();

/** The files of a process that are no other package's: where packages need each other in a circle, few of very many. */
function ownSources(program: Program, unit: ProcessUnit): readonly SourceCode[] {
  let own = owned.get(program);
  if (own === undefined) owned.set(program, (own = program.sources.filter(({ path }) => path.startsWith(unit.root))));
  return own;
}

function wordOf(name: string): RegExp {
  return new RegExp(`\\b${name.replace(/\$/g, '\\$')}\\b`);
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
    const name = wordOf(outer.name);
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
