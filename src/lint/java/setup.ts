import type { Evidence } from '../evidence';
import type { ProcessUnit } from '../project/processUnit';
import type { UnitCode } from '../rule';
import {
  AGENT_ARTIFACTS,
  AGENT_CLASSES,
  EXPORTER_PROPERTIES,
  EXPORTERS,
  MECHANISMS,
  type MechanismName,
  type MechanismRow,
} from './javaTables';
import type { CallPlace } from './declarations';
import type { CallIndex } from './callIndex';
import { chainFrom, namesIn } from './chains';
import { propertyOf, valuesOf } from './properties';
import { namesType } from './typeNames';
import { evidenceAt } from './places';

/** What traces a process. */
export interface Mechanism {
  readonly name: MechanismName;
  readonly row: MechanismRow;
  /** The dependency or set-up that shows it. */
  readonly at: Evidence;
}

/** What is known of a process's tracing. */
export interface JavaSetup {
  /** An agent, which covers nearly everything. */
  readonly agent: Evidence | undefined;
  /** What traces the process from inside and exports what it traces. */
  readonly mechanisms: readonly Mechanism[];
  /** What traces it and was found to send its spans nowhere, or is switched off; with why. */
  readonly idle: readonly (Mechanism & { readonly why: string })[];
  /** `OpenTelemetrySdk.builder()` with a tracer provider. */
  readonly handBuilt: readonly CallPlace[];
}

/** Reads how a process is traced. */
export function readSetup({ unit, program, settings }: UnitCode, code: CallIndex): JavaSetup {
  const assumed = settings.assumedAgents[0];
  const agent =
    startedAgent(unit) ??
    agentDependency(unit) ??
    agentInCode(code) ??
    (assumed === undefined ? undefined : { ...unit.manifest, text: `${assumed} is assumed by the settings` });
  const exporter = exporterOf(unit, code);
  const mechanisms: Mechanism[] = [];
  const idle: (Mechanism & { why: string })[] = [];
  for (const row of MECHANISMS) {
    const at = row.artifacts.map((name) => runtime(unit, name)).find((one) => one !== undefined);
    if (at === undefined) continue;
    const mechanism = { name: row.name as MechanismName, row, at };
    const left = row.needsExporter ? excluded(unit) : undefined;
    const off = left ?? row.off.map((key) => switchedOff(unit, key)).find((one) => one !== undefined);
    if (off) idle.push({ ...mechanism, why: `${off.text} switches it off` });
    else if (isSleuthOfGoogle(unit, at)) continue;
    else if (row.needsExporter && exporter === undefined && tracesInUse(unit) === undefined)
      idle.push({ ...mechanism, why: 'nothing here exports its spans' });
    else mechanisms.push(mechanism);
  }
  const handBuilt = program.sources.length === 0 ? [] : sdkBuilders(code);
  const first = handBuilt[0] ?? autoConfigured(code)[0];
  if (first && mechanisms.length === 0) {
    const row = MECHANISMS.find(({ name }) => name === 'sdk')!;
    mechanisms.push({ name: 'sdk', row, at: evidenceAt(first.source, first.call, 'sets an OpenTelemetry SDK up') });
  }
  return { agent, mechanisms, idle, handBuilt };
}

/** What loads one, rather than what only puts its file into the image. */
function startedAgent({ deployment: { agents } }: ProcessUnit): Evidence | undefined {
  return (agents.find(({ at }) => /-javaagent:/.test(at.text)) ?? agents[0])?.at;
}

/** The mechanism of a name, if it is what traces the process. */
export function mechanismOf(setup: JavaSetup, ...names: readonly MechanismName[]): Mechanism | undefined {
  return setup.agent ? undefined : setup.mechanisms.find(({ name }) => names.includes(name));
}

/** Google's starter brought Sleuth before Spring Boot 3. */
function isSleuthOfGoogle(unit: ProcessUnit, at: Evidence): boolean {
  return /spring-cloud-gcp-starter-trace/.test(at.text) && runtime(unit, SLEUTH) !== undefined;
}

function runtime(unit: ProcessUnit, name: string): Evidence | undefined {
  const dependency = unit.dependencies.get(name);
  return dependency && dependency.scope !== 'dev' ? dependency.at : undefined;
}

