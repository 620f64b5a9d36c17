import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import { rootOf } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsOf, headsOf, statementsIn } from '../../code/walk';
import type { GoAnalysis } from '../goAnalysis';
import { calledName, type CallPlace, type GoUnit } from '../goUnit';
import { contextParameter, outermost, servesRequest } from '../relevance';
import { lookUp } from '../values/scope';

const DETACHED_WORK =
  /shutdown|flush|cleanup|close|drain|rollback|unlock|release|teardown|stop|cancel|abort|unsubscrib|heartbeat|keepalive|prompt|confirm|^input$|^(get|read|ask)?input$/i;
/** What tells others of a request rather than answering it. */
const ASIDE = /log|metric|cache|stat|count|audit|record|observe|emit|notif|track|report|event|publish|queue/i;
/** What is called to tell of a request, or about the context itself. */
const GOES_BESIDE =
  /^(log|emit|notif|track|report|record|observe|audit|count|incr?|publish|trace|debug|info|warn|err)/i;
const MAKES_ANOTHER = /^(With|New|From)([A-Z]|$)|(Logger|Context|Ctx)$|^(Get|L|Ctx)$/;
/** What makes another context out of one. */
export const DERIVES =
  /^(context\.(WithTimeout|WithCancel|WithDeadline|WithValue|WithTimeoutCause|WithCancelCause|WithDeadlineCause)|golang\.org\/x\/sync\/errgroup\.WithContext|google\.golang\.org\/grpc\/metadata\.AppendToOutgoingContext)$/;
/** The same with a logger or metadata in it, which is no span. */
const ENRICHES =
  /(ctxzap|ctxlogrus|logr|klog\/v2|logging|logger|slogctx)\.(ToContext|NewContext|IntoContext|WithLogger|WithContext|CtxWith\w*)$/;
/** What takes options of OpenTelemetry's instruments measures something: nothing is sent, and no span begun. */
const MEASURES = /\b\w*metrics?\.(Add|Record|Observe|Measurement)Option\b/;
/** `clients.BatchV1().CronJobs(ns).Get`: the API of a cluster is asked without spans of one's own. */
const OF_CLUSTER = /\.[A-Z]\w*V\d+((alpha|beta)\d+)?\(\)\./;
/** Of counters, loggers and locks. */
const MEASURED = /^(Acquire|Wait|Lock|Add|Record|Observe|Enabled|Handle|Inc|Set|Log|Print|Fatal|Panic)\w*$|Context$/;
/** A trace of its own is meant, with a link to the one that causes it. */
const LINKED = /WithNewRoot|WithLinks|trace\.LinkFromContext/;
const REPARENTS =
  /^(ContextWithSpanContext|ContextWithSpan|ContextWithRemoteSpanContext|ContextWithBaggage|Extract|NewOutgoingContext)$/;

/** A context with a logger or metadata put into it, as it stands around the one that was made. */
function enriched(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction, background: Expression): Expression {
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

/** The call that gets a context, as it stands there or in others made of it, and starts spans or calls out with it. */
export function workWith(
  analysis: GoAnalysis,
  source: SourceCode,
  fn: CodeFunction,
  background: Expression,
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
        const isUnseen = isUnseenInGoroutine(analysis, place) || isUnseenUnderSpan(analysis, place);
        return isSeen || isUnseen ? expression : undefined;
      }
    }
  }
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'assign') continue;
    const index = statement.values.indexOf(made);
    // `group, ctx := errgroup.WithContext(ctx)`
    const target = statement.targets[made.kind === 'call' && isOfGroup(made) ? 1 : index];
    if (index < 0 || target?.kind !== 'name') continue;
    if (/reset|cleanup|release|rollback|unlock|shutdown|stop|close/i.test(target.name)) return undefined;
    return workWithVariable(analysis, source, fn, target.name, statement.end, forHandlers);
  }
  // Expressions are walked outermost first: a derived context may be an argument of a call that came before it.
  return made === background ? undefined : workAround(analysis, source, fn, made);
}

