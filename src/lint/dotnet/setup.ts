import path from 'node:path';
import type { CodeFunction } from '../../syntax/code/code';
import type { Expression } from '../../syntax/code/expression';
import { bindingOf } from '../code/bindings';
import type { FunctionPlace } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import type { Evidence } from '../evidence';
import { constantOf } from './constants';
import { DATABASE_CALLS, DATABASE_SOURCES, SETUP_CALLS } from './coverage';
import { evidenceAt, lastName, placeOf, receiverOf, type DotnetCode, type Site } from './dotnetCode';

/** What a process's code and deployment say of its tracing. */
export interface DotnetSetup {
  /** Traces are exported, as this shows; empty: not shown. */
  readonly tracing: readonly Evidence[];
  /** What instruments the process from outside and covers all libraries it knows. */
  readonly agents: readonly Evidence[];
  /** `Add*Instrumentation` and the like, by name. */
  readonly instrumentations: ReadonlyMap<string, Evidence>;
  /** Names given to `AddSource`, as far as they are constant. */
  readonly sources: readonly string[];
  /** Something is given to `AddSource` that is not constant. */
  readonly hasUnknownSources: boolean;
  /** An extension that is not among the files sets tracing up, or more of it. */
  readonly hasSetupElsewhere: boolean;
  readonly propagators: readonly Evidence[];
  /** Databases make spans of their own. */
  readonly hasDatabaseSpans: boolean;
  /** Libraries that a setting says are covered, in lower case, with what covers them. */
  readonly covered: ReadonlyMap<string, string>;
}

const INSTRUMENTATION = /^Add\w*Instrumentation$|^AddNpgsql$/;
const MAX_LEVELS = 6;

/** Reads the set-up out of a process's code, and what its deployment adds. */
export function readSetup(code: DotnetCode): DotnetSetup {
  const { unit, settings } = code.code;
  const packaged = unit.dependencies.get('opentelemetry.autoinstrumentation');
  const agents = [
    ...unit.deployment.agents.map(({ at: place }) => place),
    ...(packaged ? [packaged.at] : []),
    ...settings.assumedAgents.map((name) => ({ ...unit.manifest, text: `${name} is assumed by a setting` })),
  ];
  const instrumentations = new Map<string, Evidence>();
  for (const site of code.matching(INSTRUMENTATION)) instrumentations.set(site.name, at(site));
  const { sources, hasUnknown } = sourceNames(code);
  const isElsewhere = isSetUpElsewhere(code);
  const covered = new Map([...settings.coveredBy].map(([library, by]) => [library.toLowerCase(), by]));
  return {
    tracing: [...setupSites(code).map(at), ...agents],
    agents,
    instrumentations,
    sources,
    hasUnknownSources: hasUnknown || isElsewhere,
    hasSetupElsewhere: isElsewhere,
    propagators: code.named('SetDefaultTextMapPropagator').map(at),
    hasDatabaseSpans:
      DATABASE_CALLS.some((name) => code.named(name).some((site) => !isHealthCheck(site))) ||
      DATABASE_SOURCES.some((name) => isListenedTo({ sources }, name)),
    covered,
  };
}

/** `services.AddHealthChecks().AddMongoDb(…)`: no spans of a database, but a check of whether it is there. */
function isHealthCheck({ source, call }: Site): boolean {
  const receiver = receiverOf(call);
  return receiver !== undefined && /HealthChecks/i.test(source.textOf(receiver));
}

function at(site: Site): Evidence {
  return evidenceAt(site.source, placeOf(site), site.name);
}

/** Whether something listens to an activity source, as far as the sources that are added are known. */
export function isListenedTo({ sources }: Pick<DotnetSetup, 'sources'>, name: string): boolean {
  return sources.some((pattern) => {
    // `AddSource("RabbitMQ.Client.*")`: a star stands for anything.
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 'i').test(name);
  });
}

/** The calls that set tracing up and are reached from where the process starts. */
function setupSites(code: DotnetCode): Site[] {
  return SETUP_CALLS.flatMap((name) => {
    // What the workspace defines itself does what is in it, which is looked at there.
    if (name === 'AddServiceDefaults' && code.program.functionsNamed(name).length > 0) return [];
    return code.named(name).filter((site) => isReached(code, site));
  });
}

