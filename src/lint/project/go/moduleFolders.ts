import path from 'node:path';
import type { GoModule } from './goMod';

/** The modules of a workspace by their folders: there may be hundreds, and thousands of packages in them. */
export class ModuleFolders {
  private readonly byFolder: ReadonlyMap<string, GoModule>;
  private readonly nearest = new Map<string, GoModule | undefined>();

  constructor(readonly all: readonly GoModule[]) {
    this.byFolder = new Map(all.map((module) => [module.file.folder, module]));
  }

  /** The module whose `go.mod` lies in a folder. */
  in(folder: string): GoModule | undefined {
    return this.byFolder.get(folder);
  }

  /** The module that a folder belongs to: that of the nearest `go.mod` at or above it. */
  of(folder: string): GoModule | undefined {
    if (this.nearest.has(folder)) return this.nearest.get(folder);
    let found: GoModule | undefined;
    for (let at = folder; found === undefined; at = path.dirname(at)) {
      found = this.byFolder.get(at);
      if (at === path.dirname(at)) break;
    }
    this.nearest.set(folder, found);
    return found;
  }
}
