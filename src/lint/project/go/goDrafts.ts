import path from 'node:path';
import { pushTo } from '../../../base/tables/pushTo';
import type { LintFile } from '../../lintFiles';
import { namesTracing } from '../mayTrace';
import { ReadFile, type ProjectFiles } from '../projectFiles';
import type { UnitDraft } from '../unitDraft';
import { readGoMod, type GoModule } from './goMod';
import { ModuleFolders } from './moduleFolders';
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
    if (file === undefined) continue;
    const module = readGoMod(file);
    modules.push(module);
    // An empty one only keeps a folder out of the module around it. Of what needs others the own name is wanted: without
    // it no import is known to be of the workspace.
    if (module.name === '' && module.dependencies.size > 0)
      files.skipPart(file.path, 'no line says what its module is called');
  }
  const tracing = modules.filter((module) => [...module.dependencies.keys()].some(namesTracing));
  if (tracing.length === 0) return modules.map((module) => wholeModule(module, undefined));
  const folders = new ModuleFolders([...modules, ...unseenModules(files, modules)]);
  return new GoDrafts(folders, await readGoPackages(files, folders)).drafts();
}

/**
 * Modules that a `replace` puts into a folder whose files are here and whose `go.mod` is not: a cut-out of a repository with
 * several modules may have the manifest of the service alone.
 */
function unseenModules(files: ProjectFiles, modules: readonly GoModule[]): GoModule[] {
  const known = new Set(modules.map(({ file }) => file.folder));
  const found = new Map<string, GoModule>();
  for (const { file, replaced } of modules) {
    for (const [name, folder] of replaced) {
      if (known.has(folder) || found.has(folder) || !files.all.some((one) => isGoFileIn(one, folder))) continue;
      const below = path.relative(file.file.folder, folder).split(path.sep).join('/');
      const unseen = { ...file.file, path: path.join(folder, 'go.mod'), relative: `${below}/go.mod` };
      found.set(folder, { ...readGoMod(new ReadFile(unseen, '')), name, isUnseen: true });
    }
  }
  return [...found.values()];
}

function isGoFileIn(file: LintFile, folder: string): boolean {
  return file.path.endsWith('.go') && file.path.startsWith(`${folder}${path.sep}`);
}

/** What a provider of tracers is made with. */
const SDK = 'go.opentelemetry.io/otel/sdk/trace';

/** Where an import path leads. */
interface ImportedFolder {
  readonly folder: string;
  readonly module: GoModule;
}

class GoDrafts {
  private readonly byName = new Map<string, GoModule>();
  /** What imports mean, by the module in which they stand. */
  private readonly imported = new Map<GoModule | undefined, Map<string, ImportedFolder | undefined>>();

  constructor(
    private readonly modules: ModuleFolders,
    private readonly packages: ReadonlyMap<string, GoPackage>,
  ) {
    for (const module of modules.all) if (!this.byName.has(module.name)) this.byName.set(module.name, module);
  }

  drafts(): UnitDraft[] {
    const reachable = new Set<GoPackage>();
    const mains = new Map<GoModule, Main[]>();
    const members = new Map<GoModule, GoPackage[]>();
    for (const start of this.packages.values()) {
      const module = this.modules.of(start.folder);
      if (module === undefined) continue;
      pushTo(members, module, start);
      if (start.main === undefined) continue;
      const reached = reachedFrom(start, this.packages, (from, name) => this.folderOf(from, name));
      for (const one of reached.packages) reachable.add(one);
      pushTo(mains, module, { start, module, reached });
    }
    const drafts: UnitDraft[] = [];
    for (const module of this.modules.all) {
      const own = mains.get(module) ?? [];
      const all = members.get(module) ?? [];
      const rest = all.filter((one) => !reachable.has(one));
      const incomplete = own.some((main) => main.reached.incomplete);
      const beside = incomplete ? this.setUpsBeside(module, mains, members, reachable) : [];
      for (const main of own) drafts.push(this.mainDraft(main, main.reached.incomplete ? [...rest, ...beside] : []));
      if (own.length === 0 && module.isUnseen === true) continue;
      if (own.length === 0) drafts.push(wholeModule(module, filesOf(all)));
      else if (rest.length > 0 && !incomplete) drafts.push({ ...wholeModule(module, filesOf(rest)), kind: 'never' });
    }
    return drafts;
  }

