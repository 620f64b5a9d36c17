import path from 'node:path';
import type { Evidence } from '../../evidence';
import type { Dependency, EnvironmentValue } from '../processUnit';
import { placeBefore, type ProjectFiles } from '../projectFiles';
import { childText, childrenOf, readXml } from '../text/xmlTree';
import type { UnitDraft, UnitReference } from '../unitDraft';
import { unreadManifest } from '../unreadManifest';
import {
  filled,
  importedFiles,
  itemsOf,
  nearestProps,
  propertiesOf,
  readMsbuild,
  type MsbuildFile,
} from './msbuildProps';
import { addIndirect, lockedVersions } from './packagesLock';

/** A unit for every C# project. */
export async function readDotnetDrafts(files: ProjectFiles): Promise<UnitDraft[]> {
  const drafts: UnitDraft[] = [];
  for (const listed of files.named(/\.csproj$/i)) {
    const project = await readMsbuild(files, listed.path);
    drafts.push(project ? await draftOf(files, project, listed.relative) : unreadManifest(listed, 'dotnet'));
  }
  return [...drafts, ...(await missingProjects(files, drafts))];
}

/**
 * Libraries whose project files are referred to but not among the files, as in a cut-out: the sources in their folders
 * belong to whoever refers to them. What they depend on is not known, but where versions are kept centrally it is known in
 * which version they would.
 */
async function missingProjects(files: ProjectFiles, drafts: readonly UnitDraft[]): Promise<UnitDraft[]> {
  const known = new Set(drafts.map(({ id }) => id));
  const roots = new Set(drafts.map(({ root }) => root));
  const missing = new Map<string, UnitDraft>();
  for (const { manifest, needs } of drafts) {
    for (const need of needs) {
      if (!('id' in need) || known.has(need.id) || missing.has(need.id) || roots.has(path.dirname(need.id))) continue;
      const root = path.dirname(need.id);
      missing.set(need.id, {
        id: need.id,
        language: 'dotnet',
        root,
        manifest: { ...manifest, text: `${path.basename(need.id)}, which is not among the files` },
        names: [path.basename(need.id).replace(/\.csproj$/i, '')],
        dependencies: await centralDependencies(files, root),
        needs: [],
        kind: 'library',
        missing: [{ ...manifest, text: `${path.basename(need.id)} is not among the files` }],
      });
    }
  }
  return [...missing.values()];
}

async function centralDependencies(files: ProjectFiles, root: string): Promise<Map<string, Dependency>> {
  const central = await nearestProps(files, root, 'Directory.Packages.props');
  const values = propertiesOf([...central].reverse());
  const dependencies = new Map<string, Dependency>();
  for (const holder of central) {
    for (const element of itemsOf(holder, 'PackageVersion')) {
      const written = element.attributes['Include'];
      const name = written?.toLowerCase();
      const range = filled(element.attributes['Version'] ?? '', values);
      // Agents and distributions that a project which is not there may have would silence everything else.
      if (name === undefined || range === '' || dependencies.has(name) || /^(opentelemetry|microsoft)\b/.test(name))
        continue;
      const at = holder.file.at(element.start, undefined, `${written} ${range}`);
      dependencies.set(name, { name, range, version: exact(range), scope: 'indirect', at });
    }
  }
  return dependencies;
}

