import type { SourceCode } from '../code/sourceCode';
import type { Evidence } from '../evidence';
import type { Dependency } from '../project/processUnit';
import { coveredByAgent, setsPropagator, setupRow } from './coverage';
import { isLive } from './liveness';
import { goFileOf } from './goFile';
import { calledName, evidenceAt, type CallPlace, type GoUnit } from './goUnit';
import { assignedIn, importNamed } from './values/scope';

/** What a process's code and deployment say of its tracing. */
export interface GoSetup {
  /** Traces are exported, as this shows; empty: not shown. */
  readonly tracing: readonly Evidence[];
  /** Calls of `otel.SetTracerProvider` with a provider that does something. */
  readonly providers: readonly CallPlace[];
  /** Calls of `trace.NewTracerProvider`, whatever becomes of the provider. */
  readonly made: readonly CallPlace[];
  /** Something sets a propagator, or may. */
  readonly propagators: readonly Evidence[];
  /** The calls that do so, where nothing else may. */
  readonly propagatorCalls: readonly CallPlace[];
  /** Nothing sets one for the process: some instrumentations are given one as an option. */
  readonly isGivenOnly: boolean;
  /** Libraries that something outside the code covers: `net/http`, `grpc`, `kafka-go`. */
  readonly coveredOutside: ReadonlyMap<string, Evidence>;
}

const NO_OP = /\b(noop|Noop|NewNoop)\w*/;
/** Pieces of code for people to copy, which run nowhere. */
const SNIPPET = /(^|\/)snippets?\//i;
/** Folders of what is beside the process: examples, and what helps tests. */
const EXAMPLE = /(^|\/)(examples?|_examples?|samples?|docs|testing|test_?(utils?|helpers?))\//i;

/** Others' packages that are told to set tracing up: they may set a propagator too. */
const MAY_SET_UP = /otel|tracing|telemetry|observab|o11y|instrument|opentracing|tracer/i;
/** What of those sets tracing up, where the code uses OpenTelemetry itself. */
const SETS_TRACING_UP =
  /^(Init|Setup|SetUp|Configure|Bootstrap|Initialize|Install|MustInit)(Otel|OTel|OTEL|OpenTelemetry|Trac\w*|Telemetry|Observability|O11y)?(SDK|Provider\w*)?$|^New(Otel|OTel)?Trac(er|ing)(Provider)?$/;
/** `otelx.New(…)`, `tracing.New(…)`: packages that are about nothing else. */
const MAKES_TRACING = /(^|\/)(otelx|otelsetup|otelinit|oteltracing|tracing|telemetry)(\/v\d+)?\.New$/;
/** `trace.NewProvider(…)` of a package about OpenTelemetry's traces. */
const MAKES_PROVIDER =
  /(otel|opentelemetry|tracing|telemetry)\w*(\/v\d+)?(\/(trace|tracing)(\/v\d+)?)?\.New(Tracer)?Provider$/;
/** `candlelight.ConfigureTracerProvider(cfg)`: what a provider of tracers is called, in packages called anything. */
const NAMES_PROVIDER = /^(Init|Setup|SetUp|Configure|Bootstrap|Initialize|Install|Register|MustInit)\w*TracerProvider$/;
/** `logger.InitOtel(…)`: the same, by what is set up. */
const NAMES_SET_UP =
  /^(Must)?(Init|Setup|SetUp|Configure|Bootstrap|Initialize|Install|Start)(Otel|OTel|OTEL|OpenTelemetry|Tracing)(SDK)?$/;
/** `opentelemetry.NewTelemetry(cfg)`: packages that are called what is set up. */
const MAKES_TELEMETRY =
  /(^|\/)(otel\w*|opentelemetry|tracing|telemetry|observability)(\/v\d+)?\.New(OpenTelemetry|Telemetry)$/;
/** `otelx.SetupWithCleanup(…)`: whatever it is called for, in packages that are about nothing else. */
const SETS_UP_TRACES =
  /(^|\/)(otelx?|otelsetup|otelinit|oteltracing|opentelemetry|tracing)(\/v\d+)?\.(Init|Setup|SetUp|Configure|Bootstrap|Install)(?!\w*(Meter|Metric|Log))\w*$/;
/** `otlptraces.FXModule(…)`: what a container of parts is given to set traces up. */
const GIVES_MODULE = /(^|\/)(otel\w*|opentelemetry|tracing|otlptraces?|oteltraces?)(\/v\d+)?\.\w*Module\w*$/;
/**
 * Not the helpers that start one span: `trace.StartSpan(ctx, "…")`, nor what protoc writes: `pb.RegisterOrdersServer(s, o)`;
 * nor what is made for logs and metrics, or does nothing: `logs.NewLoggerProvider(…)`.
 */
