import path from 'node:path';
import type { Evidence } from '../../evidence';
import type { Dependency } from '../processUnit';
import { placeBefore, type ProjectFiles, type ReadFile } from '../projectFiles';
import { childAt, childText, childrenOf, readXml, type XmlElement } from '../text/xmlTree';

/** Parents of parents followed at most; a circle ends here. */
const MAX_PARENTS = 10;

/** A `pom.xml` with its parents that are in the workspace, itself first. */
export interface Pom {
  readonly file: ReadFile;
  readonly project: XmlElement;
  readonly parents: readonly { readonly file: ReadFile; readonly project: XmlElement }[];
  /** Where the last of them names a parent that is not in the workspace, and that is not one which everybody has. */
  readonly missing: readonly Evidence[];
}

/** Parents of frameworks: they manage versions and bring no dependencies. */
const PUBLIC_PARENTS =
  /^(org\.springframework\.(boot|cloud)|io\.quarkus(\.\w+)*|io\.micronaut(\.\w+)*|io\.helidon(\.\w+)*|org\.sonatype\.oss|org\.apache|org\.jboss|org\.eclipse\.ee4j|com\.vaadin)$/;

/** Reads a `pom.xml` and follows its parents in the workspace by their relative path. */
export async function readPom(files: ProjectFiles, file: ReadFile): Promise<Pom | undefined> {
  const project = readXml(file);
  if (typeof project === 'string' || project.name !== 'project') {
    files.skip(file.path, typeof project === 'string' ? project : 'no Maven project');
    return undefined;
  }
  const parents: { file: ReadFile; project: XmlElement }[] = [];
  let at = { file, project };
  while (parents.length < MAX_PARENTS) {
    const parent = childAt(at.project, 'parent');
    if (parent === undefined) break;
    const relative = childText(parent, 'relativePath') ?? '../pom.xml';
    const target = path.resolve(at.file.folder, relative.endsWith('.xml') ? relative : path.join(relative, 'pom.xml'));
    const above = await files.readAt(target);
    const read = above && readXml(above);
    if (above === undefined || read === undefined || typeof read === 'string') break;
    if (childText(read, 'artifactId') !== childText(parent, 'artifactId')) break;
    at = { file: above, project: read };
    parents.push(at);
  }
  return { file, project, parents, missing: missingParent(at) };
}

function missingParent({ file, project }: { readonly file: ReadFile; readonly project: XmlElement }): Evidence[] {
  const parent = childAt(project, 'parent');
  const group = childText(parent, 'groupId') ?? '';
  if (parent === undefined || PUBLIC_PARENTS.test(group)) return [];
  const name = `${group}:${childText(parent, 'artifactId') ?? ''}`;
  return [file.at(parent.start, undefined, `its parent ${name} is not among the files`)];
}

/** `group:artifact` of a project; the group may be its parent's. */
export function pomName({ project }: Pom): string {
  return `${childText(project, 'groupId') ?? childText(project, 'parent', 'groupId') ?? ''}:${childText(project, 'artifactId') ?? ''}`;
}

/** What Maven puts into a module: its dependencies and those of its parents, with the versions that are managed. */
export function pomDependencies(pom: Pom): Map<string, Dependency> {
  const levels = [{ file: pom.file, project: pom.project }, ...pom.parents];
  const values = propertiesOf(levels.map(({ project }) => project));
  const managed = managedVersions(
    levels.map(({ project }) => project),
    values,
  );
  const found = new Map<string, Dependency>();
  for (const { file, project } of levels) {
    addBoms(found, file, project, values);
    const profiles = childrenOf(childAt(project, 'profiles'), 'profile');
    for (const [holder, optional] of [
      [project, false],
      ...profiles.map((profile) => [profile, true] as const),
    ] as const) {
      for (const element of childrenOf(childAt(holder, 'dependencies'), 'dependency')) {
        const name = nameOf(element, values);
        if (found.has(name)) continue;
        const range = filled(childText(element, 'version') ?? '', values);
        const version = exact(range) ?? managed(name);
        const scope = optional ? 'optional' : scopeOf(childText(element, 'scope'), childText(element, 'optional'));
        const at = file.at(
          childAt(element, 'artifactId')?.start ?? element.start,
          undefined,
          `${name} ${version ?? range}`.trim(),
        );
        found.set(name, { name, range, version, scope, at, before: placeBefore(file, element.start) });
      }
    }
  }
  return found;
}

