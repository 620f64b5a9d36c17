import path from 'node:path';
import { line0 } from '../../../base/positions';
import type { LintFile } from '../../lintFiles';
import type { ProjectFiles } from '../projectFiles';
import type { UnitDraft, UnitReference } from '../unitDraft';
import { filesByRoot } from './importedPackages';

/** Files of one project that are looked at: the shallowest, where set-up is imported. */
const MAX_FILES = 80;

/** Folders by the name of what they are there for, whose modules an image or `sys.path` puts beside a program's own. */
const SHARED = /^_?(shared|common|commons|libs?|core|utils|observability|telemetry|platform)$/i;

/** What the projects of a workspace share, and who needs it. */
export interface SharedFolders {
  /** The folders that no project is in and several need: libraries without a manifest. */
  readonly drafts: readonly UnitDraft[];
  /** Such folders that one project alone needs: its own code, put elsewhere. */
  readonly alone: ReadonlyMap<UnitDraft, readonly string[]>;
  readonly needs: ReadonlyMap<UnitDraft, readonly UnitReference[]>;
}

/**
 * Folders beside several projects, which an image copies to each of them (`COPY shared /app/shared`) and their code imports
 * (`from shared.tracing import …`): nothing but the import says that they belong together. What a project has in its own
 * folder by the same name goes before them.
 */
export async function sharedFolders(files: ProjectFiles, drafts: readonly UnitDraft[]): Promise<SharedFolders> {
  const needs = new Map<UnitDraft, UnitReference[]>();
  const users = new Map<string, UnitDraft[]>();
  const tree = new PythonTree(files);
  const roots = new Set(drafts.map(({ root }) => root));
  const own = filesByRoot(files, drafts);
  for (const draft of drafts) {
    const list = (own.get(draft.root) ?? []).slice(0, MAX_FILES);
    for (const folder of await importedFolders(files, tree, draft, list, roots)) {
      const owner = [...ancestors(folder)].find((one) => roots.has(one));
      if (owner !== undefined && !isInside(draft.root, owner)) push(needs, draft, { folder: owner });
      else users.set(folder, [...(users.get(folder) ?? []), draft]);
    }
  }
  const made: UnitDraft[] = [];
  const alone = new Map<UnitDraft, string[]>();
  for (const [folder, by] of users) {
    // The project around such a folder has its files anyway.
    const all = [...by, ...drafts.filter(({ root }) => isInside(folder, root))];
    if (all.length === 1) alone.set(by[0]!, [...(alone.get(by[0]!) ?? []), folder]);
    else {
      made.push(draftOf(folder, tree.filesIn(folder)));
      for (const draft of all) push(needs, draft, { folder });
    }
  }
  return { drafts: made, alone, needs };
}

async function importedFolders(
  files: ProjectFiles,
  tree: PythonTree,
  draft: UnitDraft,
  list: readonly LintFile[],
  roots: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const heads = list.length === 0 ? [] : headsAbove(tree, draft, list);
  if (heads.length === 0) return found;
  const imports = new RegExp(`^[ \\t]*(?:from|import)[ \\t]+((?:${heads.join('|')})(?:\\.\\w+)*)\\b`, 'gm');
  for (const file of list) {
    const text = (await files.peek(file)) ?? '';
    for (const [, module] of text.matchAll(imports)) {
      const parts = module!.split('.');
      const folder = tree.folderOf(draft.root, list[0]!.folder, parts);
      if (folder === undefined) continue;
      found.add(folder);
      // A package in it may be a project by itself: `shared/telemetry/requirements.txt`.
      const inner = parts.slice(parts.indexOf(path.basename(folder)) + 1).map((_, i, rest) => rest.slice(0, i + 1));
      for (const rest of inner) if (roots.has(path.join(folder, ...rest))) found.add(path.join(folder, ...rest));
    }
  }
  return found;
}

/** The names that folders and modules above a project have, as far as nothing of its own is called so. */
function headsAbove(tree: PythonTree, { root, dependencies }: UnitDraft, list: readonly LintFile[]): string[] {
  const top = list[0]!.folder;
  if (root === top || !isInside(root, top)) return [];
  const own = new Set(
    list.flatMap(({ path: file }) =>
      file
        .slice(root.length + 1)
        .replace(/\.py$/, '')
        .split(path.sep),
    ),
  );
  const heads = new Set<string>();
  for (const folder of ancestors(path.dirname(root))) {
    for (const name of tree.childrenOf(folder)) {
      if (!own.has(name) && /^[A-Za-z_]\w*$/.test(name)) heads.add(name);
      if (SHARED.test(name))
        for (const module of tree.importableFrom(path.join(folder, name))) if (!own.has(module)) heads.add(module);
    }
    if (folder === top) break;
  }
  // A folder for a broker's files may be called as the package that talks to the broker.
  const words = new Set([...dependencies.keys()].flatMap((name) => [name, ...name.split('-')]));
  return [...heads].filter((name) => !words.has(name.replace(/_/g, '-')) && !words.has(name));
}

