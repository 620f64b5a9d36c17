import type { ProjectFiles } from '../projectFiles';
import type { PartBuilder } from './deploymentPart';
import { readShellScript, scriptPaths } from './shellScript';

/** Reads the shell scripts of the workspace that an image starts; one that is not found leaves the start unknown. */
export async function readScripts(
  files: ProjectFiles,
  scripts: readonly string[],
  folders: readonly string[],
  builder: PartBuilder,
): Promise<void> {
  for (const script of new Set(scripts)) {
    const listed = scriptPaths(script, folders).find((file) => files.get(file) !== undefined);
    const file = listed === undefined ? undefined : await files.readAt(listed);
    if (file) readShellScript(file, builder);
    else if (builder.complete === true) builder.complete = `the script ${script} is not among the files`;
  }
}
