import path from 'node:path';
import type { Evidence } from '../../evidence';
import type { Dependency } from '../processUnit';
import { isUnder, type ProjectFiles, type ReadFile } from '../projectFiles';
import type { UnitDraft, UnitReference } from '../unitDraft';
import { definitionsIn, readGradleBuild, type GradleBuild } from './gradleBuild';
import { readVersionCatalog, type VersionCatalog } from './versionCatalog';

/** What the build scripts of one Gradle build share. */
interface GradleRoot {
  /** The folder of `settings.gradle`, or the topmost with a build script. */
  readonly folder: string;
  readonly catalog: VersionCatalog | undefined;
  readonly values: ReadonlyMap<string, string>;
  /** Scripts of `buildSrc` and `build-logic` by the id of their plugin. */
  readonly conventions: ReadonlyMap<string, GradleBuild>;
  /** `g:a` → version of `gradle.lockfile`s is read per module. */
  readonly root: GradleBuild | undefined;
}

/** A unit for every `build.gradle` and `build.gradle.kts`. */
export async function readGradleDrafts(files: ProjectFiles): Promise<UnitDraft[]> {
  const scripts: ReadFile[] = [];
  for (const listed of files.named(/^build\.gradle(\.kts)?$/)) {
    const file = await files.read(listed);
    if (file && !/(^|\/)(buildSrc|build-logic|build-conventions)\//.test(file.file.relative)) scripts.push(file);
  }
  const roots = await readRoots(files, scripts);
  const drafts: UnitDraft[] = [];
  for (const file of scripts) {
    const root = roots.find(({ folder }) => isUnder(folder, file.folder));
    if (root) drafts.push(await draftOf(files, file, root));
  }
  return drafts;
}

async function draftOf(files: ProjectFiles, file: ReadFile, root: GradleRoot): Promise<UnitDraft> {
  const own = root.root?.file === file ? root.root : readGradleBuild(file, root.catalog, root.values);
  const builds = withConventions(own, root);
  if (root.root && root.root !== own && root.root.forSubprojects) builds.push(...withConventions(root.root, root));
  const applied = await appliedScripts(files, builds, root);
  builds.push(...applied.builds);
  const groups = new Map(builds.flatMap((build) => [...build.groups]));
  const locked = await lockedVersions(files, file.folder);
  const dependencies = new Map<string, Dependency>();
  for (const one of builds.flatMap((build) => build.dependencies)) {
    const version =
      locked.get(one.name) ??
      one.version ??
      (one.range === '' ? groups.get(one.name.slice(0, one.name.indexOf(':'))) : undefined);
    const known = dependencies.get(one.name);
    if (known === undefined || (known.scope !== 'runtime' && one.scope === 'runtime'))
      dependencies.set(one.name, { ...one, version });
  }
  const relative = path.relative(root.folder, file.folder).split(path.sep).join(':');
  return {
    id: file.path,
    language: 'java',
    root: file.folder,
    manifest: file.at(0, undefined, path.basename(file.path)),
    names: [`:${relative}`, path.basename(file.folder)].filter((name) => name !== ':'),
    dependencies,
    needs: [
      ...new Map(
        builds
          .flatMap((build) => build.needs)
          .map((need): [string, UnitReference] => [JSON.stringify(need), withinRoot(need, root)]),
      ).values(),
    ],
    kind: kindOf(
      builds.flatMap((build) => build.plugins),
      own,
    ),
    missing: [...builds.flatMap((build) => build.missing), ...missingConventions(builds, root), ...applied.missing],
  };
}

/** Plugins that are named as those which a build keeps for itself, in a folder that is not there. */
function missingConventions(builds: readonly GradleBuild[], { conventions }: GradleRoot): Evidence[] {
  return builds.flatMap(({ plugins, file }) =>
    plugins
      .filter((plugin) => /conventions?\b|^build-?(logic|src)\b/i.test(plugin) && !conventions.has(plugin))
      .map((plugin) => file.at(Math.max(0, file.text.indexOf(plugin)), undefined, `${plugin} is not among the files`)),
  );
}

/** `apply from: "$rootDir/gradle/tracing.gradle"`, of the build scripts themselves. */
async function appliedScripts(
  files: ProjectFiles,
  builds: readonly GradleBuild[],
  { folder, catalog, values }: GradleRoot,
): Promise<{ readonly builds: readonly GradleBuild[]; readonly missing: readonly Evidence[] }> {
  const found: GradleBuild[] = [];
  const missing: Evidence[] = [];
  for (const { file } of builds) {
    for (const match of file.text.matchAll(/^\s*apply\s*\(?\s*from\s*[:=]\s*(?:file\()?["']([^"'\n]+)["']/gm)) {
      const name = match[1]!.replace(/^\$\{?(rootDir|rootProject\.(projectDir|rootDir))\}?/, folder);
      if (/[$]|^\w+:\/\//.test(name)) continue;
      const read = await files.readAt(path.resolve(file.folder, name));
      if (read) found.push(readGradleBuild(read, catalog, values));
      else missing.push(file.at(match.index, undefined, `${path.basename(name)} is not among the files`));
    }
  }
  return { builds: found, missing };
}

/** `:lib:common` as the folder it is unless settings say otherwise. */
function withinRoot(need: UnitReference, { folder }: GradleRoot): UnitReference {
  return 'name' in need ? { folder: path.join(folder, ...need.name.split(':')) } : need;
}

/** A script with the scripts of `buildSrc` that it applies, and those that they apply. */
function withConventions(build: GradleBuild, { conventions }: GradleRoot): GradleBuild[] {
  const found = new Set([build]);
  for (const one of found) {
    for (const plugin of one.plugins) {
      const convention = conventions.get(plugin);
      if (convention) found.add(convention);
    }
  }
  return [...found];
}

const RUNS =
  /^(application|org\.springframework\.boot|io\.quarkus|war|com\.github\.johnrengelman\.shadow|com\.gradleup\.shadow|com\.google\.cloud\.tools\.jib|io\.ktor\.plugin|io\.micronaut\.(application|minimal\.application)|com\.bmuschko\.docker-\w+)$/;

/** `bootJar.enabled = false`, `tasks.named("bootJar") { enabled = false }`; what is said of `jar` is another matter. */
const NO_BOOT_JAR = /bootJar\b(?:\.|[^\n{}]*\{[^}]*?\b)(?:e|isE)nabled\s*=\s*false/;

function kindOf(plugins: readonly string[], { file }: GradleBuild): UnitDraft['kind'] {
  const isOff = (plugin: string): boolean =>
    new RegExp(`${plugin.replace(/\./g, '\\.')}[^\\n]*\\bapply[ (]+false`).test(file.text);
  if (plugins.some((plugin) => RUNS.test(plugin) && !isOff(plugin)) && !NO_BOOT_JAR.test(file.text)) return 'process';
  return plugins.some((plugin) => /^(java-library|maven-publish)$/.test(plugin)) ? 'library' : 'unsaid';
}

async function readRoots(files: ProjectFiles, scripts: readonly ReadFile[]): Promise<GradleRoot[]> {
  const settings = files.named(/^settings\.gradle(\.kts)?$/).map((file) => path.dirname(file.path));
  const inside = (folder: string): boolean => settings.some((root) => isUnder(root, folder));
  const alone = scripts.map((file) => file.folder).filter((folder) => !inside(folder));
  // Without settings the topmost folder that is common to the scripts of a cut-out is taken.
  const topmost = alone.filter((folder) => !alone.some((other) => other !== folder && isUnder(other, folder)));
  const folders = [
    ...new Set([
      ...settings.filter((folder) => !/[\\/](buildSrc|build-logic)$/.test(folder)),
      ...commonFolder(topmost),
    ]),
  ];
  const roots: GradleRoot[] = [];
  for (const folder of folders.sort((a, b) => b.length - a.length)) roots.push(await readRoot(files, folder, scripts));
  return roots;
}

function commonFolder(folders: readonly string[]): string[] {
  if (folders.length < 2) return [...folders];
  let common = folders[0]!;
  while (!folders.every((folder) => isUnder(common, folder))) common = path.dirname(common);
  return [common];
}

async function readRoot(files: ProjectFiles, folder: string, scripts: readonly ReadFile[]): Promise<GradleRoot> {
  const catalogFile = await files.readAt(path.join(folder, 'gradle', 'libs.versions.toml'));
  const read = catalogFile && readVersionCatalog(catalogFile);
  if (catalogFile && typeof read === 'string') files.skip(catalogFile.path, read);
  const catalog = typeof read === 'string' ? undefined : read;
  const values = new Map<string, string>();
  const properties = await files.readAt(path.join(folder, 'gradle.properties'));
  for (const [, key, value] of (properties?.text ?? '').matchAll(/^\s*([\w.-]+)\s*[=:]\s*(.*?)\s*$/gm))
    values.set(key!, value!);
  const script = scripts.find((file) => file.folder === folder);
  for (const [key, value] of definitionsIn(script?.text ?? '')) values.set(key, value);
  const conventions = new Map<string, GradleBuild>();
  for (const listed of files.all) {
    const match = /(^|\/)(buildSrc|build-logic|build-conventions)\/.*?([\w.-]+)\.gradle(\.kts)?$/.exec(listed.relative);
    if (match === null || !isUnder(folder, listed.path) || /\/(build|settings)\.gradle/.test(listed.relative)) continue;
    const file = await files.read(listed);
    if (file) conventions.set(match[3]!, readGradleBuild(file, catalog, values));
  }
  const root = script && readGradleBuild(script, catalog, values);
  return { folder, catalog, values, conventions, root };
}

/** `gradle.lockfile`: `group:artifact:version=configurations`. */
async function lockedVersions(files: ProjectFiles, folder: string): Promise<ReadonlyMap<string, string>> {
  const file = await files.readAt(path.join(folder, 'gradle.lockfile'), 'lock');
  const rows = (file?.text ?? '').matchAll(/^([\w.-]+:[\w.-]+):([^=\s]+)=(.*)$/gm);
  return new Map(
    [...rows].flatMap(([, name, version, where]) =>
      /runtimeClasspath|compileClasspath/.test(where!) ? [[name!, version!]] : [],
    ),
  );
}
