import { pushTo } from '../../base/tables/pushTo';
import { dirname } from '../paths/fileLookup';
import { folderId, type Folder } from '../paths/projectRoots';

/** The folders that services are bound to. Grows as services are seen; everything that holds it sees that. */
export class BoundFolders {
  private readonly byId = new Map<string, Folder>();
  /** Answers of {@link ownerOf}; forgotten when a folder is added. Thousands of services ask for the same files. */
  private owners = new WeakMap<Folder, Folder | null>();

  /** Entries of the index by the folder that holds their file; forgotten with {@link owners}. */
  private groups = new WeakMap<readonly object[], ReadonlyMap<string, readonly number[]>>();

  /** @returns whether it is new. The whole workspace is nobody's alone: its folder is not taken. */
  add(folder: Folder): boolean {
    const id = folderId(folder);
    if (folder.relative === '' || this.byId.has(id)) return false;
    this.byId.set(id, folder);
    this.forgetAnswers();
    return true;
  }

  get isEmpty(): boolean {
    return this.byId.size === 0;
  }

  clear(): void {
    this.byId.clear();
    this.forgetAnswers();
  }

  /** The innermost of the folders that holds a file, or is it. */
  ownerOf(file: Folder): Folder | undefined {
    let owner = this.owners.get(file);
    if (owner === undefined) this.owners.set(file, (owner = this.search(file) ?? null));
    return owner ?? undefined;
  }

  /**
   * The places of a list's items by the id of the folder that holds them, '' for none. Remembered with the list: of a
   * path that all services answer each of them has its own few.
   */
  grouped<T extends object>(
    items: readonly T[],
    fileOf: (item: T) => Folder | undefined,
  ): ReadonlyMap<string, readonly number[]> {
    const known = this.groups.get(items);
    if (known) return known;
    const groups = new Map<string, number[]>();
    for (const [at, item] of items.entries()) {
      const file = fileOf(item);
      if (file === undefined) continue;
      const owner = this.ownerOf(file);
      const id = owner === undefined ? '' : folderId(owner);
      pushTo(groups, id, at);
    }
    this.groups.set(items, groups);
    return groups;
  }

  private forgetAnswers(): void {
    this.owners = new WeakMap();
    this.groups = new WeakMap();
  }

  private search({ folder, relative }: Folder): Folder | undefined {
    if (this.byId.size === 0) return undefined;
    for (let at = relative; at !== ''; at = dirname(at)) {
      const found = this.byId.get(folderId({ folder, relative: at }));
      if (found) return found;
    }
    return undefined;
  }
}
