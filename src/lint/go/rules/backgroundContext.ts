import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsOf, headsOf, statementsIn } from '../../code/walk';
import { findingAt, relatedAt } from '../../report';
import { runsForRequest } from '../closures';
import { contextAround, isBackground } from '../contexts';
import { contextsAbove } from '../contextsAbove';
import { backgroundFix, hasWithoutCancel } from '../fixes/backgroundFix';
import type { GoAnalysis } from '../goAnalysis';
import { calledName, type CallPlace, type GoUnit } from '../goUnit';
import { isGeneratedSource } from '../httpCalls';
import { handlersOf, isRootOfStore } from './calledByHandlers';
import { isAside } from './plainClients';
import { isSpanStart, outermost, servesRequest } from '../relevance';
import { rootOf } from '../../code/names';
import { lookUp } from '../values/scope';

/** Where a context of its own is meant: start-up, shutdown, loops that outlive requests. */
const OWN_LIFE =
  /^(main|init|Main)$|^(Start|Stop|Run|Serve(?!HTTP)|Listen|Shutdown|Close|Init|Setup|SetUp|Bootstrap|New|Connect|Watch|Subscribe|Poll|Cleanup|Flush|Drain|Teardown|start|stop|run|serve(?!HTTP)|listen|shutdown|close|initialize|setup|new[A-Z]|connect|watch|poll|cleanup|flush|drain)/;
const DETACHED_WORK =
  /shutdown|flush|cleanup|close|drain|rollback|unlock|release|teardown|stop|cancel|abort|heartbeat|keepalive|prompt|confirm|^input$|^(get|read|ask)?input$/i;
/** What is done to end something, whoever ends it. */
const ENDS_SOMETHING =
  /clean_?up|close|drain|rollback|unlock|release|teardown|stop|cancel|abort|log_?out|disconnect|revert|undo|destroy|dispose|shutdown|flush/i;
/** What tells others of a request rather than answering it. */
const ASIDE = /log|metric|cache|stat|count|audit|record|observe|emit|notif|track|report|event|publish|queue/i;
const TRACES_ITSELF = /(^|\/)(\w*trac(e|er|ing)|telemetry|otel|o11y|observability)\//i;
const MAKES_BACKGROUND = /^(Background|TODO)$/;
/** What makes another context out of one. */
const DERIVES =
  /^context\.(WithTimeout|WithCancel|WithDeadline|WithValue|WithTimeoutCause|WithCancelCause|WithDeadlineCause)$/;
/** The same with a logger or metadata in it, which is no span. */
const ENRICHES =
  /(ctxzap|ctxlogrus|logr|klog\/v2|logging|logger|slogctx)\.(ToContext|NewContext|IntoContext|WithLogger|WithContext|CtxWith\w*)$/;
