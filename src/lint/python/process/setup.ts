import type { CodeFunction } from '../../../syntax/code/code';
import type { Binary, Call, Expression } from '../../../syntax/code/expression';
import { expressionsIn, statementsIn } from '../../code/walk';
import type { SourceCode } from '../../code/sourceCode';
import type { Piece } from '../../../syntax/code/piece';
import type { Evidence } from '../../evidence';
import { classesOf } from '../names/classes';
import { evidenceAt, lastPart, type PythonCode, type Site } from '../names/pythonCode';
import { DISTRIBUTIONS, ROWS, type Distribution } from './table';

/** A place that sets tracing up, if the function or class that it stands in is used. */
interface SetupPlace extends Evidence {
  readonly piece: Piece;
}

/** What the code of a process says of its tracing. */
export interface Setup {
  /** Where the SDK for traces is made or installed. */
  readonly tracing: readonly SetupPlace[];
  /** Instrumentors that patch a whole library, by class name. */
  readonly instrumentors: ReadonlyMap<string, readonly Evidence[]>;
  /** Instrumentors and wrappers used on single clients only. */
  readonly perClient: ReadonlyMap<string, readonly Evidence[]>;
  /** Instrumentations that are chosen at run time: what they cover cannot be read. */
  readonly dynamic: readonly Evidence[];
  /** Consumers are instrumented with hooks, in which the work may be done. */
  readonly consumeHooks: boolean;
  readonly distributions: readonly { readonly distribution: Distribution; readonly at: SetupPlace }[];
  /** Distributions whose own functions are called to instrument one library or another. */
  readonly chosenBy: ReadonlySet<string>;
  /** It chooses instrumentations: one is imported, or listed in some other way. */
  readonly chooses: boolean;
}

const MAY_SET_UP =
  /opentelemetry|Instrumentor|instrument|otel|tracing|ddtrace|newrelic|elasticapm|logfire|openlit|lmnr|traceloop|uptrace/i;
const INSTRUMENTOR = /Instrumentor(Client|Server)?$/;
const PER_CLIENT = /^(un)?instrument_(client|producer|consumer|session|connection|channel|engine)$/;
const SDK_TRACES =
  /^opentelemetry\.sdk\.trace\.TracerProvider$|^opentelemetry\.trace\.(set_tracer_provider|_set_tracer_provider)$/;
/** Calls of packages out of sight whose name says that they instrument. */
const OUT_OF_SIGHT = /(^|_)(auto_?)?instrument(ation|ations|ors?|_all|_libraries)?(_|$)/i;
/** Functions that instrument the client that they are given, if one is. */
const CLIENT_FUNCTION = /\.instrument_httpx$/;
const NOT_TRACING = /^(prometheus|opentelemetry|sentry_sdk|sqlalchemy|logging)/;
/** Libraries whose own methods of such names open spans for what they do themselves, and instrument nothing else. */
const OF_ITSELF =
  /^(pydantic_ai|agent_framework|semantic_kernel|beeai_framework|strands|crewai|autogen\w*|haystack|dspy|llama_index|langgraph|langchain\w*|openai|anthropic|strawberry|livekit)(\.|$)/;
/** What is instrumented there takes requests in or keeps data: it says nothing of clients. */
const NO_CLIENT =
  /(^|_)(app|application|fast_?api|flask|django|starlette|asgi|wsgi|sqlalchemy|engine|db|database|redis|psycopg2?|mongo|pymongo|openai|anthropic|langchain|prometheus|metrics|logging|logger)(_|$)/i;

const known = new WeakMap<PythonCode, Map<SourceCode, Setup>>();

/**
 * What a process's files say together.
 *
 * @param mayRun whether what stands somewhere is called in the process, or may be. What is instrumented there counts anyway:
 * nothing is said to be left out for what only seems not to be called.
 */
export function setupOf(
  code: PythonCode,
  sources: readonly SourceCode[],
  mayRun: (source: SourceCode, piece: Piece) => boolean,
): Setup {
  let perFile = known.get(code);
  if (perFile === undefined) known.set(code, (perFile = new Map<SourceCode, Setup>()));
  const all: Setup[] = [];
  for (const source of sources) {
    let setup = perFile.get(source);
    if (setup === undefined) perFile.set(source, (setup = new SetupReader(code, source).read()));
    const { tracing, distributions } = setup;
    if (tracing.length + distributions.length === 0) all.push(setup);
    else {
      const runs = ({ piece }: SetupPlace): boolean => mayRun(source, piece);
      all.push({ ...setup, tracing: tracing.filter(runs), distributions: distributions.filter(({ at }) => runs(at)) });
    }
  }
  return {
    tracing: all.flatMap((one) => one.tracing),
    instrumentors: merged(all.map((one) => one.instrumentors)),
    perClient: merged(all.map((one) => one.perClient)),
    dynamic: all.flatMap((one) => one.dynamic),
    consumeHooks: all.some((one) => one.consumeHooks),
    distributions: all.flatMap((one) => one.distributions),
    chosenBy: new Set(all.flatMap((one) => [...one.chosenBy])),
    chooses: all.some((one) => one.chooses),
  };
}

