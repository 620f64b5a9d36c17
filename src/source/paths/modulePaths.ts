import type { Language } from '../../syntax/facts';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';
import { isTest } from '../../base/fileRoles';
import { dirname, joinRelative, type FileLookup } from './fileLookup';
import { packageName } from './packageName';
import { PathAliases } from './pathAliases';
import type { ProjectRoots } from './projectRoots';
import { RustModules } from './rustModules';

const SCRIPT_ENDINGS = [
  '',
  '.ts',
  '.tsx',
  '.mts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '/index.ts',
  '/index.tsx',
  '/index.js',
];

/** Turns what an import names into files of the workspace. */
export class ModulePaths {
  private goModules: Promise<{ prefix: string; file: WorkspaceFile }[]> | undefined;
  private packages: Promise<Map<string, WorkspaceFile>> | undefined;
  readonly rust: RustModules;
  private readonly aliases: PathAliases;

  constructor(
    private readonly files: WorkspaceFiles,
    private readonly lookup: FileLookup,
    private readonly roots: ProjectRoots,
  ) {
    this.rust = new RustModules(files, lookup);
    this.aliases = new PathAliases(files, lookup);
  }

  /** Called when a manifest changed. */
  forget(): void {
    this.goModules = undefined;
    this.packages = undefined;
    this.rust.forget();
    this.aliases.forget();
  }

  /**
   * The files that `from` may mean in `file`. More than one for a package (Go), none for a library.
   * @param imported the name taken from the module: in Python it may be a submodule.
   */
  async resolve(file: WorkspaceFile, language: Language, from: string, imported?: string): Promise<WorkspaceFile[]> {
    switch (language) {
      case 'typescript':
      case 'tsx':
      case 'javascript':
        return this.script(file, from);
      case 'python':
        return this.python(file, from, imported);
      case 'java':
      case 'kotlin':
        return this.java(from, imported);
      case 'go':
        return this.goPackage(from);
      case 'csharp':
      case 'ruby':
      case 'elixir':
        return [];
      case 'php':
        return this.php(file, from);
      case 'rust': {
        const path = [...from.split('.'), imported ?? ''].filter((part) => part !== '' && part !== '*');
        return (await this.rust.find(file, undefined, path, 0)).map((place) => place.file);
      }
    }
  }

  /** The Go files of an import path: the longest `module` of any go.mod that begins it names the folder. */
  async goPackage(importPath: string): Promise<WorkspaceFile[]> {
    this.goModules ??= this.readGoModules();
    const modules = (await this.goModules).filter(
      ({ prefix }) => importPath === prefix || importPath.startsWith(`${prefix}/`),
    );
    const longest = Math.max(0, ...modules.map(({ prefix }) => prefix.length));
    return modules
      .filter(({ prefix }) => prefix.length === longest)
      .flatMap(({ prefix, file }) => {
        const folder = joinRelative(dirname(file.relative), importPath.slice(prefix.length)) ?? '';
        return this.goFiles(file.folder, folder);
      });
  }

  /**
   * The file that a path means which begins with a module of Go: `github.com/shop/orders/api/main.go`.
   * @returns `elsewhere` where it is of no module of the workspace; undefined where the workspace has no modules at all.
   */
  async goFile(importPath: string): Promise<WorkspaceFile | 'missing' | 'elsewhere' | undefined> {
    this.goModules ??= this.readGoModules();
    const modules = await this.goModules;
    const holding = modules.filter(({ prefix }) => importPath.startsWith(`${prefix}/`));
    const longest = Math.max(0, ...holding.map(({ prefix }) => prefix.length));
    const found = holding
      .filter(({ prefix }) => prefix.length === longest)
      .flatMap(({ prefix, file }) => {
        const relative = joinRelative(dirname(file.relative), importPath.slice(prefix.length));
        return (relative === undefined ? undefined : this.lookup.at(file.folder, relative)) ?? [];
      });
    if (found.length === 1) return found[0];
    return modules.length === 0 ? undefined : holding.length === 0 ? 'elsewhere' : 'missing';
  }

  /** The files of a name, wherever they lie. */
  called(basename: string): readonly WorkspaceFile[] {
    return this.lookup.named(basename);
  }

  /** Files by what is behind the last dot of their names, in lower case. */
  withExtension(ending: string): readonly WorkspaceFile[] {
    return this.lookup.withExtension(ending);
  }

  /** The Go files of one folder, without tests. */
  goFiles(folder: string, relative: string): WorkspaceFile[] {
    return this.lookup
      .inFolder(folder, relative)
      .filter((file) => file.relative.endsWith('.go') && !isTest(file.relative));
  }

  /** Files of a dotted Python module: `a.b` is `a/b.py` or `a/b/__init__.py` below any source root, nearest first. */
  pythonModule(dotted: string, near?: WorkspaceFile): WorkspaceFile[] {
    const tail = dotted
      .split('.')
      .filter((part) => part !== '')
      .join('/');
    if (tail === '') return [];
    const found = [...this.lookup.endingIn(`${tail}.py`), ...this.lookup.endingIn(`${tail}/__init__.py`)];
    if (near === undefined || found.length < 2) return found;
    const shared = found.map((file) => sharedPrefix(file, near));
    const most = Math.max(...shared);
    return found.filter((_, i) => shared[i] === most);
  }

