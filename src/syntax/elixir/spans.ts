import { lastPart, type CallSite } from '../extract/callSite';
import { addSpan } from '../extract/sourceFile';
import type { CallIdiom, ElixirFile } from './file';

/** `Tracer.with_span "x" do`, `OpenTelemetry.Tracer.start_span("x")`, `Tracer.with_span :x, %{}`. */
export const startSpan: CallIdiom = (call, file) => {
  const name = file.values.text(call.args[0]);
  if (name === undefined || name.kind === 'reference') return;
  const decorated = decoratedBy(call, file);
  if (decorated === undefined) addSpan(file, call, name);
  else file.facts.spans.push({ name, range: call.range, function: decorated, kind: undefined });
};

/** The function behind `@decorate with_span("x")`; undefined where a call is no decorator. */
function decoratedBy(call: CallSite, file: ElixirFile): number | undefined {
  const before = file.source.text.slice(Math.max(0, call.node.startIndex - 40), call.node.startIndex);
  if (!/@(decorate|trace)\s*\(?\s*$/.test(before)) return undefined;
  for (let index = 0; index < file.outline.functionCount; index++) {
    const draft = file.outline.draft(index);
    if (draft !== undefined && draft.start > call.start) return draft.name === '' ? undefined : index;
  }
  return undefined;
}

/** A helper of the project: `traced("checkout", fn -> … end)`, `Tracing.span "x"`; Spandex and NewRelic's too. */
export const spanHelper: CallIdiom = (call, file) => {
  const surely =
    /span|^traced?$/.test(call.name) || (/^(span|trace)$/.test(call.name) && /Trac/.test(lastPart(call.receiver)));
  if (!surely || /^(set|end|get|add|current|record|update|finish|is|has|span)_|^def/.test(call.name)) return;
  if (call.args[0]?.type === 'string') startSpan(call, file);
};
