import { type CallSite, lastPart } from '../extract/callSite';
import { child } from '../extract/sourceText';
import { addSpan, spanKindIn } from '../extract/sourceFile';
import type { SyntaxNode } from '../syntaxNode';
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

/** Effect's `Effect.fn('Orders.load')(function* (id) { … })`: the function that is given to it is measured. */
export const effectFunction: CallIdiom = (call, file) => {
  if (lastPart(call.receiver) !== 'Effect') return;
  const name = file.values.text(call.args[0]);
  const outer = call.node.parent;
  const given = outer?.type === 'call_expression' ? child(outer, 'arguments')?.namedChildren[0] : undefined;
  const own = given === undefined || given === null ? undefined : file.outline.functionOfNode(given.id);
  if (name === undefined) return;
  file.facts.spans.push({
    name,
    range: call.range,
    function: own ?? file.outline.functionAt(call.start),
    kind: undefined,
  });
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
    if (!isTextOrConstant(argument, file)) continue;
    const name = file.values.text(argument);
    if (name !== undefined) addSpan(file, call, name);
    return;
  }
}

/** A text, or a name that looks like a constant's: `SPANS.CHECKOUT`, `SpanNames.checkout`. */
function isTextOrConstant(node: SyntaxNode, file: JavascriptFile): boolean {
  if (node.type === 'string' || node.type === 'template_string') return true;
  if (node.type !== 'identifier' && node.type !== 'member_expression') return false;
  return /^([A-Z][A-Z0-9_]+|[A-Z]\w*\.\w+)$/.test(file.source.of(node));
}

const SPAN_HELPER =
  /Span$|^span$|^(with|in|run|do|start|create|begin|wrap|trace|record)\w*Spans?\w*$|^(trace[dr]?|traceAsync|withTrac\w+|instrument\w*|otelTrace\w*)$/i;
const NO_SPAN_HELPER = /^(get|set|end|is|has|add|find|delete|remove|render|assert|expect|parse|to|from|mock)/i;

/** `trace.getTracer('shop')`. */
export const getTracer: CallIdiom = (call, file) => {
  const name = file.values.text(call.args[0]);
  if (name !== undefined) file.facts.tracerNames.push(name);
};
