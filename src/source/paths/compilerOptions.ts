import type { ServiceScope } from '../services/serviceScope';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';
import { dirname, joinRelative, type FileLookup } from './fileLookup';
import { parseJsonWithComments } from './jsonWithComments';
import type { Folder } from './projectRoots';

/** Where a TypeScript project is compiled from and to; paths relative to the workspace folder, with `/`. */
export interface CompiledProject {
  /** Of the tsconfig. */
  readonly project: Folder;
  readonly outDir: string;
  /** `rootDir`, or every one of `rootDirs`; where neither is said, the folders that may be it. */
  readonly rootDirs: readonly string[];
}

const TSCONFIG = /^tsconfig(\.[\w.-]+)?\.json$/;

/** Configurations extended by configurations, at most this many; a cycle ends here too. */
const MAX_EXTENDS = 8;

interface Options {
  outDir?: string;
  rootDirs?: readonly string[];
  includes?: readonly string[];
}

/**
 * `outDir`, `rootDir` and `rootDirs` of the workspace's tsconfig files, through `extends`; see
 * https://www.typescriptlang.org/tsconfig. Read once, until one changes.
 */
export class CompilerOptions {
  private projects: Promise<readonly CompiledProject[]> | undefined;

  constructor(
    private readonly files: WorkspaceFiles,
    private readonly lookup: FileLookup,
  ) {}

  static isConfiguration(relative: string): boolean {
    return TSCONFIG.test(relative.slice(relative.lastIndexOf('/') + 1));
  }

  /** Called when a tsconfig changed. */
  forget(): void {
    this.projects = undefined;
  }

  /** The projects within a service's reach. */
  async compiled(scope: ServiceScope): Promise<CompiledProject[]> {
    this.projects ??= this.readAll();
    return (await this.projects).filter(({ project }) => scope.allowsFolder(project));
  }

  private async readAll(): Promise<CompiledProject[]> {
    const found: CompiledProject[] = [];
    for (const file of this.files.all()) {
      if (!CompilerOptions.isConfiguration(file.relative)) continue;
      const { outDir, rootDirs, includes } = await this.read(file, MAX_EXTENDS);
      const folder = dirname(file.relative);
      if (outDir === undefined || outDir === folder) continue;
      const roots = rootDirs ?? [...new Set([...(includes ?? []), folder, joinRelative(folder, 'src') ?? folder])];
      found.push({ project: { folder: file.folder, relative: folder }, outDir, rootDirs: roots });
    }
    return found;
  }

  /** A configuration's own options before those of what it extends; paths count from the file that names them. */
  private async read(file: WorkspaceFile, depth: number): Promise<Options> {
    const json = record(parseJsonWithComments((await this.files.read(file.path)) ?? ''));
    const compiler = record(json['compilerOptions']);
    const at = (value: unknown): string | undefined =>
      typeof value === 'string'
        ? joinRelative(dirname(file.relative), value.replace(/^\$\{configDir\}\/?/, './'))
        : undefined;
    const several = (value: unknown): string[] => (Array.isArray(value) ? value : []).flatMap((one) => at(one) ?? []);
    let inherited: Options = {};
    const parents = Array.isArray(json['extends']) ? json['extends'] : [json['extends']];
    for (const parent of depth > 0 ? parents : []) {
      const base = typeof parent === 'string' ? this.find(file, parent) : undefined;
      if (base) inherited = { ...inherited, ...(await this.read(base, depth - 1)) };
    }
    const outDir = at(compiler['outDir']);
    const rootDir = at(compiler['rootDir']);
    const rootDirs = rootDir === undefined ? several(compiler['rootDirs']) : [rootDir];
    // `src/**/*.ts`: what stands before the first wildcard holds all sources.
    const includes = several(json['include']).map((glob) => glob.replace(/\/?[^/]*[*?].*$/, ''));
    return {
      ...inherited,
      ...(outDir === undefined ? {} : { outDir }),
      ...(rootDirs.length === 0 ? {} : { rootDirs }),
      ...(includes.length === 0 ? {} : { includes }),
    };
  }

  /** `./tsconfig.base`, `../tsconfig.json`; configurations of packages bring no paths of this workspace. */
  private find(file: WorkspaceFile, named: string): WorkspaceFile | undefined {
    const path = named.startsWith('.') ? joinRelative(dirname(file.relative), named) : undefined;
    if (path === undefined) return undefined;
    return this.lookup.at(file.folder, path) ?? this.lookup.at(file.folder, `${path}.json`);
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