async function draftOf(files: ProjectFiles, project: MsbuildFile, relative: string): Promise<UnitDraft> {
  const { file } = project;
  const root = file.folder;
  const nearest = await nearestProps(files, root, 'Directory.Build.props');
  const targets = await nearestProps(files, root, 'Directory.Build.targets');
  const central = await nearestProps(files, root, 'Directory.Packages.props');
  const imported = await importedFiles(files, [project, ...nearest, ...targets, ...central]);
  const props = [...imported.files, ...nearest];
  const chain = [...[...props].reverse(), project];
  const values = propertiesOf([...[...central].reverse(), ...chain]);
  const versions = centralVersions(central, values);
  const locked = await lockedVersions(files, root);
  const dependencies = new Map<string, Dependency>();
  for (const holder of [project, ...props, ...targets, ...central]) {
    const kinds =
      holder === project || props.includes(holder) || targets.includes(holder)
        ? ['PackageReference', 'GlobalPackageReference']
        : ['GlobalPackageReference'];
    for (const element of kinds.flatMap((kind) => itemsOf(holder, kind))) {
      const written = element.attributes['Include'] ?? element.attributes['Update'];
      if (written === undefined) continue;
      const name = written.toLowerCase();
      const own =
        element.attributes['VersionOverride'] ??
        element.attributes['Version'] ??
        childText(element, 'Version') ??
        childText(element, 'VersionOverride');
      const range = own === undefined ? (versions.get(name) ?? '') : filled(own, values);
      const isPrivate = /^all$/i.test(element.attributes['PrivateAssets'] ?? childText(element, 'PrivateAssets') ?? '');
      const scope = isPrivate && !/opentelemetry|instrument/.test(name) ? 'dev' : 'runtime';
      const at = holder.file.at(element.start, undefined, `${written} ${range}`.trim());
      if (dependencies.has(name)) continue;
      const installed = locked.get(name);
      const version = installed?.version ?? exact(range);
      const before = placeBefore(holder.file, element.start);
      const kept = own === undefined ? placeOfVersion(central, name) : undefined;
      const versionAt = installed?.at ?? (kept && { file: kept.file, range: kept.range, text: at.text });
      dependencies.set(name, { name, range, version, scope, at, versionAt, before, ...(kept && { central: kept }) });
    }
  }
  const missing = [...imported.missing, ...missingVersions(project, dependencies, central)];
  await addPackagesConfig(files, root, dependencies);
  addIndirect(dependencies, locked);
  // Aspire's host starts the projects it refers to; their code is not in its process.
  const isHost = isAspireHost(project, values);
  const references = isHost ? [] : itemsOf(project, 'ProjectReference');
  const needs = references.flatMap((element): UnitReference[] => {
    const include = element.attributes['Include'];
    return include === undefined || /^false$/i.test(element.attributes['ReferenceOutputAssembly'] ?? '')
      ? []
      : [{ id: path.resolve(root, ...filled(include, values).split(/[\\/]/)) }];
  });
  const shared = new Set([...props, ...targets].map((holder) => holder.file.path));
  const isTests = isOfTests(project, NAMED_TEST.test(relative), { values, dependencies, shared });
  const name = path.basename(file.path).replace(/\.csproj$/i, '');
  const assembly = values.get('assemblyname');
  return {
    id: file.path,
    language: 'dotnet',
    root,
    manifest: file.at(project.project.start, undefined, path.basename(file.path)),
    names: assembly === undefined || assembly.includes('$') ? [name] : [name, assembly],
    dependencies,
    needs,
    kind: isTests ? 'never' : kindOf(project, values),
    missing,
    runtimeSwitches: runtimeSwitches([project, ...props], values),
  };
}

/** What goes into `runtimeconfig.json`; what is set under a condition may not be. */
function runtimeSwitches(holders: readonly MsbuildFile[], values: ReadonlyMap<string, string>): EnvironmentValue[] {
  return holders.flatMap((holder) =>
    itemsOf(holder, 'RuntimeHostConfigurationOption').flatMap((element) => {
      const name = element.attributes['Include'] ?? element.attributes['Update'];
      const value = element.attributes['Value'] ?? childText(element, 'Value');
      if (name === undefined || value === undefined || element.attributes['Condition'] !== undefined) return [];
      const at = holder.file.at(element.start, undefined, `${name}=${value}`);
      return [{ name, value: filled(value, values), at }];
    }),
  );
}

/** Versions are kept centrally, in a file that is not there: with it, those for all projects may be missing. */
function missingVersions(
  project: MsbuildFile,
  dependencies: ReadonlyMap<string, Dependency>,
  central: readonly MsbuildFile[],
): Evidence[] {
  if (central.length > 0) return [];
  const bare = [...dependencies.values()].find(
    ({ range, version, at }) => range === '' && version === undefined && at.file === project.file.path,
  );
  return bare === undefined ? [] : [{ ...bare.at, text: 'Directory.Packages.props is not among the files' }];
}

/** `1.2.3` asks for at least that, and NuGet takes the lowest that is allowed. */
function exact(range: string): string | undefined {
  return /^\[?(\d+(?:\.\d+)*(?:-[\w.-]+)?)\]?$/.exec(range)?.[1];
}

