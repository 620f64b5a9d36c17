import type { FileFacts } from '../../syntax/facts';
import { importsOf } from '../paths/importsOf';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import { routerKey } from './entries';

/** Classes above one are looked at up to this many. */
const MAX_CLASSES = 20;

/** How other files are found and read. */
export interface ClassSources {
  resolve(
    file: WorkspaceFile,
    facts: FileFacts,
    parts: readonly string[],
    from: { readonly from: string; readonly imported: string },
  ): Promise<WorkspaceFile[]>;
  factsOf(file: WorkspaceFile): Promise<FileFacts | undefined>;
}

/**
 * The routers that a class of Python is: itself and what it extends, whose decorated methods are routes of every view set
 * below (Django REST framework's `@action` in a mixin). Undefined where the file has no class of the name.
 */
export async function routersOfClass(
  file: WorkspaceFile,
  facts: FileFacts,
  name: string,
  sources: ClassSources,
): Promise<string[] | undefined> {
  if (facts.language !== 'python' || !facts.types.some((one) => one.name === name)) return undefined;
  const keys = new Set<string>();
  const pending = [{ file, facts, name }];
  for (let at = pending.shift(); at !== undefined && keys.size < MAX_CLASSES; at = pending.shift()) {
    const { file: home, facts: own, name: type } = at;
    const key = routerKey(home.path, type);
    if (keys.has(key)) continue;
    keys.add(key);
    for (const base of own.types.filter((one) => one.name === type).flatMap(({ bases }) => bases)) {
      const parts = base.split('.');
      const last = parts.at(-1)!;
      if (parts.length === 1 && own.types.some((one) => one.name === last)) {
        pending.push({ file: home, facts: own, name: last });
        continue;
      }
      const imported = importsOf(own).get(parts[0]!);
      if (imported === undefined) continue;
      const wanted = parts.length > 1 ? last : imported.imported;
      for (const above of await sources.resolve(home, own, parts, imported)) {
        const read = await sources.factsOf(above);
        if (read?.types.some((one) => one.name === wanted) === true)
          pending.push({ file: above, facts: read, name: wanted });
      }
    }
  }
  return [...keys];
}
