import path from 'node:path';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { Evidence } from '../../evidence';
import type { ProcessUnit } from '../../project/processUnit';
import { evidenceAt } from '../evidenceAt';
import { isDirect } from '../serverSide';
import { isUnder } from '../../project/projectFiles';
import { noCoverage, addCoverage } from './instrumentationList';
import type { Setup } from './setups';

/**
 * Packages that are patched when they are required: the `import` of an ES module goes past that. Built-in modules are
 * required by others too, and are patched in place. See "Instrumentation for ES modules" in the README of
 * `@opentelemetry/instrumentation`.
 */
export const PATCHED_BY_REQUIRE: ReadonlyMap<string, string> = new Map([
  ['kafkajs', 'kafkajs'],
  ['amqplib', 'amqplib'],
  ['@grpc/grpc-js', 'grpc'],
]);

/** What registers a hook for ES modules, or loads packages past their `import`. */
const HOOK = /hook\.mjs|import-in-the-middle|createRequire|\bregister\(\s*['"`]/;

/** Packages that require such a library themselves, by which it is patched for all. */
export const REQUIRING = /^(@nestjs\/microservices|moleculer|seneca|google-gax|@google-cloud\/.+)$/;

/** A set-up without what it lists in vain: packages that ES modules import, where nothing loads a hook for them. */
export function withoutHookless(unit: ProcessUnit, program: Program, setup: Setup): Setup {
  return withHoles(setup, holesOf(unit, program, setup));
}

/** A set-up without those of its libraries that are loaded past what it lists. */
export function withHoles(setup: Setup, holes: ReadonlyMap<string, Evidence>): Setup {
  const missed = [...holes.keys()].filter((library) => setup.coverage.covered.has(library));
  if (missed.length === 0) return setup;
  const coverage = { ...noCoverage(), hookless: new Set([...(setup.coverage.hookless ?? []), ...missed]) };
  addCoverage(coverage, setup.coverage);
  for (const library of missed) {
    coverage.covered.delete(library);
    coverage.holes.set(library, holes.get(library)!);
  }
  return { ...setup, coverage };
}

/**
 * The libraries that are imported in vain, by where. None unless all of it is certain: a package of ES modules whose
 * JavaScript is run as it is written, or whose TypeScript only the compiler itself can have built, without a bundler that
 * could make something else of it.
 */
function holesOf(unit: ProcessUnit, program: Program, setup: Setup): ReadonlyMap<string, Evidence> {
  const none = new Map<string, Evidence>();
  const isRun = isEsModule(unit, setup.source) && (startsFiles(unit, program) || startsCompiled(unit));
  if (!isRun || loadsHook(unit, program) || [...unit.dependencies.keys()].some((name) => REQUIRING.test(name)))
    return none;
  const holes = new Map<string, Evidence>();
  for (const source of program.sources) {
    if (!isUnder(unit.root, source.path) && !inModules(unit, source.path)) continue;
    for (const loaded of source.code.imports) {
      const library = PATCHED_BY_REQUIRE.get(loaded.from);
      if (library === undefined || holes.has(library)) continue;
      if (!isEsModule(unit, source)) return none;
      const text = `an ES module imports ${loaded.from} past its instrumentation (nothing loads a hook for ES modules)`;
      holes.set(library, evidenceAt(source, loaded, text));
    }
  }
  return holes;
}

function isEsModule(unit: ProcessUnit, { path: file }: SourceCode): boolean {
  if (/\.m[jt]s$/.test(file)) return true;
  return /\.[jt]s$/.test(file) && (isUnder(unit.root, file) ? unit.modules === 'es' : inModules(unit, file));
}

/** Whether a file is of a package of the workspace whose `.js` files are ES modules. */
function inModules({ moduleFolders = [] }: ProcessUnit, file: string): boolean {
  return moduleFolders.some((folder) => isUnder(folder, file));
}

/** The files that commands give to Node. */
function startedFiles(unit: ProcessUnit): readonly (string | undefined)[] {
  return unit.deployment.commands.flatMap(({ text }) => {
    const [, options] = /(?:^|[\s"'[,])node["',]?\s+(.+)$/.exec(text) ?? [];
    return options === undefined ? [] : [options.match(/[\w@./-]+\.m?js\b/g)?.at(-1)];
  });
}

/** What may build something else than the modules that are written, or run them otherwise. */
const BUILDS =
  /^(esbuild|tsup|tsdown|unbuild|webpack|rollup|rolldown|vite|parcel|@vercel\/ncc|@swc\/cli|@babel\/cli|bun|next|nx|@nx\/.+|@nestjs\/cli)$/;

/** The compiler itself, what mends its output, and its settings in a package of their own: the compiler is the workspace's. */
const COMPILES = /^(typescript|tsc-alias|tsc-watch|@[^/]+\/(typescript|ts|tsconfig)(-config)?)$/;

/** Every command that starts Node runs what TypeScript's compiler made of the sources. */
function startsCompiled(unit: ProcessUnit): boolean {
  const started = startedFiles(unit);
  const isBuilt = (name: string): boolean => unit.dependencies.get(name)?.scope !== 'indirect';
  return (
    unit.modules === 'es' &&
    [...unit.dependencies.keys()].some((name) => COMPILES.test(name) && isDirect(unit, name)) &&
    ![...unit.dependencies.keys()].some((name) => BUILDS.test(name) && isBuilt(name)) &&
    started.length > 0 &&
    started.every((file) => file !== undefined && /^(\.\/)?(dist|build|lib|out)\//.test(file))
  );
}

/** Every command that starts Node runs a file that is among the sources. */
function startsFiles(unit: ProcessUnit, program: Program): boolean {
  const started = startedFiles(unit);
  return (
    started.length > 0 &&
    started.every((file) => file !== undefined && program.at(path.resolve(unit.root, file)) !== undefined)
  );
}

function loadsHook({ deployment }: ProcessUnit, program: Program): boolean {
  const { commands, environment, preloads = [], agents } = deployment;
  const isFromElsewhere = preloads.some(
    ({ module, how, file }) => how === 'loader' || (file === undefined && !module.startsWith('.')),
  );
  return (
    isFromElsewhere ||
    agents.length > 0 ||
    commands.some(({ text }) => /loader\b|hook\.mjs/.test(text)) ||
    environment.some(({ name, value }) => name === 'NODE_OPTIONS' && (value === undefined || !/^[^@]*$/.test(value))) ||
    program.sources.some((source) => source.has(HOOK))
  );
}
