import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import type { FunctionPlace } from '../../code/program';
import type { Callers } from '../names/callers';
import { lastPart } from '../names/pythonCode';

const STARTS = /^(start_as_current_span|start_span|start_as_current_observation|start_active_span)$/;

/** Decorators that open a span around a function, by the last part of their names. */
const DECORATES =
  /^(start_as_current_span|traced?|trace_\w+|traced_\w+|with_span|with_tracing|instrumented?|otel_trace\w*|span)$/;

/** Whether a call starts a span of OpenTelemetry. */
export function isSpanStart(call: Call): boolean {
  if (!STARTS.test(lastPart(call.callee))) return false;
  const object = call.callee.kind === 'member' ? lastPart(call.callee.object) : '';
  return !/^(sentry_sdk|sentry|hub|transaction|ddtrace|elasticapm)$/i.test(object);
}

/** Whether a function's own statements start a span, or a decorator does around it. */
export function startsSpan(source: SourceCode, fn: CodeFunction): boolean {
  return source.callsIn(fn).some(isSpanStart) || fn.annotations.some(decoratesWithSpan);
}

/** Whether a span that code opens may be active in a function: its own, one around it, or one of those that lead to it. */
export function mayBeInSpan({ source, function: fn }: FunctionPlace, callers: Callers): boolean {
  const around = [fn, ...source.around(fn)].filter((one) => one.id !== 0);
  if (around.some((one) => startsSpan(source, one))) return true;
  const outer = around.at(-1) ?? fn;
  return callers.reaches({ source, function: outer }, (one) => startsSpan(one.source, one.function));
}

/**
 * Whether code opens a span for each request itself, as what comes with one says: in a middleware, or where it reads the
 * context of what comes in. What requests lead to is then within that span.
 */
export function opensRequestSpan({ source, function: fn }: FunctionPlace): boolean {
  if (!source.callsIn(fn).some(isSpanStart)) return false;
  const bases = source.typeOf(fn)?.bases.join(' ') ?? '';
  if (/Middleware\b/.test(bases) || fn.annotations.some((one) => /^(middleware|before_request)$/.test(nameOf(one))))
    return true;
  const isFlasks = source.has(/\bbefore_request\b/);
  return isFlasks && source.callsIn(fn).some(({ callee }) => lastPart(callee) === 'extract');
}

function nameOf(annotation: Expression): string {
  return lastPart(annotation.kind === 'call' ? annotation.callee : annotation);
}

function decoratesWithSpan(annotation: Expression): boolean {
  return DECORATES.test(lastPart(annotation.kind === 'call' ? annotation.callee : annotation));
}

const HANDLES =
  /^(route|get|post|put|patch|delete|head|options|websocket|api_view|task|shared_task|on_event_received|agent|subscriber|subscribe|consumer|rpc|activity|defn|tool|function_name|service_bus_queue_trigger|queue_trigger|http_trigger|message_handler|handler|callback)$/;

/** Whether a framework calls a function for a request or message, so that a span may be active in it. */
export function isHandler(source: SourceCode, fn: CodeFunction): boolean {
  if (fn.annotations.some((one) => HANDLES.test(lastPart(one.kind === 'call' ? one.callee : one)))) return true;
  const bases = source.typeOf(fn)?.bases.join(' ') ?? '';
  if (/Servicer|APIView|MethodView|ViewSet|HTTPEndpoint|Resource\b|View\b|RequestHandler/.test(bases))
    return !/^_/.test(fn.name);
  const first = fn.parameters.find(({ name }) => name !== 'self');
  return first?.name === 'request' || /(^|\.)(Request|HttpRequest|WebSocket)$/.test(first?.type ?? '');
}
