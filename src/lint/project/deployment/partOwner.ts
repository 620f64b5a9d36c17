import path from 'node:path';
import type { AssignedUnit } from '../assignFiles';
import { isUnder } from '../projectFiles';
import type { DeploymentPart } from './deploymentPart';

/** From this on a part is a unit's. */
export const SURE = 70;

/**
 * How surely a part of a deployment file starts a unit: 110 in its own folder, 105 for a path that it names, 95 by name, less
 * for folders around it.
 * @param isUsed other units are made of it: images copy it for them.
 */
export function scoreOf(
  part: DeploymentPart,
  unit: AssignedUnit,
  candidates: readonly AssignedUnit[],
  isUsed: boolean,
): number {
  const { draft } = unit;
  let score = 0;
  for (const [i, folder] of part.folders.entries()) {
    // A context that is wider than the Dockerfile's folder is the unit's only if that folder is.
    if (i > 0 && draft.root === folder && !isAboveItsCode(unit, part.folders[0]!)) continue;
    const below = candidates.filter((other) => isUnder(folder, other.draft.root));
    // The top of a workspace with several programs is no program's folder.
    if (draft.root === folder) score = Math.max(score, below.length === 1 ? 110 - i : i === 0 ? 100 : 60);
    else if (isAboveItsCode(unit, folder) && isNearest(draft.root, folder, candidates)) score = Math.max(score, 80 - i);
    else if (isUnder(folder, draft.root) && below.length === 1) score = Math.max(score, 75);
  }
  if (!isUsed) score = Math.max(score, mentioned(part, unit, candidates));
  if (part.names.some((name) => isNamed(name, draft))) score = Math.max(score, 95);
  return score;
}

function mentioned(part: DeploymentPart, { draft }: AssignedUnit, candidates: readonly AssignedUnit[]): number {
  if (part.mentions.includes(draft.root) && !part.folders.includes(draft.root)) return 105;
  const inside = part.mentions.some(
    (mention) => mention !== draft.root && isUnder(draft.root, mention) && isNearest(draft.root, mention, candidates),
  );
  return inside ? 90 : 0;
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

/** Names of what services use: `shop-kafka` is no program in a folder `kafka`. */
const INFRASTRUCTURE =
  /^(kafka|mysql|postgres(ql)?|redis|rabbitmq|cassandra|mongo(db)?|elasticsearch|zookeeper|nats|db|database|core|common|shared|web|app|src|lib|main|cmd|test)$/;

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
    return (
      plainOwn !== '' && (plainOwn === wanted || (wanted.endsWith(`-${plainOwn}`) && !INFRASTRUCTURE.test(plainOwn)))
    );
  });
}

/** `Basket.API`, `basket_api` and `basketservice` are all `basket`. */
function plain(name: string): string {
  const lower = name.toLowerCase().replace(/[._]/g, '-');
  const bare = lower.replace(GENERIC, '');
  return bare.length > 1 ? bare : lower;
}

/** Whether a part that is nobody's for sure may be this unit's. */
export function mayShare(part: DeploymentPart, { draft }: AssignedUnit): boolean {
  return part.agents.length > 0 || part.folders.some((folder) => isUnder(folder, draft.root));
}
