import path from 'node:path';
import type { CodeFunction } from '../../syntax/code/code';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import type { ProcessUnit } from '../project/processUnit';
import { callsOf } from './calls';
import { fileOfModule } from './modules';
import type { NodeCode } from './nodeCode';
import { appOf } from './process/apps';
import type { Setup } from './process/setups';
import { seenFrom } from '../seenFrom';
import { isUnder } from '../project/projectFiles';
import { importsOne } from './loadedModules';

/**
 * Whether a set-up is the process's own: it stands in its files or in what is loaded before them, or in a package of the
 * workspace whose function it calls or whose module it imports. Where the file that starts the process is not among those
 * at hand, the packages that it uses are taken to be started there.
 */
export function isReached({ code: { unit, program } }: NodeCode, setup: Setup): boolean {
  let known = reached.get(program);
  if (known === undefined) reached.set(program, (known = new Map<Setup, boolean>()));
  let found = known.get(setup);
  if (found === undefined) known.set(setup, (found = reaches(unit, program, setup)));
  return found;
}

/** Several rules ask, and where packages need each other in a circle a process has as many set-ups as there are packages. */
const reached = new WeakMap<Program, Map<Setup, boolean>>();

function reaches(unit: ProcessUnit, program: Program, setup: Setup): boolean {
  if (isUnder(unit.root, setup.source.path) || isPreloaded(program, unit, setup.source)) return true;
  const own = ownSources(program, unit);
  const outer = outermost(setup.source, setup.function);
  if (outer !== undefined && outer.name !== '') {
    const names = [...startersOf(program, setup.source, outer)].map(wordOf);
    return own.some((source) => names.some((name) => source.has(name))) || lacksEntry(unit);
  }
  const folders = setup.source.file.relative.split('/');
  return (
    lacksEntry(unit) ||
    own.some((source) =>
      importsOne(source, folders, ({ from }) =>
        from.startsWith('.')
          ? fileOfModule(program, source, from) === setup.source
          : from.split('/').some((part) => part !== 'src' && folders.includes(part)),
      ),
    )
  );
}

/** Calls are followed back this far within the packages that set tracing up. */
const MAX_CALLERS = 2;

/** Names of methods that say nothing by themselves: the class counts. */
const COMMON_NAME = /^(start|init|initialize|setup|run|register|bootstrap|configure|create|constructor|onModuleInit)$/;

/** What a process may call to get there: the function, the class it is a method of, and what calls those in its folder. */
function startersOf(program: Program, source: SourceCode, outer: CodeFunction): ReadonlySet<string> {
  const names = new Set<string>();
  let last: readonly string[] = [nameOf(source, outer)];
  for (let level = 0; last.length > 0 && level <= MAX_CALLERS; level++) {
    for (const name of last) names.add(name);
    const callers = last.flatMap((name) =>
      callsOf(program, name).filter((call) => path.dirname(call.source.path) === path.dirname(source.path)),
    );
    last = callers.flatMap((call) => {
      const caller = outermost(call.source, call.function);
      const name = caller === undefined ? '' : nameOf(call.source, caller);
      return name === '' || names.has(name) ? [] : [name];
    });
  }
  return names;
}

function nameOf(source: SourceCode, fn: CodeFunction): string {
  return (COMMON_NAME.test(fn.name) ? source.typeOf(fn)?.name : undefined) ?? fn.name;
}

const ENTRY =
  /^(src\/)?(\w+\/)?(index|main|server|app|worker|bootstrap|start|entry|cli|instrumentation)(\.\w+)?\.[mc]?[jt]sx?$/i;

/** Of a cut-out the file that starts the process may be missing; a package that others install need not have any. */
function lacksEntry(unit: ProcessUnit): boolean {
  let found = entryless.get(unit);
  if (found === undefined) {
    const own = unit.files.filter(({ path: file }) => isUnder(unit.root, file));
    found =
      unit.isPublished !== true &&
      own.length > 0 &&
      !own.some(({ path: file }) => ENTRY.test(seenFrom(unit.root, file)));
    entryless.set(unit, found);
  }
  return found;
}

const entryless = new WeakMap<ProcessUnit, boolean>();

const owned = new WeakMap<Program, readonly SourceCode[]>();

/** The files of a process that are no other package's: where packages need each other in a circle, few of very many. */
function ownSources(program: Program, unit: ProcessUnit): readonly SourceCode[] {
  let own = owned.get(program);
  if (own === undefined)
    owned.set(program, (own = program.sources.filter(({ path: file }) => isUnder(unit.root, file))));
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

/** Files that are loaded first are followed this far: to what they import, by way of an index. */
const MAX_IMPORTS = 2;

/** `--require` names the file, or one that imports it. */
function isPreloaded(program: Program, unit: ProcessUnit, source: SourceCode): boolean {
  return (unit.deployment.preloads ?? []).some(({ file }) => {
    let last = file === undefined ? [] : [program.at(file)];
    for (let level = 0; last.length > 0 && level <= MAX_IMPORTS; level++) {
      if (last.includes(source)) return true;
      last = last.flatMap((one) => one?.code.imports.map(({ from }) => fileOfModule(program, one, from)) ?? []);
    }
    return false;
  });
}

function outermost(source: SourceCode, fn: CodeFunction): CodeFunction | undefined {
  return [fn, ...source.around(fn)].filter(({ id }) => id !== 0).at(-1);
}