class SetupReader {
  private readonly tracing: SetupPlace[] = [];
  private readonly instrumentors = new Map<string, Evidence[]>();
  private readonly perClient = new Map<string, Evidence[]>();
  private readonly dynamic: Evidence[] = [];
  private consumeHooks = false;
  private readonly chosenBy = new Set<string>();
  private chooses = false;
  private readonly distributions: { distribution: Distribution; at: SetupPlace }[] = [];
  /** Instrumentors that are the object of a call already looked at. */
  private readonly seen = new Set<Expression>();

  constructor(
    private readonly code: PythonCode,
    private readonly source: SourceCode,
  ) {}

  read(): Setup {
    const { tracing, instrumentors, perClient, dynamic, distributions, chosenBy, source } = this;
    if (source.has(MAY_SET_UP)) {
      this.readImports();
      for (const fn of source.code.functions) {
        this.passByNames(fn);
        for (const expression of expressionsIn(fn.body)) this.readExpression(expression);
      }
      for (const site of this.code.sitesIn(source)) this.readSite(site);
    }
    const { consumeHooks } = this;
    const chooses = this.chooses || instrumentors.size + perClient.size > 0;
    return { tracing, instrumentors, perClient, dynamic, consumeHooks, distributions, chosenBy, chooses };
  }

  private readImports(): void {
    for (const written of this.source.code.imports) {
      const names = [written.from, ...Object.values(written.names).map((name) => `${written.from}.${name}`)];
      const distribution = DISTRIBUTIONS.find(({ calls }) => calls.some((call) => names.includes(call)));
      // Importing the function is not calling it, but nobody imports it for another reason.
      if (distribution?.covers === 'all' || distribution?.covers === 'unknown')
        this.distributions.push({ distribution, at: placeIn(this.source, written, distribution.name) });
      if (/^opentelemetry\.instrumentation\.\w/.test(written.from)) this.chooses = true;
      if (/^opentelemetry\.instrumentation\.auto_instrumentation/.test(written.from))
        this.dynamic.push(evidenceAt(this.source, written, written.from));
    }
  }

  private readExpression(expression: Expression): void {
    if (expression.kind === 'call') this.readInstrumentorCall(expression);
    else if (expression.kind === 'binary') this.passByComparison(expression);
    else if (expression.kind === 'text') this.readText(expression.pieces, expression);
    else if (expression.kind === 'name' || expression.kind === 'member') {
      const name = lastPart(expression);
      if (this.seen.has(expression)) return;
      if (INSTRUMENTOR.test(name)) this.add(this.instrumentors, name, expression);
      else if (isWrapper(name)) this.add(this.perClient, name, expression);
    }
  }

  /** `X = None` where an import failed, and `if X:`. */
  private passByNames({ body }: CodeFunction): void {
    for (const statement of statementsIn(body)) {
      if (statement.kind === 'assign') for (const target of statement.targets) this.seen.add(target);
      else if (statement.kind === 'if') this.seen.add(statement.condition);
    }
  }

  /** `if X is not None` of what could not be imported: who asks whether it is there has switched nothing on yet. */
  private passByComparison({ operator, left, right }: Binary): void {
    if (!/^(is|is not|==|!=)$/.test(operator)) return;
    for (const side of [left, right]) if (INSTRUMENTOR.test(lastPart(side))) this.seen.add(side);
  }

  /** `X().instrument()`, `X.instrument_client(c)`, `X().uninstrument()`. */
  private readInstrumentorCall(call: Call): void {
    if (call.callee.kind !== 'member') return;
    const { object, name: method } = call.callee;
    const made = object.kind === 'call' ? object.callee : object;
    const name = lastPart(made);
    if (!INSTRUMENTOR.test(name)) return;
    if (PER_CLIENT.test(method)) this.add(this.perClient, name, call);
    else if (method !== 'uninstrument') {
      if (call.args.some((argument) => /consume_hook$/.test(argument.name ?? ''))) this.consumeHooks = true;
      this.add(this.instrumentors, name, call);
    }
    this.seen.add(made);
  }

