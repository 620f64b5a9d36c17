import type { CodeFunction } from '../../syntax/code/code';
import { ownerOf, type FunctionPlace } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { calledName, type CallPlace, type GoUnit } from './goUnit';
import { isScheduled, isScheduledByName } from './scheduled';

/** Parameters that carry a request: where one is, a span may be active. */
const REQUEST_TYPE =
  /^\*?(http\.Request|gin\.Context|echo\.Context|fiber\.Ctx|fasthttp\.RequestCtx|iris\.Context|app\.RequestContext|beego\.Controller|chi\.Context|restful\.Request|mcp\.CallToolRequest|connect\.Request\b.*|gqlgen\.\w+|slash\.\w+)/;
/** Under whatever name the package is imported: `gocontext.Context`. */
export const CONTEXT_TYPE = /^(\w*context|\w*ctx)\.Context$/;
/** What others' and own frameworks call theirs, where its declaration is not among the files: `api.Context`, `web.ReqContext`. */
const OWN_REQUEST_TYPE =
  /^\*?(\w*(api|web|http|server|router|routing|handler|rest|middleware|contextmodel|httpserver)s?\w*\.(Context|Ctx|RequestContext|RequestCtx)|\w+\.Req(uest)?C(on)?te?xt?)$/;
/** What a struct is made of that is handed to handlers, instead of a request and what answers it. */
const HELD_BY_REQUESTS = /^\*?(http\.(ResponseWriter|Request)|gin\.Context|echo\.Context|fiber\.Ctx)$/;
/** What a consumer is given: its work belongs to the message's trace. */
const MESSAGE_TYPE =
  /^\*?(amqp(091)?\.Delivery|jetstream\.Msg|nats\.Msg|sarama\.ConsumerMessage|kafka\.Message|kgo\.Record|message\.Message|pubsub\.Message|types\.Message|sqs\.Message|asynq\.Task|cloudevents\.Event|events\.(SQS|SNS|Kinesis|Kafka|APIGateway)\w+)$/;
const MAX_LEVELS = 9;
/** What is called once, when something starts or ends. */
const OF_ITS_LIFE =
  /^(New|Init|Initialize|Setup|SetUp|Start|Stop|Run|Serve|Listen|Connect|Open|Close|Shutdown|Register|Configure|Load|Bootstrap|Execute|Main|Watch|Poll|Sync|Refresh|Reconcile|Collect|Set|With|Use|Apply)/;
/** What the methods in the other files of a package send their requests through. */
const SENDS_FOR_OTHERS = /^(do|send|make|process|perform|exec(ute)?|new)?(http|api)?(request|call)$|^send$/i;
/** Checks of whether others are there are no part of any request. */
const PROBE_PLACE = /(^|\/)(checks(?=\/)|healthz?|liveness|readiness|livez|readyz)(_?check(er|s)?)?s?(\/|\.go$)/i;
/** Addresses that answer whether a service is there: `base + "/status"`, `fmt.Sprintf("%s/healthz", base)`. */
const ASKS_PROBE =
  /([\w)]\s*\+\s*["`]|["`]%[sv])\/?((_|api\/)?(health|ready|live|alive|status|ping)(z|ness|check)?|metrics)["`]/i;
