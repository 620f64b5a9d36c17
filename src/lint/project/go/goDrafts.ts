import path from 'node:path';
import type { LintFile } from '../../lintFiles';
import { namesTracing } from '../mayTrace';
import { isUnder, type ProjectFiles } from '../projectFiles';
import type { UnitDraft } from '../unitDraft';
import { readGoMod, type GoModule } from './goMod';
import { reachedFrom, readGoPackages, type GoPackage, type Reached } from './goPackages';

/**
 * A unit for every `main` package with what it imports of the workspace's modules, and one for what of a module no `main`
 * reaches. In a cut-out the packages between may be missing: then what is not reached belongs to each `main` that imports
 * something that is not there. A module of the workspace is taken from it, whether `go.work`, `replace` or nothing says so:
 * its published code is much the same.
 */
export async function readGoDrafts(files: ProjectFiles): Promise<UnitDraft[]> {
  const modules: GoModule[] = [];
  for (const listed of files.named(/^go\.mod$/)) {
    const file = await files.read(listed);
    if (file) modules.push(readGoMod(file));
  }
  const tracing = modules.filter((module) => [...module.dependencies.keys()].some(namesTracing));
  if (tracing.length === 0) return modules.map((module) => wholeModule(module, undefined));
  const packages = await readGoPackages(files, modules);
  return new GoDrafts(modules, packages).drafts();
}

class GoDrafts {
  private readonly byFolder: readonly GoModule[];

  constructor(
    private readonly modules: readonly GoModule[],
    private readonly packages: ReadonlyMap<string, GoPackage>,
  ) {
    this.byFolder = [...modules].sort((a, b) => b.file.folder.length - a.file.folder.length);
  }

  drafts(): UnitDraft[] {
    const reachable = new Set<GoPackage>();
    const mains = [...this.packages.values()].flatMap((start) => {
      const module = this.moduleOf(start);
      if (start.main === undefined || module === undefined) return [];
      const reached = reachedFrom(start, this.packages, (from, name) => this.folderOf(from, name));
      for (const one of reached.packages) reachable.add(one);
      return [{ start, module, reached }];
    });
    const drafts: UnitDraft[] = [];
    for (const module of this.modules) {
      const own = mains.filter((main) => main.module === module);
      const rest = [...this.packages.values()].filter((one) => this.moduleOf(one) === module && !reachable.has(one));
      const incomplete = own.some((main) => main.reached.incomplete);
      for (const main of own) drafts.push(this.mainDraft(main, main.reached.incomplete ? rest : []));
      if (own.length === 0) {
        const all = [...this.packages.values()].filter((one) => this.moduleOf(one) === module);
        drafts.push(wholeModule(module, filesOf(all)));
      } else if (rest.length > 0 && !incomplete) {
        drafts.push({ ...wholeModule(module, filesOf(rest)), kind: 'never' });
      }
    }
    return drafts;
  }

  private mainDraft(
    { start, module, reached }: { start: GoPackage; module: GoModule; reached: Reached },
    rest: readonly GoPackage[],
  ): UnitDraft {
    const { file, name, dependencies } = module;
    const below = path.relative(file.folder, start.folder).split(path.sep).join('/');
    const merged = new Map(dependencies);
    for (const other of reached.modules)
      for (const [key, one] of other.dependencies) if (merged.get(key)?.scope !== 'runtime') merged.set(key, one);
    return {
      id: below === '' ? file.path : `${file.path}#${below}`,
      language: 'go',
      root: start.folder,
      manifest: file.at(0, undefined, `go.mod of ${name}`),
      names: [path.basename(below === '' ? name.replace(/\/v\d+$/, '') : start.folder)],
      dependencies: merged,
      needs: [],
      kind: 'process',
      files: filesOf([...reached.packages, ...rest]),
      uses: [...reached.modules].flatMap((other) => (other === module ? [] : [other.file.path])),
    };
  }

  private moduleOf({ folder }: { readonly folder: string }): GoModule | undefined {
    return this.byFolder.find((module) => isUnder(module.file.folder, folder));
  }

  /** The folder of an import path: in the own module, a replaced one, or another module of the workspace. */
  private folderOf(from: GoPackage, name: string): { folder: string; module: GoModule } | undefined {
    const own = this.moduleOf(from);
    for (const [replaced, folder] of own?.replaced ?? []) {
      if (!isInModule(replaced, name)) continue;
      const module = this.modules.find((other) => other.file.folder === folder);
      if (module) return { folder: path.join(folder, name.slice(replaced.length)), module };
    }
    const owners = this.modules.filter((module) => isInModule(module.name, name));
    const module = owners.sort((a, b) => b.name.length - a.name.length)[0];
    return module && { folder: path.join(module.file.folder, name.slice(module.name.length)), module };
  }
}

function isInModule(module: string, name: string): boolean {
  return module !== '' && (name === module || name.startsWith(`${module}/`));
}

function filesOf(packages: readonly GoPackage[]): LintFile[] {
  return packages.flatMap((one) => one.files);
}

function wholeModule({ file, name, dependencies }: GoModule, own: readonly LintFile[] | undefined): UnitDraft {
  return {
    id: file.path,
    language: 'go',
    root: file.folder,
    manifest: file.at(0, undefined, `go.mod of ${name}`),
    names: [path.basename(name.replace(/\/v\d+$/, ''))],
    dependencies,
    needs: [],
    kind: 'unsaid',
    ...(own === undefined ? {} : { files: own }),
  };
}