/** The folders of a workspace with Python in them. */
class PythonTree {
  private readonly children = new Map<string, Set<string>>();
  private readonly modules = new Map<string, Map<string, LintFile>>();

  constructor(files: ProjectFiles) {
    for (const file of files.all) {
      if (!file.path.endsWith('.py')) continue;
      let folder = path.dirname(file.path);
      const known = this.modules.get(folder);
      const module = path.basename(file.path, '.py');
      if (known) known.set(module, file);
      else this.modules.set(folder, new Map([[module, file]]));
      while (folder !== file.folder && folder !== path.dirname(folder)) {
        const above = path.dirname(folder);
        const list = this.children.get(above) ?? new Set();
        if (list.has(path.basename(folder))) break;
        this.children.set(above, list.add(path.basename(folder)));
        folder = above;
      }
    }
  }

  /** The names of the folders in a folder. */
  childrenOf(folder: string): ReadonlySet<string> {
    return this.children.get(folder) ?? new Set();
  }

  /** The modules of a shared folder, and the packages of the projects that lie in it. */
  importableFrom(folder: string): readonly string[] {
    const projects = [...this.childrenOf(folder)].flatMap((name) => this.packagesOf(path.join(folder, name)));
    return [...(this.modules.get(folder)?.keys() ?? []), ...projects];
  }

  /** The packages of a project that has none of its files beside them: `libs/tracing/tracing`, `libs/tracing/src/tracing`. */
  private packagesOf(project: string): readonly string[] {
    if (this.modules.has(project)) return [];
    const inSrc = path.join(project, 'src');
    const top = this.children.has(inSrc) && !this.modules.has(inSrc) ? inSrc : project;
    return [...this.childrenOf(top)].filter((name) => this.modules.get(path.join(top, name))?.has('__init__'));
  }

  /** The files in a folder and those further in. */
  filesIn(folder: string): LintFile[] {
    const inner = [...this.childrenOf(folder)].flatMap((name) => this.filesIn(path.join(folder, name)));
    return [...(this.modules.get(folder)?.values() ?? []), ...inner];
  }

  /** The folder above a project that a module is in: `shared` of `shared.tracing`, `services/common` of `services.common.db`. */
  folderOf(root: string, top: string, parts: readonly string[]): string | undefined {
    for (const above of ancestors(path.dirname(root))) {
      let at = above;
      for (const [i, part] of parts.entries()) {
        if (!this.childrenOf(at).has(part)) break;
        at = path.join(at, part);
        if (at === root) return undefined;
        if (!isInside(root, at)) return i > 0 && this.isFolderOfProjects(at) ? undefined : at;
      }
      const beside = [...this.childrenOf(above)].find(
        (name) => SHARED.test(name) && this.modules.get(path.join(above, name))?.has(parts[0]!),
      );
      if (beside !== undefined) return path.join(above, beside);
      const project = this.projectBeside(above, parts[0]!);
      if (project !== undefined) return project;
      if (above === top) return undefined;
    }
    return undefined;
  }

  /** The project in a shared folder that has a package of a name. */
  private projectBeside(above: string, name: string): string | undefined {
    for (const shared of this.childrenOf(above)) {
      if (!SHARED.test(shared)) continue;
      const folder = path.join(above, shared);
      const found = [...this.childrenOf(folder)].find((one) => this.packagesOf(path.join(folder, one)).includes(name));
      if (found !== undefined) return path.join(folder, found);
    }
    return undefined;
  }

  /** A folder without files of its own only leads to others. */
  private isFolderOfProjects(folder: string): boolean {
    return !this.modules.has(folder);
  }
}

function draftOf(root: string, list: readonly LintFile[]): UnitDraft {
  const range = { startLine: line0(0), startColumn: 0, endLine: line0(0), endColumn: 0 };
  return {
    id: path.join(root, '#python'),
    language: 'python',
    root,
    manifest: { file: list[0]!.path, range, text: 'no manifest was found' },
    names: [],
    dependencies: new Map(),
    needs: [],
    kind: 'library',
  };
}

function* ancestors(folder: string): Generator<string> {
  for (let at = folder; ; at = path.dirname(at)) {
    yield at;
    if (at === path.dirname(at)) return;
  }
}

function isInside(folder: string, outer: string): boolean {
  return folder !== outer && folder.startsWith(outer + path.sep);
}

function push(map: Map<UnitDraft, UnitReference[]>, draft: UnitDraft, need: UnitReference): void {
  const list = map.get(draft);
  if (list === undefined) map.set(draft, [need]);
  else if (!list.some((one) => JSON.stringify(one) === JSON.stringify(need))) list.push(need);
}