  private async script(file: WorkspaceFile, from: string): Promise<WorkspaceFile[]> {
    if (from.startsWith('.')) return this.scriptAt(file.folder, joinRelative(dirname(file.relative), from));
    for (const target of await this.aliases.targets(file, from)) {
      const found = this.scriptAt(file.folder, target);
      if (found.length > 0) return found;
    }
    const alias = /^(?:@|~|#|src|app)\/(.+)$/.exec(from);
    if (alias) {
      const root = this.roots.nearest(file).relative;
      for (const base of [`${root}/src`, root]) {
        const found = this.scriptAt(file.folder, joinRelative(base, from.startsWith('app/') ? from : alias[1]!));
        if (found.length > 0) return found;
      }
    }
    return this.workspacePackage(from);
  }

  private scriptAt(folder: string, relative: string | undefined): WorkspaceFile[] {
    if (relative === undefined) return [];
    const bare = relative.replace(/\.[mc]?js$/, '');
    for (const stem of bare === relative ? [relative] : [relative, bare]) {
      for (const ending of SCRIPT_ENDINGS) {
        const found = this.lookup.at(folder, `${stem}${ending}`);
        if (found) return [found];
      }
    }
    return [];
  }

  private async workspacePackage(from: string): Promise<WorkspaceFile[]> {
    this.packages ??= this.readPackages();
    const packages = await this.packages;
    const name = from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : from.split('/')[0]!;
    const manifest = packages.get(name);
    if (!manifest) return [];
    const root = dirname(manifest.relative);
    const rest = from.slice(name.length + 1);
    for (const base of [`${root}/src/${rest}`, `${root}/${rest}`, `${root}/lib/${rest}`]) {
      const found = this.scriptAt(manifest.folder, joinRelative('', base));
      if (found.length > 0) return found;
    }
    return [];
  }

  private python(file: WorkspaceFile, from: string, imported?: string): WorkspaceFile[] {
    const dots = /^\.*/.exec(from)![0].length;
    const rest = from.slice(dots);
    if (dots === 0) {
      const submodule =
        imported === undefined || imported === '*' ? [] : this.pythonModule(`${from}.${imported}`, file);
      return submodule.length > 0 ? submodule : this.pythonModule(from, file);
    }
    const base = joinRelative(dirname(file.relative), '../'.repeat(dots - 1));
    if (base === undefined) return [];
    for (const dotted of [imported === undefined ? undefined : `${rest}.${imported}`, rest]) {
      if (dotted === undefined) continue;
      const stem = joinRelative(base, dotted.split('.').join('/'));
      if (stem === undefined) continue;
      const found = this.lookup.at(file.folder, `${stem}.py`) ?? this.lookup.at(file.folder, `${stem}/__init__.py`);
      if (found) return [found];
    }
    return [];
  }

  /** `com.shop.Topics`, or of a static import `com.shop.Topics.ORDERS`. */
  private java(from: string, imported?: string): WorkspaceFile[] {
    const parts = from.replace(/\.\*$/, '').split('.');
    if (imported !== undefined && imported !== '*' && parts.at(-1) !== imported) parts.push(imported);
    for (let length = parts.length; length >= Math.max(1, parts.length - 2); length--) {
      const stem = parts.slice(0, length).join('/');
      const found = [...this.lookup.endingIn(`${stem}.java`), ...this.lookup.endingIn(`${stem}.kt`)];
      if (found.length > 0) return found;
    }
    return [];
  }

  /** A class by the end of its name, as autoloading maps it to a path; a file that is required by its path, the nearest. */
  private php(file: WorkspaceFile, from: string): WorkspaceFile[] {
    if (from.endsWith('.php')) {
      const found = this.lookup.endingIn(from);
      const shared = found.map((other) => sharedPrefix(other, file));
      return found.filter((_, i) => shared[i] === Math.max(...shared));
    }
    const parts = from.split('\\');
    for (let start = 0; start < parts.length; start++) {
      const found = this.lookup.endingIn(`${parts.slice(start).join('/')}.php`);
      if (found.length > 0) return found;
    }
    return [];
  }

  private async readGoModules(): Promise<{ prefix: string; file: WorkspaceFile }[]> {
    const modules = [];
    for (const file of this.lookup.named('go.mod')) {
      const prefix = /^module\s+"?([^\s"]+)/m.exec((await this.files.read(file.path)) ?? '')?.[1];
      if (prefix !== undefined) modules.push({ prefix, file });
    }
    return modules;
  }

  private async readPackages(): Promise<Map<string, WorkspaceFile>> {
    const packages = new Map<string, WorkspaceFile>();
    for (const file of this.lookup.named('package.json')) {
      const name = packageName((await this.files.read(file.path)) ?? '');
      if (name !== undefined && !packages.has(name)) packages.set(name, file);
    }
    return packages;
  }
}

/** The dotted name under which Python imports a file from the root it lies below: `app/api/items.py` → `app.api.items`. */
export function pythonModuleName(relative: string): string {
  return relative
    .replace(/\.py$/, '')
    .replace(/(^|\/)__init__$/, '')
    .split('/')
    .join('.');
}

/** How many folders two files have in common; -1 in different workspace folders. */
export function sharedPrefix(a: WorkspaceFile, b: WorkspaceFile): number {
  if (a.folder !== b.folder) return -1;
  const left = a.relative.split('/');
  const right = b.relative.split('/');
  let length = 0;
  while (length < left.length && left[length] === right[length]) length++;
  return length;
}
