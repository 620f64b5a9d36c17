import path from 'node:path';
import type { LintFile } from '../../lintFiles';
import type { AssignedUnit } from '../assignFiles';
import type { Deployment, Preload } from '../processUnit';
import { isUnder } from '../projectFiles';
import { agentRow } from './agents';
import type { DeploymentPart } from './deploymentPart';

/** A unit's deployment, and whether something shows that it is run. */
export interface BoundDeployment {
  readonly deployment: Deployment;
  readonly isDeployed: boolean;
}

/** From this on a part is a unit's. */
const SURE = 70;

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
  for (const part of parts) {
    // A manifest that only holds modules is no program.
    const candidates = units.filter(
      ({ draft, files }) =>
        (part.language === undefined || draft.language === part.language) &&
        (files.length > 0 || draft.kind === 'process'),
    );
    const scored = candidates.map((unit) => ({ unit, score: scoreOf(part, unit, candidates) }));
    const best = Math.max(0, ...scored.map(({ score }) => score));
    for (const { unit, score } of scored) {
      if (best >= SURE ? score === best : mayShare(part, unit)) push(best >= SURE ? sure : unsure, unit, part);
    }
  }
  return new Map(units.map((unit) => [unit, bound(unit, sure.get(unit) ?? [], unsure.get(unit) ?? [])]));
}

function scoreOf(part: DeploymentPart, unit: AssignedUnit, candidates: readonly AssignedUnit[]): number {
  const { draft } = unit;
  let score = 0;
  for (const [i, folder] of part.folders.entries()) {
    // A context that is wider than the Dockerfile's folder is the unit's only if that folder is.
    if (i > 0 && draft.root === folder && !isAboveItsCode(unit, part.folders[0]!)) continue;
    const below = candidates.filter((other) => isUnder(folder, other.draft.root));
    // The top of a workspace with several programs is no program's folder.
    if (draft.root === folder) score = Math.max(score, (below.length > 1 && i > 0 ? 60 : 100) - i);
    else if (isAboveItsCode(unit, folder) && isNearest(draft.root, folder, candidates)) score = Math.max(score, 80 - i);
    else if (isUnder(folder, draft.root) && below.length === 1) score = Math.max(score, 75);
  }
  if (part.mentions.includes(draft.root) && !part.folders.includes(draft.root)) score = Math.max(score, 105);
  else if (
    part.mentions.some(
      (mention) => mention !== draft.root && isUnder(draft.root, mention) && isNearest(draft.root, mention, candidates),
    )
  )
    score = Math.max(score, 90);
  if (part.names.some((name) => isNamed(name, draft))) score = Math.max(score, 95);
  return score;
}

/** A folder below the unit's root that has code of it, or only holds what deploys it; others are of another language. */
function isAboveItsCode({ draft, files }: AssignedUnit, folder: string): boolean {
  if (!isUnder(draft.root, folder)) return false;
  const between = path.relative(draft.root, folder).split(path.sep);
  return between.every((name) => DEPLOYS.test(name)) || files.some((file) => isUnder(folder, file.path));
}

const DEPLOYS =
  /^(\.?docker|dockerfiles?|containers?|images?|deploy(ment)?s?|build|package|packaging|ci|infra|ops|k8s|kubernetes|helm|charts?|templates?|manifests|compose|dev|prod|production|local|base|overlays|scripts|\.devcontainer)$/i;

function isNearest(root: string, folder: string, candidates: readonly AssignedUnit[]): boolean {
  return !candidates.some(
    ({ draft }) => draft.root !== root && isUnder(root, draft.root) && isUnder(draft.root, folder),
  );
}

/** Parts of names that say what every service is. */
const GENERIC = /[-_.]?(service|svc|server|app|api|backend|deployment|container|image)$/;

function isNamed(name: string, { names, root }: AssignedUnit['draft']): boolean {
  const wanted = plain(
    name
      .replace(/@.*$/, '')
      .replace(/:[^/]*$/, '')
      .replace(/^.*\//, ''),
  );
  if (wanted === '') return false;
  return [...names, path.basename(root)].some((own) => {
    const plainOwn = plain(own.replace(/^.*[/:]/, ''));
    return plainOwn !== '' && (plainOwn === wanted || wanted.endsWith(`-${plainOwn}`));
  });
}

/** `Basket.API`, `basket_api` and `basketservice` are all `basket`. */
function plain(name: string): string {
  const lower = name.toLowerCase().replace(/[._]/g, '-');
  const bare = lower.replace(GENERIC, '');
  return bare.length > 1 ? bare : lower;
}

function mayShare(part: DeploymentPart, { draft }: AssignedUnit): boolean {
  return part.agents.length > 0 || part.folders.some((folder) => isUnder(folder, draft.root));
}

function bound(
  unit: AssignedUnit,
  sure: readonly DeploymentPart[],
  unsure: readonly DeploymentPart[],
): BoundDeployment {
  const { language } = unit.draft;
  const own = (parts: readonly DeploymentPart[]) =>
    parts.flatMap((part) =>
      part.agents.filter(({ name }) => {
        const of = agentRow(name)?.language;
        return of === 'any' || of === language;
      }),
    );
  const agents = own(sure);
  for (const agent of own(unsure)) if (!agents.some(({ name }) => name === agent.name)) agents.push(agent);
  const preloads = sure.flatMap((part) =>
    part.preloads.map((preload): Preload => ({ ...preload, file: preloadedFile(preload.module, unit, part) })),
  );
  const deployment: Deployment = {
    commands: sure.flatMap((part) => part.commands),
    environment: sure.flatMap((part) => part.environment),
    agents,
    preloads,
    known: knownOf(sure, unsure),
  };
  return { deployment, isDeployed: sure.some((part) => part.commands.length > 0) };
}

function knownOf(sure: readonly DeploymentPart[], unsure: readonly DeploymentPart[]): Deployment['known'] {
  const complete = sure.filter((part) => part.complete === true);
  const doubtful = unsure.find((part) => part.agents.length > 0 || part.environment.length > 0);
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
  const isPath = /^(\.{0,2}\/|file:)/.test(module) || /\.[cm]?[jt]sx?$/.test(module);
  if (!isPath) return undefined;
  const inside = stem(module.replace(/^file:(\/\/)?/, '').replace(/^(\.?\/)+/, ''));
  const wanted = [unit.draft.root, ...part.folders].map((folder) => path.join(folder, inside));
  const exact = unit.files.find((file) => wanted.includes(stem(file.path)));
  if (exact) return exact.path;
  const sources = wanted.map((one) =>
    one.replace(/([\\/])(dist|build|lib|out|\.output)[\\/](src[\\/])?/, '$1src$1').replace(/\\/g, path.sep),
  );
  const built = unit.files.find((file) => sources.includes(stem(file.path)));
  return (built ?? onlyOne(unit.files.filter((file) => path.basename(stem(file.path)) === path.basename(inside))))
    ?.path;
}

function stem(file: string): string {
  return file.replace(/\.[cm]?[jt]sx?$/, '');
}

function onlyOne(files: readonly LintFile[]): LintFile | undefined {
  return files.length === 1 ? files[0] : undefined;
}

function push<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
