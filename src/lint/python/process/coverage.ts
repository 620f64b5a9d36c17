import type { Evidence, Verdict } from '../../evidence';
import type { LintSettings } from '../../lintSettings';
import { disabledSdk } from '../../project/deployment/disabledSdk';
import type { Dependency, ProcessUnit } from '../../project/processUnit';
import { switchedOff, versionHole } from './holes';
import type { Setup } from './setup';
import { DISTRIBUTIONS, type CoverageRow, type Distribution } from './table';

/** What decides for one process: its unit, what its code sets up, what the user says. */
export interface Surroundings {
  readonly unit: ProcessUnit;
  readonly setup: Setup;
  readonly settings: LintSettings;
}

/** Installs instrumentations for all that is installed, and starts none. */
const BOOTSTRAP = 'opentelemetry-bootstrap';

/** Starts instrumentations, and an SDK only where a distribution is installed. */
const STARTER = 'opentelemetry-instrument';

/** Packages that bring an SDK, a distribution or an exporter: OpenTelemetry's own and those of vendors. */
const BRINGS_SDK =
  /opentelemetry(?!-(api|instrumentation|semantic|util|propagator))|otel|^(ddtrace|logfire|newrelic|splunk|honeycomb|uptrace|lumigo|hyperdx|traceloop|openlit|lmnr|elastic)/;

/** Whether a process exports traces. */
export function tracingOf({ unit, setup }: Surroundings): Verdict {
  const agents = agentsOf(unit).filter(({ name }) => name !== BOOTSTRAP && !(name === STARTER && lacksSdk(unit)));
  const off = setup.distributions.length === 0 ? disabledSdk(unit) : undefined;
  if (off !== undefined) return { is: 'no', why: 'the SDK is switched off', by: [off] };
  const by = [...setup.tracing, ...setup.distributions.map(({ at }) => at), ...agents.map(({ at }) => at)];
  return by.length > 0 ? { is: 'yes', by } : { is: 'unknown', why: 'nothing here installs an SDK', by: [] };
}

/** Whether something covers a library in a process; `no` only where every way that could is shown absent. */
export function coverageOf(row: CoverageRow, surroundings: Surroundings): Verdict {
  const { unit, setup, settings } = surroundings;
  for (const name of [row.library, ...row.modules, ...row.packages])
    if (settings.coveredBy.has(name)) return { is: 'yes', by: [] };
  const instrumented = [...row.instrumentors, ...(row.alsoBy ?? [])].flatMap(
    (name) => setup.instrumentors.get(name) ?? [],
  );
  if (instrumented.length > 0) return versionHole(row, unit) ?? { is: 'yes', by: instrumented };
  const other = setup.distributions.find(({ distribution }) => distribution.covers !== 'nothing');
  if (other?.distribution.list?.includes(row.library)) return { is: 'yes', by: [other.at] };
  // Who instruments further libraries beside a fixed list has chosen what there is.
  const choosesMore =
    other?.distribution.functions === undefined
      ? setup.instrumentors.size + setup.perClient.size > 0
      : setup.chosenBy.has(other.distribution.name) && !isStartedBy(unit, other.distribution.starter);
  if (other !== undefined && !(choosesMore && leavesOut(other.distribution, row, unit))) {
    const is = other.distribution.covers === 'all' ? 'yes' : 'unknown';
    const by = [other.at];
    return is === 'yes' ? { is, by } : { is, why: `${other.distribution.name} decides by itself what it covers`, by };
  }
  if (settings.assumedAgents.some((name) => /python|opentelemetry-instrument|ddtrace/.test(name)))
    return { is: 'yes', by: [] };
  const agent = byAgent(row, unit);
  if (agent !== undefined) return agent;
  if (setup.dynamic.length > 0)
    return { is: 'unknown', why: 'instrumentations are chosen at run time', by: setup.dynamic };
  return { is: 'no', by: [...listedWithout(row, setup), ...setup.tracing].slice(0, 3) };
}

function isStartedBy({ deployment }: ProcessUnit, starter: string | undefined): boolean {
  return starter !== undefined && deployment.commands.some(({ text }) => text.includes(starter));
}

/** Whether a distribution with a fixed list, in the version that is installed, is without a library. */
function leavesOut({ name, list, added = {} }: Distribution, { library }: CoverageRow, unit: ProcessUnit): boolean {
  if (list === undefined) return false;
  const since = added[library];
  if (since === undefined) return !list.includes(library);
  const version = unit.dependencies.get(name)?.version;
  return version !== undefined && isBefore(version, since);
}

function isBefore(version: string, other: string): boolean {
  const [a, b] = [version, other].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  const at = b!.findIndex((part, i) => (a![i] ?? 0) !== part);
  return at >= 0 && (a![at] ?? 0) < b![at]!;
}

function byAgent(row: CoverageRow, unit: ProcessUnit): Verdict | undefined {
  const agents = agentsOf(unit);
  if (agents.every(({ name }) => name === BOOTSTRAP)) return undefined;
  const by = agents.map(({ at }) => at);
  const starter = agents.find(({ name }) => name === STARTER);
  if (starter === undefined || agents.length > 1) return { is: 'yes', by };
  const declared =
    unit.dependencies.get(row.coveredBy) ??
    unit.dependencies.get('opentelemetry-contrib-instrumentations') ??
    broughtBy(row, unit);
  const hole = switchedOff(row, unit) ?? (declared && versionHole(row, unit));
  if (hole !== undefined) return hole;
  if (declared !== undefined) return { is: 'yes', by: [declared.at] };
  if (unit.dependencies.size === 0 || unit.missing !== undefined || unit.deployment.known.is !== 'yes')
    return { is: 'unknown', why: 'opentelemetry-instrument covers whatever is installed', by };
  return { is: 'no', by: [unit.manifest, starter.at] };
}

/** A distribution that has an instrumentation among its own dependencies. */
function broughtBy({ coveredBy }: CoverageRow, unit: ProcessUnit): Dependency | undefined {
  const brings = DISTRIBUTIONS.find((one) => one.brings?.includes(coveredBy) && unit.dependencies.has(one.name));
  return brings && unit.dependencies.get(brings.name);
}

/** Whether what is installed is listed and none of it is an SDK: `opentelemetry-instrument` alone exports nothing. */
function lacksSdk(unit: ProcessUnit): boolean {
  if (unit.dependencies.size === 0) return false;
  if (agentsOf(unit).some(({ name }) => name === BOOTSTRAP)) return false;
  return ![...unit.dependencies.keys()].some((name) => BRINGS_SDK.test(name));
}

/** What instruments the process from outside. */
function agentsOf(unit: ProcessUnit): readonly { readonly name: string; readonly at: Evidence }[] {
  const inCommands = unit.deployment.commands.flatMap((at) => {
    const starter =
      /\b(opentelemetry-instrument|ddtrace-run|newrelic-admin|elasticapm-run|opentelemetry-bootstrap)\b/.exec(at.text);
    return starter === null ? [] : [{ name: starter[1]!, at }];
  });
  return [
    ...unit.deployment.agents,
    ...inCommands.filter(({ name }) => !unit.deployment.agents.some((one) => one.name === name)),
  ];
}

/** The instrumentors that are set up, the first of each, as what leaves a library out. */
function listedWithout({ instrumentors: [wanted] }: CoverageRow, setup: Setup): readonly Evidence[] {
  return [...setup.instrumentors.values()]
    .flatMap((list) => list.slice(0, 1))
    .map((at) => (wanted === undefined ? at : { ...at, text: `${at.text}, but no ${wanted}` }));
}
