import type { Dependency } from '../processUnit';
import type { ProjectFiles } from '../projectFiles';
import type { UnitDraft } from '../unitDraft';

/** A unit for every `go.mod`. */
export async function readGoDrafts(files: ProjectFiles): Promise<UnitDraft[]> {
  const drafts: UnitDraft[] = [];
  for (const listed of files.named(/^go\.mod$/)) {
    const file = await files.read(listed);
    if (file === undefined) continue;
    const dependencies = new Map<string, Dependency>();
    for (const match of file.text.matchAll(/^[ \t]*(?:require[ \t]+)?([\w.-]+\.[\w.\-/~]+)[ \t]+(v[\w.+-]+)(.*)$/gm)) {
      const [line, name, version, rest] = match as unknown as [string, string, string, string];
      const start = match.index + line.indexOf(name);
      const scope = rest.includes('// indirect') ? 'indirect' : 'runtime';
      const at = file.at(start, undefined, `${name} ${version}`);
      dependencies.set(name, { name, range: version, version: version.slice(1), scope, at });
    }
    const name = /^module\s+(\S+)/m.exec(file.text)?.[1];
    drafts.push({
      id: file.path,
      language: 'go',
      root: file.folder,
      manifest: file.at(0, undefined, 'go.mod'),
      names: name === undefined ? [] : [name],
      dependencies,
      needs: [...dependencies.keys()].map((module) => ({ name: module })),
      kind: 'unsaid',
    });
  }
  return drafts;
}