  /**
   * What may set up tracing in the modules beside a cut-out program, which it is built with and which have no program, where
   * nothing leads there.
   */
  private setUpsBeside(
    own: GoModule,
    mains: ReadonlyMap<GoModule, readonly Main[]>,
    members: ReadonlyMap<GoModule, readonly GoPackage[]>,
    reachable: ReadonlySet<GoPackage>,
  ): GoPackage[] {
    const required = [...own.dependencies.keys()].map((name) => this.byName.get(name));
    const beside = new Set([...required, ...[...own.replaced.values()].map((folder) => this.modules.in(folder))]);
    return [...beside].flatMap((module) =>
      module === undefined || module === own || mains.has(module)
        ? []
        : (members.get(module) ?? []).filter((one) => !reachable.has(one) && one.imports.has(SDK)),
    );
  }

  private mainDraft({ start, module, reached }: Main, rest: readonly GoPackage[]): UnitDraft {
    const { file, name, goVersion, dependencies } = module;
    const below = path.relative(file.folder, start.folder).split(path.sep).join('/');
    const merged = new Map(dependencies);
    for (const other of reached.modules)
      for (const [key, one] of other.dependencies) if (merged.get(key)?.scope !== 'runtime') merged.set(key, one);
    for (const [key, one] of merged) {
      const folder = module.replaced.get(key) ?? this.byName.get(key)?.file.folder;
      if (folder !== undefined) merged.set(key, { ...one, folder });
    }
    return {
      id: below === '' ? file.path : `${file.path}#${below}`,
      language: 'go',
      root: start.folder,
      manifest: file.at(0, undefined, `go.mod of ${name}`),
      names: [path.basename(below === '' ? name.replace(/\/v\d+$/, '') : start.folder)],
      dependencies: merged,
      needs: [],
      kind: 'process',
      ...(goVersion === undefined ? {} : { goVersion }),
      files: filesOf([...reached.packages, ...rest]),
      uses: [...reached.modules].flatMap((other) => (other === module || other.isUnseen ? [] : [other.file.path])),
    };
  }

  private folderOf(from: GoPackage, name: string): ImportedFolder | undefined {
    const own = this.modules.of(from.folder);
    let known = this.imported.get(own);
    if (known === undefined) this.imported.set(own, (known = new Map<string, ImportedFolder | undefined>()));
    if (!known.has(name)) known.set(name, this.findFolder(own, name));
    return known.get(name);
  }

  /** The folder of an import path: in the own module, a replaced one, or another module of the workspace. */
  private findFolder(own: GoModule | undefined, name: string): ImportedFolder | undefined {
    for (const [replaced, folder] of own?.replaced ?? []) {
      if (!isInModule(replaced, name)) continue;
      const module = this.modules.in(folder);
      if (module) return { folder: path.join(folder, name.slice(replaced.length)), module };
    }
    for (let end = name.length; end > 0; end = name.lastIndexOf('/', end - 1)) {
      const module = this.byName.get(name.slice(0, end));
      if (module) return { folder: path.join(module.file.folder, name.slice(end)), module };
    }
    return undefined;
  }
}

/** A program with what it is made of. */
interface Main {
  readonly start: GoPackage;
  readonly module: GoModule;
  readonly reached: Reached;
}

function isInModule(module: string, name: string): boolean {
  return module !== '' && (name === module || name.startsWith(`${module}/`));
}

function filesOf(packages: readonly GoPackage[]): LintFile[] {
  return packages.flatMap((one) => one.files);
}

function wholeModule(
  { file, name, goVersion, dependencies }: GoModule,
  own: readonly LintFile[] | undefined,
): UnitDraft {
  return {
    id: file.path,
    language: 'go',
    root: file.folder,
    manifest: file.at(0, undefined, `go.mod of ${name}`),
    names: [path.basename(name.replace(/\/v\d+$/, ''))],
    dependencies,
    needs: [],
    kind: 'unsaid',
    ...(goVersion === undefined ? {} : { goVersion }),
    ...(own === undefined ? {} : { files: own }),
  };
}