const PROBE = /health|readiness|liveness|probe|^ping|waitFor|waitUntil|warmup|selfcheck|^ensure\w*Ready$/i;
/** `errors.New("the server did not respond to health check")`: what a probe says of itself. */
const SAYS_PROBE = /\b(errors\.New|Errorf)\(["`][^"`\n]*\bhealth ?check/i;

/** Tells functions in which a span can be active from those of start-up, shutdown and background loops. */
export class Relevance {
  private readonly known = new Map<CodeFunction, boolean>();
  /** How often a search ended at the last level. */
  private cuts = 0;
  private readonly callers = new Map<CodeFunction, readonly CallPlace[]>();

  constructor(private readonly unit: GoUnit) {}

  /** Whether a span may be active when a function runs: itself, or one that calls it, serves a request or starts one. */
  isTraced(source: SourceCode, fn: CodeFunction): boolean {
    return this.traced(source, fn, MAX_LEVELS);
  }

  /** Checks of whether another service is there. */
  isProbe(source: SourceCode, fn: CodeFunction): boolean {
    if (PROBE.test(outermost(source, fn).name) || PROBE_PLACE.test(source.file.relative)) return true;
    const text = source.textOf(fn);
    return ASKS_PROBE.test(text) || SAYS_PROBE.test(text);
  }

  /** The calls of a function that are surely, or by their name and receiver may be, of it. */
  callersOf({ source, function: fn }: FunctionPlace): readonly CallPlace[] {
    let found = this.callers.get(fn);
    if (found === undefined) this.callers.set(fn, (found = this.findCallers(source, fn)));
    return found;
  }

  private findCallers(source: SourceCode, fn: CodeFunction): CallPlace[] {
    const owner = ownerOf(source, fn);
    const pack = this.unit.packages.of(source);
    return this.unit.callsNamed(fn.name).filter((place) => {
      const callee = this.unit.callee(place);
      if (callee.kind === 'own') return callee.places.some((one) => one.function === fn);
      if (owner === undefined || place.call.callee.kind !== 'member') return false;
      if (callee.kind !== 'externalMethod') return callee.kind === 'unknown';
      // A method of an interface whose package is not among the files of a cut-out, or of a type of which only methods are.
      const isOfType = callee.type === owner && this.unit.packages.of(place.source) === pack;
      return isOfType || this.unit.isOfRepository(callee.type);
    });
  }

  private traced(source: SourceCode, fn: CodeFunction, levels: number): boolean {
    const known = this.known.get(fn);
    if (known !== undefined) return known;
    if (levels <= 0) {
      this.cuts++;
      return false;
    }
    const before = this.cuts;
    this.known.set(fn, false);
    const found = this.decide(source, outermost(source, fn), fn, levels);
    // What was not seen to its end is asked anew from elsewhere, unless that began here.
    if (found || before === this.cuts || levels === MAX_LEVELS) this.known.set(fn, found);
    else this.known.delete(fn);
    return found;
  }

  private decide(source: SourceCode, at: CodeFunction, inner: CodeFunction, levels: number): boolean {
    const around = [inner, ...source.around(inner), at];
    if (around.some((one) => servesRequest(one) || takesMessage(one))) return true;
    if (around.some((one) => isCallback(one) && !isScheduled(source, one))) return true;
    // Handlers that are written in `main` say nothing of what it starts beside them.
    const isStarted = isMain(at) ? around.some((one) => this.startsItself(source, one)) : this.startsSpan(source, at);
    if (isStarted || around.some((one) => this.takesOwnRequest(source, one))) return true;
    if (this.isMadePerRequest(source, at)) return true;
    if (isMain(at)) return false;
    // What only wraps one of its own kind is called by whoever calls the outermost of them.
    const all = this.callersOf({ source, function: at });
    const others = all.filter((place) => outermost(place.source, place.function).name !== at.name);
    const callers = others.length > 0 || hasContext(at) ? others : all.filter((place) => this.isSurelyOf(place, at));
    // What a scheduler runs has a context, and nobody's span in it.
    if (callers.length === 0 && isScheduledByName(this.unit, at)) return false;
    if (callers.length === 0) return hasContext(at) || this.isCalledOutOfSight(source, at);
    // Start-up calls it by itself, and requests through one of its name: `func (r real) Stock(ctx) { r.shop.Stock(ctx) }`.
    const wrapping = others.length > 0 ? all.filter((one) => !others.includes(one) && this.isSurelyOf(one, at)) : [];
    return [...callers, ...wrapping].some((place) => this.traced(place.source, place.function, levels - 1));
  }

  /** `func (realShop) Stock() int { return shop.Stock() }`: what an interface stands for, as a function of a package. */
  private isSurelyOf(place: CallPlace, fn: CodeFunction): boolean {
    const callee = this.unit.callee(place);
    return callee.kind === 'own' && callee.places.some((one) => one.function === fn);
  }

  /** A method that others call, where not all files are at hand: `func (p *Producer) Send(topic string, body []byte) error`. */
  private isCalledOutOfSight(source: SourceCode, fn: CodeFunction): boolean {
    if (this.unit.isWhole || ownerOf(source, fn) === undefined || OF_ITS_LIFE.test(fn.name)) return false;
    return (/^\p{Lu}/u.test(fn.name) || SENDS_FOR_OTHERS.test(fn.name)) && fn.parameters.length > 0;
  }

  /** A parameter of the own type that stands for a request: `type Context struct { http.ResponseWriter; *http.Request }`. */
  private takesOwnRequest(source: SourceCode, fn: CodeFunction): boolean {
    return fn.parameters.some(({ type }) => {
      if (type === undefined || !/[\p{L}_]\w*$/u.test(type) || CONTEXT_TYPE.test(type)) return false;
      const declared = this.unit.types.declarationOf(this.unit.types.written(source, type))?.type;
      if (declared === undefined) return OWN_REQUEST_TYPE.test(type);
      const held = [...declared.bases, ...declared.fields.map((field) => field.type ?? '')];
      return held.some(
        (one) => HELD_BY_REQUESTS.test(one) && (/Writer|Context|Ctx/.test(one) || declared.bases.includes(one)),
      );
    });
  }

  /** A method of what is made for one request and holds little more than its context, as Kitex' and Hertz' templates have it. */
  private isMadePerRequest(source: SourceCode, fn: CodeFunction): boolean {
    const owner = ownerOf(source, fn);
    const type = owner === undefined ? undefined : this.unit.packages.of(source).types.get(owner)?.type;
    if (type === undefined || fn.self === undefined || type.fields.length > 2) return false;
    const held = type.fields.find((field) => CONTEXT_TYPE.test(field.type ?? ''))?.name;
    return held !== undefined && source.textOf(fn).includes(`${fn.self}.${held}`);
  }

  /** Whether a function starts a span itself. */
  startsSpan(source: SourceCode, fn: CodeFunction): boolean {
    return source.within(fn).some((inner) => this.startsItself(source, inner));
  }

  /** The same without what its closures do. */
  private startsItself(source: SourceCode, fn: CodeFunction): boolean {
    return source.callsIn(fn).some((call) => isSpanStart(this.unit, { source, function: fn, call }));
  }
}

/** Where a program starts, and what stands outside of functions. */
function isMain({ id, name }: CodeFunction): boolean {
  return id === 0 || /^(main|init|TestMain)$/.test(name);
}

/** `tracer.Start(ctx, "…")`, by its type or by what it is called on. */
export function isSpanStart(unit: GoUnit, place: CallPlace): boolean {
  const { source, call } = place;
  const name = calledName(call) ?? '';
  if (name === 'Start' && call.args.length >= 2 && call.callee.kind === 'member') {
    const callee = unit.callee(place);
    if (callee.kind === 'externalMethod' && callee.type.endsWith('otel/trace.Tracer')) return true;
    return /trac|otel\.Tracer\(|telemetry|provider/i.test(source.textOf(call.callee.object));
  }
  return /^(StartSpan|StartSpanFromContext|NewSpan|StartTrace|startSpan)$/.test(name);
}

/** The declared function around a closure; itself when it is one. */
export function outermost(source: SourceCode, fn: CodeFunction): CodeFunction {
  let found = fn;
  for (const one of source.around(fn)) if (one.id !== 0) found = one;
  return found;
}

/** A parameter with a request, or the shape of a gRPC method: `(ctx, *pb.Order) (*pb.Receipt, error)`. */
export function servesRequest(fn: CodeFunction): boolean {
  if (fn.parameters.some(({ type }) => type !== undefined && REQUEST_TYPE.test(type))) return true;
  const [first, second] = fn.parameters;
  return (
    fn.parameters.length === 2 &&
    CONTEXT_TYPE.test(first?.type ?? '') &&
    /^\*\w*(pb|proto|api|v\d\w*)\w*\.[A-Z]\w*$/.test(second?.type ?? '') &&
    /^\(\s*(\w+\s+)?\*[\w.]+,\s*(\w+\s+)?error\s*\)$/.test(fn.returns ?? '')
  );
}

/** A parameter with a message that was received. */
export function takesMessage(fn: CodeFunction): boolean {
  return fn.parameters.some(({ type }) => type !== undefined && MESSAGE_TYPE.test(type));
}

/** A closure that is given a context when it is called: a handler or hook, unless it is one of the process's life. */
function isCallback(fn: CodeFunction): boolean {
  return (
    fn.modifiers.includes('lambda') &&
    hasContext(fn) &&
    !/^(On(Start|Stop)|RunE?|PreRunE?|Action|Before|After)$/.test(fn.name)
  );
}

/** The parameter that carries the context, if there is one. */
export function contextParameter(fn: CodeFunction): string | undefined {
  return fn.parameters.find(({ type, name }) => CONTEXT_TYPE.test(type ?? '') && name !== '' && name !== '_')?.name;
}

function hasContext(fn: CodeFunction): boolean {
  return fn.parameters.some(({ type }) => CONTEXT_TYPE.test(type ?? ''));
}
