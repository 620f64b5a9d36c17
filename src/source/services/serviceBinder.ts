import { dirname } from '../paths/fileLookup';
import { folderId, isBelow, type Folder } from '../paths/projectRoots';
import { BoundFolders } from './boundFolders';
import { Declarations } from './declarations';
import type { FolderNames } from './folderNames';
import type { Declared } from './serviceDeclaration';
import { ServiceScope } from './serviceScope';

/** Below this a binding would be a guess. */
const MIN_SCORE = 0.45;

/** What the user's word is worth. */
const GIVEN = 2;

/** Two folders closer than this are both possible, so neither is taken. */
const MARGIN = 0.05;

/** A folder that a service was bound to. */
interface Binding {
  readonly folder: Folder;
  readonly score: number;
  /** Nothing says so but that the two are called alike. */
  readonly isByName: boolean;
}

/** A process without a name may be any of the services: nothing is another's. */
const NONE_BOUND = new BoundFolders();

/** Binds service names to folders: what was given, else what the workspace declares, else a folder of that name. */
export class ServiceBinder {
  private readonly seen = new Set<string>();
  private readonly bound = new Map<string, Binding | undefined>();
  /** Folders of services that were given, seen, or declared as a telemetry name in so many words. */
  private readonly taken = new BoundFolders();
  /** Of the services that are bound to a folder the one with the most to say for it, by {@link folderId}. */
  private readonly takenBy = new Map<string, { readonly service: string; readonly score: number }>();
  private readonly scopes = new Map<string, ServiceScope>();
  private declarations = new Declarations();
  private folders: FolderNames | undefined;

  /** @param given service → folder, as the user says; overrules everything learned. */
  constructor(private readonly given: ReadonlyMap<string, Folder>) {
    this.take();
  }

  /** Takes what the workspace says; what was bound before is bound anew. @returns whether any binding changed. */
  learn(declared: Declared, folders: FolderNames): boolean {
    const before = [...this.seen].map((service) => this.idOf(service));
    this.declarations = new Declarations(declared);
    this.folders = folders;
    this.bound.clear();
    this.scopes.clear();
    this.take();
    return [...this.seen].some((service, i) => this.idOf(service) !== before[i]);
  }

  /** Tells of a service that sends spans. @returns whether other services' scopes or words change by its folder. */
  note(service: string): boolean {
    if (this.seen.has(service)) return false;
    this.seen.add(service);
    const folder = this.folder(service);
    return folder !== undefined && this.takeFor(service, folder);
  }

  /** The folder a service is bound to; undefined where nothing or too much speaks for one. */
  folder(service: string): Folder | undefined {
    return this.given.get(service) ?? this.binding(service)?.folder;
  }

  private binding(service: string): Binding | undefined {
    const known = this.bound.get(service);
    if (known !== undefined || isUnnamed(service)) return known;
    if (!this.bound.has(service)) this.bound.set(service, this.bind(service));
    return this.bound.get(service);
  }

  scope(service: string): ServiceScope {
    let scope = this.scopes.get(service);
    if (!scope) {
      scope = new ServiceScope(this.folder(service), isUnnamed(service) ? NONE_BOUND : this.taken);
      this.scopes.set(service, scope);
    }
    return scope;
  }

  /** Where a file lies that is not in the service's folder: `in the folder of billing`, `outside services/orders`. */
  abroad(service: string, file: Folder): string | undefined {
    if (isUnnamed(service)) return undefined;
    const own = this.folder(service);
    if (own && isBelow(file, own)) return this.lent(service, own);
    for (let at = dirname(file.relative); at !== ''; at = dirname(at)) {
      const folder = { folder: file.folder, relative: at };
      if (own && isBelow(own, folder)) break;
      const other = this.takenBy.get(folderId(folder))?.service ?? this.declarations.otherAt(folder, service);
      if (other !== undefined && other !== service) return `in the folder of ${other}`;
    }
    return own === undefined ? undefined : `outside ${own.relative}`;
  }

