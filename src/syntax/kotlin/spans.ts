import { addSpan, spanKindIn } from '../extract/sourceFile';
import { measuresWork } from '../jvm/tracers';
import { argument, type CallIdiom, type KotlinFile } from './file';

/** `tracer.spanBuilder("x")`, Brave's `startScopedSpan("x")`. */
export const spanBuilder: CallIdiom = (call, file) => {
  const name = file.values.text(call.args[0]);
  if (name === undefined) return;
  const around = file.source.text.slice(call.node.endIndex, call.node.endIndex + 300);
  const kind = /^\s*(?:\.\w+\([^()]*\)\s*)*\.setSpanKind\(\s*([\w.]+)/.exec(around)?.[1];
  addSpan(file, call, name, spanKindIn(kind));
};

/** `openTelemetry.getTracer("shop")`. */
export const getTracer: CallIdiom = (call, file) => {
  const name = file.values.text(call.args[0]);
  if (name !== undefined) file.facts.tracerNames.push(name);
};

/** A helper of the project: `tracer.span("x") { … }`, `withSpan("x") { … }`, `traced("x") { … }`. */
export const spanHelper: CallIdiom = (call, file) => {
  if (
    !/span|^traced?$/i.test(call.name) ||
    /^(set|get|end|is|has|add|find|record|remove|current|to)[A-Z_]/.test(call.name)
  )
    return;
  if (call.name === 'trace' && !measuresWork(call, file)) return;
  const given = call.args.slice(0, 3).find((one) => /^\s*"/.test(file.source.of(one)));
  if (given !== undefined) addSpan(file, call, file.values.text(given));
};

const SPAN_ANNOTATIONS: Readonly<Record<string, readonly string[]>> = {
  WithSpan: ['value'],
  NewSpan: ['value', 'name'],
  Observed: ['contextualName'],
  Traced: ['operationName', 'value'],
  Trace: ['operationName', 'resourceName'],
};

/** `@WithSpan`, `@NewSpan`, `@Observed`, `@Traced` and `@Trace`. */
export function annotatedSpans(file: KotlinFile): void {
  for (const { site, name, function: index } of file.annotations) {
    const keys = Object.hasOwn(SPAN_ANNOTATIONS, name) ? SPAN_ANNOTATIONS[name]! : undefined;
    if (index < 0 || keys === undefined) continue;
    const given = keys.map((key) => argument(site, key === 'value' ? 0 : -1, key, file.source)).find((one) => one);
    const text = file.values.text(given);
    const kind = argument(site, -1, 'kind', file.source);
    const range = file.source.range(site.node);
    const spanKind = spanKindIn(kind && file.source.of(kind));
    file.facts.spans.push({ name: text, range, function: index, kind: spanKind });
  }
}
