import path from 'node:path';
import { isTest } from '../../../base/fileRoles';
import type { AssignedUnit } from '../assignFiles';
import type { UnitProperty } from '../processUnit';
import { isUnder, ReadFile, type ProjectFiles } from '../projectFiles';
import { readYaml, type YamlNode } from '../text/yamlTree';
import { importedFiles } from './importedFiles';

const FILE = /^(application|bootstrap)(?:-([\w.-]+))?\.(ya?ml|properties)$/;

/** Nesting beyond this is no configuration. */
const MAX_DEPTH = 30;

/** More than this is data, or aliases of aliases. */
const MAX_PROPERTIES = 5000;

/**
 * What `application*.yml` and `.properties` (also `bootstrap`, also Quarkus's and Micronaut's) of each Java unit say, by the
 * unit's id: those under its root that no inner unit has, those of the units it uses, and the files of these that they import.
 */
export async function readSpringProperties(
  files: ProjectFiles,
  units: readonly AssignedUnit[],
): Promise<ReadonlyMap<string, readonly UnitProperty[]>> {
  const java = units.filter(({ draft }) => draft.language === 'java');
  const own = new Map<string, UnitProperty[]>();
  for (const listed of java.length === 0 ? [] : files.named(FILE)) {
    if (isTest(listed.relative)) continue;
    const owner = java
      .filter(({ draft }) => isUnder(draft.root, listed.path))
      .sort((a, b) => b.draft.root.length - a.draft.root.length)[0];
    const file = owner && (await files.read(listed));
    if (file === undefined) continue;
    const known = own.get(owner!.draft.id);
    const found = propertiesOf(files, file);
    if (known) known.push(...found);
    else own.set(owner!.draft.id, found);
  }
  const served = await servedProperties(files, java);
  const all = java.map(async ({ draft, uses }) => {
    const said = [draft.id, ...uses].flatMap((id) => own.get(id) ?? []);
    const roots = java.filter((one) => [draft.id, ...uses].includes(one.draft.id)).map((one) => one.draft.root);
    const given = [...said, ...(await importedProperties(files, said, roots))];
    const name = given.find(({ key }) => key === 'spring.application.name')?.value.toLowerCase();
    return [draft.id, [...given, ...((name === undefined ? undefined : served.get(name)) ?? [])]] as const;
  });
  return new Map(await Promise.all(all));
}

/** What the files say that property files import by their names; those of the same names in tests are for these. */
async function importedProperties(
  files: ProjectFiles,
  properties: readonly UnitProperty[],
  roots: readonly string[],
): Promise<readonly UnitProperty[]> {
  const names = new Set(importedFiles(properties).map(({ name }) => name));
  if (names.size === 0) return [];
  const listed = files
    .byName((name) => (names.has(name) && !FILE.test(name) ? true : undefined))
    .map(([file]) => file)
    .filter((file) => !isTest(file.relative) && roots.some((root) => isUnder(root, file.path)));
  const read = await Promise.all(listed.map((file) => files.read(file)));
  return read.flatMap((file) => (file === undefined ? [] : propertiesOf(files, file)));
}

const SERVED = /^([\w-]+?)\.(ya?ml|properties)$/;

/** What a config server of the workspace serves from its own resources or a `config-repo`, by the application's name. */
async function servedProperties(
  files: ProjectFiles,
  units: readonly AssignedUnit[],
): Promise<ReadonlyMap<string, readonly UnitProperty[]>> {
  const servers = units
    .filter(({ draft }) => draft.dependencies.has('org.springframework.cloud:spring-cloud-config-server'))
    .map(({ draft }) => draft.root);
  const served = new Map<string, UnitProperty[]>();
  if (servers.length === 0) return served;
  for (const listed of files.named(SERVED)) {
    const name = SERVED.exec(path.basename(listed.path))![1]!.toLowerCase();
    if (
      FILE.test(path.basename(listed.path)) ||
      !/(^|\/)(src\/main\/resources\/.+|[\w-]*config[\w-]*)\/[^/]+$/i.test(listed.relative)
    )
      continue;
    const isServed =
      servers.some((root) => isUnder(root, listed.path)) || /config-?(repo|data|files|server)/i.test(listed.relative);
    const file = isServed ? await files.read(listed) : undefined;
    if (file) served.set(name, [...(served.get(name) ?? []), ...propertiesOf(files, file, true)]);
  }
  return served;
}

function propertiesOf(files: ProjectFiles, file: ReadFile, isServed = false): UnitProperty[] {
  const [, , profile] = FILE.exec(path.basename(file.path)) ?? [];
  const ending = path.extname(file.path).slice(1);
  const given = { ...(profile === undefined ? {} : { profile }), ...(isServed ? { served: true as const } : {}) };
  if (ending === 'properties') return fromProperties(file, given);
  const documents = readYaml(new ReadFile(file.file, withoutFaults(file.text)));
  if (typeof documents === 'string') {
    files.skip(file.path, documents);
    return [];
  }
  return documents.flatMap((document) => {
    const found = fromYaml(file, document, given);
    // Levels may be written as one key with dots, here too.
    const named = found.find(
      ({ key }) => key === 'spring.config.activate.on-profile' || key === 'spring.profiles',
    )?.value;
    return named === undefined ? found : found.map((one) => ({ ...one, profile: named }));
  });
}

/**
 * Text of the same length that can be read as YAML: Maven's resource filtering replaces `@project.version@`, and
 * `include: *` without quotes, though no YAML either, leaves no doubt of what the rest says.
 */
function withoutFaults(text: string): string {
  return text.replace(/@([\w.-]+)@/g, '_$1_').replace(/^([ \t]*[\w.-]+:[ \t]+)\*(?=[ \t]*\r?$)/gm, '$1_');
}

function fromYaml(file: ReadFile, document: YamlNode, given: Pick<UnitProperty, 'profile' | 'served'>): UnitProperty[] {
  const found: UnitProperty[] = [];
  const pending: { node: YamlNode; key: string; within: string; depth: number }[] = [
    { node: document, key: '', within: '', depth: 0 },
  ];
  for (let at = pending.pop(); at !== undefined && found.length < MAX_PROPERTIES; at = pending.pop()) {
    const { node, key, within, depth } = at;
    const value = node.text;
    if (value !== undefined) {
      const place = file.at(node.start, undefined, `${key}: ${value}`);
      // Beside what stands in braces no line can be written.
      const isInline = file.text.slice(file.text.lastIndexOf('\n', node.start - 1) + 1, node.start).trim() !== '';
      found.push({ key, value, at: place, within, ...(isInline ? { isInline } : {}), ...given });
      continue;
    }
    if (depth > MAX_DEPTH) continue;
    const children: (readonly [string, YamlNode])[] = node.isMap
      ? node.entries()
      : node.items().map((item, i) => [String(i), item] as const);
    for (const [name, child] of [...children].reverse())
      pending.push({ node: child, key: key === '' ? name : `${key}.${name}`, within: key, depth: depth + 1 });
  }
  return found;
}

function fromProperties(file: ReadFile, given: Pick<UnitProperty, 'profile' | 'served'>): UnitProperty[] {
  const found: UnitProperty[] = [];
  for (const { 1: indent = '', 2: key = '', 3: value = '', index } of file.text.matchAll(
    /^([ \t]*)([\w.[\]-]+)[ \t]*[=:][ \t]*(.*?)[ \t]*\r?$/gm,
  )) {
    if (found.length >= MAX_PROPERTIES) break;
    found.push({ key, value, at: file.at(index + indent.length, undefined, `${key}=${value}`), ...given });
  }
  return found;
}
