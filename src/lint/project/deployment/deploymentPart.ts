import type { Evidence } from '../../evidence';
import type { Agent, EnvironmentValue, Preload, UnitLanguage } from '../processUnit';
import type { ReadFile } from '../projectFiles';
import { agentsIn, type DeploymentPlace } from './agents';

/** What one place of a deployment file says of a process, and which process it may be. */
export interface DeploymentPart {
  readonly at: Evidence;
  readonly commands: readonly Evidence[];
  readonly environment: readonly EnvironmentValue[];
  readonly agents: readonly Agent[];
  readonly preloads: readonly Omit<Preload, 'file'>[];
  /** Folders that its program lies in or is built from, absolute, the surest first. */
  readonly folders: readonly string[];
  /** Paths that its commands name, absolute; they need not be there. */
  readonly mentions: readonly string[];
  /** What it is called: services, workloads, images. */
  readonly names: readonly string[];
  /** The language that commands, images or variables show; `other` for one that lint does not read. */
  readonly language: PartLanguage | undefined;
  /** It says all of how a process is started; otherwise why that is not known. */
  readonly complete: true | string;
}

export type PartLanguage = UnitLanguage | 'other';

/** Gathers what one process's part of a deployment file says. */
export class PartBuilder {
  readonly commands: Evidence[] = [];
  readonly environment: EnvironmentValue[] = [];
  readonly agents: Agent[] = [];
  readonly preloads: Omit<Preload, 'file'>[] = [];
  readonly folders: string[] = [];
  readonly mentions: string[] = [];
  readonly names: string[] = [];
  language: PartLanguage | undefined;
  complete: true | string = true;

  /** Agents that were seen where they are put in, and not yet where they are loaded. */
  private readonly brought = new Set<string>();

  constructor(private readonly at: Evidence) {}

  /** A command that starts the process. */
  command(file: ReadFile, start: number, text: string, end?: number): void {
    const line = text.replace(/\s+/g, ' ').trim();
    if (line === '') return;
    this.commands.push(file.at(start, end, line));
    this.options(file, start, line, end);
  }

  /** A variable set for it; the value is undefined where it is a reference. */
  variable(file: ReadFile, start: number, name: string, value: string | undefined, end?: number): void {
    const at = file.at(start, end, value === undefined ? name : `${name}=${value}`);
    this.environment.push({ name, value, at });
    this.language ??= languageOfVariable(name);
    this.look('environment', file, start, `${name}=${value ?? ''}`, end);
    if (value !== undefined && carriesOptions(name)) this.options(file, start, value, end);
  }

  /** Looks for agents in a text of a place. */
  look(place: DeploymentPlace, file: ReadFile, start: number, text: string, end?: number): void {
    for (const { row } of agentsIn(place, text)) {
      const known = this.agents.findIndex((agent) => agent.name === row.name);
      const isLoaded = place === 'command' || place === 'environment';
      // What puts it into the image says less than what loads it.
      if (known >= 0 && !(isLoaded && this.brought.has(row.name))) continue;
      this.agents.splice(known < 0 ? this.agents.length : known, 1, {
        name: row.name,
        at: file.at(start, end, shortened(text)),
      });
      if (isLoaded) this.brought.delete(row.name);
      else this.brought.add(row.name);
    }
  }

  part(): DeploymentPart {
    const { at, commands, environment, agents, preloads, folders, mentions, names, language, complete } = this;
    return { at, commands, environment, agents, preloads, folders, mentions, names, language, complete };
  }

  private options(file: ReadFile, start: number, text: string, end?: number): void {
    this.look('command', file, start, text, end);
    for (const { how, module } of preloadsIn(text))
      this.preloads.push({ how, module, at: file.at(start, end, shortened(text)) });
  }
}

/** Variables whose value is part of a command line. */
function carriesOptions(name: string): boolean {
  return /^(NODE_OPTIONS|JAVA_TOOL_OPTIONS|_?JAVA_OPT(ION)?S|JDK_JAVA_OPTIONS|JVM_(OPT(ION)?S|ARGS)|\w*_(JAVA_OPTS|JAVA_OPTIONS|JAVA_ARGS|JVM_ARGS|JVM_OPTS|JVM_OPTIONS)|CATALINA_OPTS|JAVA_AGENT\w*|JAVA_ARGS|JAVA_TOOL_OPTS|DOTNET_STARTUP_HOOKS|CORECLR_PROFILER(_PATH)?|PYTHONPATH|GOFLAGS|AWS_LAMBDA_EXEC_WRAPPER|CMD|COMMAND|START_COMMAND)$/.test(
    name,
  );
}

