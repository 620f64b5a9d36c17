import path from 'node:path';
import type { LintFile } from '../../lintFiles';
import type { ProjectFiles } from '../projectFiles';
import type { GoModule } from './goMod';
import type { ModuleFolders } from './moduleFolders';

/** A folder of Go files that belong together. */
export interface GoPackage {
  /** Absolute. */
  readonly folder: string;
  readonly files: LintFile[];
  /** Import paths that its files name. */
  readonly imports: Set<string>;
  /** Where `func main` of a `package main` is. */
  main: LintFile | undefined;
}

/** The packages of a workspace's modules by folder. Test files and files that the build leaves out are not in them. */
export async function readGoPackages(
  files: ProjectFiles,
  modules: ModuleFolders,
): Promise<ReadonlyMap<string, GoPackage>> {
  const packages = new Map<string, GoPackage>();
  for (const file of files.all) {
    if (!file.path.endsWith('.go') || file.path.endsWith('_test.go') || /(^|\/)vendor\//.test(file.relative)) continue;
    const folder = path.dirname(file.path);
    if (modules.of(folder) === undefined) continue;
    const text = await files.peek(file);
    if (text === undefined || /^\/\/\s*(go:build|\+build)\s+ignore\s*$/m.test(text.slice(0, 2_000))) continue;
    let found = packages.get(folder);
    if (found === undefined) packages.set(folder, (found = { folder, files: [], imports: new Set(), main: undefined }));
    found.files.push(file);
    for (const name of importsOf(text)) found.imports.add(name);
    if (/^package\s+main\b/m.test(text) && /^func\s+main\s*\(/m.test(text)) found.main ??= file;
  }
  return packages;
}

/** The import paths of a Go file: `import "x"` and `import ( … )`, which stand before all other declarations. */
export function importsOf(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/^import\s*(?:\(([^)]*)\)|(?:[\w.]+\s+)?(["`][^"`\n]+["`]))/gm)) {
    for (const quoted of (match[1] ?? match[2]!).matchAll(/^[^"`\n/]*["`]([^"`\n]+)["`]/gm)) found.push(quoted[1]!);
  }
  return found;
}

/** What a `main` package is made of. */
export interface Reached {
  readonly packages: ReadonlySet<GoPackage>;
  /** Modules of the workspace whose packages are in it. */
  readonly modules: ReadonlySet<GoModule>;
  /** Something of the workspace's modules is imported that is not among the files: a cut-out. */
  readonly incomplete: boolean;
}

/** Follows imports from a package through the modules of the workspace. */
export function reachedFrom(
  start: GoPackage,
  packages: ReadonlyMap<string, GoPackage>,
  folderOf: (from: GoPackage, name: string) => { readonly folder: string; readonly module: GoModule } | undefined,
): Reached {
  const reached = new Set([start]);
  const modules = new Set<GoModule>();
  let incomplete = false;
  for (const at of reached) {
    for (const name of at.imports) {
      const place = folderOf(at, name);
      if (place === undefined) continue;
      const found = packages.get(place.folder);
      modules.add(place.module);
      if (found) reached.add(found);
      else incomplete = true;
    }
  }
  return { packages: reached, modules, incomplete };
}
