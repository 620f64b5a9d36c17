import type { CallSite } from '../extract/callSite';
import { addSpan, spanKindIn } from '../extract/sourceFile';
import type { SpanFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { CallIdiom, GoFile } from './file';

/** `tracer.Start(ctx, "x", trace.WithSpanKind(…))`. */
export const start: CallIdiom = (call, file) => {
  const [context, given] = call.args;
  if (context === undefined || given === undefined || isText(context) || call.receiverNode === undefined) return;
  const name = file.values.text(given);
  const surely = /trac|otel/i.test(file.source.of(call.receiverNode).slice(0, 200));
  if (name === undefined || (!surely && name.kind === 'reference')) return;
  addSpan(file, call, name, kindOf(call, file));
};

/** OpenTracing's `StartSpan("x")` and any `…Span…(ctx, "x")` helper of the project. */
export const spanHelper: CallIdiom = (call, file) => {
  if (!/Span|^[tT]raced?$/.test(call.name) || /^(Set|Get|End|Add|With|Record|Is|Has|Assert|Find)/.test(call.name))
    return;
  const given = call.args.slice(0, 3).find((argument) => isText(argument) || isFormat(argument, file));
  if (given !== undefined) addSpan(file, call, file.values.text(given), kindOf(call, file));
};

/** `otel.Tracer("shop")`, `tp.Tracer("shop")`. */
export const tracer: CallIdiom = (call, file) => {
  const name = file.values.text(call.args[0]);
  if (name !== undefined) file.facts.tracerNames.push(name);
};

function isText(node: SyntaxNode): boolean {
  return node.type === 'interpreted_string_literal' || node.type === 'raw_string_literal';
}

function isFormat(node: SyntaxNode, file: GoFile): boolean {
  return node.type === 'call_expression' && /^fmt\.Sprintf\(/.test(file.source.of(node));
}

function kindOf(call: CallSite, file: GoFile): SpanFact['kind'] {
  const option = call.args.map((argument) => file.source.of(argument)).find((text) => text.includes('WithSpanKind'));
  return spanKindIn(option?.replace(/\)\s*$/, ''));
}
