import { dirname } from '../paths/fileLookup';
import { folderId, isBelow, type Folder } from '../paths/projectRoots';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import type { BoundFolders } from './boundFolders';

/** Whose a file is, seen from one service. `shared` belongs to no bound service. */
export type Ownership = 'own' | 'shared' | 'foreign';

/** So many items are looked at one by one. */
const FEW = 4;

/** Which files the spans of one service may point at. */
export class ServiceScope {
  private readonly ownId: string | undefined;
  /** The ids of the folders that the own one lies in. */
  private readonly around: string[] = [];

  /**
   * @param own the folder the service is bound to; undefined when it is bound to none.
   * @param bound the folders of all bound services.
   */
  constructor(
    readonly own: Folder | undefined,
    private readonly bound: BoundFolders,
  ) {
    this.ownId = own && folderId(own);
    for (let at = own; at !== undefined && at.relative !== '';) {
      at = { folder: at.folder, relative: dirname(at.relative) };
      this.around.push(folderId(at));
    }
  }

  ownership(file: Folder): Ownership {
    const owner = this.bound.ownerOf(file);
    const isForeign = owner !== undefined && folderId(owner) !== this.ownId;
    if (this.own === undefined || !isBelow(file, this.own)) return isForeign ? 'foreign' : 'shared';
    return !isForeign || depth(this.own) >= depth(owner) ? 'own' : 'foreign';
  }

  /** Whether folders of other services are out of reach. */
  get isNarrowed(): boolean {
    return !this.bound.isEmpty;
  }

  allows(file: WorkspaceFile): boolean {
    return this.ownership(file) !== 'foreign';
  }

  /**
   * Those of many items whose files the service's spans may point at, in order. Looks only at those in folders that come
   * into question.
   * @param items a list that is asked for again as it is, as the index hands it out.
   */
  inReach<T extends object>(items: readonly T[], fileOf: (item: T) => WorkspaceFile | undefined): T[] {
    if (items.length <= FEW) {
      return items.filter((item) => {
        const file = fileOf(item);
        return file !== undefined && this.allows(file);
      });
    }
    const groups = this.bound.grouped(items, fileOf);
    const found = [...(groups.get('') ?? []), ...(groups.get(this.ownId ?? '\0') ?? [])];
    for (const id of this.around) {
      // What lies in a folder around the own one may lie in this, too.
      const around = groups.get(id);
      if (around) found.push(...around.filter((place) => this.allows(fileOf(items[place]!)!)));
    }
    return found.sort((a, b) => a - b).map((place) => items[place]!);
  }

  /** Whether a folder's files may be the service's: it lies in the reach, or around the service's own folder. */
  allowsFolder(folder: Folder): boolean {
    return this.own === undefined || this.ownership(folder) !== 'foreign' || isBelow(this.own, folder);
  }

  /**
   * The same for evidence that names its place in so many words (a qualified function, a path, a tracer's name): a
   * service bound to no folder may live in another one's, as a second service of one process does.
   */
  allowsNamed(file: WorkspaceFile): boolean {
    return this.own === undefined || this.allows(file);
  }

  /** Of several items those in the service's own folder, if there are any; else the shared ones; else the rest. */
  nearest<T>(items: readonly T[], fileOf: (item: T) => WorkspaceFile): T[] {
    if (items.length < 2) return [...items];
    for (const wanted of ['own', 'shared'] as const) {
      const found = items.filter((item) => this.ownership(fileOf(item)) === wanted);
      if (found.length > 0) return found;
    }
    return [...items];
  }
}

/** How deep a folder lies: the deeper of two that hold a file owns it. */
function depth(folder: Folder): number {
  return folder.relative === '' ? 0 : folder.relative.split('/').length;
}
