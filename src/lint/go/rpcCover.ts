import type { Call, Expression } from '../../syntax/code/expression';
import type { FunctionPlace } from '../code/program';
import type { GoAnalysis } from './goAnalysis';
import { calledName } from './goUnit';
import { outermost } from './relevance';
import { optionsOf, type OptionList } from './values/optionLists';
import type { Value } from './values/values';

const MAX_STEPS = 24;
/** Handlers and interceptors that send a context, by what they are called: OpenTelemetry's, vendors', old OpenTracing's. */
const TRACES =
  /otel|trac|datadog|ddgrpc|apmgrpc|nrgrpc|newrelic|sentry|opencensus|ocgrpc|instrument|observab|telemetry|StatsHandler/i;
/** What of those sends OpenCensus' or OpenTracing's own contexts, which OpenTelemetry's spans are in only over a bridge. */
const OLDER =
  /\bWith(Chain)?(StatsHandler|UnaryInterceptor|StreamInterceptor)\(\s*&?ocgrpc\.\w+(\{[^{}]*\})?\s*\)|&?\bocgrpc\.\w+|\w*opentracing\w*(\.\w+)*|\botgrpc\.\w+/gi;
const BRIDGES =
  /^go\.opentelemetry\.io\/otel\/bridge\/|jaeger-client-go|contrib\.go\.opencensus\.io\/exporter|opencensus.*exporter|zipkin-go-opentracing|basictracer-go|lightstep|dd-trace-go|elastic\/apm|newrelic|opentracing.*bridge/i;
/** Others' interceptors that are about something else. */
const ELSE = /prometheus|retr(y|ier)|log(?!in)|zap|auth|timeout|deadline|recover|rate_?limit|validat|circuit/i;
/** What gRPC asks of a handler for each call (google.golang.org/grpc/stats.Handler). */
const HANDLER_METHODS = ['TagRPC', 'HandleRPC'];
/** Options of gRPC and Connect that take interceptors or handlers, or other options. */
const TAKES_INTERCEPTORS = /Interceptors?$|StatsHandler$|^With(Client|Handler)?Options$|^WithDefaultCallOptions$/;

/** Whether the options of a gRPC or Connect client have, or may have, something that sends the context. */
export function isRpcCovered(analysis: GoAnalysis, { options }: OptionList): boolean {
  return options.some((option) => {
    if (isTracing(analysis, option)) return true;
    if (option.expression.kind !== 'call') return false;
    const { expression: call } = option;
    if (spreadTraces(analysis, option, call)) return true;
    const takes = TAKES_INTERCEPTORS.test(calledName(call) ?? '');
    return call.args.some(({ value }) => {
      const given = { ...option, expression: value };
      return analysis.injections.givenInjects(option, value) || (takes && mayTrace(analysis, given));
    });
  });
}

/** Whether what is written there says that it sends the context of OpenTelemetry's spans. */
function isTracing(analysis: GoAnalysis, value: Value): boolean {
  const { source, expression } = value;
  const text = source.textOf(expression);
  if (!TRACES.test(text) || isOwnHandlerOfElse(analysis, value)) return false;
  return !text.match(OLDER) || hasOlderTracing(analysis) || TRACES.test(text.replace(OLDER, ''));
}

/** `grpc.WithStatsHandler(&connectionLog{})`: a handler of the own code, in view, that is about something else. */
function isOwnHandlerOfElse({ unit, injections }: GoAnalysis, { source, expression }: Value): boolean {
  const isOption = expression.kind === 'call' && calledName(expression) === 'WithStatsHandler';
  const given = isOption ? expression.args[0]?.value : expression;
  const literal = given?.kind === 'unary' ? given.value : given;
  if (literal?.kind !== 'object' || literal.type === undefined) return false;
  const type = unit.types.written(source, literal.type);
  const methods = type === undefined ? [] : HANDLER_METHODS.flatMap((name) => unit.types.methods(type, name));
  if (methods.length < HANDLER_METHODS.length) return false;
  return methods.every(
    (one) => !injections.injects(one) && !TRACES.test(one.source.textOf(one.function).replace(/StatsHandler/gi, '')),
  );
}

/** Whether the spans of OpenCensus or OpenTracing are, or may be, traced too. */
function hasOlderTracing({ setup, unit }: GoAnalysis): boolean {
  if (setup.providers.length === 0) return true;
  return unit.code.program.sources.some(({ code }) => code.imports.some(({ from }) => BRIDGES.test(from)));
}

/** Whether an interceptor that was made before is one that sends the context, or comes from where nobody sees it. */
function mayTrace(analysis: GoAnalysis, given: Value): boolean {
  const pending = [given];
  const seen = new Set<Expression>();
  for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
    const { expression, source } = at;
    if (seen.has(expression)) continue;
    seen.add(expression);
    if (seen.size > MAX_STEPS || isTracing(analysis, at)) return true;
    if (analysis.injections.givenInjects(at, expression)) return true;
    // `middleware.ChainUnaryClient(interceptors...)`: those are in it.
    if (expression.kind === 'call' && /^Chain/.test(calledName(expression) ?? ''))
      pending.push(...expression.args.map(({ value }) => ({ ...at, expression: value })));
    if (expression.kind !== 'name' && expression.kind !== 'member') continue;
    if (analysis.unit.types.calleeOfName(source, at.function, expression)?.kind === 'own') continue;
    if (expression.kind === 'member' && ELSE.test(source.textOf(expression))) continue;
    const origins = analysis.values.origins(at);
    if (origins === undefined || origins.values.length === 0) return true;
    pending.push(...origins.values);
  }
  return false;
}

/** `grpc.WithChainUnaryInterceptor(interceptors...)`: the list may be filled elsewhere. */
function spreadTraces(analysis: GoAnalysis, { source, function: fn }: Value, call: Call): boolean {
  if (!call.args.some(({ spread }) => spread === true)) return false;
  const { options, open } = optionsOf(analysis.values, { source, function: fn, call }, 0);
  return (
    open || options.some((one) => isTracing(analysis, one) || analysis.injections.givenInjects(one, one.expression))
  );
}

const WRITES_METADATA = /^(AppendToOutgoingContext|NewOutgoingContext)$/;
const OF_TRACES = /traceparent|trace-?bin|SpanContext|\.Inject\(/i;
const INTERCEPTS =
  /\b(UnaryInvoker|UnaryClientInterceptor|Streamer|StreamClientInterceptor|stats\.RPCTagInfo|connect\.UnaryFunc)\b/;
/** What a wrapper of one connection has (google.golang.org/grpc.ClientConnInterface). */
const CONNECTION_METHOD = /^(Invoke|NewStream)$/;

/**
 * Whether calls get their trace context by hand, outside of an interceptor: `ctx = metadata.AppendToOutgoingContext(ctx,
 * "traceparent", …)`. Which clients are called with it is not followed.
 */
export function writesTraceMetadata({ unit, relevance }: GoAnalysis): boolean {
  const isInterceptor = ({ source, function: fn }: FunctionPlace): boolean => {
    const around = outermost(source, fn);
    return CONNECTION_METHOD.test(around.name) || INTERCEPTS.test(source.textOf(around));
  };
  return [...unit.callsLike(WRITES_METADATA)].some((place) => {
    const { source, function: fn } = place;
    if (!OF_TRACES.test(source.textOf(fn)) || isInterceptor(place)) return false;
    const callers = relevance.callersOf({ source, function: outermost(source, fn) });
    return callers.length === 0 || !callers.every(isInterceptor);
  });
}