const SETS_UP =
  /^(Init|Setup|SetUp|Configure|Bootstrap|Initialize|Install|Start(?!\w*(Span|Transaction|Segment)|Timer|Child|Root)|Must\w*Init|New(?!\w*(Log|Logs|Logger|Meter|Metrics?)Provider|No[oO]p)\w*Provider|Register(?!\w+(Server|HandlerFromEndpoint|HandlerClient|Handler)$))/;
const SETS_NOTHING =
  /^go\.opentelemetry\.io\/|ddtrace\/opentelemetry|otelsql|otelgorm|otelpgx|otelmongo|redisotel|otelchi|otelgin|otelfiber|otelecho|otelmux|otelzap|otellogrus|otelslog|otelsarama|otel-profiling-go|prometheus|zap|logr|\/metrics?$/;

/** What takes the parent out of a request by the propagator that is set for the process. */
const GOES_BY_GLOBAL = /otelhttptrace\.Extract\((?!.*WithPropagators)/;
const SETS_PROPAGATOR =
  /^(Register|Set|Init|Setup|Install|Configure|register|set|init|setup|install|configure)\w*Propagat/;
const READS_PARENTS = /^(WithPropagators|ContextWithRemoteSpanContext)$/;

const setups = new WeakMap<SourceCode, readonly CallPlace[]>();

/** The calls of a file that may say something of the set-up; which of them do depends on the process. */
function callsOfSetup(source: SourceCode): readonly CallPlace[] {
  let found = setups.get(source);
  if (found === undefined) setups.set(source, (found = goFileOf(source).calls.filter(maySayOfSetup)));
  return found;
}

function maySayOfSetup({ source, call }: CallPlace): boolean {
  const written = calledName(call) ?? '';
  if (READS_PARENTS.test(written) || SETS_PROPAGATOR.test(written)) return true;
  let { callee } = call;
  while (callee.kind === 'index') callee = callee.object;
  const { imports } = source.code;
  if (callee.kind === 'name') {
    const { name } = callee;
    return imports.some(({ all, from }) => all === true && saysOfSetup(`${from}.${name}`));
  }
  if (callee.kind !== 'member' || callee.object.kind !== 'name') return false;
  const imported = importNamed(source, callee.object.name);
  return imported?.kind === 'import' && saysOfSetup(`${imported.from}.${callee.name}`);
}

function saysOfSetup(name: string): boolean {
  return setupRow(name) !== undefined || setsPropagator(name) || maySetUp(name);
}

/** Reads the set-up out of a process's code, and what its deployment adds. */
export function readSetup(unit: GoUnit): GoSetup {
  const tracing: Evidence[] = [];
  const providers: CallPlace[] = [];
  const made: CallPlace[] = [];
  const propagators: Evidence[] = [];
  const propagatorCalls: CallPlace[] = [];
  let given = 0;
  const usesOpenTelemetry = bringsOpenTelemetry([...unit.code.unit.dependencies.values()]);
  const incomplete = !unit.isWhole;
  const isExample = EXAMPLE.test(`${unit.code.unit.root}/`);
  for (const source of unit.code.program.sources) {
    if ((!isExample && EXAMPLE.test(source.file.relative)) || SNIPPET.test(source.file.relative)) continue;
    for (const place of callsOfSetup(source)) {
      const { call } = place;
      const callee = unit.callee(place);
      const text = source.textOf(call.callee);
      // Remote parents read by hand: the process has a way of its own.
      const readsParents =
        READS_PARENTS.test(calledName(call) ?? '') && !GOES_BY_GLOBAL.test(source.textOf(place.function));
      // `observability.RegisterPropagator()` of a file that is not among those of a cut-out.
      // `bridge.SetTextMapPropagator(p)`: OpenTracing's spans go by another than the process's.
      const setsElse = callee.kind === 'externalMethod' && calledName(call) === 'SetTextMapPropagator';
      const setsUnseen = setsElse || (callee.kind === 'unknown' && SETS_PROPAGATOR.test(calledName(call) ?? ''));
      if (readsParents || setsUnseen) propagators.push(evidenceAt(source, call, text));
      if (readsParents && calledName(call) === 'WithPropagators') given++;
      if (callee.kind !== 'external' || givesSpan(place)) continue;
      const { name } = callee;
      const row = setupRow(name);
      if (row?.traces && !isNoOp(place) && (incomplete || isLive(unit, place))) {
        tracing.push(evidenceAt(source, call, text));
        if (name.endsWith('otel.SetTracerProvider')) providers.push(place);
        if (name.endsWith('sdk/trace.NewTracerProvider')) made.push(place);
      }
      // What the own repository is called says nothing of its packages: `github.com/acme/observability-shop/internal/di`.
      const mayBe = maySetUp(name, unit.withoutRepository(name));
      if (row === undefined && usesOpenTelemetry && mayBe && setsTracingUp(name))
        tracing.push(evidenceAt(source, call, text));
      const sets = setsPropagator(name) && !isEmptyComposite(place);
      if (sets) propagatorCalls.push(place);
      if (row?.propagates || sets || mayBe) propagators.push(evidenceAt(source, call, text));
    }
  }
  const isAll = propagatorCalls.length === propagators.length;
  const known = { propagators, propagatorCalls: isAll ? propagatorCalls : [] };
  const isGivenOnly = given > 0 && given === propagators.length;
  return { tracing, providers, made, ...known, isGivenOnly, coveredOutside: coveredOutside(unit) };
}

/** Whether the own code uses OpenTelemetry, or what it uses brings the SDK and what exports its traces. */
function bringsOpenTelemetry(dependencies: readonly Dependency[]): boolean {
  if (dependencies.some(({ name, scope }) => scope === 'runtime' && name.startsWith('go.opentelemetry.io/')))
    return true;
  const exports = dependencies.some(({ name }) =>
    /^go\.opentelemetry\.io\/otel\/exporters\/(otlp\/otlptrace|jaeger|zipkin)/.test(name),
  );
  return exports && dependencies.some(({ name }) => name === 'go.opentelemetry.io/otel/sdk');
}

/** `ctx, span := tracing.Start(ctx, "…")`: whatever the package is about, a span begins here. */
function givesSpan({ source, call }: CallPlace): boolean {
  const { text } = source.code;
  return /\b\w*[sS]pan\s*:?=\s*$/.test(text.slice(Math.max(0, call.start - 80), call.start));
}

function isNoOp({ source, function: fn, call }: CallPlace): boolean {
  const [given] = call.args;
  if (given === undefined) return false;
  if (NO_OP.test(source.textOf(given))) return true;
  if (given.value.kind !== 'name') return false;
  const values = assignedIn(fn).get(given.value.name) ?? [];
  // One that does nothing is often what a variable begins with: `if cfg.Enabled { provider = … }` follows.
  return values.length > 0 && values.every(({ value }) => value !== undefined && NO_OP.test(source.textOf(value)));
}

/** `NewCompositeTextMapPropagator()` of nothing propagates nothing. */
function isEmptyComposite({ source, call }: CallPlace): boolean {
  return /NewCompositeTextMapPropagator\(\s*\)/.test(source.textOf(call));
}

/** @param told the part of the name that says what its package is about. */
function maySetUp(name: string, told = name): boolean {
  const from = told.slice(0, told.lastIndexOf('.'));
  // The module of the own repository may be called without a host.
  const isOfStandardLibrary = told === name && !from.includes('.');
  if (isOfStandardLibrary || SETS_NOTHING.test(from)) return false;
  if (NAMES_PROVIDER.test(lastOf(name)) || NAMES_SET_UP.test(lastOf(name)) || MAKES_TELEMETRY.test(told)) return true;
  if (GIVES_MODULE.test(told)) return true;
  return MAY_SET_UP.test(from) && (SETS_UP.test(lastOf(name)) || MAKES_TRACING.test(told));
}

function setsTracingUp(name: string): boolean {
  return (
    SETS_TRACING_UP.test(lastOf(name)) ||
    NAMES_PROVIDER.test(lastOf(name)) ||
    NAMES_SET_UP.test(lastOf(name)) ||
    MAKES_TRACING.test(name) ||
    MAKES_PROVIDER.test(name) ||
    MAKES_TELEMETRY.test(name) ||
    GIVES_MODULE.test(name) ||
    SETS_UP_TRACES.test(name)
  );
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function coveredOutside({ code }: GoUnit): ReadonlyMap<string, Evidence> {
  const found = new Map<string, Evidence>();
  for (const agent of code.unit.deployment.agents)
    for (const library of coveredByAgent(agent.name)) found.set(library, agent.at);
  for (const agent of code.settings.assumedAgents)
    for (const library of coveredByAgent(agent))
      found.set(library, { ...code.unit.manifest, text: `${agent} is assumed by a setting` });
  for (const [library, by] of code.settings.coveredBy)
    found.set(library, { ...code.unit.manifest, text: `a setting says: ${by}` });
  return found;
}
