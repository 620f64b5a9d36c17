import type { FileFacts } from '../../syntax/facts';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';
import { dirname, type FileLookup } from './fileLookup';
import { importsOf } from './importsOf';
import { isBelow, type Folder } from './projectRoots';

/** What a path of Rust leads to: the file of its longest module, and what is left: types, inline modules, the item. */
export interface RustPlace {
  readonly file: WorkspaceFile;
  readonly rest: readonly string[];
}

/** A crate is known by a name and the folder of its root file. */
interface Crate extends Folder {
  readonly name: string;
  /** Where the root file has a name of its own: of programs. */
  readonly root?: string | undefined;
}

/** Imports that lead to imports, at most this deep. */
const MAX_STEPS = 5;

/** Files that are the module of their folder. */
const OWN_FILES = ['mod.rs', 'lib.rs', 'main.rs'];

/**
 * Finds the files of Rust's module paths: `crate::a::b` is `src/a/b.rs` or `src/a/b/mod.rs`
 * (https://doc.rust-lang.org/reference/items/modules.html), crates are those of the workspace's manifests.
 */
export class RustModules {
  private crates: Promise<readonly Crate[]> | undefined;

  constructor(
    private readonly files: WorkspaceFiles,
    private readonly lookup: FileLookup,
  ) {}

  /** Called when a manifest changed. */
  forget(): void {
    this.crates = undefined;
  }

  /**
   * The places of a path that begins with a crate's name, as a running process prints it.
   * @returns undefined if no crate of the workspace has that name.
   */
  async ofCrate(path: readonly string[], leave: number): Promise<RustPlace[] | undefined> {
    this.crates ??= this.readCrates();
    const crates = (await this.crates).filter(({ name }) => name === path[0] && path.length > leave);
    if (crates.length === 0) return undefined;
    const places = crates.flatMap((crate) => this.walk(crate, path.slice(1), leave));
    return [...new Map(places.map((place) => [place.file.path, place])).values()];
  }

  /**
   * The files of a module as a process prints it (`shop::orders`).
   * @returns undefined if it belongs to no crate of the workspace.
   */
  async filesOfModule(module: string): Promise<readonly WorkspaceFile[] | undefined> {
    const places = await this.ofCrate(module.split('::'), 0);
    return places?.map(({ file }) => file);
  }

  /**
   * The places of a path as it is written in a file.
   * @param leave parts at the end that are no module: 1 for a function, 0 where the last may be one.
   */
  async find(
    file: WorkspaceFile,
    facts: FileFacts | undefined,
    path: readonly string[],
    leave: number,
  ): Promise<RustPlace[]> {
    let parts = path;
    for (let step = 0; step < MAX_STEPS; step++) {
      const [first, ...rest] = parts;
      if (first === undefined) return [];
      const relative = await this.relative(file, parts, leave);
      if (relative !== undefined) return relative;
      const imported = facts && step < MAX_STEPS - 1 ? importsOf(facts).get(first) : undefined;
      const full = imported && [...imported.from.split('.'), imported.imported, ...rest].filter((part) => part !== '');
      if (full !== undefined && full.join('.') !== parts.join('.')) {
        parts = full;
        continue;
      }
      const child = this.walk({ folder: file.folder, relative: moduleFolder(file) }, parts, leave);
      const inside = child.filter((place) => place.rest.length < parts.length);
      if (inside.length > 0) return inside;
      const ofCrate = await this.ofCrate(parts, leave);
      if (ofCrate !== undefined) return ofCrate;
      return path === parts ? [{ file, rest: parts }] : [];
    }
    return [];
  }

