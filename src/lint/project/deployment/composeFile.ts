import path from 'node:path';
import { dotEnvRows } from '../../../base/texts/dotEnv';
import type { ProjectFiles, ReadFile } from '../projectFiles';
import { readYaml, type YamlNode } from '../text/yamlTree';
import { languageOfCommand, languageOfImage, PartBuilder, type DeploymentPart } from './deploymentPart';
import { readDockerfile } from './dockerfile';
import { isReference } from './processFiles';
import { readScripts } from './readScripts';

export function isComposeFile(file: string): boolean {
  return /^(docker-|podman-)?compose.*\.ya?ml$/i.test(path.basename(file));
}

/** The Dockerfiles that compose files build, so that they are not read once more on their own. */
export interface ComposeParts {
  readonly parts: readonly DeploymentPart[];
  readonly dockerfiles: readonly string[];
}

/**
 * The services of a compose file (https://github.com/compose-spec/compose-spec): what each runs, with which environment,
 * and what it is built from. A command of compose replaces that of the image; the image's variables stay.
 */
export async function readComposeFile(files: ProjectFiles, file: ReadFile): Promise<ComposeParts> {
  const documents = readYaml(file);
  if (typeof documents === 'string') {
    files.skip(file.path, documents);
    return { parts: [], dockerfiles: [] };
  }
  const beside = await files.readAt(path.join(file.folder, '.env'));
  const variables = new Map(dotEnvRows(beside?.text ?? '').map(({ name, value }) => [name, value]));
  const parts: DeploymentPart[] = [];
  const dockerfiles: string[] = [];
  for (const document of documents) {
    for (const [name, service] of document.get('services')?.entries() ?? []) {
      if (!service.isMap) continue;
      const builder = new PartBuilder(file.at(service.start, undefined, `service ${name}`));
      builder.names.push(name);
      const built = await readBuild(files, file, service, builder, variables);
      if (built !== undefined) dockerfiles.push(built);
      if (service.get('build') === undefined) builder.complete = 'what its image brings is not known';
      await readService(files, file, service, builder);
      // What something else is built from, or is run as it is, is no program of this workspace.
      // An image of a variable's is known by the service's name alone: `jaeger`, `kafka`.
      if (service.get('build') === undefined && builder.agents.length === 0) builder.language ??= otherByName(name);
      if (builder.language !== 'other') parts.push(builder.part());
    }
  }
  return { parts, dockerfiles };
}

async function readBuild(
  files: ProjectFiles,
  file: ReadFile,
  service: YamlNode,
  builder: PartBuilder,
  variables: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const build = service.get('build');
  const written = build?.text ?? build?.textOf('context') ?? (build?.isMap ? '.' : undefined);
  if (written === undefined || /^\w+:\/\/|^git@/.test(written)) return undefined;
  const filled = (text: string): string =>
    text.replace(
      /\$\{?(\w+)(?::?-([^}]*))?\}?/g,
      (_, key: string, other?: string) => variables.get(key) ?? other ?? '',
    );
  const context = path.resolve(file.folder, filled(written));
  const name = path.resolve(context, filled(build?.textOf('dockerfile') ?? 'Dockerfile'));
  const dockerfile = await files.readAt(name);
  if (dockerfile === undefined) {
    builder.folders.push(context);
    builder.complete = `its Dockerfile is not among the files`;
    return undefined;
  }
  const { part, scripts } = readDockerfile(dockerfile, context, build?.textOf('target')?.toLowerCase());
  builder.folders.push(...new Set([path.dirname(name), context]));
  for (const [, value] of build?.get('args')?.entries() ?? [])
    if (value.text !== undefined) builder.names.push(value.text);
  builder.mentions.push(...part.mentions);
  builder.environment.push(...part.environment);
  builder.agents.push(...part.agents);
  builder.preloads.push(...part.preloads);
  builder.language = part.language;
  builder.complete = part.complete;
  if (service.get('command') === undefined) builder.commands.push(...part.commands);
  else builder.commands.push(...part.commands.filter(({ text }) => /entrypoint/.test(text)));
  await readScripts(files, scripts, [path.dirname(name), context], builder);
  return name;
}

async function readService(
  files: ProjectFiles,
  file: ReadFile,
  service: YamlNode,
  builder: PartBuilder,
): Promise<void> {
  const image = service.get('image');
  if (image?.text !== undefined) {
    builder.look('image', file, image.start, image.text);
    builder.names.push(image.text);
    if (builder.agents.length === 0) builder.language ??= languageOfImage(valueOf(image.text) ?? '');
  }
  for (const key of ['entrypoint', 'command']) {
    const node = service.get(key);
    const command =
      node?.text ??
      node
        ?.items()
        .map((item) => item.text ?? '')
        .join(' ');
    if (node === undefined || command === undefined || command === '') continue;
    builder.command(node.file, node.start, command);
    builder.language = languageOfCommand(command) ?? builder.language;
    if (builder.complete !== true && /starts nothing/.test(builder.complete)) builder.complete = true;
  }
  for (const [name, value] of service.get('environment')?.entries() ?? []) {
    builder.variable(file, value.start, name, valueOf(value.text ?? ''));
  }
  for (const item of service.get('environment')?.items() ?? []) {
    const [, name, value] = /^(\w+)(?:=(.*))?$/s.exec(item.text ?? '') ?? [];
    if (name !== undefined) builder.variable(file, item.start, name, value === undefined ? undefined : valueOf(value));
  }
  const listed = service.get('env_file');
  for (const item of listed === undefined ? [] : [listed, ...listed.items()]) {
    const name = item.text ?? item.textOf('path');
    const rows = name === undefined ? undefined : await files.readAt(path.resolve(file.folder, name));
    if (rows) for (const row of dotEnvRows(rows.text)) builder.variable(rows, row.start, row.name, valueOf(row.value));
  }
}

/** A value with its defaults put in; undefined for one that only the environment says. */
function valueOf(text: string): string | undefined {
  const filled = text.replace(/\$\{\w+:?-([^}]*)\}/g, '$1');
  return isReference(filled) ? undefined : filled;
}

function otherByName(name: string): 'other' | undefined {
  return languageOfImage(name) === 'other' ? 'other' : undefined;
}