function agentDependency(unit: ProcessUnit): Evidence | undefined {
  for (const { name, scope, at } of unit.dependencies.values())
    if (scope !== 'dev' && AGENT_ARTIFACTS.some((pattern) => pattern.test(name))) return at;
  return undefined;
}

function agentInCode(code: CallIndex): Evidence | undefined {
  for (const { source, call } of [...code.calls('attach'), ...code.calls('attachJavaagentToCurrentJvm')]) {
    const { callee } = call;
    if (callee.kind === 'member' && AGENT_CLASSES.some((name) => namesType(source, callee.object, name)))
      return evidenceAt(source, call, 'attaches an agent');
  }
  return undefined;
}

function exporterOf(unit: ProcessUnit, code: CallIndex): Evidence | undefined {
  for (const { name, scope, at } of unit.dependencies.values())
    if (scope !== 'dev' && EXPORTERS.some((pattern) => pattern.test(name))) return at;
  const property = EXPORTER_PROPERTIES.map((key) => propertyOf(unit, key)).find((one) => one !== undefined);
  if (property) return property.at;
  const built = [...code.calls('builder'), ...code.calls('create')].find(({ source, call }) =>
    /SpanExporter|SpanHandler|SpanReporter|AsyncReporter|\bSender\b/.test(source.textOf(call.callee)),
  );
  return built && evidenceAt(built.source, built.call, 'builds an exporter');
}

/**
 * Traces that are sampled, or whose ids are logged, are wanted: what sends them may be declared in a parent or catalogue that
 * is not among the files, and without it their ids still go from process to process.
 */
function tracesInUse(unit: ProcessUnit): Evidence | undefined {
  const shown = (unit.properties ?? []).find(
    ({ key, value }) =>
      /^management\.tracing\.(sampling|propagation|baggage)\b/.test(key) ||
      (/^logging\.(pattern|structured)\b/.test(key) && /%(X|mdc)\{trace-?id/i.test(value)),
  );
  return shown?.at ?? IDS_IN_LOGS.map((name) => runtime(unit, name)).find((one) => one !== undefined);
}

const SLEUTH = 'org.springframework.cloud:spring-cloud-starter-sleuth';

/**
 * What sets a tracer up by itself and puts the ids of its spans into every line of the log: Actuator beside a bridge of
 * Micrometer, and Sleuth. Processes that take one in without an exporter want their logs told apart by trace.
 */
const IDS_IN_LOGS = ['org.springframework.boot:spring-boot-starter-actuator', SLEUTH];

/** Off where no profile is named, or by the environment, and on nowhere. What only a profile for tests says is no word. */
function switchedOff(unit: ProcessUnit, key: string): Evidence | undefined {
  const off = key.endsWith('disabled') ? 'true' : 'false';
  const given = valuesOf(unit, key);
  const first = given.find(({ profile }) => profile === undefined);
  if (first === undefined || given.some(({ value }) => value.trim().toLowerCase() !== off)) return undefined;
  return { ...first.at, text: `${key}=${off}` };
}

/** What Boot is told to leave out: without it spans are made and sent nowhere. */
function excluded(unit: ProcessUnit): Evidence | undefined {
  const left = (unit.properties ?? []).find(
    ({ key, value, profile }) =>
      profile === undefined && /^spring\.autoconfigure\.exclude\b/.test(key) && EXPORTING.test(value),
  );
  return left && { ...left.at, text: left.at.text };
}

const EXPORTING =
  /\b(Zipkin|OtlpTracing|Otlp|MicrometerTracing|OpenTelemetry(Tracing)?|Brave|OpenTelemetrySdk)AutoConfiguration\b/;

const SDK = 'io.opentelemetry.sdk.OpenTelemetrySdk';
const AUTO = 'io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk';

function sdkBuilders(code: CallIndex): CallPlace[] {
  return code.calls('builder').filter((place) => {
    const { callee } = place.call;
    if (callee.kind !== 'member' || !namesType(place.source, callee.object, SDK)) return false;
    return (
      namesIn(chainFrom(place)).includes('setTracerProvider') ||
      !namesIn(chainFrom(place))
        .slice(1)
        .some((name) => name.startsWith('build'))
    );
  });
}

function autoConfigured(code: CallIndex): CallPlace[] {
  return [...code.calls('builder'), ...code.calls('initialize')].filter(
    ({ source, call: { callee } }) => callee.kind === 'member' && namesType(source, callee.object, AUTO),
  );
}