/** What takes options of OpenTelemetry's instruments measures something: nothing is sent, and no span begun. */
const MEASURES = /\b\w*metrics?\.(Add|Record|Observe|Measurement)Option\b/;
const TAKES_MESSAGES = /\.(Receive|ReceiveMessage|ReadMessage|FetchMessage|PollFetches)\(/;
const REPARENTS =
  /^(ContextWithSpanContext|ContextWithSpan|ContextWithRemoteSpanContext|ContextWithBaggage|Extract|NewOutgoingContext)$/;

/** GO-CTX-BACKGROUND: work gets a context of nothing although the request's is at hand. */
export function backgroundContexts(analysis: GoAnalysis): Finding[] {
  const found: Finding[] = [];
  const above = new Map<CodeFunction, LostAbove>();
  for (const place of analysis.unit.callsLike(MAKES_BACKGROUND)) {
    const { source, function: fn, call } = place;
    if (isGeneratedSource(source) || isAside(analysis, source)) continue;
    if (!isBackground(analysis.unit, source, fn, call)) continue;
    const lost = lostContext(analysis, place, above);
    if (lost !== undefined) found.push(lost);
  }
  return [...found, ...[...above.values()].map(({ first, others }) => findingAbove(first, others))];
}

function lostContext(analysis: GoAnalysis, place: CallPlace, above: Map<CodeFunction, LostAbove>): Finding | undefined {
  const { source, function: fn, call } = place;
  const around = contextAround(source, fn, call.start);
  const outer = outermost(source, fn);
  if (OWN_LIFE.test(outer.name) || analysis.relevance.isProbe(source, fn)) return undefined;
  if (around === undefined) return isDefault(source, call) ? undefined : lostBefore(analysis, place, above);
  // A span that is started when a function ends is one of it; what else is done then may well go on without.
  const startsHere = startsSpanWith(analysis, place);
  if (isDefault(source, call) || !isOfRequest(source, fn, around.scope, startsHere)) return undefined;
  if (!analysis.relevance.isTraced(source, fn)) return undefined;
  if (/WithNewRoot\(|WithLinks\(|LinkFromContext\(/.test(source.textOf(fn.id === outer.id ? call : fn)))
    return undefined;
  if (/\bLinkFromContext\(|\.AddLink\(/.test(source.textOf(fn))) return undefined;
  const work = workWith(analysis, source, fn, call);
  if (work === undefined) return undefined;
  const isStart = isSpanStart(analysis.unit, { source, function: fn, call: work });
  // What takes messages in begins a trace for each: its own context is as long as the process.
  if (isStart && TAKES_MESSAGES.test(source.code.text.slice(fn.start, call.start))) return undefined;
  // The own wrappers of tracers decide themselves what a span's parent is.
  if (TRACES_ITSELF.test(source.file.relative) && isStart) return undefined;
  const keeper = hasWithoutCancel(analysis.unit) ? 'context.WithoutCancel' : 'trace.ContextWithSpanContext';
  return findingAt('GO-CTX-BACKGROUND', source, call, {
    severity: 'warning',
    message:
      `\`${source.textOf(work.callee)}\` gets a context without the active span although \`${around.written}\` is at hand: what it ` +
      `starts or calls begins a trace of its own. \`${keeper}\` keeps the trace without the deadline.`,
    fixes: backgroundFix(analysis, place, around.written),
  });
}

/** The request's context ends before: handlers call what has none, or a store's function begins a trace for each access. */
function lostBefore(analysis: GoAnalysis, place: CallPlace, above: Map<CodeFunction, LostAbove>): Finding | undefined {
  const { source, function: fn, call } = place;
  const start = isRootOfStore(analysis, place);
  const handlers = start === undefined ? handlersOf(analysis, place) : [];
  const work = start?.call ?? (handlers.length > 0 ? workWith(analysis, source, fn, call, true) : undefined);
  if (work === undefined) {
    const lost = lostAbove(analysis, place);
    const known = above.get(outermost(source, fn));
    if (known !== undefined && lost !== undefined) known.others.push(lost);
    else if (lost !== undefined) above.set(outermost(source, fn), { first: lost, others: [] });
    return undefined;
  }
  if (TRACES_ITSELF.test(source.file.relative)) return undefined;
  const why =
    start === undefined
      ? `although only handlers of requests call \`${fn.name}\`: it needs their context.`
      : `for whoever calls \`${fn.name}\`: each access begins a trace of its own. It needs its caller’s context.`;
  return findingAt('GO-CTX-BACKGROUND', source, call, {
    severity: 'warning',
    message: `\`${source.textOf(work.callee)}\` gets a context without the active span ${why}`,
    related: handlers.slice(0, 3).map((one) => relatedAt(one.source, one.call, 'A request’s context is at hand here.')),
    fixes: [],
  });
}

/** A context of nothing in a function whose callers have one. */
interface Lost {
  readonly place: CallPlace;
  readonly work: Call;
  readonly callers: readonly CallPlace[];
}

/** The one that is told of a function, with the others in it. */
interface LostAbove {
  readonly first: Lost;
  readonly others: Lost[];
}

/** The same, where those who call have a request's context, through others that have none or for more than handlers. */
function lostAbove(analysis: GoAnalysis, place: CallPlace): Lost | undefined {
  const { source, function: fn, call } = place;
  if (TRACES_ITSELF.test(source.file.relative) || /WithNewRoot\(|WithLinks\(|LinkFromContext\(/.test(source.textOf(fn)))
    return undefined;
  const outer = outermost(source, fn);
  const work = ENDS_SOMETHING.test(outer.name) ? undefined : workWith(analysis, source, fn, call);
  if (work === undefined || isSibling(outer, work) || asksOthers(analysis, { source, function: fn, call: work }))
    return undefined;
  const callers = contextsAbove(analysis, place);
  return callers.length === 0 ? undefined : { place, work, callers };
}

function findingAbove({ place, work, callers }: Lost, others: readonly Lost[]): Finding {
  const { source, function: fn, call } = place;
  return findingAt('GO-CTX-BACKGROUND', source, call, {
    severity: 'warning',
    message:
      `\`${source.textOf(work.callee)}\` gets a context without the active span although those who call ` +
      `\`${outermost(source, fn).name}\` have one: it needs their context.`,
    related: [
      ...callers.slice(0, 3).map((one) => relatedAt(one.source, one.call, 'A request’s context is at hand here.')),
      ...others.map((one) => relatedAt(source, one.place.call, 'And here.')),
    ],
    fixes: [],
  });
}

/** A request to somebody else, who goes on with no trace: that it is sent without one costs nothing but its own span. */
function asksOthers({ unit, destinations }: GoAnalysis, place: CallPlace): boolean {
  const { source, function: fn, call } = place;
  const url = call.args[2];
  if (destinations.isForeign(undefined, source, fn)) return true;
  if (url === undefined || unit.external(place) !== 'net/http.NewRequestWithContext') return false;
  return destinations.isForeign({ source, function: fn, expression: url.value }, source, fn);
}

/** `func (c *Client) Read(id string) { return c.ReadWithContext(context.Background(), id) }`: for those who have none. */
function isSibling(outer: CodeFunction, work: Call): boolean {
  const name = calledName(work) ?? '';
  return name !== outer.name && name.replace(/(With)?(Context|Ctx)/, '') === outer.name;
}

/** `tracer.Start(context.Background(), "…")`. */
function startsSpanWith({ unit }: GoAnalysis, { source, function: fn, call }: CallPlace): boolean {
  const around = source.callsIn(fn).find((one) => one.args[0]?.value === call);
  return around !== undefined && isSpanStart(unit, { source, function: fn, call: around });
}

/** Whether the closures between a place and the function that has the context run for the request. */
function isOfRequest(source: SourceCode, fn: CodeFunction, until: CodeFunction, orDeferred: boolean): boolean {
  for (const scope of [fn, ...source.around(fn)]) {
    if (scope === until) return true;
    if (!runsForRequest(source, scope, orDeferred)) return false;
  }
  return true;
}

/** `if ctx == nil { ctx = context.Background() }`. */
function isDefault(source: SourceCode, { start }: Call): boolean {
  return /\bif\s+(\w+)\s*==\s*nil\s*\{\s*\1\s*=\s*$/.test(source.code.text.slice(Math.max(0, start - 200), start));
}

/** A context with a logger or metadata put into it, as it stands around the one that was made. */
function enriched(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction, background: Call): Call {
  let made = background;
  for (;;) {
    const around = source.callsIn(fn).find((one) => one.args[0]?.value === made);
    if (around === undefined || !enriches(analysis, { source, function: fn, call: around })) return made;
    made = around;
  }
}

/** A logger or metadata put into a context, by others or by a function of the workspace that does no more than that. */
function enriches({ unit, work }: GoAnalysis, place: CallPlace): boolean {
  const name = unit.external(place);
  if (name !== undefined) return ENRICHES.test(name);
  const callee = unit.callee(place);
  if (callee.kind !== 'own') return false;
  return callee.places.every(
    (one) =>
      one.function.returns === 'context.Context' &&
      /\bcontext\.WithValue\(/.test(one.source.textOf(one.function)) &&
      !work.works(one),
  );
}

/** The call that gets the context and starts spans or calls out with it. */
function workWith(
  analysis: GoAnalysis,
  source: SourceCode,
  fn: CodeFunction,
  background: Call,
  forHandlers = false,
): Call | undefined {
  let made: Expression = enriched(analysis, source, fn, background);
  for (const statement of statementsIn(fn.body)) {
    for (const head of headsOf(statement)) {
      for (const expression of expressionsOf(head)) {
        if (expression.kind !== 'call' || !expression.args.some((argument) => argument.value === made)) continue;
        if (statement.kind === 'defer') return undefined;
        if (isForRequest(analysis, { source, function: fn, call: expression })) return expression;
        const name = analysis.unit.external({ source, function: fn, call: expression });
        if (name !== undefined && DERIVES.test(name)) {
          made = expression;
          continue;
        }
        const place = { source, function: fn, call: expression };
        const isSeen = isWork(analysis, place) || (forHandlers && isUnseenWork(analysis, place, true));
        return isSeen || isUnseenInGoroutine(analysis, place) ? expression : undefined;
      }
    }
  }
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'assign') continue;
    const index = statement.values.indexOf(made);
    const target = statement.targets[index];
    if (index < 0 || target?.kind !== 'name') continue;
    if (/reset|cleanup|release|rollback|unlock|shutdown|stop|close/i.test(target.name)) return undefined;
    return workWithVariable(analysis, source, fn, target.name, statement.end, forHandlers);
  }
  // Expressions are walked outermost first: a derived context may be an argument of a call that came before it.
  return made === background ? undefined : workAround(analysis, source, fn, made);
}

/** `req.WithContext(context.Background())` for a request that is sent. */
function isForRequest({ unit }: GoAnalysis, { source, function: fn, call }: CallPlace): boolean {
  if (calledName(call) !== 'WithContext' || call.callee.kind !== 'member') return false;
  const type = unit.types.typeOf(source, fn, call.callee.object)?.qualified ?? '';
  if (!/^(net\/http|github\.com\/hashicorp\/go-retryablehttp)\.Request$/.test(type)) return false;
  return source
    .within(outermost(source, fn))
    .some((one) => source.callsIn(one).some((each) => calledName(each) === 'Do'));
}

function workAround(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction, made: Expression): Call | undefined {
  const call = source.callsIn(fn).find((one) => one.args.some((argument) => argument.value === made));
  return call && isWork(analysis, { source, function: fn, call }) ? call : undefined;
}

function workWithVariable(
  analysis: GoAnalysis,
  source: SourceCode,
  fn: CodeFunction,
  name: string,
  from: number,
  forHandlers: boolean,
): Call | undefined {
  const uses = source
    .within(fn)
    .flatMap((inner) => source.callsIn(inner).map((call) => ({ source, function: inner, call })))
    .filter(({ function: inner, call }) => {
      if (call.start < from || !call.args.some(({ value }) => value.kind === 'name' && value.name === name))
        return false;
      const binding = lookUp(analysis.unit.packages, source, inner, name);
      // A parameter too: `ctx, cancel = context.WithTimeout(context.Background(), …)` puts another context in its place.
      return (binding?.kind === 'variable' || binding?.kind === 'parameter') && binding.function === fn;
    });
  if (uses.some(({ call }) => REPARENTS.test(calledName(call) ?? ''))) return undefined;
  return (
    uses.find((place) => isWork(analysis, place)) ??
    uses.find((place) => (forHandlers || servesRequest(fn)) && isUnseenWork(analysis, place, forHandlers)) ??
    handlerCall(analysis, uses)
  )?.call;
}

/** `handler(ctx, args)` with a handler that was registered: it has the request's work to do. */
function handlerCall({ unit }: GoAnalysis, uses: readonly CallPlace[]): CallPlace | undefined {
  return uses.find(({ source, function: fn, call }) => {
    if (call.callee.kind !== 'name' || !/^(\w*[hH]andler|\w*[hH]andle|next)$/.test(call.callee.name)) return false;
    const binding = lookUp(unit.packages, source, fn, call.callee.name);
    return (binding?.kind === 'variable' || binding?.kind === 'parameter') && call.args.length > 1;
  });
}

/**
 * A handler that asks what it holds, while it answers a request: `rs.Source.Response(ctx, req)`. In a cut-out what answers
 * is not among the files; what takes a context and gives a result sends something with it.
 */
function isUnseenWork({ unit }: GoAnalysis, place: CallPlace, forHandlers: boolean): boolean {
  const { source, function: fn, call } = place;
  if (fn.modifiers.includes('lambda') || call.callee.kind !== 'member') return false;
  const callee = unit.callee(place);
  // A type that is declared in none of the files has no package.
  const isUnseen = callee.kind === 'unknown' || (callee.kind === 'externalMethod' && /^\w+$/.test(callee.type));
  const type = unit.types.typeOf(source, fn, call.callee.object);
  const signature = unit.types.signatureOf(type, call.callee.name)?.text ?? '';
  const takesContext = forHandlers && /^\(\w*\s*context\.Context\b/.test(signature);
  if ((!isUnseen && !takesContext) || MEASURES.test(signature)) return false;
  return (
    isHeld(unit, place, forHandlers) && !DETACHED_WORK.test(call.callee.name) && !ASIDE.test(source.textOf(call.callee))
  );
}

/** `go func() { err := snapshot.Upload(context.Background(), store) }()` in a handler: what takes a context works with it. */
function isUnseenInGoroutine({ unit, relevance }: GoAnalysis, place: CallPlace): boolean {
  const { source, function: fn, call } = place;
  if (!fn.modifiers.includes('lambda') || call.callee.kind !== 'member' || call.args.length < 2) return false;
  const outer = outermost(source, fn);
  if (!servesRequest(outer) && !relevance.startsSpan(source, outer)) return false;
  if (unit.callee(place).kind !== 'unknown') return false;
  const root = rootOf(call.callee.object);
  const binding = root.kind === 'name' ? lookUp(unit.packages, source, fn, root.name) : undefined;
  if (binding?.kind !== 'variable' && binding?.kind !== 'parameter' && binding?.kind !== 'receiver') return false;
  return !DETACHED_WORK.test(call.callee.name) && !ASIDE.test(source.textOf(call.callee));
}

/** `s.store.Load(ctx)`; for handlers also `store := s.app.Store()` and then `store.Load(ctx)`. */
function isHeld({ packages }: GoUnit, { source, function: fn, call }: CallPlace, orTaken: boolean): boolean {
  const holderOf = (expression: Expression): ReturnType<typeof lookUp> => {
    const root = rootOf(expression.kind === 'call' ? expression.callee : expression);
    return root.kind === 'name' && root !== expression ? lookUp(packages, source, fn, root.name) : undefined;
  };
  if (call.callee.kind !== 'member') return false;
  const { object } = call.callee;
  if (object.kind === 'member') return holderOf(object)?.kind === 'receiver';
  const held = orTaken && object.kind === 'name' ? lookUp(packages, source, fn, object.name) : undefined;
  const [only, ...others] = held?.kind === 'variable' ? held.assigned : [];
  return only?.value !== undefined && others.length === 0 && holderOf(only.value)?.kind === 'receiver';
}

/** Whether a call that takes a context starts spans or sends something with it. */
function isWork(analysis: GoAnalysis, place: CallPlace): boolean {
  const { source, call } = place;
  const name = calledName(call) ?? '';
  if (DETACHED_WORK.test(name) || REPARENTS.test(name)) return false;
  // One context to stop by and one to go on with: the other has the span.
  if (call.args.filter(({ value }) => /^\w*(ctx|context)\w*$/i.test(source.textOf(value))).length > 1) return false;
  if (/WithNewRoot|WithLinks|trace\.LinkFromContext/.test(source.textOf(call))) return false;
  return analysis.work.isWork(place);
}
