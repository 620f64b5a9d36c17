import { folderId, isBelow, type Folder } from '../paths/projectRoots';
import type { FolderNames } from './folderNames';
import { EXPLICIT_SCORE, type NamedService, type ServiceDeclaration } from './serviceDeclaration';
import { ServiceScope } from './serviceScope';

/** Below this a binding would be a guess. */
const MIN_SCORE = 0.45;

/** Two folders closer than this are both possible, so neither is taken. */
const MARGIN = 0.05;

/** Binds service names to folders: what was given, else what the workspace declares, else a folder of that name. */
export class ServiceBinder {
  private readonly seen = new Set<string>();
  private readonly bound = new Map<string, Folder | undefined>();
  private scopes = new Map<string, ServiceScope>();
  private declarations: readonly ServiceDeclaration[] = [];
  private named: readonly NamedService[] = [];
  private folders: FolderNames | undefined;

  /** @param given service → folder, as the user says; overrules everything learned. */
  constructor(private readonly given: ReadonlyMap<string, Folder>) {}

  /** Takes what the workspace says; what was bound before is bound anew. @returns whether any binding changed. */
  learn(declarations: readonly ServiceDeclaration[], named: readonly NamedService[], folders: FolderNames): boolean {
    const before = JSON.stringify([...this.seen].map((service) => this.folder(service)));
    this.declarations = declarations;
    this.named = named;
    this.folders = folders;
    this.bound.clear();
    this.scopes.clear();
    return before !== JSON.stringify([...this.seen].map((service) => this.folder(service)));
  }

  /** Tells of a service that sends spans. @returns whether it is new and bound, so that other services' scopes shrink. */
  note(service: string): boolean {
    if (this.seen.has(service)) return false;
    this.seen.add(service);
    if (this.folder(service) === undefined) return false;
    this.scopes.clear();
    return true;
  }

  /** The folder a service is bound to; undefined where nothing or too much speaks for one. */
  folder(service: string): Folder | undefined {
    if (this.given.has(service)) return this.given.get(service);
    if (isUnnamed(service)) return undefined;
    if (!this.bound.has(service)) this.bound.set(service, this.bind(service));
    return this.bound.get(service);
  }

  scope(service: string): ServiceScope {
    let scope = this.scopes.get(service);
    if (!scope) this.scopes.set(service, (scope = new ServiceScope(this.folder(service), this.foreign(service))));
    return scope;
  }

  /** Folders of other services: given, seen, or declared as a telemetry name in so many words. */
  private foreign(service: string): Folder[] {
    const own = this.folder(service);
    const others = new Map<string, Folder>();
    const explicit = this.declarations.filter(({ score }) => score >= EXPLICIT_SCORE).map((d) => d.service);
    for (const other of new Set([...this.given.keys(), ...this.seen, ...explicit])) {
      const folder = other === service ? undefined : this.folder(other);
      if (!folder || (own && folderId(folder) === folderId(own))) continue;
      // A process without a name may be any of them; and the whole workspace is nobody's alone.
      if (isUnnamed(service) || folder.relative === '') continue;
      others.set(folderId(folder), folder);
    }
    return [...others.values()];
  }

  private bind(service: string): Folder | undefined {
    const scores = new Map<string, { folder: Folder; score: number }>();
    const add = (folder: Folder, score: number): void => {
      const known = scores.get(folderId(folder));
      if (!known) scores.set(folderId(folder), { folder, score });
      else known.score = Math.max(known.score, score) + 0.02;
    };
    const wanted = fold(service);
    for (const { service: name, folder, near, score } of this.declarations) {
      if (fold(name) !== wanted) continue;
      if (!this.isShared(folder, name)) add(folder, score);
      else add(near ?? folder, near ? 0.6 : 0.5);
    }
    for (const { folder, score } of this.folders?.find(service) ?? []) add(folder, score);
    for (const { service: name, alias, score } of this.named) {
      if (fold(name) !== wanted) continue;
      for (const declared of this.declarations) if (fold(declared.service) === fold(alias)) add(declared.folder, score);
      for (const found of this.folders?.find(alias) ?? []) add(found.folder, Math.min(score, found.score + 0.05));
    }
    return choose([...scores.values()]);
  }

  /** Several services declared in code or configuration of one folder: the folder tells none of them apart. */
  private isShared(folder: Folder, service: string): boolean {
    return this.declarations.some(
      (other) =>
        fold(other.service) !== fold(service) &&
        other.score >= EXPLICIT_SCORE &&
        folderId(other.folder) === folderId(folder),
    );
  }
}

function choose(candidates: { folder: Folder; score: number }[]): Folder | undefined {
  candidates.sort((a, b) => b.score - a.score || a.folder.relative.length - b.folder.relative.length);
  const [best] = candidates;
  if (!best || best.score < MIN_SCORE) return undefined;
  const rivals = candidates.filter(
    (other) => other !== best && best.score - other.score < MARGIN && !isBelow(other.folder, best.folder),
  );
  if (rivals.length === 0) return best.folder;
  // Nested rivals (src/cart and src/cart/src): the outermost holds them all.
  const outer = rivals.find((rival) => [best, ...rivals].every((other) => isBelow(other.folder, rival.folder)));
  return outer?.folder;
}

/** Names that SDKs make up for processes without one. */
export function isUnnamed(service: string): boolean {
  return service === '' || /^unknown_service(:|$)/.test(service) || /^unknown-service$/.test(service);
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[_.\s]/g, '-');
}
