import type { Evidence } from '../../evidence';
import type { Program } from '../../code/program';
import { qualified } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { disabledSdk } from '../../project/deployment/disabledSdk';
import type { ProcessUnit } from '../../project/processUnit';
import type { UnitCode } from '../../rule';
import { appOf, sameApp } from './apps';
import { addCoverage, autoCoverage, noCoverage, type Coverage } from './instrumentationList';
import { filesWithDistributions, mayImport, onlyHandsLogsOn } from './distributionFiles';
import { withoutHookless } from './esModules';
import { madeApart, type Made } from './madeBeside';
import { AUTO, DISTRIBUTIONS, type CoveredLibrary } from '../nodeTables';
import { reaches } from './npmVersions';
import { isAside, isDirect } from '../serverSide';
import { isSentryOnlyBeside, leftOutBySentry } from './sentry';
import { areAlternatives } from '../branches';
import { leftAlone, otherRuntime } from './otherRuntime';
import { withoutLate } from './lateStart';
import { mayRun } from './runSetups';
import { findSetups, type Setup } from './setups';
import { entryOf } from '../values';
import { callsOf } from '../calls';
import { isUnder } from '../../project/projectFiles';

/** What is known of a process's tracing. */
export interface NodeTracing {
  /** Ways the process may be set up in code, each with all that covers it; none where it is not shown to export traces. */
  readonly setups: readonly Setup[];
  /** A distribution or agent that covers everything it knows by itself. */
  readonly distribution: Evidence | undefined;
  /** Libraries that the distribution is known to leave alone although it exports traces. */
  readonly leftOut: ReadonlySet<CoveredLibrary>;
  /** It runs in Bun or Deno, which is why {@link distribution} is given. */
  readonly isOtherRuntime?: true;
  /** Where the deployment switches the SDK off. */
  readonly disabled?: Evidence;
  /** The meta package as a preload, and what it covers. */
  readonly preload: { readonly by: Evidence; readonly coverage: Coverage } | undefined;
  /** All that set-up code was found, also what exports nothing. */
  readonly found: readonly Setup[];
  /** Set-up code that the process is shown not to run. */
  readonly unused: readonly Setup[];
}

/** Reads how a process is traced. */
export function readTracing({ unit, program, settings }: UnitCode): NodeTracing {
  const all = findSetups(program, unit);
  const found = all.filter((setup) => mayRun(program, unit, setup));
  const unused = all.filter((setup) => !found.includes(setup));
  const disabled = disabledSdk(unit);
  const preload = disabled ? undefined : preloadOf(unit, program);
  const assumed = settings.assumedAgents[0];
  const runtime = otherRuntime(unit, found);
  const brought =
    distributionOf(unit, program, found) ??
    runtime ??
    (assumed === undefined ? undefined : { ...unit.manifest, text: `${assumed} is assumed by the settings` });
  const ways = alternatives(unit, found, preload?.coverage, madeApart(program, unit, all));
  const read = preload ? ways : ways.map((setup) => withoutLate(unit, program, withoutHookless(unit, program, setup)));
  // A provider that is put together by hand does not ask for the variable.
  const setups = disabled ? read.filter(({ kind }) => kind !== 'sdk') : read;
  const isOther = brought !== undefined && brought === runtime;
  const leftOut =
    brought && !isOther
      ? leftOutBySentry(unit, program, brought)
      : new Set<CoveredLibrary>(isOther && setups.length > 0 ? leftAlone(unit, program, setups) : []);
  const distribution =
    brought && !isOther && leftOut.size > 0
      ? { ...brought, text: `Sentry covers by itself all but ${[...leftOut].join(' and ')}` }
      : brought;
  const more = { ...(isOther ? { isOtherRuntime: true as const } : {}), ...(disabled ? { disabled } : {}) };
  return { setups, distribution, leftOut, preload, found, unused, ...more };
}

/** A provider alone may be a script's: set-up code is called so. */
const SETUP_FILE = /trac(e|er|ing)|otel|telemetry|instrument|observab|apm|monitor/i;

function isProvider({ kind, exports, name }: Setup): boolean {
  return kind === 'provider' && exports === 'yes' && name !== 'WebTracerProvider';
}

/**
 * Each SDK is a way of its own to start the process, with all that is registered besides; without an SDK all
 * registrations and the provider that exports are one.
 */