  /** Names of modules that are imported at run time. */
  private readText(pieces: readonly string[], expression: Expression): void {
    const text = pieces[0] ?? '';
    if (text.length > 200) return;
    if (text === 'opentelemetry_instrumentor' || (pieces.length > 1 && /opentelemetry\.instrumentation\.?$/.test(text)))
      this.dynamic.push(evidenceAt(this.source, expression, 'instrumentations chosen at run time'));
    const row = /opentelemetry[._-]instrumentation[._-]/.test(text)
      ? ROWS.find(
          (one) =>
            one.module !== '' &&
            (new RegExp(`${one.module.replace(/\./g, '\\.')}(?![\\w])`).test(text) || text === one.coveredBy),
        )
      : undefined;
    if (row !== undefined) for (const name of row.instrumentors) this.add(this.instrumentors, name, expression);
    else if (INSTRUMENTOR.test(text) && /^\w+$/.test(text)) this.add(this.instrumentors, text, expression);
  }

  private readSite(site: Site): void {
    const { name, call, source } = site;
    if (SDK_TRACES.test(name) || this.isOwnProvider(name) || installsProvider(site))
      this.tracing.push(placeIn(source, call, `${lastDotted(name)} installed`));
    const distribution = DISTRIBUTIONS.find(({ calls }) => calls.includes(name));
    if (distribution !== undefined) {
      const at = placeIn(source, call, distribution.name);
      this.distributions.push({ distribution, at });
      if (distribution.covers === 'nothing') this.tracing.push(at);
    }
    if (this.isChosen(site)) return;
    if (OUT_OF_SIGHT.test(lastDotted(name)) && this.isOutOfSight(site.function, site))
      this.dynamic.push(evidenceAt(source, call, `${name} is not among the files at hand`));
  }

  /** `logfire.instrument_httpx()`, or of a client: `logfire.instrument_httpx(client)`. */
  private isChosen({ name, call }: Site): boolean {
    const chosen = DISTRIBUTIONS.find(({ functions }) => functions?.[name] !== undefined);
    const instrumentor = chosen?.functions?.[name];
    if (chosen === undefined || instrumentor === undefined) return false;
    this.chosenBy.add(chosen.name);
    const isOfClient = call.args.length > 0 && call.args[0]!.name === undefined && CLIENT_FUNCTION.test(name);
    this.add(isOfClient ? this.perClient : this.instrumentors, instrumentor, call);
    return true;
  }

  /** A class of the project that extends the SDK's provider. */
  private isOwnProvider(name: string): boolean {
    const last = lastDotted(name);
    if (!/Provider$/.test(last)) return false;
    return this.code.program.typesNamed(last).some(({ source, type }) =>
      type.bases.some((base) => {
        const root = base.split('.')[0]!;
        const imported = this.code.names.importsOf(source).get(root);
        return imported !== undefined && SDK_TRACES.test(imported + base.slice(root.length));
      }),
    );
  }

  private isOutOfSight(fn: CodeFunction, { name, call, source }: Site): boolean {
    if (NOT_TRACING.test(name) || OF_ITSELF.test(name) || NO_CLIENT.test(lastDotted(name))) return false;
    const root = name.split('.')[0]!;
    const imported = [...this.code.names.importsOf(source).values()];
    if (!imported.some((one) => one === name || name.startsWith(`${one}.`)) && root !== '') return false;
    // `from app.metrics import instrumentator`: what made it says what it instruments.
    const made = call.callee.kind === 'member' ? classesOf(this.code, source, fn, call.callee.object) : [];
    if (made.some((one) => NOT_TRACING.test(one) || OF_ITSELF.test(one))) return false;
    return this.code.names.functionsOf(source, fn, call.callee).length === 0;
  }

  private add(map: Map<string, Evidence[]>, name: string, at: Expression): void {
    const list = map.get(name);
    const evidence = evidenceAt(this.source, at, name);
    if (list) list.push(evidence);
    else map.set(name, [evidence]);
  }
}

function placeIn(source: SourceCode, piece: Piece, text: string): SetupPlace {
  return { ...evidenceAt(source, piece, text), piece };
}

/** `set_tracer_provider` of a module that is held in a variable, or hidden from the type checker. */
function installsProvider({ method, source }: Site): boolean {
  return method === 'set_tracer_provider' && source.has(/opentelemetry/);
}

function isWrapper(name: string): boolean {
  return ROWS.some(({ wrappers }) => wrappers?.includes(name));
}

function lastDotted(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function merged(maps: readonly ReadonlyMap<string, readonly Evidence[]>[]): ReadonlyMap<string, readonly Evidence[]> {
  const all = new Map<string, readonly Evidence[]>();
  for (const map of maps) for (const [name, list] of map) all.set(name, [...(all.get(name) ?? []), ...list]);
  return all;
}
