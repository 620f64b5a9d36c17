import path from 'node:path';
import type { AssignedUnit } from '../assignFiles';
import { isUnder } from '../projectFiles';
import type { DeploymentPart } from './deploymentPart';

/** From this on a part is a unit's. */
export const SURE = 70;

/** How surely a part of a deployment file starts each of some units. */
export class PartOwner {
  /** Per folder of the part: how many candidates lie in it. */
  private readonly below: readonly number[];
  /** Per folder: the root of the candidate that it lies in, the inmost. */
  private readonly around: readonly (string | undefined)[];
  private readonly mentioned: ReadonlySet<string>;
  /** The part's names without what every service is called. */
  private readonly names: readonly string[];

  constructor(
    private readonly part: DeploymentPart,
    candidates: readonly AssignedUnit[],
  ) {
    const roots = [...new Set(candidates.map(({ draft }) => draft.root))];
    const nearest = (folder: string): string | undefined =>
      roots.filter((root) => isUnder(root, folder)).sort((a, b) => b.length - a.length)[0];
    this.below = part.folders.map((folder) => candidates.filter(({ draft }) => isUnder(folder, draft.root)).length);
    this.around = part.folders.map(nearest);
    this.names = part.names.map(bareName).filter((name) => name !== '');
    this.mentioned = new Set(part.mentions.flatMap((mention) => nearest(mention) ?? []));
  }

  /**
   * 110 in its own folder, 105 for a path that the part names, 95 by name, less for folders around it.
   * @param isUsed other units are made of it: images copy it for them.
   */
  score(unit: AssignedUnit, isUsed: boolean): number {
    const { folders, mentions } = this.part;
    const { root } = unit.draft;
    const scores = folders.map((folder, i) => this.byFolder(unit, folder, i));
    if (!isUsed && mentions.includes(root) && !folders.includes(root)) scores.push(105);
    else if (!isUsed && this.mentioned.has(root) && !mentions.includes(root)) scores.push(90);
    if (this.names.some((name) => isNamed(name, unit.draft))) scores.push(95);
    return Math.max(0, ...scores);
  }

  private byFolder(unit: AssignedUnit, folder: string, i: number): number {
    const { root } = unit.draft;
    const below = this.below[i]!;
    if (root === folder) {
      // A context that is wider than the Dockerfile's folder is the unit's only if that folder is.
      if (i > 0 && !isAboveItsCode(unit, this.part.folders[0]!)) return 0;
      // The top of a workspace with several programs is no program's folder.
      return below === 1 ? 110 - i : i === 0 ? 100 : 60;
    }
    if (below === 0 && this.around[i] === root && isAboveItsCode(unit, folder)) return 80 - i;
    return isUnder(folder, root) && below === 1 ? 75 : 0;
  }
}

/** A folder below the unit's root that has code of it, or only holds what deploys it; others are of another language. */
function isAboveItsCode({ draft, files }: AssignedUnit, folder: string): boolean {
  if (!isUnder(draft.root, folder)) return false;
  const between = path.relative(draft.root, folder).split(path.sep);
  return between.every((name) => DEPLOYS.test(name)) || files.some((file) => isUnder(folder, file.path));
}

const DEPLOYS =
  /^(\.?docker|\.?nais|dockerfiles?|containers?|images?|deploy(ment)?s?|build|package|packaging|ci|infra|ops|k8s|kubernetes|helm|charts?|templates?|manifests|compose|dev|prod|production|local|base|overlays|scripts|\.devcontainer)$/i;

/** Parts of names that say what every service is. */
const GENERIC = /[-_.]?(service|svc|server|app|api|backend|deployment|container|image)$/;

/** Names of what services use: `shop-kafka` is no program in a folder `kafka`. */
const INFRASTRUCTURE =
  /^(kafka|mysql|postgres(ql)?|redis|rabbitmq|cassandra|mongo(db)?|elasticsearch|zookeeper|nats|db|database|core|common|shared|web|app|src|lib|main|cmd|test)$/;

/** Of an image without its registry, its tag and its digest. */
function bareName(name: string): string {
  const image = name.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  return plain(image.slice(image.lastIndexOf('/') + 1));
}

const plainNames = new WeakMap<AssignedUnit['draft'], readonly string[]>();

function plainNamesOf(draft: AssignedUnit['draft']): readonly string[] {
  let names = plainNames.get(draft);
  if (names === undefined) {
    const own = [...draft.names, path.basename(draft.root)].map((name) => plain(name.replace(/^.*[/:]/, '')));
    plainNames.set(draft, (names = own.filter((name) => name !== '')));
  }
  return names;
}

/** @param name bare. */
function isNamed(name: string, draft: AssignedUnit['draft']): boolean {
  return plainNamesOf(draft).some(
    (own) => own === name || (name.endsWith(own) && name.endsWith(`-${own}`) && !INFRASTRUCTURE.test(own)),
  );
}

/** `Basket.API`, `basket_api` and `basketservice` are all `basket`. */
function plain(name: string): string {
  const lower = name.toLowerCase().replace(/[._]/g, '-');
  const bare = lower.replace(GENERIC, '');
  return bare.length > 1 ? bare : lower;
}

/**
 * The units that a part may start which is none's for sure: those below the nearest folder above it that holds units.
 * An example's deployment says nothing of the programs beside the examples, whatever folder it builds from.
 */
export function sharers(part: DeploymentPart, candidates: readonly AssignedUnit[]): AssignedUnit[] {
  const example = exampleAround(part, candidates);
  const able = candidates.filter(({ draft }) => example === undefined || isUnder(example, draft.root));
  const start = part.folders[0] ?? path.dirname(part.at.file);
  for (let folder = start; ; folder = path.dirname(folder)) {
    const below = able.filter(({ draft }) => isUnder(folder, draft.root));
    if (below.length > 0) return part.agents.length > 0 || folder === start || below.length === 1 ? below : [];
    if (folder === path.dirname(folder) || folder === example) return [];
  }
}

const EXAMPLES =
  /^(examples?|samples?|demos?|tutorials?|docs|documentation|playgrounds?|quickstarts?|getting-started)$/i;

/** The folder of examples that a part's file lies in, the nearest; folders above the workspace do not count. */
function exampleAround({ at }: DeploymentPart, candidates: readonly AssignedUnit[]): string | undefined {
  const top = candidates.flatMap(({ files }) => files[0]?.folder ?? []).find((folder) => isUnder(folder, at.file));
  for (let folder = path.dirname(at.file); top !== undefined && folder !== top; folder = path.dirname(folder))
    if (EXAMPLES.test(path.basename(folder))) return folder;
  return undefined;
}
