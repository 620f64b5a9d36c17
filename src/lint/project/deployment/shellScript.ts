import path from 'node:path';
import type { ReadFile } from '../projectFiles';
import { languageOfCommand, type PartBuilder } from './deploymentPart';

/** Commands that prepare and start nothing. */
const PREPARES =
  /^(#|set|echo|export|cd|mkdir|cp|mv|rm|chmod|chown|if|then|else|elif|fi|for|while|do|done|case|esac|sleep|test|\[|printf|source|\.|trap|wait|return|function|local|shift|\}|\{|:|ls|cat|curl|wget|apt(-get)?|apk|pip3?\s+install|npm\s+(i|ci|install)|yarn\s+install|pnpm\s+i)\b/;

/** A shell script that starts a process: its variables and the commands it runs, continued lines joined. */
export function readShellScript(file: ReadFile, builder: PartBuilder): void {
  for (const { text, start } of shellLines(file.text)) {
    const variable = /^(?:export\s+)?([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)\s*(?:;|$)/.exec(text);
    if (variable) {
      const value = variable[2]!.replace(/^(["'])(.*)\1$/s, '$2');
      // What is added to a variable is known all the same: `$JAVA_OPTS -javaagent:…`.
      builder.variable(file, start, variable[1]!, /^\$\{?\w+\}?$|^\$\(/.test(value) ? undefined : value);
      continue;
    }
    builder.look('file', file, start, text);
    const after = text.replace(/^(?:[({]\s*)?cd\s+\S+\s*(?:&&|;)\s*/, '');
    if (PREPARES.test(after)) continue;
    const command = after.replace(/^exec\s+/, '');
    if (languageOfCommand(command) !== undefined || (/^(\.{0,2}\/\w|exec )/.test(text) && /\w/.test(command))) {
      builder.command(file, start, command);
      builder.language ??= languageOfCommand(command);
    }
  }
}

/** The script of the workspace that a command in an image names: beside the Dockerfile, in its context, or by its name. */
export function scriptPaths(script: string, folders: readonly string[]): string[] {
  const inside = script.replace(/^\/+/, '');
  const names = [
    inside,
    path.basename(script),
    path.join('scripts', path.basename(script)),
    path.join('docker', path.basename(script)),
    path.join('bin', path.basename(script)),
  ];
  return [...new Set(folders.flatMap((folder) => names.map((name) => path.join(folder, name))))];
}

function shellLines(text: string): { text: string; start: number }[] {
  const found: { text: string; start: number }[] = [];
  let offset = 0;
  let open: { text: string; start: number } | undefined;
  for (const row of text.split('\n')) {
    const line = row.trimEnd();
    const start = offset + (line.length - line.trimStart().length);
    offset += row.length + 1;
    if (open === undefined && /^\s*(#|$)/.test(line)) continue;
    const continued = line.endsWith('\\');
    const piece = (continued ? line.slice(0, -1) : line).trim();
    if (open) open.text += ` ${piece}`;
    else open = { text: piece, start };
    if (!continued) {
      found.push(open);
      open = undefined;
    }
  }
  if (open) found.push(open);
  return found;
}
