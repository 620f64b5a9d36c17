import path from 'node:path';
import type { ProjectFiles, ReadFile } from '../projectFiles';
import { languageOfCommand, PartBuilder, type DeploymentPart } from './deploymentPart';
import { readShellScript, scriptPaths } from './shellScript';

/**
 * A script that starts whichever program it is told to, `cd "$1" && java -javaagent:… -jar target/*.jar`, or each in turn,
 * also by `cd "$HERE/$1"`: its agent may be that of every program below its folder.
 */
export function readLauncher(file: ReadFile): DeploymentPart[] {
  const target = /\bcd\s+["']?(?:\.\/|\$\{?[A-Za-z_]\w*\}?\/)?\$\{?(\w+)/.exec(file.text)?.[1];
  if (target === undefined) return [];
  const isGiven = new RegExp(`\\b${target}=["']?\\$\\{?[1-9@]|\\bfor\\s+${target}\\s+in\\b`).test(file.text);
  if (!/^[1-9]$/.test(target) && !isGiven) return [];
  const builder = new PartBuilder(file.at(0, undefined, path.basename(file.path)));
  readShellScript(file, builder);
  const languages = new Set(builder.commands.flatMap(({ text }) => languageOfCommand(text) ?? []));
  // Programs of several languages: each agent is of those of its own.
  if (languages.size > 1) builder.language = undefined;
  builder.complete = `${path.basename(file.path)} starts what it is told to`;
  return builder.agents.length === 0 ? [] : [builder.part()];
}

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
