import path from 'node:path';
import type { Evidence } from '../../evidence';
import type { LintFile } from '../../lintFiles';
import type { Dependency } from '../processUnit';
import type { ProjectFiles, ReadFile } from '../projectFiles';
import { readToml } from '../text/tomlTable';
import type { UnitDraft, UnitReference } from '../unitDraft';
import { unreadManifest } from '../unreadManifest';
import { importedPackages } from './importedPackages';
import { readPipfile, readPyproject, type PythonProject } from './pyproject';
import { readPipfileLock, readTomlLock, type LockedPackage } from './pythonLock';
import { normalised } from './requirement';
import { readRequirements, scopeOfFile } from './requirementsFile';
import { readSetupCfg, readSetupPy } from './setupFile';
import { sharedFolders } from './sharedFolders';

const REQUIREMENTS = /^[\w.-]*(requirements|reqs)[\w.-]*\.(txt|in|pip)$/i;
const LOCKS = ['uv.lock', 'poetry.lock', 'pdm.lock', 'pylock.toml', 'Pipfile.lock'];

/** A folder with Python manifests, while they are read. */
interface Gathered {
  readonly root: string;
  manifest: Evidence;
  readonly names: string[];
  readonly dependencies: Map<string, Dependency>;
  readonly needs: UnitReference[];
  readonly constraints: Map<string, string>;
  readonly missing: Evidence[];
  kind: UnitDraft['kind'];
}

/** A unit for every folder with a Python manifest; several in one folder are one project. */
export async function readPythonDrafts(files: ProjectFiles): Promise<UnitDraft[]> {
  const byRoot = new Map<string, Gathered>();
  const unread: LintFile[] = [];
  const locks = new Map<string, readonly [ReadFile, readonly LockedPackage[]]>();
  for (const listed of files.named(/^(pyproject\.toml|Pipfile|setup\.(cfg|py))$/)) {
    const file = await files.read(listed);
    const project = file && projectOf(files, file);
    if (file === undefined || project === 'unread') unread.push(listed);
    else take(byRoot, file, file.folder, project);
  }
  await gatherRequirements(files, byRoot);
  for (const gathered of byRoot.values()) await resolve(files, gathered, locks);
  const drafts: UnitDraft[] = [...byRoot.values()].map(
    ({ root, manifest, names, dependencies, needs, kind, missing }) => ({
      id: manifest.file,
      language: 'python',
      root,
      manifest,
      names,
      dependencies,
      needs,
      kind,
      missing,
    }),
  );
  for (const listed of unread)
    if (!byRoot.has(path.dirname(listed.path))) drafts.push(unreadManifest(listed, 'python'));
  const imported = await importedPackages(files, drafts);
  const shared = await sharedFolders(files, drafts);
  const withNeeds = drafts.map((draft) => ({
    ...draft,
    needs: [...draft.needs, ...(imported.get(draft) ?? []), ...(shared.needs.get(draft) ?? [])],
    otherRoots: shared.alone.get(draft),
  }));
  return [...withNeeds, ...shared.drafts];
}

