import path from 'node:path';
import { dotEnvRows } from '../../../base/texts/dotEnv';
import type { ReadFile } from '../projectFiles';
import { readJson } from '../text/jsonTree';
import { startsProcess } from '../node/scripts';
import { languageOfCommand, PartBuilder, type DeploymentPart } from './deploymentPart';

/** Reads a deployment file of one kind; each part is a process. */
export type PartReader = (file: ReadFile) => DeploymentPart[];

/** `scripts` of a `package.json` that start it; those for development last. */
export function readPackageScripts(file: ReadFile): DeploymentPart[] {
  const json = readJson(file);
  if (typeof json === 'string') return [];
  const scripts = json.get('scripts')?.entries() ?? [];
  const order = [
    /^(start|serve)$/,
    /^(start|serve)[:-](?!dev|watch|debug|test)/,
    /^(prod|production|worker|server)\b/,
    /^(start|serve|dev|develop)\b/,
  ];
  const builder = newPart(file, 'scripts');
  builder.language = 'node';
  const seen = new Set<string>();
  for (const pattern of order) {
    for (const [name, value] of scripts) {
      if (value.text === undefined || seen.has(name) || !pattern.test(name) || !startsProcess(value.text)) continue;
      seen.add(name);
      builder.command(file, value.start, withAssignments(file, builder, value.text, value.start, value.end), value.end);
    }
  }
  for (const [name, value] of scripts) {
    // Under whatever name: it sets tracing up, or loads something before the program.
    if (seen.has(name) || value.text === undefined || !/OTEL_|\s(-r|--require|--import)[ =]|ddtrace/.test(value.text))
      continue;
    if (!/test|lint|mocha|jest|build|seed|migrat/i.test(name))
      builder.command(file, value.start, withAssignments(file, builder, value.text, value.start, value.end), value.end);
  }
  if (builder.commands.length === 0) return [];
  // What a script says is not all: an image may start the program otherwise.
  builder.complete = 'only scripts of package.json start it';
  return [builder.part()];
}

/** `web: gunicorn app:app` (https://devcenter.heroku.com/articles/procfile). */
export function readProcfile(file: ReadFile): DeploymentPart[] {
  return [...file.text.matchAll(/^([\w-]+):[^\S\n]*(\S[^\n]*)$/gm)].map((match) => {
    const builder = newPart(file, `${match[1]} in Procfile`, match.index);
    builder.command(file, match.index, withAssignments(file, builder, match[2]!, match.index));
    builder.language = languageOfCommand(match[2]!);
    return builder.part();
  });
}

/** Targets that run something, and lines anywhere that build with an agent. */
export function readMakefile(file: ReadFile): DeploymentPart[] {
  const builder = newPart(file, 'Makefile');
  let target = '';
  let offset = 0;
  for (const row of file.text.split('\n')) {
    const start = offset + (row.length - row.trimStart().length);
    offset += row.length + 1;
    target = /^([\w./-]+)\s*:(?!=)/.exec(row)?.[1] ?? target;
    if (!row.startsWith('\t')) continue;
    const command = row.trim().replace(/^[@-]+/, '');
    if (/^(echo|printf)\b/.test(command)) continue;
    builder.look('build', file, start, command);
    if (/^(run|start|serve|server|dev|up)\b/.test(target) && languageOfCommand(command) !== undefined)
      builder.command(file, start, withAssignments(file, builder, command, start));
  }
  builder.complete = 'only a Makefile starts it';
  return builder.commands.length + builder.agents.length === 0 ? [] : [builder.part()];
}

/** A `.env` file. Examples and those of tests say nothing of a process that is deployed. */
export function readDotEnv(file: ReadFile): DeploymentPart[] {
  if (/example|sample|template|dist|test/i.test(path.basename(file.path))) return [];
  const builder = newPart(file, path.basename(file.path));
  for (const { name, value, start } of dotEnvRows(file.text))
    builder.variable(file, start, name, isReference(value) ? undefined : value);
  builder.complete = 'only an environment file is known';
  return builder.environment.length === 0 ? [] : [builder.part()];
}

/**
 * `node-options` of npm and pnpm, which they give to scripts as NODE_OPTIONS (https://docs.npmjs.com/cli/using-npm/config).
 * Nothing else is read: such files hold tokens.
 */
export function readNpmSettings(file: ReadFile): DeploymentPart[] {
  const builder = newPart(file, 'node-options in .npmrc');
  for (const match of file.text.matchAll(/^[^\S\n]*node-options[^\S\n]*=[^\S\n]*(\S[^\r\n]*?)[^\S\n]*$/gm)) {
    const value = match[1]!.replace(/^(["'])(.*)\1$/, '$2');
    builder.variable(file, match.index, 'NODE_OPTIONS', isReference(value) ? undefined : value);
  }
  builder.complete = 'only settings of npm are known';
  return builder.environment.length === 0 ? [] : [builder.part()];
}

/** `ExecStart=` and `Environment=` of a systemd unit. */
export function readSystemdUnit(file: ReadFile): DeploymentPart[] {
  const builder = newPart(file, path.basename(file.path));
  builder.names.push(path.basename(file.path, '.service').replace(/@$/, ''));
  for (const match of file.text.matchAll(/^(ExecStart|Environment)=[-@:+!]*([^\n]*(?:\\\n[^\n]*)*)$/gm)) {
    const text = match[2]!.replace(/\\\n/g, ' ');
    if (match[1] === 'ExecStart') {
      builder.command(file, match.index, text);
      builder.language = languageOfCommand(text);
      builder.mentions.push(...[...text.matchAll(/(?:^|\s)(\/[\w./-]+)/g)].map(([, at]) => at!));
    } else {
      for (const [, quoted, bare] of text.matchAll(/"([^"]+)"|(\S+)/g)) {
        const row = quoted ?? bare!;
        const equals = row.indexOf('=');
        if (equals > 0) builder.variable(file, match.index, row.slice(0, equals), row.slice(equals + 1));
      }
    }
  }
  return builder.commands.length === 0 ? [] : [builder.part()];
}

/** A part for a whole file or a place in it, which belongs to the file's folder. */
export function newPart(file: ReadFile, text: string, start = 0): PartBuilder {
  const builder = new PartBuilder(file.at(start, undefined, text));
  builder.folders.push(file.folder);
  return builder;
}

/** Takes the `NAME=value` before a command (also after `cross-env`) as variables; returns the whole command. */
export function withAssignments(
  file: ReadFile,
  builder: PartBuilder,
  command: string,
  start: number,
  end?: number,
): string {
  const head =
    /^\s*(?:(?:npx\s+)?(?:cross-env|dotenv|env)\s+(?:-\S+\s+)*)?((?:[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\\"[^"]*\\"|\S*)\s+)*)/.exec(
      command,
    );
  for (const [, name, value] of (head?.[1] ?? '').matchAll(/([A-Za-z_]\w*)=("[^"]*"|'[^']*'|\S*)/g)) {
    const text = value!.replace(/^(["'])(.*)\1$/, '$2');
    builder.variable(file, start, name!, isReference(text) ? undefined : text, end);
  }
  return command;
}

/** The whole value is what another variable or a template says. */
export function isReference(value: string): boolean {
  return /^\$\{?[\w:.-]+\}?$|^\$\(.*\)$|\{\{/.test(value);
}
