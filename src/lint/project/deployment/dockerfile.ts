import path from 'node:path';
import type { ReadFile } from '../projectFiles';
import {
  languageOfCommand,
  languageOfImage,
  PartBuilder,
  type DeploymentPart,
  type PartLanguage,
} from './deploymentPart';

interface Instruction {
  readonly name: string;
  readonly text: string;
  /** Offset of the instruction. */
  readonly start: number;
}

interface Stage {
  readonly name: string | undefined;
  readonly image: string;
  readonly start: number;
  readonly instructions: Instruction[];
}

/** How an image is built and started. */
export interface Dockerfile {
  readonly part: DeploymentPart;
  /** Commands that name a script of the repository, each as the path in it. */
  readonly scripts: readonly string[];
}

export function isDockerfile(file: string): boolean {
  return (
    /^((Docker|Container)file(\..+)?|.+\.(Docker|Container)file)$/i.test(path.basename(file)) &&
    !/\.(dockerignore|md|sh|tpl)$/i.test(file)
  );
}

/**
 * Reads a Dockerfile (https://docs.docker.com/reference/dockerfile/): what the last stage and those it is made from set and
 * start. Agents also count that are fetched or built in another stage: only the last needs them.
 * @param context absolute folder that `COPY` is relative to.
 * @param target the stage that is used, where it is not the last.
 */
export function readDockerfile(file: ReadFile, context: string, target?: string): Dockerfile {
  const stages = stagesOf(file.text);
  const last = stages.find((stage) => target !== undefined && stage.name === target) ?? stages.at(-1);
  const chain = last ? chainOf(last, stages) : [];
  const builder = new PartBuilder(file.at(last?.start ?? 0, undefined, path.basename(file.path)));
  builder.folders.push(file.folder, context);
  for (const stage of stages) {
    for (const { name, text, start } of stage.instructions) {
      if (name === 'RUN') builder.look('build', file, start, withoutSearches(text));
      if (/^(RUN|COPY|ADD)$/.test(name)) builder.look('file', file, start, withoutSearches(text));
      if (/^(RUN|COPY|ADD)$/.test(name)) builder.mentions.push(...pathsIn(name, text, context));
    }
  }
  builder.language = languageOfStages(chain, stages);
  const base = chain.at(-1);
  if (base) builder.look('base', file, base.start, base.image);
  const scripts = readChain(file, chain, builder);
  if (base === undefined) builder.complete = 'a Dockerfile without a stage';
  else if (builder.commands.length === 0) builder.complete = 'a Dockerfile that starts nothing by itself';
  else if (isOwnImage(base.image)) builder.complete = `what the image ${base.image} brings is not known`;
  return { part: builder.part(), scripts };
}

