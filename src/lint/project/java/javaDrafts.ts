import type { ProjectFiles } from '../projectFiles';
import type { UnitDraft } from '../unitDraft';
import { readGradleDrafts } from './gradleDrafts';
import { readMavenDrafts } from './mavenDrafts';

/** A unit for every Maven and Gradle module; a folder that is both is one. */
export async function readJavaDrafts(files: ProjectFiles): Promise<UnitDraft[]> {
  const maven = await readMavenDrafts(files);
  const gradle = await readGradleDrafts(files);
  const byRoot = new Map(maven.map((draft) => [draft.root, draft]));
  const alone: UnitDraft[] = [];
  for (const draft of gradle) {
    const same = byRoot.get(draft.root);
    if (same === undefined) alone.push(draft);
    else
      for (const [name, one] of draft.dependencies) if (!same.dependencies.has(name)) same.dependencies.set(name, one);
  }
  return [...maven, ...alone];
}