/**
 * Whether a place is run by the process. What lies in its own folder is; what it shares with others is where something
 * calls it. Where nothing that starts the process is among the files, everything counts.
 */
export function isReached(code: DotnetCode, site: FunctionPlace): boolean {
  const { root } = code.code.unit;
  if (isIn(root, site.source.path) || !hasEntry(code)) return true;
  const seen = new Set<string>();
  const pending: { site: FunctionPlace; levels: number }[] = [{ site, levels: MAX_LEVELS }];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (isIn(root, one.site.source.path)) return true;
    const place = code.outermost(one.site);
    const { name } = place.function;
    if (one.levels === 0 || seen.has(name)) continue;
    seen.add(name);
    const callers = code.named(name);
    const makers = callers.length === 0 ? makersOf(code, code.typeAround(place)?.name) : [];
    for (const site of [...callers, ...makers]) pending.push({ site, levels: one.levels - 1 });
  }
  return false;
}

/** What nobody calls by its name is given to others as a handler, or called by an interface: by who makes or registers its class. */
function makersOf(code: DotnetCode, type: string | undefined): readonly Site[] {
  if (type === undefined) return [];
  const registered = [...code.matching(/^(Try)?Add\w+$/)].filter(
    ({ call }) => call.typeArguments?.includes(type) === true,
  );
  return [...code.named(type).filter(({ call }) => call.isNew === true), ...registered];
}

function hasEntry(code: DotnetCode): boolean {
  const { root } = code.code.unit;
  return code.program.sources.some(
    (source) =>
      isIn(root, source.path) &&
      /WebApplication\.Create|Host\.Create\w*Builder|\bMain\(|WebHost\.Create|ConfigureServices\(/.test(
        source.code.text,
      ),
  );
}

function isIn(folder: string, file: string): boolean {
  return file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

/** An extension that sets up what its package says and adds no source to a provider. */
const KNOWN_SETUP =
  /^(Add|Use|Configure)OpenTelemetry$|^AddOpenTelemetryTracing$|^With|^AddApplicationInsightsTelemetry/;

/** Aspire's defaults, or an extension of a name like theirs, whose set-up is not among the files. */
function isSetUpElsewhere(code: DotnetCode): boolean {
  return [
    ...code.matching(/^(Add|Use|Configure)\w*(ServiceDefaults|OpenTelemetry|Observability|Telemetry|Tracing)$/),
  ].some(({ name }) => !KNOWN_SETUP.test(name) && code.program.functionsNamed(name).length === 0);
}

/** What a process calls its own sources by: not the name of a library's. */
const OWN_NAME =
  /^((_?(application|service|assembly|app)|\w*(Application|Service|Assembly|App|Activity|Source|Telemetry|Tracer|Tracing))\w*Name|FullName|Name)$/;

/** What the names of libraries' sources are kept under. */
const OF_LIBRARIES = /mass|rabbit|amqp|kafka|messag|bus|listener|nats/i;

function isOwnName(text: string, name: string): boolean {
  return (OWN_NAME.test(name) && !OF_LIBRARIES.test(text)) || /^nameof\s*\(/.test(text);
}

function sourceNames(code: DotnetCode): { sources: string[]; hasUnknown: boolean } {
  const added = code
    .named('AddSource')
    .flatMap(({ source, function: fn, call }) => call.args.map(({ value }) => namesAdded(code, source, fn, value)));
  return {
    sources: added.flatMap((names) => names ?? []),
    hasUnknown: added.some((names) => names === undefined),
  };
}

/** The names that a value adds, without those that the process calls itself by; undefined where they are not known. */
function namesAdded(
  code: DotnetCode,
  source: SourceCode,
  fn: CodeFunction,
  value: Expression,
): readonly string[] | undefined {
  const written = constantOf(code, source, fn, value);
  if (written !== undefined) return [written];
  if (!isOwnName(source.textOf(value), lastName(value))) return undefined;
  const binding = value.kind === 'name' ? bindingOf(source, fn, value.name) : undefined;
  if (binding?.kind !== 'parameter') return [];
  // A parameter that is called like the service may be given a library's name all the same.
  return code
    .callersOf(code.outermost({ source, function: binding.function }))
    .flatMap(({ call }) =>
      call.args.flatMap((given) => (given.value.kind === 'text' ? (given.value.value ?? []) : [])),
    );
}
