import path from 'node:path';
import { pushTo } from '../../../base/tables/pushTo';
import { line0 } from '../../../base/positions';
import type { LintFile } from '../../lintFiles';
import type { Dependency } from '../processUnit';
import { isUnder, type ProjectFiles } from '../projectFiles';
import type { UnitDraft, UnitReference } from '../unitDraft';
import { unitLanguageOf } from '../unitLanguages';

/** Files of one package that are looked at: the shallowest, where set-up is loaded. */
const MAX_FILES = 40;

/** Files called after what they do, of which one stands in each folder that is looked for. */
const SETUP_FILE = /(tracing|telemetry|otel|instrumentation|observability)[\w.-]*\.[cm]?[jt]s$/i;

/** `require('../../shared/tracing')`, `import '../../shared/tracing.js'`. */
const RELATIVE = /['"`]((?:\.\.\/)+[\w@./-]+)['"`]/g;

/** A set-up in a folder that no package of its own is about. */
interface OuterSetup {
  readonly file: LintFile;
  /** The package around it, which is around others as well. */
  readonly owner: UnitDraft | undefined;
}

/** A folder that packages load such a set-up from. */
interface Shared extends OuterSetup {
  readonly users: Set<UnitDraft>;
}

/**
 * The packages of a workspace, and the folders beside them that several share without a manifest: `shared/tracing.js`,
 * which each service loads by its path. Nothing but that path says that they are one program. Only folders with a set-up
 * are looked for, so that most workspaces need not be read for it.
 */
export async function withSharedFolders(files: ProjectFiles, drafts: readonly UnitDraft[]): Promise<UnitDraft[]> {
  const roots = new Map(drafts.map((draft) => [draft.root, draft]));
  const setups = new Map<string, OuterSetup>();
  for (const file of files.all) {
    if (!SETUP_FILE.test(path.basename(file.path)) || unitLanguageOf(file.path) !== 'node') continue;
    const owner = ownerOf(roots, file);
    const isAround = drafts.some(({ root }) => root !== owner?.root && isUnder(owner?.root ?? file.folder, root));
    if (isAround) setups.set(stemOf(file.path), { file, owner });
  }
  if (setups.size === 0) return [...drafts];
  const own = ownFiles(files, roots);
  const shared = new Map<string, Shared>();
  for (const draft of drafts) {
    for (const [folder, setup] of await loadedFrom(files, setups, draft, own.get(draft) ?? [])) {
      const known = shared.get(folder) ?? { ...setup, users: new Set() };
      shared.set(folder, known);
      known.users.add(draft);
    }
  }
  const needs = new Map<UnitDraft, UnitReference[]>();
  const made: UnitDraft[] = [];
  for (const [folder, one] of shared) {
    if (roots.has(folder) || (one.owner === undefined && hasMore(own.get(undefined) ?? [], folder))) continue;
    made.push(await draftOf(files, folder, one));
    for (const user of one.owner ? [...one.users, one.owner] : one.users) pushTo(needs, user, { folder });
  }
  return [
    ...drafts.map((draft) => (needs.has(draft) ? { ...draft, needs: [...draft.needs, ...needs.get(draft)!] } : draft)),
    ...made,
  ];
}

function ownerOf(roots: ReadonlyMap<string, UnitDraft>, file: LintFile): UnitDraft | undefined {
  for (let folder = path.dirname(file.path); ; folder = path.dirname(folder)) {
    const owner = roots.get(folder);
    if (owner !== undefined || folder === file.folder || folder === path.dirname(folder)) return owner;
  }
}

/** The files of each package, the shallowest first; those of no package by `undefined`. */
function ownFiles(
  files: ProjectFiles,
  roots: ReadonlyMap<string, UnitDraft>,
): ReadonlyMap<UnitDraft | undefined, readonly LintFile[]> {
  const own = new Map<UnitDraft | undefined, LintFile[]>();
  for (const file of files.all) if (unitLanguageOf(file.path) === 'node') pushTo(own, ownerOf(roots, file), file);
  const depth = ({ path: file }: LintFile): number => file.split(path.sep).length;
  for (const list of own.values()) list.sort((a, b) => depth(a) - depth(b));
  return own;
}

/** The folders that a package loads a set-up from, by paths that lead out of it. */
async function loadedFrom(
  files: ProjectFiles,
  setups: ReadonlyMap<string, OuterSetup>,
  draft: UnitDraft,
  list: readonly LintFile[],
): Promise<ReadonlyMap<string, OuterSetup>> {
  const found = new Map<string, OuterSetup>();
  const isOuter = [...setups.values()].some(({ owner }) => owner !== draft);
  for (const file of isOuter ? list.slice(0, MAX_FILES) : []) {
    const text = (await files.peek(file)) ?? '';
    if (!text.includes('../')) continue;
    for (const [, module] of text.matchAll(RELATIVE)) {
      const target = path.resolve(path.dirname(file.path), module!);
      const setup = setups.get(stemOf(target));
      if (setup === undefined || setup.owner === draft || isUnder(draft.root, setup.file.path)) continue;
      const folder = folderOf(draft.root, setup.file.path);
      if (folder !== undefined) found.set(folder, setup);
    }
  }
  return found;
}

/** The folder beside a package, or beside one around it, that a file is in. */
function folderOf(root: string, file: string): string | undefined {
  let above = path.dirname(root);
  while (!isUnder(above, file) && above !== path.dirname(above)) above = path.dirname(above);
  const [first, ...rest] = path.relative(above, file).split(path.sep);
  return rest.length === 0 ? undefined : path.join(above, first!);
}

function stemOf(file: string): string {
  return file.replace(/\.[cm]?[jt]s$/, '').replace(/[\\/]index$/, '');
}

const ASIDE = /\.config\.|(^|[\\/])(\.|(tests?|scripts?|e2e)[\\/])|\.(test|spec)\./i;

/** Code that no package has may be a program, too: whose the folder is cannot be told. */
function hasMore(orphans: readonly LintFile[], folder: string): boolean {
  return orphans.some((file) => !isUnder(folder, file.path) && !ASIDE.test(path.relative(file.folder, file.path)));
}

/** Its packages are found from the folder upwards: those of the package around it that it names. */
async function draftOf(files: ProjectFiles, folder: string, { file, owner }: OuterSetup): Promise<UnitDraft> {
  const inside = files.all.filter((one) => isUnder(folder, one.path) && unitLanguageOf(one.path) === 'node');
  const dependencies = new Map<string, Dependency>();
  for (const one of owner === undefined ? [] : inside.slice(0, MAX_FILES)) {
    const text = (await files.peek(one)) ?? '';
    for (const [name, dependency] of owner!.dependencies)
      if (text.includes(`'${name}'`) || text.includes(`"${name}"`)) dependencies.set(name, dependency);
  }
  const range = { startLine: line0(0), startColumn: 0, endLine: line0(0), endColumn: 0 };
  return {
    id: path.join(folder, '#node'),
    language: 'node',
    root: folder,
    manifest: { file: file.path, range, text: 'no manifest was found' },
    names: [],
    dependencies,
    needs: [],
    kind: 'library',
  };
}
