import type { Call, Expression } from '../../syntax/code/expression';
import type { GoAnalysis } from './goAnalysis';
import { calledName } from './goUnit';
import { optionsOf, type OptionList } from './values/optionLists';
import type { Value } from './values/values';

const MAX_STEPS = 24;
/** Handlers and interceptors that send a context, by what they are called: OpenTelemetry's, vendors', old OpenTracing's. */
const TRACES =
  /otel|trac|datadog|ddgrpc|apmgrpc|nrgrpc|newrelic|sentry|opencensus|ocgrpc|instrument|observab|telemetry|StatsHandler/i;
/** Options of gRPC and Connect that take interceptors or handlers, or other options. */
const TAKES_INTERCEPTORS = /Interceptors?$|StatsHandler$|^With(Client|Handler)?Options$|^WithDefaultCallOptions$/;

/** Whether the options of a gRPC or Connect client have, or may have, something that sends the context. */
export function isRpcCovered(analysis: GoAnalysis, { options }: OptionList): boolean {
  return options.some((option) => {
    if (TRACES.test(option.source.textOf(option.expression))) return true;
    if (option.expression.kind !== 'call') return false;
    const { expression: call } = option;
    if (spreadTraces(analysis, option, call)) return true;
    const takes = TAKES_INTERCEPTORS.test(calledName(call) ?? '');
    return call.args.some(({ value }) => {
      const given = { ...option, expression: value };
      return argumentInjects(analysis, option, value) || (takes && mayTrace(analysis, given));
    });
  });
}

/** An interceptor of the own code that injects, written there or given by its name. */
function argumentInjects(
  { unit, injections }: GoAnalysis,
  { source, function: fn }: Value,
  value: Expression,
): boolean {
  if (value.kind === 'function')
    return injections.injects({ source, function: source.code.functions[value.function]! });
  const callee =
    value.kind === 'call'
      ? unit.callee({ source, function: fn, call: value })
      : unit.types.calleeOfName(source, fn, value);
  return callee?.kind === 'own' && callee.places.some((one) => injections.injects(one));
}

/** Whether an interceptor that was made before is one that sends the context, or comes from where nobody sees it. */
function mayTrace(analysis: GoAnalysis, given: Value): boolean {
  const pending = [given];
  const seen = new Set<Expression>();
  for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
    const { expression, source } = at;
    if (seen.has(expression)) continue;
    seen.add(expression);
    if (seen.size > MAX_STEPS || TRACES.test(source.textOf(expression))) return true;
    if (argumentInjects(analysis, at, expression)) return true;
    if (expression.kind !== 'name' && expression.kind !== 'member') continue;
    if (analysis.unit.types.calleeOfName(source, at.function, expression)?.kind === 'own') continue;
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
  return open || options.some((one) => TRACES.test(one.source.textOf(one.expression)));
}
