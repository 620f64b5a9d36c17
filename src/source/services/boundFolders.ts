import { dirname } from '../paths/fileLookup';
import { folderId, type Folder } from '../paths/projectRoots';

/** The folders that services are bound to. Grows as services are seen; everything that holds it sees that. */
export class BoundFolders {
  private readonly byId = new Map<string, Folder>();
  /** Answers of {@link ownerOf}; forgotten when a folder is added. Thousands of services ask for the same files. */
  private owners = new WeakMap<Folder, Folder | null>();

  /** @returns whether it is new. The whole workspace is nobody's alone: its folder is not taken. */
  add(folder: Folder): boolean {
    const id = folderId(folder);
    if (folder.relative === '' || this.byId.has(id)) return false;
    this.byId.set(id, folder);
    this.owners = new WeakMap();
    return true;
  }

  clear(): void {
    this.byId.clear();
    this.owners = new WeakMap();
  }

  /** The innermost of the folders that holds a file, or is it. */
  ownerOf(file: Folder): Folder | undefined {
    let owner = this.owners.get(file);
    if (owner === undefined) this.owners.set(file, (owner = this.search(file) ?? null));
    return owner ?? undefined;
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