/** `ls | grep -v javaagent.jar` says what a file is called, and brings none. */
function withoutSearches(text: string): string {
  return text.replace(/\bgrep(\s+-\S+)*\s+("[^"]*"|'[^']*'|\S+)/g, 'grep');
}

/** The language of what is run, else of what it is built with, the last first. */
function languageOfStages(chain: readonly Stage[], stages: readonly Stage[]): PartLanguage | undefined {
  const run = chain.map(({ image }) => languageOfImage(image)).find((language) => language !== undefined);
  return (
    run ??
    stages
      .map(({ image }) => languageOfImage(image))
      .findLast((language) => language !== undefined && language !== 'other')
  );
}

/** The last `CMD` and `ENTRYPOINT`, and all variables, of the stages a container is made of. */
function readChain(file: ReadFile, chain: readonly Stage[], builder: PartBuilder): string[] {
  const scripts: string[] = [];
  const started = new Set<string>();
  for (const { instructions } of chain) {
    for (const { name, text, start } of instructions) {
      if (name === 'ENV')
        for (const [key, value] of variablesOf(text))
          builder.variable(file, start, key, /\$\{?\w/.test(value) ? undefined : value);
    }
    for (const { name, text, start } of [...instructions].reverse()) {
      if ((name !== 'CMD' && name !== 'ENTRYPOINT') || started.has(name)) continue;
      started.add(name);
      const command = execForm(text);
      builder.command(file, start, command);
      builder.language = languageOfCommand(command) ?? builder.language;
      scripts.push(
        ...[...command.matchAll(/[\w./-]*[\w-]+\.sh\b|(?<=^|\s)\.?\/?[\w./-]*entrypoint\b/g)].map(([script]) => script),
      );
    }
  }
  return scripts;
}

function stagesOf(text: string): Stage[] {
  const stages: Stage[] = [];
  const defaults = new Map<string, string>();
  for (const instruction of instructionsOf(text)) {
    if (instruction.name === 'ARG' && stages.length === 0) {
      const match = /^(\w+)=["']?([^"'\s]*)/.exec(instruction.text);
      if (match) defaults.set(match[1]!, match[2]!);
    }
    if (instruction.name !== 'FROM') {
      stages.at(-1)?.instructions.push(instruction);
      continue;
    }
    const match = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(instruction.text);
    const image = (match?.[1] ?? '').replace(
      /\$\{?(\w+)(?::?-([^}]*))?\}?/g,
      (_, name: string, other?: string) => defaults.get(name) ?? other ?? `$${name}`,
    );
    stages.push({ name: match?.[2]?.toLowerCase(), image, start: instruction.start, instructions: [] });
  }
  return stages;
}

/** A stage, the stage it is made from, and so on; a stage cannot come from a later one, so that this ends. */
function chainOf(stage: Stage, stages: readonly Stage[]): Stage[] {
  const chain = [stage];
  for (let at = stage; ;) {
    const before = stages.slice(0, stages.indexOf(at));
    const found = before.findLast((other) => other.name !== undefined && other.name === at.image.toLowerCase());
    if (found === undefined) return chain;
    chain.push((at = found));
  }
}

/** Instructions with their continued lines and here-documents; comments are left out. */
function instructionsOf(text: string): Instruction[] {
  const found: Instruction[] = [];
  let open: { name: string; parts: string[]; start: number } | undefined;
  let until: string | undefined;
  let offset = 0;
  const close = (): void => {
    if (open) found.push({ name: open.name, text: open.parts.join(' ').trim(), start: open.start });
    open = undefined;
  };
  for (const row of text.split('\n')) {
    const line = row.trimEnd();
    const start = offset + (line.length - line.trimStart().length);
    offset += row.length + 1;
    if (until !== undefined) {
      if (line.trim() === until) {
        until = undefined;
        close();
      } else open?.parts.push(line, ';');
      continue;
    }
    if (/^\s*(#|$)/.test(line)) continue;
    if (open === undefined) {
      const match = /^\s*([A-Za-z]+)\s+(.*)$/.exec(line);
      if (match === null) continue;
      open = { name: match[1]!.toUpperCase(), parts: [], start };
      open.parts.push(match[2]!.replace(/[\\`]$/, ''));
    } else open.parts.push(line.replace(/[\\`]$/, ''));
    until = /<<-?["']?(\w+)["']?/.exec(line)?.[1];
    if (until === undefined && !/[\\`]$/.test(line)) close();
  }
  close();
  return found;
}

/** `["node", "a.js"]` as `node a.js`; the shell form stays. */
function execForm(text: string): string {
  if (!text.startsWith('[')) return text;
  try {
    const parts = JSON.parse(text) as unknown;
    return Array.isArray(parts) ? parts.map(String).join(' ') : text;
  } catch {
    return text.replace(/[[\]",]+/g, ' ');
  }
}

/** `A=1 B="x y"` and the old form `A x y`. */
function variablesOf(text: string): [string, string][] {
  if (!/^\w+=/.test(text)) {
    const match = /^(\w+)\s+(.*)$/.exec(text);
    return match ? [[match[1]!, match[2]!]] : [];
  }
  const rows = text.matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*)/g);
  return [...rows].map(([, key, value]) => [key!, value!.replace(/^(["'])(.*)\1$/s, '$2').replace(/\\(.)/g, '$1')]);
}

/** Relative paths that an instruction takes from the context, absolute. */
function pathsIn(instruction: string, text: string, context: string): string[] {
  if (/--from=/.test(text)) return [];
  const words = text.split(/[\s"'[\],;=]+/).filter((word) => word !== '' && !word.startsWith('-'));
  const sources =
    instruction === 'RUN'
      ? words.filter(
          (word, i) => word.includes('/') || /^(-C|cd|--prefix|--workspace|-w|--filter|-pl)$/.test(words[i - 1] ?? ''),
        )
      : words.slice(0, -1);
  return sources
    .filter((word) => /^[\w.@-][\w./@-]*$/.test(word) && word !== '.')
    .slice(0, 200)
    .map((word) => path.join(context, word).replace(/[\\/]$/, ''));
}

/** An image of a company's own registry may bring anything; those of the languages' makers bring no agent. */
function isOwnImage(image: string): boolean {
  if (image.includes('$')) return true;
  const known =
    /^(docker\.io\/)?(library\/)?[\w.-]+(:[\w.-]+)?(@sha256:\w+)?$|^(docker\.io\/|public\.ecr\.aws\/|mirror\.gcr\.io\/)(docker\/)?(library\/)?|^(mcr\.microsoft\.com|gcr\.io\/distroless|registry\.access\.redhat\.com|cgr\.dev\/chainguard|ghcr\.io\/astral-sh|quay\.io\/quarkus|amazoncorretto|eclipse-temurin|bitnami|oven|azul|bellsoft|astral|tiangolo|alpine|node)\b/;
  return !known.test(image);
}
