import path from 'node:path';
import { pushTo } from '../../../base/tables/pushTo';
import type { Evidence } from '../../evidence';
import type { LintFile } from '../../lintFiles';
import type { AssignedUnit } from '../assignFiles';
import type { Agent, Deployment, Preload, UnitLanguage } from '../processUnit';
import { agentRow } from './agents';
import type { DeploymentPart } from './deploymentPart';
import { PartOwner, sharers, SURE } from './partOwner';
import { sourceOfBuilt, stemOf, stemOfNamed } from './sourceOfBuilt';

/** A unit's deployment, and whether something shows that it is run. */
export interface BoundDeployment {
  readonly deployment: Deployment;
  readonly isDeployed: boolean;
}

/**
 * Gives each part to the unit that it starts: by the folder it lies in or is built from, the paths it names, then by the
 * names of services and images. What cannot be told apart is given to all units of its language as far as agents go, and
 * their deployment is not known then.
 */
export function bindDeployment(
  units: readonly AssignedUnit[],
  parts: readonly DeploymentPart[],
): Map<AssignedUnit, BoundDeployment> {
  const sure = new Map<AssignedUnit, DeploymentPart[]>();
  const unsure = new Map<AssignedUnit, DeploymentPart[]>();
  const used = new Set(units.flatMap(({ uses }) => uses));
  for (const part of parts) {
    // A manifest that only holds modules is no program.
    const candidates = units.filter(
      ({ draft, files }) =>
        (part.language === undefined || draft.language === part.language) &&
        (files.length > 0 || draft.kind === 'process') &&
        draft.kind !== 'never',
    );
    const owner = new PartOwner(part, candidates);
    const scored = candidates.map((unit) => ({ unit, score: owner.score(unit, used.has(unit.draft.id)) }));
    const best = Math.max(0, ...scored.map(({ score }) => score));
    const winners = scored.filter(({ score }) => score === best).map(({ unit }) => unit);
    if (best < SURE) {
      const shared = sharers(part, candidates);
      for (const unit of shared) pushTo(shared.length === 1 ? sure : unsure, unit, part);
      continue;
    }
    // Of a program and what it is made of, the program is meant.
    else
      for (const unit of winners)
        if (!winners.some(({ uses }) => uses.includes(unit.draft.id))) pushTo(sure, unit, part);
  }
  return new Map(units.map((unit) => [unit, bound(unit, sure.get(unit) ?? [], unsure.get(unit) ?? [])]));
}

function bound(
  unit: AssignedUnit,
  sure: readonly DeploymentPart[],
  unsure: readonly DeploymentPart[],
): BoundDeployment {
  const { language } = unit.draft;
  const own = (parts: readonly DeploymentPart[]): Agent[] =>
    parts.flatMap((part) => part.agents.filter((agent) => isOf(agent, language)));
  const agents = own(sure);
  for (const agent of own(unsure)) if (!agents.some(({ name }) => name === agent.name)) agents.push(agent);
  const preloads = sure.flatMap((part) =>
    part.preloads.map((preload): Preload => ({ ...preload, file: preloadedFile(preload.module, unit, part) })),
  );
  const deployment: Deployment = {
    commands: once(
      sure.flatMap((part) => part.commands),
      (one) => placeOf(one) + one.text,
    ),
    environment: once(
      sure.flatMap((part) => part.environment),
      ({ name, value, at }) => `${placeOf(at)}${name}=${value}`,
    ),
    agents: once(agents, ({ name, at }) => placeOf(at) + name),
    preloads: once(preloads, ({ module, how, at }) => placeOf(at) + how + module),
    known: knownOf(sure, unsure, language),
  };
  return { deployment, isDeployed: sure.some((part) => part.commands.length > 0) };
}

/** An image that several compose files build says the same several times. */
function once<T>(list: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(list.map((item) => [key(item), item])).values()];
}

function placeOf({ file, range }: Evidence): string {
  return `${file}:${range.startLine} `;
}

/** Variables that change what is traced. */
const MATTERS =
  /^(NODE_OPTIONS|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|CORECLR_ENABLE_PROFILING|DOTNET_STARTUP_HOOKS|OTEL_PROPAGATORS|OTEL_SDK_DISABLED)$/;

function isOf({ name }: Agent, language: UnitLanguage): boolean {
  const of = agentRow(name)?.language;
  return of === 'any' || of === language;
}

function knownOf(
  sure: readonly DeploymentPart[],
  unsure: readonly DeploymentPart[],
  language: UnitLanguage,
): Deployment['known'] {
  const complete = sure.filter((part) => part.complete === true);
  const doubtful = unsure.find(
    (part) =>
      part.agents.some((agent) => isOf(agent, language)) || part.environment.some(({ name }) => MATTERS.test(name)),
  );
  if (doubtful)
    return { is: 'unknown', why: `whose deployment ${doubtful.at.text} is cannot be told`, by: [doubtful.at] };
  if (complete.length > 0) return { is: 'yes', by: complete.map((part) => part.at) };
  const [why] = sure.flatMap(({ complete: reason }) => (reason === true ? [] : [reason]));
  return {
    is: 'unknown',
    why: why === undefined ? 'no deployment file of it is among the files' : why,
    by: sure.map((part) => part.at),
  };
}

/** The source of a preloaded file: itself, or what `dist/tracing.js` is built from, or the one file of that name. */
function preloadedFile(module: string, unit: AssignedUnit, part: DeploymentPart): string | undefined {
  const isPath = /^(\.{0,2}\/|file:)/.test(module);
  if (!isPath) return undefined;
  const found = sourceOfBuilt(module, [unit.draft.root, ...part.folders], unit.files);
  const name = path.basename(stemOfNamed(module));
  return (found ?? onlyOne(unit.files.filter((file) => path.basename(stemOf(file.path)) === name)))?.path;
}

function onlyOne(files: readonly LintFile[]): LintFile | undefined {
  return files.length === 1 ? files[0] : undefined;
}
