import { lastPart } from '../extract/callSite';
import { addSpan, spanKindIn } from '../extract/sourceFile';
import { keyword, positional, type CallIdiom } from './file';

/** `tracer.in_span("x", kind: :client)`, `start_span`, `start_root_span`, Honeycomb's `start_span(name: "x")`. */
export const startSpan: CallIdiom = (call, file) => {
  const name = file.values.text(positional(call)[0] ?? keyword(call, 'name', file.source));
  const kind = keyword(call, 'kind', file.source);
  if (name !== undefined) addSpan(file, call, name, spanKindIn(kind === undefined ? undefined : file.source.of(kind)));
};

/** Datadog's `Datadog::Tracing.trace("x")`. */
export const datadogTrace: CallIdiom = (call, file) => {
  if (/trac(er|ing)$/i.test(lastPart(call.receiver.replaceAll('::', '.')))) startSpan(call, file);
};

/** A helper of the project: `with_span("checkout") do`, `traced("checkout")`. */
export const spanHelper: CallIdiom = (call, file) => {
  if (!/span|^traced?$|^with_trac|^trace_\w+|^in_trace/i.test(call.name)) return;
  if (/^(get|set|end|is|has|add|find|current|finish|record|to|from|span)_|^(span|current_span)$/i.test(call.name))
    return;
  const [given] = positional(call);
  if (given?.type === 'string') addSpan(file, call, file.values.text(given));
};

/** `OpenTelemetry.tracer_provider.tracer("shop", "1.0")`. */
export const tracer: CallIdiom = (call, file) => {
  const [given] = positional(call);
  if (!/tracer_provider$/.test(call.receiver) || given === undefined) return;
  const name = file.values.text(given);
  if (name !== undefined) file.facts.tracerNames.push(name);
};
