import path from 'node:path';
import type { SourceIndex } from '../index/sourceIndex';
import { basename, dirname } from '../paths/fileLookup';
import type { Folder, ProjectRoots } from '../paths/projectRoots';
import { isTest } from '../../base/fileRoles';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';
import { environmentFilesOf, isComposeFile, readComposeFile } from './composeFile';
import { isEnvironmentFile, parseDotEnv, readEnvironmentFile } from './environmentFiles';
import { isHelmFile, readHelmFile } from './helmChart';
import { isKubernetesManifest, readKubernetesManifest } from './kubernetesManifest';
import { isNamingManifest, readAspireHost, readManifestNames } from './manifestNames';
import type { Declared, NamedService, ServiceDeclaration } from './serviceDeclaration';

/** Manifests larger than this are data, not configuration. */
const MAX_CONFIG_BYTES = 256 * 1024;

/** Folders of code that several services share: a name given there is what a service without one is called. */
const LIBRARY = /(^|\/)(libs?|librar(y|ies)|commons?|shared)(\/|$)/i;

/**
 * Whether code that lies so within a project is a program beside it: what benchmarks, examples and tests are called says
 * nothing of the project. An example with a manifest of its own is a project, and not meant.
 */
function isAside(withinProject: string): boolean {
  return isTest(withinProject) || /^\/?(?:[^/]+\/)*(bench(es|marks?)?|examples?)\//i.test(withinProject);
}

/** Whether a change of this file may move a service to another folder. */
export function mayDeclareServices(relative: string): boolean {
  return isConfiguration(relative) || /AppHost.*\.cs$|(^|\/)AppHost\/.*\.cs$/.test(relative);
}

function isConfiguration(relative: string): boolean {
  return isEnvironmentFile(relative) || isNamingManifest(relative) || /\.ya?ml$/i.test(relative);
}

/** Collects what the workspace's configuration and code say about where services live. */
export async function learnServices(
  files: WorkspaceFiles,
  roots: ProjectRoots,
  index: SourceIndex,
  signal?: AbortSignal,
): Promise<Declared> {
  const declarations: ServiceDeclaration[] = [];
  const named: NamedService[] = [];
  const hosts: { file: WorkspaceFile; text: string }[] = [];
  const projects = new Map<string, Folder>();
  const givenAway = new Set<string>();
  for (const file of files.all()) {
    signal?.throwIfAborted();
    if (file.relative.endsWith('.csproj')) {
      const folder = { folder: file.folder, relative: dirname(file.relative) };
      projects.set(basename(file.relative).slice(0, -7).replace(/\W/g, '_'), folder);
    }
    if (!mayDeclareServices(file.relative) || isTest(file.relative)) continue;
    const text = await files.read(file.path, MAX_CONFIG_BYTES);
    if (text === undefined) continue;
    if (file.relative.endsWith('.cs')) hosts.push({ file, text });
    else await readConfiguration(file, text, files, roots, { declarations, named, givenAway });
  }
  for (const { file, text } of hosts) declarations.push(...readAspireHost(file, text, projects));
  declarations.push(...declaredInCode(files, roots, index));
  // Variables that compose gives to a service say nothing of the folder they lie in.
  return { declarations: declarations.filter(({ from }) => !givenAway.has(from)), named };
}

/** What was read so far. */
interface Learned {
  readonly declarations: ServiceDeclaration[];
  readonly named: NamedService[];
  /** Files of variables that are about what runs elsewhere. */
  readonly givenAway: Set<string>;
}

async function readConfiguration(
  file: WorkspaceFile,
  text: string,
  files: WorkspaceFiles,
  roots: ProjectRoots,
  { declarations, named, givenAway }: Learned,
): Promise<void> {
  if (isNamingManifest(file.relative)) declarations.push(...readManifestNames(file, text, roots));
  if (isEnvironmentFile(file.relative)) declarations.push(...readEnvironmentFile(file, text, roots));
  let declared: Declared | undefined;
  if (isComposeFile(file.relative)) declared = await readCompose(file, text, files, roots, givenAway);
  else if (/\.ya?ml$/i.test(file.relative) && isKubernetesManifest(text)) declared = readKubernetesManifest(file, text);
  declarations.push(...(declared?.declarations ?? []));
  named.push(...(declared?.named ?? []));
  const helm = isHelmFile(file.relative) && MAY_NAME.test(text) ? readHelmFile(file, text, roots) : undefined;
  declarations.push(...(helm?.declarations ?? []));
  named.push(...(helm?.named ?? []));
}

/** Most values say nothing of it. */
const MAY_NAME = /OTEL_|serviceName/;

async function readCompose(
  file: WorkspaceFile,
  text: string,
  files: WorkspaceFiles,
  roots: ProjectRoots,
  givenAway: Set<string>,
): Promise<Declared> {
  const read = async (relative: string): Promise<string> =>
    (await files.read(path.join(file.folder, relative), MAX_CONFIG_BYTES)) ?? '';
  const beside = dirname(file.relative);
  const variables = parseDotEnv(await read(beside === '' ? '.env' : `${beside}/.env`));
  const environments = new Map<string, string>();
  for (const name of environmentFilesOf(file, text)) {
    environments.set(name, await read(name));
    // In a service's own folder they are about that service all the same.
    if (roots.nearest({ folder: file.folder, relative: name }).relative === '') givenAway.add(name);
  }
  return readComposeFile(file, text, variables, environments, roots);
}

function declaredInCode(files: WorkspaceFiles, roots: ProjectRoots, index: SourceIndex): ServiceDeclaration[] {
  return [...index.serviceNames.keys()].flatMap((service) =>
    index.serviceNames.files(service).flatMap((path) => {
      const file = files.get(path);
      if (!file) return [];
      const root = roots.nearest(file);
      if (isAside(file.relative.slice(root.relative.length))) return [];
      const relative = dirname(file.relative);
      const near = LIBRARY.test(relative) ? {} : { near: { folder: file.folder, relative } };
      return [{ service, folder: root, ...near, score: 0.9, from: file.relative }];
    }),
  );
}
