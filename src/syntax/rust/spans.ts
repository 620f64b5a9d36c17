import { lastPart } from '../extract/callSite';
import { addSpan, spanKindIn } from '../extract/sourceFile';
import { children } from '../extract/sourceText';
import { literal } from '../extract/textBuilder';
import type { SyntaxNode } from '../syntaxNode';
import { tokenOf, type CallIdiom, type RustFile } from './file';

/** `tracer.start("x")`, `tracer.span_builder("x")`, `start_with_context("x", &cx)`, `in_span("x", |cx| …)`. */
export const startSpan: CallIdiom = (call, file) => {
  const surely = call.name !== 'start' || /trac/i.test(lastPart(call.receiver.replace(/\([^]*$/, '')));
  const name = file.values.text(call.args[0]);
  if (name !== undefined && surely) addSpan(file, call, name);
};

/** `global::tracer("shop")`. */
export const tracer: CallIdiom = (call, file) => {
  const name = file.values.text(call.args[0]);
  if (name !== undefined) file.facts.tracerNames.push(name);
};

const SPAN_MACRO = /^(span|trace_span|debug_span|info_span|warn_span|error_span)$/;

/** `info_span!("x", id = 1)`, `span!(Level::INFO, "x")`, `info_span!(target: "shop", "x")` of tracing. */
export function macroSpans(file: RustFile): void {
  for (const { node, parts } of file.captures.of('macro')) {
    if (parts.name === undefined || !SPAN_MACRO.test(file.source.of(parts.name))) continue;
    const tokens = children(parts.arguments ?? node);
    const target = tokenOf(tokens, 'target', file.source);
    const given = tokens.find((token) => token.type.endsWith('string_literal') && token.id !== target?.id);
    const name = renamed(tokens, file) ?? file.values.text(given);
    if (name === undefined) continue;
    const kind = tokens.find(
      (token) => token.type === 'string_literal' && isAfter('otel.kind', token.startIndex, file),
    );
    const range = file.source.range(node);
    file.facts.spans.push({
      name,
      range,
      function: file.outline.functionAt(node.startIndex),
      kind: spanKindIn(file.values.string(kind)),
    });
  }
}

/** `#[instrument]`, named after the function unless `name = "x"`; `otel.name` says what is exported. */
export function attributeSpans(file: RustFile): void {
  for (const { node, name, tokens, function: index } of file.attributes) {
    if (!/^(instrument|trace|autometrics|span_fn)$/.test(name) || (name === 'trace' && tokens.length > 0)) continue;
    const [first] = tokens;
    const positional = first?.type === 'string_literal' ? first : undefined;
    const given = tokenOf(tokens, 'name', file.source) ?? positional;
    const text = renamed(tokens, file) ?? file.values.text(given);
    file.facts.spans.push({ name: text, range: file.source.range(node), function: index, kind: undefined });
  }
}

/** `otel.name = "x"`, also within `fields(…)`. */
function renamed(tokens: readonly SyntaxNode[], file: RustFile): ReturnType<typeof literal> | undefined {
  const all = tokens.flatMap((token) => (token.type === 'token_tree' ? children(token) : [token]));
  const found = all.find((token) => token.type === 'string_literal' && isAfter('otel.name', token.startIndex, file));
  const text = file.values.string(found);
  return text === undefined ? undefined : literal(text);
}

function isAfter(key: string, at: number, { source }: RustFile): boolean {
  return new RegExp(`\\b${key.replace('.', '\\s*\\.\\s*')}\\s*=\\s*$`).test(
    source.text.slice(Math.max(0, at - 60), at),
  );
}