function centralVersions(
  central: readonly MsbuildFile[],
  values: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const holder of central) {
    for (const element of itemsOf(holder, 'PackageVersion')) {
      const name = (element.attributes['Include'] ?? element.attributes['Update'])?.toLowerCase();
      const version = element.attributes['Version'] ?? childText(element, 'Version');
      if (name !== undefined && version !== undefined && !versions.has(name))
        versions.set(name, filled(version, values));
    }
  }
  return versions;
}

/** Where a central version stands. */
function placeOfVersion(central: readonly MsbuildFile[], name: string): Dependency['central'] {
  for (const holder of central) {
    const found = itemsOf(holder, 'PackageVersion').find(
      ({ attributes }) => attributes['Include']?.toLowerCase() === name,
    );
    if (found) return { file: holder.file.path, ...placeBefore(holder.file, found.start) };
  }
  return undefined;
}

/** The list of packages of projects before SDK-style ones. */
async function addPackagesConfig(
  files: ProjectFiles,
  root: string,
  dependencies: Map<string, Dependency>,
): Promise<void> {
  const file = await files.readAt(path.join(root, 'packages.config'));
  const list = file && readXml(file);
  if (file === undefined || list === undefined || typeof list === 'string') return;
  for (const element of childrenOf(list, 'package')) {
    const { id, version = '' } = element.attributes;
    if (id === undefined) continue;
    const name = id.toLowerCase();
    dependencies.set(name, {
      name,
      range: version,
      version: exact(version),
      scope: 'runtime',
      at: file.at(element.start, undefined, `${id} ${version}`),
    });
  }
}

function sdkOf({ project }: MsbuildFile): string {
  return project.attributes['Sdk'] ?? childrenOf(project, 'Sdk')[0]?.attributes['Name'] ?? '';
}

function isAspireHost(project: MsbuildFile, values: ReadonlyMap<string, string>): boolean {
  const named = childrenOf(project.project, 'Sdk').some(
    ({ attributes }) => attributes['Name'] === 'Aspire.AppHost.Sdk',
  );
  return named || /^Aspire\.AppHost\.Sdk/.test(sdkOf(project)) || values.get('isaspirehost') === 'true';
}

const TEST_PACKAGES = /^(microsoft\.net\.test\.sdk|xunit|nunit|mstest|tunit)(\.|$)/;

/** What test projects are called, and the folders that they lie in. */
const NAMED_TEST = /Tests?(\.|[\\/])|(^|[\\/._-])([tT]ests?|[sS]pecs?|[eE]2[eE]|[bB]enchmarks?)[\\/._-]/;

/** What a project has by its own file and those for all. */
interface Given {
  readonly values: ReadonlyMap<string, string>;
  readonly dependencies: ReadonlyMap<string, Dependency>;
  /** The files for all projects. */
  readonly shared: ReadonlySet<string>;
}

/**
 * Whether a project is one of tests. What files for all projects give says so only of those that are called so, as it
 * stands there under a condition: `'$(IsTestProject)' == 'true'`, `$(MSBuildProjectName.EndsWith('Tests'))`.
 */
function isOfTests(project: MsbuildFile, isNamedSo: boolean, { values, dependencies, shared }: Given): boolean {
  if (/^MSTest\.Sdk/.test(sdkOf(project)) || propertiesOf([project]).get('istestproject') === 'true') return true;
  const given = [...dependencies.values()].filter(({ name }) => TEST_PACKAGES.test(name));
  if (given.some(({ at }) => !shared.has(at.file))) return true;
  return isNamedSo && (given.length > 0 || values.get('istestproject') === 'true');
}

function kindOf(project: MsbuildFile, values: ReadonlyMap<string, string>): UnitDraft['kind'] {
  const sdk = sdkOf(project);
  const output = values.get('outputtype') ?? '';
  if (/^(win)?exe$/i.test(output) || values.has('azurefunctionsversion') || values.has('awsprojecttype'))
    return 'process';
  if (/^library$/i.test(output)) return 'library';
  if (/^Microsoft\.NET\.Sdk\.(Web|Worker)\b/i.test(sdk) || isAspireHost(project, values)) return 'process';
  return /^Microsoft\.NET\.Sdk(\.Razor)?(\/|$)/i.test(sdk) ? 'library' : 'unsaid';
}
