import { basename, dirname, joinRelative } from '../paths/fileLookup';
import type { Folder, ProjectRoots } from '../paths/projectRoots';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import { environmentName as nameInFile, substitute } from './environmentFiles';
import type { Declared, NamedService, ServiceDeclaration } from './serviceDeclaration';
import { isServiceName, serviceOfResourceAttributes } from './serviceDeclaration';
import { mapping, parseYaml, scalar, sequence } from '../../base/texts/yamlValues';

/** Folders between a service's own folder and its Dockerfile that say nothing. */
const GENERIC_FOLDER = /^(src|docker|build|deploy|deployment|container|\.docker|\.devcontainer)$/i;

export function isComposeFile(relative: string): boolean {
  return /^(docker-)?compose.*\.ya?ml$/i.test(basename(relative));
}

/** The files of variables that services of a compose file are given, relative to the workspace folder. */
export function environmentFilesOf(file: WorkspaceFile, text: string): string[] {
  if (!text.includes('env_file')) return [];
  return parseYaml(text).flatMap((document) =>
    Object.values(mapping(mapping(document)?.['services']) ?? {}).flatMap((service) =>
      envFiles(file, mapping(service)),
    ),
  );
}

function envFiles(file: WorkspaceFile, service: Record<string, unknown> | undefined): string[] {
  const said = service?.['env_file'];
  const names =
    scalar(said) !== undefined
      ? [scalar(said)]
      : sequence(said).map((one) => scalar(one) ?? scalar(mapping(one)?.['path']));
  return names.flatMap((name) => (name === undefined ? undefined : joinRelative(dirname(file.relative), name)) ?? []);
}

/**
 * Compose: the name, the environment and what each service is built from.
 * @param variables of the `.env` beside it. @param environments texts of {@link environmentFilesOf}, by their paths.
 */
export function readComposeFile(
  file: WorkspaceFile,
  text: string,
  variables: ReadonlyMap<string, string>,
  environments: ReadonlyMap<string, string>,
  roots: ProjectRoots,
): Declared {
  const declarations: ServiceDeclaration[] = [];
  const named: NamedService[] = [];
  for (const document of parseYaml(substitute(text, variables))) {
    for (const [key, value] of Object.entries(mapping(mapping(document)?.['services']) ?? {})) {
      const service = mapping(value);
      if (!service) continue;
      const folder = builtFrom(file, service, roots);
      // Of several files the last counts, and what is written with the service before all.
      const given = envFiles(file, service).map((name) => nameInFile(environments.get(name) ?? ''));
      const explicit = environmentName(service['environment']) ?? given.findLast((name) => name !== undefined);
      const names: [string | undefined, number][] = [
        [explicit, 0.95],
        [key, explicit === undefined ? 0.8 : 0.7],
      ];
      for (const [name, score] of names) {
        if (!isServiceName(name)) continue;
        if (folder) declarations.push({ service: name, folder, score, from: file.relative });
        else named.push({ service: name, alias: key, score: score - 0.1, from: file.relative });
      }
    }
  }
  return { declarations, named };
}

/** The folder of the host that a process runs in: its `working_dir` below a folder that is bound into the container. */
function boundFolder(file: WorkspaceFile, service: Record<string, unknown>): Folder | undefined {
  const working = scalar(service['working_dir']);
  if (working === undefined) return undefined;
  for (const row of sequence(service['volumes'])) {
    const [from, to] = (scalar(row) ?? '').split(':');
    if (from === undefined || to === undefined || !from.startsWith('.') || to.length < 2) continue;
    if (working !== to && !working.startsWith(`${to}/`)) continue;
    const relative = joinRelative(dirname(file.relative), `${from}/${working.slice(to.length)}`);
    if (relative !== undefined && relative !== '') return { folder: file.folder, relative };
  }
  return undefined;
}

function builtFrom(file: WorkspaceFile, service: Record<string, unknown>, roots: ProjectRoots): Folder | undefined {
  const bound = boundFolder(file, service);
  if (bound) return bound;
  const build = service['build'];
  const options = mapping(build);
  const context = scalar(build) ?? scalar(options?.['context']) ?? (options ? '.' : undefined);
  if (context === undefined || /^[a-z]+:\/\//.test(context)) return undefined;
  const base = joinRelative(dirname(file.relative), context);
  if (base === undefined) return undefined;
  const dockerfile = scalar(options?.['dockerfile']);
  const below = dockerfile === undefined ? undefined : joinRelative(base, dirname(dockerfile));
  let relative = below !== undefined && below.startsWith(base === '' ? '' : `${base}/`) && below !== '' ? below : base;
  while (relative !== base && GENERIC_FOLDER.test(basename(relative))) relative = dirname(relative);
  const folder = { folder: file.folder, relative };
  // A context of the whole repository tells nothing unless the repository is the service.
  return relative === '' && roots.all().length > 2 ? undefined : folder;
}

function environmentName(environment: unknown): string | undefined {
  const rows = mapping(environment);
  const values = rows
    ? Object.entries(rows).map(([key, value]) => [key, scalar(value) ?? ''] as const)
    : sequence(environment).map((row) => {
        const text = scalar(row) ?? '';
        const at = text.indexOf('=');
        return [text.slice(0, Math.max(0, at)), text.slice(at + 1)] as const;
      });
  const direct = values.find(([key]) => key === 'OTEL_SERVICE_NAME')?.[1];
  if (isServiceName(direct)) return direct;
  const attributes = values.find(([key]) => key === 'OTEL_RESOURCE_ATTRIBUTES')?.[1];
  return attributes === undefined ? undefined : serviceOfResourceAttributes(attributes);
}