function projectOf(files: ProjectFiles, file: ReadFile): PythonProject | 'unread' | undefined {
  const name = path.basename(file.path);
  // A module that sets tracing up may be called `setup`, too.
  if (name === 'setup.py')
    return /\b(setuptools|distutils|skbuild|setup\s*\(\s*(name|\*\*|$))/m.test(file.text)
      ? readSetupPy(file)
      : undefined;
  if (name === 'setup.cfg') {
    const project = readSetupCfg(file);
    return project.dependencies.length === 0 && project.name === undefined ? undefined : project;
  }
  const root = readToml(file);
  if (typeof root === 'string') {
    files.skip(file.path, root);
    return 'unread';
  }
  if (name === 'Pipfile') return readPipfile(file, root);
  const project = readPyproject(file, root);
  // Settings of tools alone make no project of a folder.
  return project.name === undefined && project.dependencies.length === 0 ? undefined : project;
}

function take(byRoot: Map<string, Gathered>, file: ReadFile, root: string, project: PythonProject | undefined): void {
  if (project === undefined) return;
  const gathered = gatheredAt(byRoot, file, root);
  if (project.name !== undefined) gathered.names.push(normalised(project.name));
  if (gathered.kind !== 'process' && project.kind !== 'unsaid') gathered.kind = project.kind;
  gathered.needs.push(...project.needs);
  add(gathered, project.dependencies);
}

function gatheredAt(byRoot: Map<string, Gathered>, file: ReadFile, root: string): Gathered {
  let gathered = byRoot.get(root);
  if (gathered === undefined) {
    const manifest = file.at(0, undefined, path.basename(file.path));
    gathered = {
      root,
      manifest,
      names: [],
      dependencies: new Map(),
      needs: [],
      constraints: new Map(),
      missing: [],
      kind: 'unsaid',
    };
    byRoot.set(root, gathered);
  }
  return gathered;
}

/** The first of a name counts, but what runs it counts before what tests it. */
function add(gathered: Gathered, dependencies: readonly Dependency[]): void {
  for (const one of dependencies) {
    const known = gathered.dependencies.get(one.name);
    const isBetter =
      known === undefined ||
      (known.scope !== 'runtime' && one.scope === 'runtime') ||
      (known.version === undefined && one.version !== undefined && known.scope === one.scope);
    if (isBetter) gathered.dependencies.set(one.name, one);
    else if (known.version === undefined && one.version !== undefined && one.scope !== 'dev')
      gathered.dependencies.set(one.name, { ...known, version: one.version });
  }
}

async function gatherRequirements(files: ProjectFiles, byRoot: Map<string, Gathered>): Promise<void> {
  const isDev = (file: LintFile): number => Number(scopeOfFile(file.path) === 'dev');
  const candidates = files.named(/\.(txt|in|pip)$/i);
  for (const listed of candidates.sort((a, b) => isDev(a) - isDev(b))) {
    const folder = path.dirname(listed.path);
    const inside = /^(requirements|reqs|requires)$/i.test(path.basename(folder));
    const isRequirements =
      REQUIREMENTS.test(path.basename(listed.path)) ||
      (inside && /\.(txt|in|pip)$/.test(listed.path) && !/constraints/i.test(path.basename(listed.path)));
    if (!isRequirements) continue;
    const file = await files.read(listed);
    if (file === undefined) continue;
    const root = inside ? path.dirname(folder) : folder;
    const { dependencies, constraints, needs, missing } = await readRequirements(files, file);
    // Files for tests alone (or of another kind by the same name) make no project of a folder.
    if (!byRoot.has(root) && (dependencies.length === 0 || scopeOfFile(file.path) === 'dev')) continue;
    const gathered = gatheredAt(byRoot, file, root);
    const isMain = path.basename(file.path) === 'requirements.txt';
    if (isMain && /\.(txt|in|pip)$/.test(gathered.manifest.file))
      gathered.manifest = file.at(0, undefined, 'requirements.txt');
    if (scopeOfFile(file.path) !== 'dev') {
      gathered.needs.push(...needs);
      gathered.missing.push(...missing);
    }
    add(gathered, dependencies);
    for (const [name, version] of constraints) gathered.constraints.set(name, version);
  }
}

/** Versions from the nearest lock files, else from constraints; lock files also tell what others need. */
async function resolve(
  files: ProjectFiles,
  gathered: Gathered,
  locks: Map<string, readonly [ReadFile, readonly LockedPackage[]]>,
): Promise<void> {
  // Above its own folder a lock file is a project's only where workspaces are known: to pyproject.toml.
  const isProject = path.basename(gathered.manifest.file) === 'pyproject.toml';
  const locked = await locksFor(files, gathered.root, locks, isProject);
  const versions = new Map<string, { version: string; file: ReadFile; offset: number } | undefined>();
  for (const [file, packages] of locked) {
    for (const { name, version, offset } of packages) {
      const other = versions.get(name);
      if (other && other.version !== version && other.file !== file) {
        files.skipPart(
          file.path,
          `${path.basename(other.file.path)} and it disagree on ${name} (${other.version}, ${version}): its version is not known`,
        );
        versions.set(name, undefined);
      } else if (!versions.has(name)) versions.set(name, { version, file, offset });
    }
  }
  for (const [name, one] of gathered.dependencies) {
    const found = versions.get(name);
    const version = one.version ?? found?.version ?? gathered.constraints.get(name);
    if (version === one.version) continue;
    const versionAt = found && versionLine(found.file, found.offset, name, found.version);
    gathered.dependencies.set(name, { ...one, version, versionAt });
  }
  const isOwn = locked[0]?.[0].folder === gathered.root;
  for (const [name, one] of versions) {
    if (one === undefined || !isOwn || gathered.dependencies.has(name)) continue;
    const at = one.file.at(one.offset, undefined, `${name} ${one.version}`);
    gathered.dependencies.set(name, { name, range: '', version: one.version, scope: 'indirect', at });
  }
}

/** The line of an entry that says the version. */
function versionLine(file: ReadFile, offset: number, name: string, version: string): Evidence {
  const said = Math.max(offset, file.text.indexOf(version, offset));
  const line = file.text.lastIndexOf('\n', said) + 1;
  const start = line + /^\s*/.exec(file.text.slice(line, said))![0].length;
  return file.at(start, undefined, `${name} ${version}`);
}

async function locksFor(
  files: ProjectFiles,
  root: string,
  known: Map<string, readonly [ReadFile, readonly LockedPackage[]]>,
  above: boolean,
): Promise<(readonly [ReadFile, readonly LockedPackage[]])[]> {
  for (let folder = root; ; folder = path.dirname(folder)) {
    const found: (readonly [ReadFile, readonly LockedPackage[]])[] = [];
    for (const name of LOCKS) {
      const file = await files.readAt(path.join(folder, name), 'lock');
      if (file === undefined) continue;
      let entry = known.get(file.path);
      if (entry === undefined) {
        const packages = name === 'Pipfile.lock' ? readPipfileLock(file) : readTomlLock(file);
        if (typeof packages === 'string') files.skip(file.path, packages);
        known.set(file.path, (entry = [file, typeof packages === 'string' ? [] : packages]));
      }
      found.push(entry);
    }
    if (found.length > 0 || !above || folder === path.dirname(folder)) return found;
  }
}