/** `req.WithContext(context.Background())` for a request that is sent, or for the one that is being answered. */
function isForRequest({ unit }: GoAnalysis, { source, function: fn, call }: CallPlace): boolean {
  if (!/^(WithContext|Clone)$/.test(calledName(call) ?? '') || call.callee.kind !== 'member') return false;
  const type = unit.types.typeOf(source, fn, call.callee.object)?.qualified ?? '';
  if (!/^(net\/http|github\.com\/hashicorp\/go-retryablehttp)\.Request$/.test(type)) return false;
  const root = rootOf(call.callee.object);
  const binding = root.kind === 'name' ? lookUp(unit.packages, source, fn, root.name) : undefined;
  if (binding?.kind === 'parameter' && servesRequest(binding.function)) return true;
  return source
    .within(outermost(source, fn))
    .some((one) => source.callsIn(one).some((each) => calledName(each) === 'Do'));
}

function isOfGroup(call: Call): boolean {
  return call.callee.kind === 'member' && call.callee.object.kind === 'name' && call.callee.object.name === 'errgroup';
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

/**
 * `store.Get(context.Background(), name, options)` in a function that starts a span of the context it is given: what comes
 * after is meant to be under it. Not what is known to make no spans, and what only tells or measures.
 */
function isUnseenUnderSpan({ unit, relevance, work }: GoAnalysis, place: CallPlace): boolean {
  const { source, function: fn, call } = place;
  const name = calledName(call) ?? '';
  if (fn.modifiers.includes('lambda') || call.callee.kind !== 'member' || call.args.length < 2) return false;
  if (contextParameter(fn) === undefined || !relevance.startsSpan(source, fn)) return false;
  const written = source.textOf(call.callee);
  if (DETACHED_WORK.test(name) || ASIDE.test(written) || MEASURED.test(name) || OF_CLUSTER.test(written)) return false;
  if (LINKED.test(source.textOf(call))) return false;
  const callee = unit.callee(place);
  if (callee.kind === 'externalMethod') return !work.isWithoutSpans(callee.type);
  return callee.kind === 'unknown';
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
  if (LINKED.test(source.textOf(call))) return false;
  if (analysis.work.isWork(place) || injectsFrom(analysis, place)) return true;
  return isKeptForNext(analysis, place) || leadsOutOfSight(analysis.unit, place);
}

/** `runner.WithContext(context.Background()).Run(job)`: what comes next works with the context that is put in. */
function isKeptForNext({ unit, work }: GoAnalysis, { source, function: fn, call }: CallPlace): boolean {
  if (calledName(call) !== 'WithContext' || call.callee.kind !== 'member' || call.args.length !== 1) return false;
  if (/log(ger|rus)?(\(\))?$/i.test(source.textOf(call.callee.object))) return false;
  const type = unit.types.typeOf(source, fn, call.callee.object)?.qualified;
  if (type !== undefined && work.isWithoutSpans(type)) return false;
  return source.callsIn(fn).some(({ callee }) => callee.kind === 'member' && callee.object === call);
}

/** `propagator.Inject(ctx, carrier)`, or a function that writes the context it is given into headers. */
function injectsFrom({ unit, injections }: GoAnalysis, place: CallPlace): boolean {
  if (calledName(place.call) === 'Inject' && place.call.args.length === 2) return true;
  const callee = unit.callee(place);
  return (
    callee.kind === 'own' &&
    callee.places.every((one) => contextParameter(one.function) !== undefined && injections.injects(one, 1))
  );
}

/**
 * Where not all files are at hand: a function of the own repository that is not among them, or one that hands its context on
 * to such. What takes a context there works with it, unless it is named for what goes on beside a request.
 */
export function leadsOutOfSight(unit: GoUnit, place: CallPlace, levels = 2): boolean {
  // What no `main` reaches is a unit of its own, whose packages lean on those of the others.
  if (unit.isWhole || unit.code.unit.kind === 'library') return false;
  const name = calledName(place.call) ?? '';
  if (GOES_BESIDE.test(name) || DETACHED_WORK.test(name) || MAKES_ANOTHER.test(name)) return false;
  const callee = unit.callee(place);
  if (callee.kind === 'external') return unit.isOfRepository(callee.name);
  if (callee.kind === 'externalMethod') return unit.isOfRepository(callee.type);
  if (callee.kind !== 'own' || levels === 0) return false;
  return callee.places.some((one) => {
    const own = contextParameter(one.function);
    return one.source.callsIn(one.function).some((inner) => {
      const [first] = inner.args;
      if (first?.value.kind !== 'name' || first.value.name !== own) return false;
      return leadsOutOfSight(unit, { ...one, call: inner }, levels - 1);
    });
  });
}
