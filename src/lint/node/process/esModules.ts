import path from 'node:path';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { Evidence } from '../../evidence';
import type { ProcessUnit } from '../../project/processUnit';
import { evidenceAt } from '../evidenceAt';
import { isDirect } from '../serverSide';
import { noCoverage, addCoverage } from './instrumentationList';
import type { Setup } from './setups';

/**
 * Packages that are patched when they are required: the `import` of an ES module goes past that. Built-in modules are
 * required by others too, and are patched in place. See "Instrumentation for ES modules" in the README of
 * `@opentelemetry/instrumentation`.
 */
const PATCHED_BY_REQUIRE: ReadonlyMap<string, string> = new Map([
  ['kafkajs', 'kafkajs'],
  ['amqplib', 'amqplib'],
  ['@grpc/grpc-js', 'grpc'],
]);

/** What registers a hook for ES modules, or loads packages past their `import`. */
const HOOK = /hook\.mjs|import-in-the-middle|createRequire|\bregister\(\s*['"`]/;

/** Packages that require such a library themselves, by which it is patched for all. */
const REQUIRING = /^(@nestjs\/microservices|moleculer|seneca|google-gax|@google-cloud\/.+)$/;

/** A set-up without what it lists in vain: packages that ES modules import, where nothing loads a hook for them. */
export function withoutHookless(unit: ProcessUnit, program: Program, setup: Setup): Setup {
  const holes = holesOf(unit, program, setup);
  const missed = [...holes.keys()].filter((library) => setup.coverage.covered.has(library));
  if (missed.length === 0) return setup;
  const coverage = { ...noCoverage(), hookless: new Set(missed) };
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
    if (!source.path.startsWith(unit.root + path.sep)) continue;
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
  return /\.m[jt]s$/.test(file) || (unit.modules === 'es' && /\.[jt]s$/.test(file));
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

/** Every command that starts Node runs what TypeScript's compiler made of the sources. */
function startsCompiled(unit: ProcessUnit): boolean {
  const started = startedFiles(unit);
  const isBuilt = (name: string): boolean => unit.dependencies.get(name)?.scope !== 'indirect';
  return (
    unit.modules === 'es' &&
    isDirect(unit, 'typescript') &&
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
  const isFromElsewhere = preloads.some(({ module, how }) => how === 'loader' || !module.startsWith('.'));
  return (
    isFromElsewhere ||
    agents.length > 0 ||
    commands.some(({ text }) => /loader\b|hook\.mjs/.test(text)) ||
    environment.some(({ name, value }) => name === 'NODE_OPTIONS' && (value === undefined || !/^[^@]*$/.test(value))) ||
    program.sources.some((source) => source.has(HOOK))
  );
}
