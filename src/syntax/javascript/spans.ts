import { type CallSite, lastPart } from '../extract/callSite';
import { addSpan, spanKindIn } from '../extract/sourceFile';
import type { CallIdiom, JavascriptFile } from './file';

/** `tracer.startSpan('x', { kind })`, `tracer.startActiveSpan('x', …)`, Sentry's `startSpan({ name: 'x' }, …)`. */
export const startSpan: CallIdiom = (call, file) => {
  const [first, second] = call.args;
  if (first === undefined) return;
  const name = file.values.text(first.type === 'object' ? file.values.property(first, 'name') : first);
  if (name === undefined) return;
  const kind = file.values.property(second, 'kind');
  addSpan(file, call, name, spanKindIn(kind === undefined ? undefined : file.source.of(kind)));
};

/** dd-trace's `tracer.trace('x', fn)` and `tracer.wrap('x', fn)`, Effect-like `withSpan('x')` are spans on a tracer. */
export const tracerCall: CallIdiom = (call, file) => {
  if (/trac/i.test(lastPart(call.receiver.replace(/\([^]*\)$/, '')))) startSpan(call, file);
};

/**
 * A helper of the project that starts spans: `withSpan('checkout', fn)`, `runInSpan(tracer, 'checkout', fn)`,
 * `instrumentAsync({ name: 'checkout' }, fn)`. The name is the first constant text among its arguments; a text no span
 * carries does no harm.
 */
export function spanHelper(call: CallSite, file: JavascriptFile): void {
  if (!SPAN_HELPER.test(call.name) || NO_SPAN_HELPER.test(call.name)) return;
  if (/log/i.test(lastPart(call.receiver))) return;
  const [first] = call.args;
  const named = first?.type === 'object' ? file.values.property(first, 'name') : undefined;
  for (const argument of named === undefined ? call.args.slice(0, 3) : [named]) {
    if (argument.type !== 'string' && argument.type !== 'template_string') continue;
    const name = file.values.text(argument);
    if (name !== undefined) addSpan(file, call, name);
    return;
  }
}

const SPAN_HELPER =
  /Span$|^span$|^(with|in|run|do|start|create|begin|wrap|trace|record)\w*Spans?\w*$|^(trace[dr]?|traceAsync|withTrac\w+|instrument\w*|otelTrace\w*)$/i;
const NO_SPAN_HELPER = /^(get|set|end|is|has|add|find|delete|remove|render|assert|expect|parse|to|from|mock)/i;

/** `trace.getTracer('shop')`. */
export const getTracer: CallIdiom = (call, file) => {
  const name = file.values.text(call.args[0]);
  if (name !== undefined) file.facts.tracerNames.push(name);
};