function alternatives(
  unit: ProcessUnit,
  found: readonly Setup[],
  preload: Coverage | undefined,
  apart: readonly Made[],
): Setup[] {
  const registered = found.filter(({ kind }) => kind === 'register');
  const sdks = found.filter(({ kind }) => kind === 'sdk');
  const besides = (setup: Setup): Setup => {
    const coverage = noCoverage();
    addCoverage(coverage, setup.coverage);
    for (const other of registered) {
      const isBeside = other !== setup && !areAlternatives(other, setup);
      if (isBeside && sameApp(appOf(unit, other.source), appOf(unit, setup.source)))
        addCoverage(coverage, other.coverage);
    }
    for (const one of apart) {
      if (areAlternatives(one, setup)) continue;
      if (sameApp(appOf(unit, one.source), appOf(unit, setup.source))) addCoverage(coverage, one.coverage);
    }
    if (preload) addCoverage(coverage, preload);
    return { ...setup, coverage };
  };
  if (sdks.length > 0) return sdks.filter(({ exports }) => exports === 'yes').map(besides);
  const byApp = new Map<string, Setup>();
  for (const setup of registered) {
    const app = appOf(unit, setup.source);
    const provider = found.find((one) => isProvider(one) && sameApp(appOf(unit, one.source), app));
    if (provider !== undefined && !byApp.has(app ?? '')) byApp.set(app ?? '', { ...besides(setup), exports: 'yes' });
  }
  if (registered.length > 0) return [...byApp.values()];
  return found.filter((one) => isProvider(one) && SETUP_FILE.test(one.source.file.relative)).map(besides);
}

function preloadOf(unit: ProcessUnit, program: Program): NodeTracing['preload'] {
  const imported = program.sources
    .filter((source) => AUTO.preload.some((module) => source.has(module)))
    .flatMap((source) => source.code.imports.map((one) => ({ source, one })))
    .find(({ one }) => AUTO.preload.includes(one.from));
  const { commands, environment, agents } = unit.deployment;
  const command = commands.find(({ text }) => AUTO.preload.some((module) => text.includes(module)));
  const variable = environment.find(
    ({ name, value }) => name === 'NODE_OPTIONS' && AUTO.preload.some((module) => value?.includes(module)),
  );
  const agent = agents.find(({ name }) => name.includes('auto-instrumentations-node'));
  const by =
    agent?.at ??
    command ??
    variable?.at ??
    (imported && {
      file: imported.source.path,
      range: imported.source.range(imported.one),
      text: `imports ${imported.one.from}`,
    });
  return by && { by, coverage: autoCoverage(unit, by) };
}

function distributionOf(unit: ProcessUnit, program: Program, found: readonly Setup[]): Evidence | undefined {
  const agent = unit.deployment.agents.find(({ name }) => !name.includes('auto-instrumentations-node'));
  if (agent) return agent.at;
  const apps = new Set(found.map(({ source }) => appOf(unit, source)));
  const files = filesWithDistributions(program);
  for (const { package: name, since } of DISTRIBUTIONS) {
    // What its function instruments is read where it is called.
    if (found.some(({ by }) => by?.package === name)) continue;
    // Of a package of the workspace the examples are nobody's process.
    const named = files.filter(
      (source) => mayImport(source, name) && (isUnder(unit.root, source.path) || !isAside(unit, source)),
    );
    const isImporter = (source: SourceCode): boolean => source.code.imports.some((one) => isOf(one.from, name));
    const importer = named.find(isImporter);
    const dependency = isDirect(unit, name) ? unit.dependencies.get(name) : undefined;
    if (dependency === undefined && importer === undefined) continue;
    if (dependency !== undefined && reaches(dependency, since) === 'no') continue;
    // In a workspace of one manifest another app may be the one that uses it.
    const isElsewhere =
      importer !== undefined &&
      found.length > 0 &&
      !named.some((source) => apps.has(appOf(unit, source)) && isImporter(source));
    if (isElsewhere) continue;
    if (name.startsWith('@sentry/') && found.length > 0 && isSentryOnlyBeside(program, found)) continue;
    if (name === 'dd-trace' && found.length > 0 && hasNoPlugins(program)) continue;
    const isInUse = (source: SourceCode): boolean => isImporter(source) && !onlyHandsLogsOn(source, name);
    if (found.length > 0 && importer !== undefined && !named.some(isInUse)) continue;
    // Set-ups of their own are often kept beside it.
    if (name === '@vercel/otel' && found.length > 0 && importer === undefined) continue;
    if (importer === undefined) return dependency?.at;
    const at = importer.code.imports.find((one) => isOf(one.from, name))!;
    return { file: importer.path, range: importer.range(at), text: `${name} covers it by itself` };
  }
  return undefined;
}

/** `tracer.init({ plugins: false })` measures the runtime and instruments nothing. */
function hasNoPlugins(program: Program): boolean {
  const inits = callsOf(program, 'init', 'dd-trace').filter(({ source, function: fn, call }) =>
    (qualified(source, fn, call.callee) ?? '').startsWith('dd-trace'),
  );
  return (
    inits.length > 0 &&
    inits.every(({ call: { args } }) =>
      args.some(({ value }) => {
        const plugins = value.kind === 'object' ? entryOf(value, 'plugins')?.value : undefined;
        return plugins?.kind === 'literal' && plugins.text === 'false';
      }),
    )
  );
}

function isOf(module: string, name: string): boolean {
  return module === name || module.startsWith(`${name}/`);
}
