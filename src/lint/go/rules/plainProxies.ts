import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { statementsIn } from '../../code/walk';
import { findingAt, relatedAt } from '../../report';
import { plainProxyFix, type MadeProxy } from '../fixes/plainProxyFix';
import type { GoAnalysis } from '../goAnalysis';
import { firstLine } from '../goUnit';
import { isGeneratedSource } from '../httpCalls';
import { outermost } from '../relevance';
import { startsServerSpans } from '../serverSpans';
import type { Value } from '../values/values';
import { isCommandLine } from './commandLines';
import { isAside } from './plainClients';
import { tracingEvidence } from './warning';

const PROXY = 'net/http/httputil.ReverseProxy';
const MAKES_PROXY = /^NewSingleHostReverseProxy$/;
/** Pages for browsers, which a development server or a store of files gives out. */
const GIVES_PAGES = /\b(vite|webpack|next\.?js|storybook|static|assets?|frontend|dev_?(server|mode|proxy))\b/i;

/** A proxy with what tells whether its requests are of a trace. */
interface ReverseProxy extends MadeProxy {
  /** Functions that change its requests. */
  readonly directors: readonly Value[];
  readonly url: Value | undefined;
}

/**
 * GO-HTTP-PLAIN-CLIENT of `httputil.ReverseProxy`: it copies the headers of the request that it was sent and writes none
 * itself, so that the span of a process that starts one for each request is passed over.
 */
export function plainProxies(analysis: GoAnalysis): Finding[] {
  if (analysis.setup.coveredOutside.has('net/http')) return [];
  const proxies = [...madeProxies(analysis)].filter((proxy) => isPlain(analysis, proxy));
  if (proxies.length === 0 || !startsServerSpans(analysis)) return [];
  return proxies.map((proxy) => {
    const { source, piece, transport } = proxy;
    const at = transport === undefined || transport.source !== source ? piece : transport.expression;
    return findingAt('GO-HTTP-PLAIN-CLIENT', source, firstLine(source, at), {
      severity: 'warning',
      message:
        'This reverse proxy hands on the trace context that it was sent, and none of its own (no `otelhttp.NewTransport` ' +
        'around its transport): what answers is no child of the span of this process, and begins a trace where none came.',
      evidence: tracingEvidence(analysis),
      related: at === piece ? [] : [relatedAt(source, firstLine(source, piece), 'The proxy is made here.')],
      fixes: plainProxyFix(analysis.unit.code.unit, proxy),
    });
  });
}

function isPlain(analysis: GoAnalysis, proxy: ReverseProxy): boolean {
  const { chains, destinations, injections, unit, relevance } = analysis;
  const { source, function: fn, transport, url } = proxy;
  if (isGeneratedSource(source) || isAside(analysis, source) || isCommandLine(source)) return false;
  if (relevance.isProbe(source, fn)) return false;
  const around = outermost(source, fn);
  if (url === undefined || GIVES_PAGES.test(source.textOf(around)) || GIVES_PAGES.test(source.file.relative))
    return false;
  if (!destinations.isOwn(url, source, fn) || destinations.isForeign(url, source, fn)) return false;
  const verdict = transport === undefined ? chains.defaultVerdict() : chains.verdict(transport);
  if (verdict.is !== 'plain' || injections.injects({ source, function: around }, 2)) return false;
  return !proxy.directors.some((director) => {
    const callee = unit.types.calleeOfName(director.source, director.function, director.expression);
    return callee?.kind === 'own' && callee.places.some((place) => injections.injects(place, 2));
  });
}

function* madeProxies(analysis: GoAnalysis): Generator<ReverseProxy> {
  const { unit } = analysis;
  for (const place of unit.callsLike(MAKES_PROXY)) {
    const { source, function: fn, call } = place;
    if (unit.external(place) !== 'net/http/httputil.NewSingleHostReverseProxy') continue;
    const holder = holderOf(source, fn, call);
    if (holder === undefined) continue;
    const given = call.args[0];
    yield withAssigned(analysis, {
      source,
      function: fn,
      piece: call,
      holder,
      transport: undefined,
      directors: [],
      url: given && { source, function: fn, expression: given.value },
    });
  }
  for (const file of unit.files) {
    for (const { source, function: fn, expression, type } of file.importedLiterals) {
      if (!type.endsWith('.ReverseProxy') || unit.types.written(source, type)?.qualified !== PROXY) continue;
      const valueOf = (key: string): Value | undefined => {
        const entry = expression.entries.find((one) => one.key === key);
        return entry && { source, function: fn, expression: entry.value };
      };
      const made = withAssigned(analysis, {
        source,
        function: fn,
        piece: expression,
        holder: holderOf(source, fn, expression),
        transport: valueOf('Transport'),
        directors: [valueOf('Director'), valueOf('Rewrite')].filter((one) => one !== undefined),
        url: undefined,
      });
      yield { ...made, url: made.directors.map((one) => targetOf(analysis, one)).find((one) => one !== undefined) };
    }
  }
}

/** The same with what is put into its fields afterwards: `proxy.Transport = rt`. */
function withAssigned({ values }: GoAnalysis, proxy: ReverseProxy): ReverseProxy {
  const { source, function: fn, holder } = proxy;
  const around = outermost(source, fn);
  const assigned = (field: string): Value[] =>
    values
      .assignedMembers(field)
      .filter(
        ({ value, target }) =>
          value.source === source &&
          outermost(source, value.function) === around &&
          source.textOf(target.object) === holder,
      )
      .map(({ value }) => value);
  const transport = assigned('Transport').at(-1) ?? proxy.transport;
  const directors = [...proxy.directors, ...assigned('Director'), ...assigned('Rewrite')];
  return { ...proxy, transport, directors };
}

/** `proxy := httputil.NewSingleHostReverseProxy(url)`, `s.proxy = &httputil.ReverseProxy{…}`. */
function holderOf(source: SourceCode, fn: CodeFunction, made: Expression): string | undefined {
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'assign' || statement.targets.length !== 1) continue;
    const [value] = statement.values;
    if (value === made || (value?.kind === 'unary' && value.value === made))
      return source.textOf(statement.targets[0]!);
  }
  return undefined;
}

/** Where a function that changes requests sends them: `r.SetURL(target)`, `req.URL.Host = target.Host`. */
function targetOf({ unit, values }: GoAnalysis, director: Value): Value | undefined {
  const places = functionsOf(unit, director);
  for (const { source, function: fn } of places) {
    const set = source.callsIn(fn).find(({ callee }) => callee.kind === 'member' && callee.name === 'SetURL');
    if (set?.args[0]) return { source, function: fn, expression: set.args[0].value };
    const host = values
      .assignedMembers('Host')
      .find(({ value, target }) => value.function === fn && /\bURL$/.test(source.textOf(target.object)));
    if (host) return { source, function: fn, expression: host.value.expression };
  }
  return undefined;
}

function functionsOf(
  unit: GoAnalysis['unit'],
  { source, function: fn, expression }: Value,
): readonly { readonly source: SourceCode; readonly function: CodeFunction }[] {
  if (expression.kind === 'function') return [{ source, function: source.code.functions[expression.function]! }];
  const callee = unit.types.calleeOfName(source, fn, expression);
  return callee?.kind === 'own' ? callee.places : [];
}
