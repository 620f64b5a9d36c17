import { lastPart } from '../extract/callSite';
import { addSpan } from '../extract/sourceFile';
import type { CallIdiom } from './file';

/** `Tracer.with_span "x" do`, `OpenTelemetry.Tracer.start_span("x")`, `Tracer.with_span :x, %{}`. */
export const startSpan: CallIdiom = (call, file) => {
  const name = file.values.text(call.args[0]);
  if (name !== undefined && name.kind !== 'reference') addSpan(file, call, name);
};

/** A helper of the project: `traced("checkout", fn -> … end)`, `Tracing.span "x"`; Spandex and NewRelic's too. */
export const spanHelper: CallIdiom = (call, file) => {
  const surely =
    /span|^traced?$/.test(call.name) || (/^(span|trace)$/.test(call.name) && /Trac/.test(lastPart(call.receiver)));
  if (!surely || /^(set|end|get|add|current|record|update|finish|is|has|span)_|^def/.test(call.name)) return;
  if (call.args[0]?.type === 'string') addSpan(file, call, file.values.text(call.args[0]));
};
