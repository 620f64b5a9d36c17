import path from 'node:path';
import type { Dependency } from '../processUnit';
import type { ProjectFiles, ReadFile } from '../projectFiles';
import { readJson, type JsonNode } from '../text/jsonTree';
import type { UnitDraft, UnitReference } from '../unitDraft';

const SECTIONS = [
  ['dependencies', 'runtime'],
  ['peerDependencies', 'optional'],
  ['optionalDependencies', 'optional'],
  ['devDependencies', 'dev'],
] as const;

/** A unit for every `package.json`. */
export async function readNodeDrafts(files: ProjectFiles): Promise<UnitDraft[]> {
  const drafts: UnitDraft[] = [];
  for (const listed of files.named(/^package\.json$/)) {
    const file = await files.read(listed);
    if (file === undefined) continue;
    const json = readJson(file);
    if (typeof json === 'string') files.skip(file.path, json);
    else drafts.push(draftOf(file, json));
  }
  return drafts;
}

function draftOf(file: ReadFile, json: JsonNode): UnitDraft {
  const root = file.folder;
  const dependencies = new Map<string, Dependency>();
  const needs: UnitReference[] = [];
  for (const [section, scope] of SECTIONS) {
    for (const [name, value] of json.get(section)?.entries() ?? []) {
      const range = value.text ?? '';
      const local = /^(?:file|link|portal):(.+)$/.exec(range)?.[1];
      if (local !== undefined) needs.push({ folder: path.resolve(root, local) });
      else if (scope !== 'dev' || range.startsWith('workspace:')) needs.push({ name });
      if (dependencies.has(name)) continue;
      const at = file.at(value.start, value.end, `${name} ${range}`);
      dependencies.set(name, { name, range, version: undefined, scope, at });
    }
  }
  const name = json.textOf('name');
  return {
    id: file.path,
    language: 'node',
    root,
    manifest: file.at(0, 0, 'package.json'),
    names: name === undefined ? [] : [name],
    dependencies,
    needs,
    kind: 'unsaid',
  };
}