  /** Of a path that begins with `crate`, `self` or `super`. */
  private async relative(
    file: WorkspaceFile,
    parts: readonly string[],
    leave: number,
  ): Promise<RustPlace[] | undefined> {
    const [first, ...rest] = parts;
    if (first === 'crate') return this.walk(await this.crateOf(file), rest, leave);
    if (first !== 'self' && first !== 'super') return undefined;
    const ups = parts.findIndex((part) => part !== 'self' && part !== 'super');
    const after = ups < 0 ? [] : parts.slice(ups);
    let relative = moduleFolder(file);
    for (const part of parts.slice(0, ups < 0 ? undefined : ups)) if (part === 'super') relative = dirname(relative);
    if (first === 'self' && after.length <= leave) return [{ file, rest: after }];
    const found = this.walk({ folder: file.folder, relative }, after, leave);
    return found.length > 0 || first !== 'self' ? found : [{ file, rest: after }];
  }

  private walk(
    from: Folder & { readonly root?: string | undefined },
    path: readonly string[],
    leave: number,
  ): RustPlace[] {
    let folder = from.relative;
    let rest = path;
    while (rest.length > leave) {
      const inner = `${folder}/${rest[0]!}`.replace(/^\//, '');
      if (this.fileOf(from.folder, inner).length === 0) break;
      folder = inner;
      rest = rest.slice(1);
    }
    const isRoot = folder === from.relative && from.root !== undefined;
    const root = isRoot ? this.lookup.at(from.folder, from.root) : undefined;
    const found = isRoot ? (root === undefined ? [] : [root]) : this.fileOf(from.folder, folder);
    return found.map((file) => ({ file, rest }));
  }

  /** The file of the module whose children lie in a folder; a crate may have two, of its library and of its program. */
  private fileOf(folder: string, relative: string): WorkspaceFile[] {
    const own = OWN_FILES.map((name) => (relative === '' ? name : `${relative}/${name}`));
    return [`${relative}.rs`, ...own].flatMap((path) => this.lookup.at(folder, path) ?? []);
  }

  /** The folder of the root file of the crate that a file belongs to. */
  private async crateOf(file: WorkspaceFile): Promise<Folder> {
    this.crates ??= this.readCrates();
    const around = (await this.crates).filter((crate) => isBelow(file, crate));
    const deepest = around.sort((a, b) => b.relative.length - a.relative.length)[0];
    return deepest ?? { folder: file.folder, relative: dirname(file.relative) };
  }

  private async readCrates(): Promise<readonly Crate[]> {
    const crates: Crate[] = [];
    for (const manifest of this.lookup.named('Cargo.toml')) {
      const text = (await this.files.read(manifest.path)) ?? '';
      const root = dirname(manifest.relative);
      const { folder } = manifest;
      const sources = root === '' ? 'src' : `${root}/src`;
      for (const [, section = '', body = ''] of text.matchAll(/^\[+([\w.-]+)\]+[^\n]*\n((?:(?!\[)[^\n]*\n?)*)/gm)) {
        const name = /^\s*name\s*=\s*["']([^"']+)["']/m.exec(body)?.[1]?.replaceAll('-', '_');
        if (name === undefined || !/^(package|lib|bin)$/.test(section)) continue;
        const path = /^\s*path\s*=\s*["']([^"']+)["']/m.exec(body)?.[1];
        const file = path === undefined ? undefined : root === '' ? path : `${root}/${path}`;
        const own = file === undefined ? sources : dirname(file);
        const isOther = file !== undefined && !/(^|\/)(lib|main)\.rs$/.test(file);
        crates.push({ name, folder, relative: own, ...(isOther ? { root: file } : {}) });
      }
      for (const program of this.lookup.inFolder(folder, `${sources}/bin`)) {
        const name = /([^/]+)\.rs$/.exec(program.relative)?.[1]?.replaceAll('-', '_');
        if (name !== undefined) crates.push({ name, folder, relative: `${sources}/bin`, root: program.relative });
      }
    }
    return crates;
  }
}

/** The folder in which the files of a module's children lie: `src/a` of `src/a.rs` and of `src/a/mod.rs`. */
function moduleFolder(file: WorkspaceFile): string {
  const name = file.relative.slice(file.relative.lastIndexOf('/') + 1);
  return OWN_FILES.includes(name) ? dirname(file.relative) : file.relative.replace(/\.rs$/, '');
}
