import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { isOfRequest } from '../closures';
import { contextAtHand, isBackground, MAKES_BACKGROUND, takerOfUnnamed } from '../contexts';
import { contextsAbove } from '../contextsAbove';
import { backgroundFix, hasWithoutCancel } from '../fixes/backgroundFix';
import type { GoAnalysis } from '../goAnalysis';
import { calledName, type CallPlace } from '../goUnit';
import { isGeneratedSource } from '../httpCalls';
import { handlersOf, isRootOfStore } from './calledByHandlers';
import { DERIVES, leadsOutOfSight, workWith } from './contextWork';
import { isAside } from './plainClients';
import { CONTEXT_TYPE, isSpanStart, outermost, servesRequest } from '../relevance';
import { assignedIn, lookUp } from '../values/scope';

/** Where a context of its own is meant: start-up, shutdown, loops that outlive requests. */
export const OWN_LIFE =
  /^(main|init|Main)$|^(Start|Stop|Run|Serve(?!HTTP)|Listen|Shutdown|Close|Init|Setup|SetUp|Bootstrap|New|Connect|Watch|Subscribe|Poll|Cleanup|Flush|Drain|Teardown|start|stop|run|serve(?!HTTP)|listen|shutdown|close|initialize|setup|new[A-Z]|connect|watch|poll|cleanup|flush|drain)/;
/** What is done to end something, whoever ends it. */
const ENDS_SOMETHING =
  /clean_?up|close|drain|rollback|unlock|release|teardown|stop|cancel|abort|log_?out|disconnect|revert|undo|destroy|dispose|shutdown|flush/i;
export const TRACES_ITSELF = /(^|\/)(\w*trac(e|er|ing)|telemetry|otel|o11y|observability)\//i;
const TAKES_MESSAGES = /\.(Receive|ReceiveMessage|ReadMessage|FetchMessage|PollFetches)\(/;

/** `c.mu.Lock()`, then `c.schemas[id] = schema`: what is asked once and kept for all who come after. */
const KEEPS_FOR_ALL = /\.Lock\(\)[^]*\b\w+\.\w+\[[^\]\n]+\]\s*=(?!=)/;

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
  const around = contextAtHand(analysis.unit, source, fn, call.start);
  const outer = outermost(source, fn);
  // A handler that is written where the server is started works on requests all the same.
  const isOfHandler = around !== undefined && around.scope !== outer && servesRequest(around.scope);
  if ((OWN_LIFE.test(outer.name) && !isOfHandler) || analysis.relevance.isProbe(source, fn)) return undefined;
  const replaced = replacedContext(analysis, place);
  if (replaced !== undefined) return replaced;
  const taker = around === undefined ? takerOfUnnamed(source, fn) : undefined;
  const scope = around?.scope ?? taker;
  if (scope === undefined) return isDefault(source, call) ? undefined : lostBefore(analysis, place, above);
  // A span that is started when a function ends is one of it; what else is done then may well go on without.
  const startsHere = startsSpanWith(analysis, place);
  if (isDefault(source, call) || !isOfRequest(source, fn, scope, startsHere)) return undefined;
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
      `\`${source.textOf(work.callee)}\` gets a context without the active span although ` +
      (around === undefined
        ? `\`${scope.name}\` is given one that it has no name for`
        : `\`${around.written}\` is at hand`) +
      `: what it starts or calls begins a trace of its own. \`${keeper}\` keeps the trace without the deadline.`,
    fixes: around === undefined ? [] : backgroundFix(analysis, place, around.written),
  });
}

/** What is done to something that is to be used again for another request. */
const USED_AGAIN = /reset|release|recycle|free|\bput|return|clear/i;

/** `c.Context = context.Background()` with what stands for a request and is a context itself: all that comes after it. */
function replacedContext(analysis: GoAnalysis, place: CallPlace): Finding | undefined {
  const { source, function: fn, call } = place;
  const { unit, relevance, values } = analysis;
  if (USED_AGAIN.test(outermost(source, fn).name)) return undefined;
  const [held] = madeFrom(analysis, place);
  for (const { target, value } of values.assignedMembers('Context')) {
    if (value.function !== fn || target.object.kind !== 'name') continue;
    const { expression } = value;
    if (expression !== call && (expression.kind !== 'name' || expression.name !== held)) continue;
    if (isDefault(source, call)) continue;
    const type = unit.types.declarationOf(unit.types.typeOf(source, fn, target.object))?.type;
    if (lookUp(unit.packages, source, fn, target.object.name)?.kind !== 'parameter') continue;
    if (type?.bases.some((base) => CONTEXT_TYPE.test(base)) !== true || !relevance.isTraced(source, fn)) continue;
    const written = source.textOf(target);
    return findingAt('GO-CTX-BACKGROUND', source, call, {
      severity: 'warning',
      message:
        `This takes the place of \`${written}\`, which has the active span: what is done with \`${target.object.name}\` ` +
        'from here on begins traces of its own.',
      related: [relatedAt(source, target, 'Put in its place here.')],
      fixes: backgroundFix(analysis, place, written),
    });
  }
  return undefined;
}

/** The variable that holds a context which is made of one in the same statement: `later, cancel := context.WithTimeout(…)`. */
function madeFrom({ unit }: GoAnalysis, { source, function: fn, call }: CallPlace): string[] {
  const around = source.callsIn(fn).find((one) => one.args[0]?.value === call);
  const made = around ?? call;
  if (around !== undefined && !DERIVES.test(unit.external({ source, function: fn, call: around }) ?? '')) return [];
  return [...assignedIn(fn)].flatMap(([name, all]) =>
    all.some(({ value, position }) => value === made && position === 0) ? [name] : [],
  );
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
  if (KEEPS_FOR_ALL.test(source.textOf(outer))) return undefined;
  const work = ENDS_SOMETHING.test(outer.name) ? undefined : workWith(analysis, source, fn, call);
  if (work === undefined || isSibling(outer, work) || asksOthers(analysis, { source, function: fn, call: work }))
    return undefined;
  // Who is far above is worth a word only for what is seen to be lost.
  const at = { source, function: fn, call: work };
  if (!analysis.work.isWork(at) && leadsOutOfSight(analysis.unit, at)) return undefined;
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

/** `if ctx == nil { ctx = context.Background() }`. */
export function isDefault(source: SourceCode, { start }: Call): boolean {
  return /\bif\s+([\w.]+)\s*==\s*nil\s*\{\s*\1\s*=\s*$/.test(source.code.text.slice(Math.max(0, start - 200), start));
}