type Values = ReadonlyMap<string, string>;

/** Properties of a project and its parents, the project's first. */
function propertiesOf(projects: readonly XmlElement[]): Values {
  const values = new Map<string, string>();
  for (const project of [...projects].reverse()) {
    for (const { name, text } of childAt(project, 'properties')?.children ?? []) values.set(name, text);
    const version = childText(project, 'version') ?? childText(project, 'parent', 'version');
    if (version !== undefined)
      for (const key of ['project.version', 'version', 'revision'])
        if (!values.has(key) || key !== 'revision') values.set(key, version);
    const parent = childText(project, 'parent', 'version');
    if (parent !== undefined) values.set('project.parent.version', parent);
    const group = childText(project, 'groupId') ?? childText(project, 'parent', 'groupId');
    if (group !== undefined) values.set('project.groupId', group);
  }
  return values;
}

/** Puts properties in; one that stands for itself ends after a few rounds. */
function filled(text: string, values: Values): string {
  let result = text;
  for (let round = 0; round < 5 && result.includes('${'); round++)
    result = result.replace(/\$\{([\w.-]+)\}/g, (written, key: string) => values.get(key) ?? written);
  return result.slice(0, 300);
}

function nameOf(element: XmlElement, values: Values): string {
  return `${filled(childText(element, 'groupId') ?? '', values)}:${filled(childText(element, 'artifactId') ?? '', values)}`;
}

/** Maven's plain version is the one that is taken. */
function exact(range: string): string | undefined {
  return /^\d[\w.-]*$/.test(range) ? range : undefined;
}

function scopeOf(scope: string | undefined, optional: string | undefined): Dependency['scope'] {
  if (scope === 'test') return 'dev';
  return scope === 'provided' || optional === 'true' ? 'optional' : 'runtime';
}

/**
 * Versions by `dependencyManagement`. What a BOM that is not in the workspace manages is not known but for its own group,
 * which the BOMs of Spring Boot, OpenTelemetry, Quarkus, Micrometer and others release together.
 */
function managedVersions(projects: readonly XmlElement[], values: Values): (name: string) => string | undefined {
  const byName = new Map<string, string>();
  const byGroup = new Map<string, string>();
  for (const project of projects) {
    for (const element of childrenOf(childAt(project, 'dependencyManagement', 'dependencies'), 'dependency')) {
      const name = nameOf(element, values);
      const version = exact(filled(childText(element, 'version') ?? '', values));
      if (version === undefined) continue;
      if (childText(element, 'scope') !== 'import') setOnce(byName, name, version);
      else setOnce(byGroup, name.slice(0, name.indexOf(':')), version);
    }
    const parent = childAt(project, 'parent');
    const version = exact(filled(childText(parent, 'version') ?? '', values));
    const group = childText(parent, 'groupId');
    if (group !== undefined && version !== undefined) setOnce(byGroup, group, version);
  }
  return (name) => byName.get(name) ?? byGroup.get(name.slice(0, name.indexOf(':')));
}

/** Parents and BOMs from elsewhere, as `indirect`: they bring versions, and tell which Spring Boot it is. */
function addBoms(found: Map<string, Dependency>, file: ReadFile, project: XmlElement, values: Values): void {
  const boms = childrenOf(childAt(project, 'dependencyManagement', 'dependencies'), 'dependency').filter(
    (element) => childText(element, 'scope') === 'import',
  );
  const parent = childAt(project, 'parent');
  for (const element of parent ? [parent, ...boms] : boms) {
    const name = nameOf(element, values);
    const range = filled(childText(element, 'version') ?? '', values);
    const at = file.at(element.start, undefined, `${name} ${range}`);
    if (!found.has(name)) found.set(name, { name, range, version: exact(range), scope: 'indirect', at });
  }
}

function setOnce<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (!map.has(key)) map.set(key, value);
}
