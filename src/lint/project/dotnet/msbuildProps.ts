import path from 'node:path';
import type { Evidence } from '../../evidence';
import type { ProjectFiles, ReadFile } from '../projectFiles';
import { childAt, childrenOf, readXml, type XmlElement } from '../text/xmlTree';

/** Files imported beyond this are a circle. */
const MAX_IMPORTS = 20;

/** An MSBuild file, read. */
export interface MsbuildFile {
  readonly file: ReadFile;
  readonly project: XmlElement;
}

/**
 * The nearest file of a name at or above a folder, as MSBuild takes it, with the files of that kind that it imports from
 * above (https://learn.microsoft.com/visualstudio/msbuild/customize-by-directory).
 */
export async function nearestProps(files: ProjectFiles, folder: string, name: string): Promise<MsbuildFile[]> {
  const found: MsbuildFile[] = [];
  for (let at = folder; found.length < MAX_IMPORTS; at = path.dirname(at)) {
    const read = await readMsbuild(files, path.join(at, name));
    if (read) {
      found.push(read);
      const importsAbove = childrenOf(read.project, 'Import').some(
        (element) =>
          (element.attributes['Project'] ?? '').includes(name) ||
          /GetPathOfFileAbove|\.\.[\\/]/.test(element.attributes['Project'] ?? ''),
      );
      if (!importsAbove) return found;
    }
    if (at === path.dirname(at)) return found;
  }
  return found;
}

/** What project files import by a path of the workspace, and where they name one that is not there. */
export interface Imported {
  readonly files: readonly MsbuildFile[];
  readonly missing: readonly Evidence[];
}

/** Follows `<Import Project="../common.props" />`; those of SDKs and tools, whose paths are computed, are left out. */
export async function importedFiles(files: ProjectFiles, start: readonly MsbuildFile[]): Promise<Imported> {
  const values = propertiesOf(start);
  const found = new Map(start.map((one) => [one.file.path, one]));
  const missing: Evidence[] = [];
  for (const holder of found.values()) {
    for (const element of [holder.project, ...childrenOf(holder.project, 'ImportGroup')].flatMap((at) =>
      childrenOf(at, 'Import'),
    )) {
      const target = importTarget(holder, element, values);
      if (target === undefined || found.has(target) || found.size > MAX_IMPORTS) continue;
      const read = await readMsbuild(files, target);
      if (read) found.set(target, read);
      else if (!/exists/i.test(element.attributes['Condition'] ?? ''))
        missing.push(holder.file.at(element.start, undefined, `${path.basename(target)} is not among the files`));
    }
  }
  return { files: [...found.values()].slice(start.length), missing };
}

function importTarget(holder: MsbuildFile, element: XmlElement, values: ReadonlyMap<string, string>) {
  if (element.attributes['Sdk'] !== undefined) return undefined;
  const written = (element.attributes['Project'] ?? '').replace(
    /\$\((MSBuildThisFileDirectory|MSBuildProjectDirectory)\)[\\/]?/gi,
    './',
  );
  const name = filled(written, values);
  return name === '' || name.includes('$') || name.includes('*')
    ? undefined
    : path.resolve(holder.file.folder, ...name.split(/[\\/]/));
}

/** Reads an MSBuild file; undefined with a note where it is none. */
export async function readMsbuild(files: ProjectFiles, name: string): Promise<MsbuildFile | undefined> {
  const file = await files.readAt(name);
  if (file === undefined) return undefined;
  const project = readXml(file);
  if (typeof project !== 'string' && project.name === 'Project') return { file, project };
  files.skip(file.path, typeof project === 'string' ? project : 'no MSBuild project');
  return undefined;
}

/** All elements of a name in the item groups of a file. */
export function itemsOf({ project }: MsbuildFile, name: string): XmlElement[] {
  const groups = [project, ...childrenOf(childAt(project, 'Choose'), 'When')];
  return groups.flatMap((holder) => childrenOf(holder, 'ItemGroup')).flatMap((group) => childrenOf(group, name));
}

/** The properties of files, the last of a name counting; `$(Name)` put in where it is known. */
export function propertiesOf(chain: readonly MsbuildFile[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { project } of chain) {
    for (const group of childrenOf(project, 'PropertyGroup'))
      for (const { name, text } of group.children) values.set(name.toLowerCase(), filled(text, values));
  }
  return values;
}

/** Puts properties in. */
export function filled(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$\((\w+)\)/g, (written, key: string) => values.get(key.toLowerCase()) ?? written).slice(0, 300);
}
