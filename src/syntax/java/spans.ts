import { lastPart } from '../extract/callSite';
import { addSpan, spanKindIn } from '../extract/sourceFile';
import { child, children } from '../extract/sourceText';
import { literal } from '../extract/textBuilder';
import type { SpanFact } from '../facts';
import { measuresWork } from '../jvm/tracers';
import type { SyntaxNode } from '../syntaxNode';
import { attribute, type CallIdiom, type JavaFile } from './file';

/** `tracer.spanBuilder("x")`, OpenTracing's `buildSpan("x")`, Micrometer's `startScopedSpan("x")`. */
export const spanBuilder: CallIdiom = (call, file) => {
  const name = file.values.text(call.args[0]);
  if (name !== undefined) addSpan(file, call, name, kindOf(call.node, file));
};

/** Micrometer's `tracer.nextSpan().name("x")` and `tracer.spanBuilder().name("x")`. */
export const nameCall: CallIdiom = (call, file) => {
  if (call.receiverNode === undefined || call.args.length !== 1) return;
  if (
    /(nextSpan|spanBuilder|newTrace|newChild)\([^()]*\)(\.\w+\([^()]*\))*$/.test(
      file.source.of(call.receiverNode).slice(-300),
    )
  ) {
    addSpan(file, call, file.values.text(call.args[0]));
  }
};

/** `Observation.createNotStarted("x", registry)`, whose span is named by `.contextualName("y")` if there is one. */
export const observation: CallIdiom = (call, file) => {
  if (call.name !== 'contextualName' && lastPart(call.receiver) !== 'Observation') return;
  const name = file.values.text(call.args[0]);
  if (name !== undefined) addSpan(file, call, name);
};

/** A helper of the project: `Tracing.inSpan("checkout", () -> …)`. */
export const spanHelper: CallIdiom = (call, file) => {
  if (!/Span|^traced?$/.test(call.name) || /^(set|get|end|is|has|add|find|with|record|remove)(?!Span$)/.test(call.name))
    return;
  if (call.name === 'trace' && !measuresWork(call, file)) return;
  const given = call.args.slice(0, 3).find((argument) => argument.type === 'string_literal');
  if (given !== undefined) addSpan(file, call, file.values.text(given));
};

/** `@WithSpan`, `@NewSpan`, `@Observed`, `@Traced` and `@Trace`. */
export function annotatedSpans(file: JavaFile): void {
  for (const { site, name, function: index } of file.annotations) {
    const keys = SPAN_ANNOTATIONS[name];
    if (index < 0 || keys === undefined) continue;
    const given = keys.map((key) => attribute(site, key, file.source)).find((value) => value !== undefined);
    const text = file.values.text(given);
    const named = text?.kind === 'literal' && text.text === '' ? undefined : text;
    const kind = attribute(site, 'kind', file.source);
    const range = file.source.range(site.node);
    file.facts.spans.push({ name: named, range, function: index, kind: spanKindIn(kind && file.source.of(kind)) });
  }
}

const SPAN_ANNOTATIONS: Readonly<Record<string, readonly string[]>> = {
  WithSpan: ['value'],
  NewSpan: ['value', 'name'],
  SpanName: ['value'],
  Observed: ['contextualName'],
  Traced: ['operationName', 'value'],
  Trace: ['operationName', 'resourceName'],
};

/** `openTelemetry.getTracer("shop")`, also with `Orders.class.getName()`. */
export const getTracer: CallIdiom = (call, file) => {
  const first = call.args[0];
  const written = first === undefined ? '' : file.source.of(first);
  const type = /^(\w+)\.class\.get(?:Canonical)?Name\(\)$/.exec(written)?.[1];
  if (type !== undefined) {
    const own = file.outline.typeNamed(type) !== undefined && file.facts.module !== '';
    file.facts.tracerNames.push(own ? literal(`${file.facts.module}.${type}`) : { kind: 'reference', name: type });
    return;
  }
  const name = file.values.text(first);
  if (name !== undefined) file.facts.tracerNames.push(name);
};

/** The kind a builder chain sets further out: `spanBuilder("x").setSpanKind(SpanKind.CLIENT)`. */
function kindOf(builder: SyntaxNode, file: JavaFile): SpanFact['kind'] {
  for (const { node, parts } of file.captures.of('call')) {
    if (parts.name === undefined || parts.receiver === undefined) continue;
    if (!/^(setSpanKind|kind|withTag)$/.test(file.source.of(parts.name))) continue;
    if (node.startIndex > builder.startIndex || parts.receiver.endIndex < builder.endIndex) continue;
    const list = child(node, 'arguments');
    const kind =
      list === undefined
        ? undefined
        : spanKindIn(
            children(list)
              .map((arg) => file.source.of(arg))
              .at(-1),
          );
    if (kind !== undefined) return kind;
  }
  return undefined;
}
