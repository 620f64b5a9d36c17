import path from 'node:path';
import { pushTo } from '../../base/tables/pushTo';
import { line0 } from '../../base/positions';
import type { Evidence } from '../evidence';
import type { LintFile } from '../lintFiles';
import type { Dependency, UnitLanguage } from './processUnit';
import type { ProjectFiles } from './projectFiles';
import type { UnitDraft, UnitReference } from './unitDraft';
import { unitLanguageOf } from './unitLanguages';

/** A draft with its files: its own and those of the units it needs. */
export interface AssignedUnit {
  readonly draft: UnitDraft;
  readonly files: readonly LintFile[];
  /** Its own and those of the units it needs. */
  readonly dependencies: ReadonlyMap<string, Dependency>;
  /** Ids of the units it needs, directly or through others. */
  readonly uses: readonly string[];
  /** Where it or what it needs refers to manifests that are not among the files. */
  readonly missing: readonly Evidence[];
}

/**
 * Gives each source file to the nearest unit of its language at or above its folder. What no manifest covers becomes a
 * unit of its own per language and workspace folder: a cut-out need not have any.
 */
export function assignFiles(files: ProjectFiles, drafts: readonly UnitDraft[]): AssignedUnit[] {
  const roots = new Roots(drafts);
  const own = new Map<UnitDraft, LintFile[]>();
  /** Units whose files others may have as well. */
  const sharing = new Set(drafts.filter((draft) => draft.files !== undefined));
  const orphans = new Map<string, LintFile[]>();
  const listed = new Set(drafts.flatMap((draft) => draft.files ?? []));
  for (const file of files.all) {
    const language = unitLanguageOf(file.path);
    if (language === undefined || listed.has(file)) continue;
    const owners = roots.ownersOf(language, file);
    for (const owner of owners) {
      if (owner.files === undefined) pushTo(own, owner, file);
      if (owners.length > 1) sharing.add(owner);
    }
    if (owners.length === 0) pushTo(orphans, `${language}:${file.folder}`, file);
  }
  for (const draft of drafts) if (draft.files) own.set(draft, [...draft.files]);
  const all = [...drafts];
  for (const [key, list] of orphans) {
    const draft = unitWithoutManifest(key.slice(0, key.indexOf(':')) as UnitLanguage, list);
    all.push(draft);
    own.set(draft, list);
  }
  const index = indexOf(all);
  const needed = new Map(all.map((draft) => [draft, neededBy(draft, index)]));
  const missing = new Map(all.map((draft) => [draft, [...(draft.missing ?? []), ...missingFolders(draft, index)]]));
  return all
    .map((draft) => withNeeds(draft, { own, sharing, needed, missing }))
    .sort((a, b) => (a.draft.id < b.draft.id ? -1 : a.draft.id > b.draft.id ? 1 : 0));
}

/** Finds the nearest units around files. Those that list their files themselves keep others out, too: such files are no program's. */
class Roots {
  private readonly byRoot = new Map<string, UnitDraft[]>();
  private readonly byFolder = new Map<string, Map<string, readonly UnitDraft[]>>();

  constructor(drafts: readonly UnitDraft[]) {
    for (const draft of drafts)
      for (const root of [draft.root, ...(draft.otherRoots ?? [])])
        pushTo(this.byRoot, `${draft.language}:${root}`, draft);
  }

  ownersOf(language: UnitLanguage, file: LintFile): readonly UnitDraft[] {
    const of = `${language}:${file.folder}`;
    let known = this.byFolder.get(of);
    if (known === undefined) this.byFolder.set(of, (known = new Map<string, readonly UnitDraft[]>()));
    // `path.dirname` goes through each character.
    const folder = file.path.slice(0, file.path.lastIndexOf(path.sep));
    let owners = known.get(folder);
    if (owners === undefined) known.set(folder, (owners = this.nearest(language, file)));
    return owners;
  }

  private nearest(language: UnitLanguage, file: LintFile): readonly UnitDraft[] {
    for (let folder = path.dirname(file.path); ; folder = path.dirname(folder)) {
      const found = this.byRoot.get(`${language}:${folder}`);
      if (found) return found;
      if (folder === file.folder || folder === path.dirname(folder)) return [];
    }
  }
}

