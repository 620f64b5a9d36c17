import { lastPart } from '../extract/callSite';
import { addSpan, spanKindIn } from '../extract/sourceFile';
import { argument, type CallIdiom } from './file';

/**
 * `tracer.start_as_current_span("x", kind=…)` and `start_span` as a call, a `with` or a decorator; a decorator stands in
 * the range of its function, so all three measure the function around them.
 */
export const startSpan: CallIdiom = (call, file) => {
  const given = argument(call, file, 0, 'name') ?? argument(call, file, -1, 'operation_name');
  const name = file.values.text(given ?? argument(call, file, -1, 'description'));
  const kind = argument(call, file, -1, 'kind');
  if (name !== undefined) addSpan(file, call, name, spanKindIn(kind === undefined ? undefined : file.source.of(kind)));
};

/** ddtrace's `tracer.trace("x")` and `@tracer.wrap("x")`, Logfire's `logfire.span("x")`. */
export const tracerCall: CallIdiom = (call, file) => {
  if (/tracer|logfire/i.test(lastPart(call.receiver.replace(/\([^]*\)$/, '')))) startSpan(call, file);
};

/** A helper of the project: `@traced("checkout")`, `with trace_span("checkout"):`. */
export const spanHelper: CallIdiom = (call, file) => {
  if (!SPAN_HELPER.test(call.name) || NO_SPAN_HELPER.test(call.name)) return;
  if (/log/i.test(lastPart(call.receiver))) return;
  const first = argument(call, file, 0, 'name') ?? argument(call, file, -1, 'span_name');
  const given =
    first?.type === 'string' || first?.type === 'concatenated_string' ? first : argument(call, file, 1, 'name');
  if (given?.type === 'string' || given?.type === 'concatenated_string') addSpan(file, call, file.values.text(given));
};

const SPAN_HELPER = /span|^traced?$|^instrument|^trace_\w+|^with_trac|_traced?$/i;
const NO_SPAN_HELPER = /^(get|set|end|is|has|add|find|delete|remove|assert|parse|to|from|mock|test)_/i;

/** `trace.get_tracer(__name__)`: a reference to `__name__` is the module's dotted name. */
export const getTracer: CallIdiom = (call, file) => {
  const name = file.values.text(argument(call, file, 0, 'instrumenting_module_name'));
  if (name !== undefined) file.facts.tracerNames.push(name);
};