/** `--require x`, `-r x`, `--import=x`, `--loader x` in a command line or `NODE_OPTIONS`. */
export function preloadsIn(text: string): { readonly how: Preload['how']; readonly module: string }[] {
  if (!/\b(node|nodemon|tsx|ts-node|pm2|nest|mocha|bun|electron)\b|^\s*-|NODE_OPTIONS/.test(text)) return [];
  const options = /(?:^|[\s"'=])(--require|-r|--import|--loader|--experimental-loader)(?:\s+|=)["']?([^\s"']+)/g;
  return [...text.matchAll(options)].flatMap(([, option, module]) =>
    module!.startsWith('-') ? [] : [{ how: howOf(option!), module: module! }],
  );
}

function howOf(option: string): Preload['how'] {
  if (option.endsWith('loader')) return 'loader';
  return option === '--import' ? 'import' : 'require';
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 117)}…` : line;
}

/** The language of the program that a command starts, where it shows. */
export function languageOfCommand(text: string): PartLanguage | undefined {
  if (
    /\b(opentelemetry-instrument|ddtrace-run|newrelic-admin|python[\d.]*|gunicorn|uvicorn|uwsgi|celery|flask|django|hypercorn|daphne|fastapi|poetry|uv|pipenv)\b/.test(
      text,
    )
  )
    return 'python';
  if (/(^|[\s"'/])(java|mvnw?|gradlew?|catalina\.sh)([\s"']|$)|\.jar\b|-javaagent/.test(text)) return 'java';
  if (/(^|[\s"'/])dotnet([\s"']|$)|\.dll\b/.test(text)) return 'dotnet';
  if (/(^|[\s"'/])(node|npm|npx|yarn|pnpm|bun|tsx|ts-node|nodemon|pm2|next|nest)([\s"']|$)/.test(text)) return 'node';
  if (/(^|[\s"'/])go (run|build)\b/.test(text)) return 'go';
  if (/^(exec )?(nginx|envoy|php(-fpm)?|ruby|bundle|rails|cargo|apachectl|httpd|caddy)\b/.test(text)) return 'other';
  return undefined;
}

/** The language an image is made for, by its name. */
export function languageOfImage(image: string): PartLanguage | undefined {
  const name = image.toLowerCase().replace(/^.*\//, '');
  if (/^(node|nodejs|bun)\b|^nodejs/.test(name) || /distroless\/nodejs|\/nodejs/.test(image)) return 'node';
  if (/python|^pypy|^uv\b/.test(name) || /astral-sh\/uv/.test(image)) return 'python';
  if (/^(golang|go)\b/.test(name)) return 'go';
  if (/openjdk|temurin|corretto|^maven|^gradle|zulu|^java|jre|jdk|liberica|tomcat|graalvm/.test(name)) return 'java';
  if (/dotnet/.test(image)) return 'dotnet';
  const other =
    /^(ruby|jruby|php|composer|rust|elixir|erlang|swift|haskell|perl|nginx|httpd|caddy|envoy|haproxy|traefik|postgres|mysql|mariadb|mongo|redis|valkey|rabbitmq|kafka|cp-|zookeeper|grafana|prometheus|jaeger|tempo|loki|elasticsearch|opensearch|gcc|flutter)|collector/;
  return other.test(name) ? 'other' : undefined;
}

function languageOfVariable(name: string): UnitLanguage | undefined {
  if (/^(NODE_OPTIONS|NODE_ENV|OTEL_NODE_\w+)$/.test(name)) return 'node';
  if (/^(JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|JAVA_OPTS|CATALINA_OPTS|SPRING_\w+|OTEL_JAVAAGENT_\w+)$/.test(name))
    return 'java';
  if (/^(PYTHON(PATH|UNBUFFERED|DONTWRITEBYTECODE)|OTEL_PYTHON_\w+|DJANGO_SETTINGS_MODULE|FLASK_APP)$/.test(name))
    return 'python';
  if (/^(CORECLR_\w+|ASPNETCORE_\w+|OTEL_DOTNET_\w+|DOTNET_STARTUP_HOOKS)$/.test(name)) return 'dotnet';
  return undefined;
}
