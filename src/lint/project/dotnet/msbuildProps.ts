import path from 'node:path';
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
