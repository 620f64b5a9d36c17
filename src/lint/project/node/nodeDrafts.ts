import path from 'node:path';
import type { Evidence } from '../../evidence';
import type { Bundle, Dependency } from '../processUnit';
import { isUnder, type ProjectFiles, type ReadFile } from '../projectFiles';
import { readJson, type JsonNode } from '../text/jsonTree';
import type { UnitDraft, UnitReference } from '../unitDraft';
import { unreadManifest } from '../unreadManifest';
import { bundledByCommand } from './bundling';
import { readDenoDrafts } from './denoDrafts';
import { nodeDependency, type NodeDependency } from './nodeDependency';
import type { NodeManager } from './nodeLock';
import { startsProcess } from './scripts';
import { NodeVersions } from './nodeVersions';
import { PnpmCatalogs } from './pnpmCatalogs';
import { withSharedFolders } from './sharedFolders';

/** Earlier ones win where a name is in several. */
const SECTIONS = [
  ['dependencies', 'runtime'],
  ['optionalDependencies', 'optional'],
  ['peerDependencies', 'optional'],
  ['devDependencies', 'dev'],
] as const;

/** A `package.json` with what only the reading of all of them needs. */
interface NodePackage {
  readonly draft: UnitDraft;
  /** Its dependencies, before those of others come to them. */
  readonly declared: Iterable<NodeDependency>;
  readonly manager: NodeManager | undefined;
  /** It has workspaces: what it depends on is found from the folders below, too. */
  readonly isWorkspace: boolean;
  /** That of its draft, to be filled. */
  readonly missing: Evidence[];
}

/** A unit for every `package.json`, with the versions that lock files say. */
export async function readNodeDrafts(files: ProjectFiles): Promise<UnitDraft[]> {
  const packages: NodePackage[] = [];
  const unread: UnitDraft[] = [];
  const catalogs = new PnpmCatalogs(files);
  for (const listed of files.named(/^package\.json$/)) {
    const file = await files.read(listed);
    const read = file && readJson(file);
    const json = typeof read === 'object' && !read.isObject ? 'no JSON object' : read;
    if (typeof json === 'string') files.skip(listed.path, json);
    if (file === undefined || json === undefined || typeof json === 'string')
      unread.push(unreadManifest(listed, 'node'));
    else packages.push(await packageOf(files, catalogs, file, json));
  }
  const names = new Set(packages.flatMap(({ draft }) => draft.names));
  for (const { missing, draft } of packages)
    for (const one of draft.dependencies.values())
      if (one.range.startsWith('workspace:') && one.scope !== 'dev' && !names.has(one.name))
        missing.push({ ...one.at, text: `${one.name} of this workspace is not among the files` });
  const versions = new NodeVersions(files);
  const workspaces = packages.filter(({ isWorkspace }) => isWorkspace);
  for (const { draft, declared, manager } of packages) {
    const above = workspaces.find((other) => isAbove(other.draft, draft));
    await versions.resolve(draft, declared, manager ?? above?.manager);
  }
  for (const { draft: root } of workspaces) {
    const hoisted = [...root.dependencies.values()].filter(({ scope }) => scope === 'runtime');
    for (const { draft } of packages) if (isAbove(root, draft)) hoist(hoisted, draft);
  }
  const drafts = [...packages.map(({ draft }) => draft), ...unread];
  return withSharedFolders(files, [...drafts, ...(await readDenoDrafts(files, drafts))]);
}

function isAbove(root: UnitDraft, draft: UnitDraft): boolean {
  return root !== draft && isUnder(root.root, draft.root);
}

function hoist(hoisted: readonly Dependency[], draft: UnitDraft): void {
  for (const one of hoisted) if (!draft.dependencies.has(one.name)) draft.dependencies.set(one.name, one);
}

