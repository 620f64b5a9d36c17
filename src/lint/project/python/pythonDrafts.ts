import type { Dependency } from '../processUnit';
import type { ProjectFiles } from '../projectFiles';
import type { UnitDraft } from '../unitDraft';

/** A unit for every folder with requirements or a `pyproject.toml`. */
export async function readPythonDrafts(files: ProjectFiles): Promise<UnitDraft[]> {
  const drafts = new Map<string, UnitDraft>();
  for (const listed of files.named(/^(pyproject\.toml|requirements.*\.txt)$/)) {
    const file = await files.read(listed);
    if (file === undefined) continue;
    const known = drafts.get(file.folder);
    const dependencies = known?.dependencies ?? new Map<string, Dependency>();
    for (const match of file.text.matchAll(
      /^[ \t]*["']?([A-Za-z][\w.-]*)(?:\[[^\]]*\])?[ \t]*([=<>~!][^"'#;\r\n]*)?/gm,
    )) {
      const name = match[1]!.toLowerCase().replace(/[-_.]+/g, '-');
      const range = (match[2] ?? '').trim();
      const version = /^==\s*([\w.]+)$/.exec(range)?.[1];
      const at = file.at(match.index, undefined, match[0].trim());
      if (!dependencies.has(name)) dependencies.set(name, { name, range, version, scope: 'runtime', at });
    }
    drafts.set(file.folder, {
      id: known?.id ?? file.path,
      language: 'python',
      root: file.folder,
      manifest: known?.manifest ?? file.at(0, undefined, 'requirements'),
      names: [],
      dependencies,
      needs: [],
      kind: 'unsaid',
    });
  }
  return [...drafts.values()];
}