function unitWithoutManifest(language: UnitLanguage, files: readonly LintFile[]): UnitDraft {
  const first = files[0]!;
  const range = { startLine: line0(0), startColumn: 0, endLine: line0(0), endColumn: 0 };
  return {
    id: `${first.folder}#${language}`,
    language,
    root: first.folder,
    manifest: { file: first.path, range, text: 'no manifest was found' },
    names: [path.basename(first.folder)],
    dependencies: new Map(),
    needs: [],
    kind: 'unsaid',
  };
}

/** What is known of each unit by itself. */
interface OwnFacts {
  readonly own: ReadonlyMap<UnitDraft, readonly LintFile[]>;
  readonly sharing: ReadonlySet<UnitDraft>;
  readonly needed: ReadonlyMap<UnitDraft, readonly UnitDraft[]>;
  readonly missing: ReadonlyMap<UnitDraft, readonly Evidence[]>;
}

/** The units that a unit names itself. */
function neededBy(draft: UnitDraft, index: ReadonlyMap<string, readonly UnitDraft[]>): UnitDraft[] {
  return draft.needs.flatMap((need) => index.get(keyOf(draft.language, need)) ?? []);
}

function withNeeds(draft: UnitDraft, { own, sharing, needed, missing: without }: OwnFacts): AssignedUnit {
  const reached = new Set([draft]);
  for (const at of reached) for (const found of needed.get(at)!) reached.add(found);
  // Where packages need each other each has the files of all: to go through them one by one takes long.
  const all = ([] as LintFile[]).concat(...Array.from(reached, (unit) => own.get(unit) ?? []));
  const files = [...reached].some((unit) => sharing.has(unit)) ? [...new Set(all)] : all;
  reached.delete(draft);
  const uses = new Set([...reached].map((unit) => unit.id));
  for (const id of draft.uses ?? []) uses.add(id);
  const missing = [draft, ...reached].flatMap((unit) => without.get(unit)!);
  return { draft, files, dependencies: withTheirs(draft, reached), uses: [...uses], missing };
}

/** Folders that a unit needs and that hold no unit. One that may be either of two is there if one of them is. */
function missingFolders(unit: UnitDraft, index: ReadonlyMap<string, readonly UnitDraft[]>): Evidence[] {
  const folders = unit.needs.flatMap((need) => ('folder' in need ? [need.folder] : []));
  const isThere = (folder: string): boolean => index.has(keyOf(unit.language, { folder }));
  const found = new Set(folders.filter(isThere).map((folder) => path.basename(folder)));
  return folders
    .filter((folder) => !isThere(folder) && !found.has(path.basename(folder)))
    .map((folder) => notThere(unit.manifest, path.relative(unit.root, folder).split(path.sep).join('/')));
}

function notThere(at: Evidence, name: string): Evidence {
  return { ...at, text: `${name} is not among the files` };
}

/** What the units need that it uses is in its process, too. */
function withTheirs(draft: UnitDraft, used: ReadonlySet<UnitDraft>): ReadonlyMap<string, Dependency> {
  const dependencies = new Map(draft.dependencies);
  for (const unit of used) {
    // Some ten thousand in a large workspace, and a pair is made of each where a loop goes through a map.
    unit.dependencies.forEach((one, name) => {
      const known = dependencies.get(name);
      if (known === undefined ? one.scope !== 'dev' : one.scope === 'runtime' && known.scope !== 'runtime')
        dependencies.set(name, one);
    });
  }
  return dependencies;
}

/** Units by all that a need may call them. */
function indexOf(all: readonly UnitDraft[]): ReadonlyMap<string, readonly UnitDraft[]> {
  const index = new Map<string, UnitDraft[]>();
  for (const unit of all) {
    pushTo(index, keyOf(unit.language, { folder: unit.root }), unit);
    pushTo(index, keyOf(unit.language, { id: unit.id }), unit);
    for (const name of new Set(unit.names)) pushTo(index, keyOf(unit.language, { name }), unit);
  }
  return index;
}

function keyOf(language: UnitLanguage, reference: UnitReference): string {
  return `${language} ${JSON.stringify(reference)}`;
}
