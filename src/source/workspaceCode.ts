import path from 'node:path';
import { PastFiles } from './drift/pastFiles';
import { Repositories } from './drift/git/repositories';
import { FunctionFinder } from './functionFinder';
import { SourceIndex } from './index/sourceIndex';
import type { SourceMapperOptions } from './mapperOptions';
import { CompilerOptions } from './paths/compilerOptions';
import { FileLookup } from './paths/fileLookup';
import { ModulePaths } from './paths/modulePaths';
import { PathResolver } from './paths/pathResolver';
import { ProjectRoots, type Folder } from './paths/projectRoots';
import { FolderNames } from './services/folderNames';
import { learnServices, mayDeclareServices } from './services/learnServices';
import { ServiceBinder } from './services/serviceBinder';
import { SourceMaps } from './sourceMaps/sourceMaps';
import { WorkspaceFiles } from './workspace/workspaceFiles';

/** The workspace as the evidence sees it: files, index, paths and services, kept in step with changes. */
export class WorkspaceCode {
  readonly files: WorkspaceFiles;
  readonly services: ServiceBinder;
  private listing: Promise<void> | undefined;
  private parts: Parts | undefined;

  constructor(private readonly options: SourceMapperOptions) {
    this.files = new WorkspaceFiles(options.folders, options.logger, undefined, options.cache);
    this.services = new ServiceBinder(givenFolders(options, this.files));
  }

  /** Lists the files, once. */
  list(signal?: AbortSignal): Promise<void> {
    this.listing ??= this.files.list(signal).then(() => {
      this.parts = build(this.files, this.options);
    });
    return this.listing;
  }

  /** Lists and indexes. */
  async open(signal: AbortSignal | undefined, onProgress: (done: number, total: number) => void): Promise<void> {
    await this.list(signal);
    await this.index.build(signal, onProgress);
    await this.learnServices(signal);
  }

  get index(): SourceIndex {
    return this.opened().index;
  }

  get paths(): PathResolver {
    return this.opened().paths;
  }

  get functions(): FunctionFinder {
    return this.opened().functions;
  }

  get past(): PastFiles {
    return this.opened().past;
  }

  get sourceMaps(): SourceMaps {
    return this.opened().sourceMaps;
  }

  /** A file was written, created or edited. @returns the keys of what changed. */
  async update(full: string, text: string | undefined): Promise<string[]> {
    const known = this.files.get(full);
    this.files.setOverlay(full, text);
    const file = known ?? (this.files.isIgnored(full) ? undefined : this.files.add(full));
    if (/\.[mc]?js(\.map)?$/.test(full)) this.sourceMaps.forget();
    if (CompilerOptions.isConfiguration(path.basename(full))) this.opened().compiler.forget();
    if (!file) return [];
    const changed: string[] = [];
    if (!known) this.opened().lookup.add(file);
    if (!known) this.past.filesChanged();
    if (!known || CompilerOptions.isConfiguration(file.relative)) changed.push('paths');
    changed.push(...(await this.index.update(file)));
    return this.afterChange(file.relative, changed);
  }

  /** A file or a folder is gone. @returns the keys of what changed. */
  async remove(gone: string): Promise<string[]> {
    const changed: string[] = [];
    for (const full of this.files.knownAt(gone)) changed.push(...(await this.removeFile(full)));
    return changed;
  }

  private async removeFile(full: string): Promise<string[]> {
    const file = this.files.get(full);
    if (!file) return [];
    this.opened().lookup.remove(file);
    this.opened().compiler.forget();
    this.past.filesChanged();
    this.files.remove(full);
    return this.afterChange(file.relative, ['paths', ...(await this.index.remove(full))]);
  }

  private async afterChange(relative: string, changed: string[]): Promise<string[]> {
    const movesRoots = ProjectRoots.isManifest(relative);
    if (movesRoots) {
      this.opened().roots.scan(this.files.all());
      this.opened().modules.forget();
      changed.push('paths');
    }
    if (movesRoots || mayDeclareServices(relative) || changed.includes('services')) {
      // What code declares is compared by the bindings that follow from it, not by itself.
      const rest = changed.filter((key) => key !== 'services');
      return (await this.learnServices()) ? [...rest, 'services'] : rest;
    }
    return changed;
  }

  private async learnServices(signal?: AbortSignal): Promise<boolean> {
    const { index, roots } = this.opened();
    const declared = await learnServices(this.files, roots, index, signal);
    const sources = [...this.files.all()].filter((file) => index.store.languageOf(file.path) !== undefined);
    return this.services.learn(declared, new FolderNames(sources, roots));
  }

  private opened(): Parts {
    if (!this.parts) throw new Error('The workspace is asked for its code before it was opened.');
    return this.parts;
  }
}

interface Parts {
  readonly lookup: FileLookup;
  readonly roots: ProjectRoots;
  readonly modules: ModulePaths;
  readonly index: SourceIndex;
  readonly paths: PathResolver;
  readonly functions: FunctionFinder;
  readonly past: PastFiles;
  readonly compiler: CompilerOptions;
  readonly sourceMaps: SourceMaps;
}

function build(files: WorkspaceFiles, options: SourceMapperOptions): Parts {
  const lookup = new FileLookup(files);
  const roots = new ProjectRoots(files.folders);
  roots.scan(files.all());
  const modules = new ModulePaths(files, lookup, roots);
  const index = new SourceIndex(files, options.syntax, modules, options.cache);
  const paths = new PathResolver(files, lookup, roots, modules, options.pathRules ?? []);
  paths.told.replace(options.toldPaths ?? []);
  const functions = new FunctionFinder(index, modules);
  const compiler = new CompilerOptions(files, lookup);
  const sourceMaps = new SourceMaps(files, lookup, roots, compiler);
  const { git, snapshots } = options.history ?? {};
  const past = new PastFiles({
    files,
    syntax: options.syntax,
    facts: (file) => index.facts(file),
    repositories: git && new Repositories(git),
    snapshots,
  });
  return { lookup, roots, modules, index, paths, functions, past, compiler, sourceMaps };
}

/** Folders outside the workspace bind nothing. */
function givenFolders(options: SourceMapperOptions, files: WorkspaceFiles): Map<string, Folder> {
  const given = new Map<string, Folder>();
  for (const [service, where] of Object.entries(options.services ?? {})) {
    const described = files.describe(path.resolve(files.folders[0] ?? '.', where));
    if (described) given.set(service, { folder: described.folder, relative: described.relative });
    else options.logger.warn(`The folder given for the service ${service} is outside the workspace: ${where}`);
  }
  return given;
}