  /** `orders-worker` is taken for code of `orders`, where there is that and nothing nearer. */
  private lent(service: string, own: Folder): string | undefined {
    const binding = this.given.has(service) ? undefined : this.binding(service);
    if (binding?.isByName !== true) return undefined;
    const owner = this.takenBy.get(folderId(own));
    if (owner !== undefined && owner.service !== service && owner.score > binding.score)
      return `in the folder of ${owner.service}`;
    // "-service" and the like say nothing, but a worker is a process beside the one that is called so.
    const declared = /[-_.]worker$/i.test(service) ? this.declarations.otherAt(own, service) : undefined;
    const isOther = declared !== undefined && !declared.toLowerCase().endsWith(service.toLowerCase());
    return isOther ? `in the folder of ${declared}` : undefined;
  }

  private take(): void {
    this.taken.clear();
    this.takenBy.clear();
    for (const service of [...this.given.keys(), ...this.declarations.explicit, ...this.seen]) {
      const folder = this.folder(service);
      if (folder) this.takeFor(service, folder);
    }
  }

  private takeFor(service: string, folder: Folder): boolean {
    const score = this.given.has(service) ? GIVEN : (this.binding(service)?.score ?? 0);
    const owner = this.takenBy.get(folderId(folder));
    if (owner === undefined || owner.score < score) this.takenBy.set(folderId(folder), { service, score });
    const isNew = this.taken.add(folder);
    return isNew || (owner !== undefined && owner.score !== score);
  }

  private idOf(service: string): string | undefined {
    const folder = this.folder(service);
    return folder && folderId(folder);
  }

  private bind(service: string): Binding | undefined {
    const scores = new Map<string, { folder: Folder; score: number }>();
    const add = (folder: Folder, score: number): void => {
      // What an image is built from may hold no code at all.
      if (this.folders?.holdsSource(folder) === false) return;
      const known = scores.get(folderId(folder));
      if (!known) scores.set(folderId(folder), { folder, score });
      else known.score = Math.max(known.score, score) + 0.02;
    };
    const called = (this.folders?.find(service) ?? []).filter(({ score }) => score >= MIN_SCORE);
    for (const { service: name, folder, near, score } of this.declarations.of(service)) {
      if (called.length > 0 && this.declarations.isCommon(folder, name)) continue;
      if (!this.declarations.isShared(folder, name)) add(folder, score);
      else if (near !== undefined || called.length === 0) add(near ?? folder, near ? 0.6 : 0.5);
    }
    for (const { folder, score } of called) add(folder, score);
    for (const { alias, score } of this.declarations.aliasesOf(service)) {
      for (const declared of this.declarations.of(alias)) add(declared.folder, score);
      for (const found of this.folders?.find(alias) ?? []) add(found.folder, Math.min(score, found.score + 0.05));
    }
    const best = choose([...scores.values()]);
    const isTold = this.declarations.of(service).length > 0 || this.declarations.aliasesOf(service).length > 0;
    return best && { ...best, isByName: !isTold };
  }
}

function choose(candidates: { folder: Folder; score: number }[]): { folder: Folder; score: number } | undefined {
  candidates.sort((a, b) => b.score - a.score || a.folder.relative.length - b.folder.relative.length);
  const [best] = candidates;
  if (!best || best.score < MIN_SCORE) return undefined;
  const rivals = candidates.filter(
    (other) => other !== best && best.score - other.score < MARGIN && !isBelow(other.folder, best.folder),
  );
  if (rivals.length === 0) return best;
  // Nested rivals (src/cart and src/cart/src): the outermost holds them all.
  return rivals.find((rival) => [best, ...rivals].every((other) => isBelow(other.folder, rival.folder)));
}

/** Names that SDKs make up for processes without one. */
export function isUnnamed(service: string): boolean {
  return service === '' || (service.startsWith('unknown') && /^unknown(?:_service(?::|$)|-service$)/.test(service));
}