async function packageOf(
  files: ProjectFiles,
  catalogs: PnpmCatalogs,
  file: ReadFile,
  json: JsonNode,
): Promise<NodePackage> {
  const root = file.folder;
  const pnpm = await readPnpmWorkspace(files, root);
  const dependencies = new Map<string, NodeDependency>();
  const needs: UnitReference[] = [];
  for (const [section, scope] of SECTIONS) {
    for (const [name, value] of json.get(section)?.entries() ?? []) {
      const written = value.text ?? '';
      const range = written.startsWith('catalog:') ? ((await catalogs.range(root, name, written)) ?? written) : written;
      const local = /^(?:file|link|portal):(.+)$/.exec(range)?.[1];
      if (local !== undefined) needs.push({ folder: path.resolve(root, local) });
      else if (scope !== 'dev' || isBundled(name, range)) needs.push({ name });
      if (dependencies.has(name)) continue;
      dependencies.set(name, nodeDependency(value, { name, range, version: pinned(range), scope }));
    }
  }
  const name = json.textOf('name');
  const isWorkspace = json.get('workspaces') !== undefined || pnpm;
  const missing: Evidence[] = [];
  const bundles = bundlesOf(file, json);
  const draft: UnitDraft = {
    id: file.path,
    language: 'node',
    root,
    manifest: manifestOf(file, json.get('name'), `package.json of ${name ?? path.basename(root)}`),
    // The top of a workspace is nobody's dependency; one of that name is from the registry.
    names: name === undefined || isWorkspace ? [] : [name],
    dependencies,
    needs,
    kind: kindOf(json),
    missing,
    ...(json.textOf('type') === 'module' ? { modules: 'es' as const } : {}),
    ...(bundles.length > 0 ? { bundles } : {}),
  };
  return { draft, declared: [...dependencies.values()], missing, manager: managerOf(json, pnpm), isWorkspace };
}

function bundlesOf(file: ReadFile, json: JsonNode): Bundle[] {
  if (!/\besbuild\b|\bncc\b|\bbun build\b/.test(file.text)) return [];
  return [...(json.get('scripts')?.entries() ?? [])].flatMap(([name, value]) => {
    const outside = bundledByCommand(value.text ?? '');
    return outside === undefined ? [] : [{ at: file.later(value, `the script ${name}`), outside }];
  });
}

function manifestOf(file: ReadFile, name: JsonNode | undefined, text: string): Evidence {
  return name === undefined ? file.at(0, 0, text) : file.later(name, text);
}

/** What is bundled into a program may be declared for development only; settings and helpers of tests are not in it. */
function isBundled(name: string, range: string): boolean {
  return range.startsWith('workspace:') && !/config|lint|prettier|test|mock|jest|fixture|types|build|tool/i.test(name);
}

function pinned(range: string): string | undefined {
  return /^=?v?(\d+\.\d+\.\d+(?:-[\w.]+)?)$/.exec(range)?.[1];
}

function managerOf(json: JsonNode, pnpm: boolean): NodeManager | undefined {
  const said = /^(npm|yarn|pnpm|bun)@/.exec(json.textOf('packageManager') ?? '')?.[1];
  return said === undefined ? (pnpm ? 'pnpm' : undefined) : (said as NodeManager);
}

/** What a package says of itself: it is run, or others install it. A private package that neither runs is a folder of code. */
function kindOf(json: JsonNode): UnitDraft['kind'] {
  const scripts = json.get('scripts');
  const starts = ['start', 'start:prod', 'serve'].some((name) => startsProcess(scripts?.textOf(name) ?? ''));
  if (starts || json.get('bin') !== undefined) return 'process';
  const isEntry = ['main', 'module', 'exports', 'types', 'publishConfig'].some((key) => json.get(key) !== undefined);
  return isEntry && json.get('private')?.isTrue !== true && json.textOf('name') !== undefined ? 'library' : 'unsaid';
}

async function readPnpmWorkspace(files: ProjectFiles, folder: string): Promise<boolean> {
  return (await files.readAt(path.join(folder, 'pnpm-workspace.yaml'))) !== undefined;
}
