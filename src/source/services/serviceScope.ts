import { isBelow, type Folder } from '../paths/projectRoots';
import type { WorkspaceFile } from '../workspace/workspaceFiles';

/** Whose a file is, seen from one service. `shared` belongs to no bound service. */
export type Ownership = 'own' | 'shared' | 'foreign';

/** Which files the spans of one service may point at. */
export class ServiceScope {
  /**
   * @param own the folder the service is bound to; undefined when it is bound to none.
   * @param others the folders of the other bound services.
   */
  constructor(
    readonly own: Folder | undefined,
    private readonly others: readonly Folder[],
  ) {}

  ownership(file: Folder): Ownership {
    const own = this.own !== undefined && isBelow(file, this.own) ? depth(this.own) : -1;
    let foreign = -1;
    for (const other of this.others) if (isBelow(file, other)) foreign = Math.max(foreign, depth(other));
    if (own < 0 && foreign < 0) return 'shared';
    return own >= foreign ? 'own' : 'foreign';
  }

  allows(file: WorkspaceFile): boolean {
    return this.ownership(file) !== 'foreign';
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
