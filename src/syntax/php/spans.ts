import { lastPart } from '../extract/callSite';
import { addSpan } from '../extract/sourceFile';
import { argument, type CallIdiom, type PhpFile } from './file';
import { phpVariable } from './outline';

/** `$tracer->spanBuilder('x')`. */
export const spanBuilder: CallIdiom = (call, file) => {
  const name = file.values.text(argument(call, 0, 'spanName', file.source));
  if (name !== undefined) addSpan(file, call, name);
};

/** `$tracer->getTracer('shop')`. */
export const getTracer: CallIdiom = (call, file) => {
  const name = file.values.text(argument(call, 0, 'name', file.source));
  if (name !== undefined) file.facts.tracerNames.push(name);
};

/** A helper of the project or of a package: `Tracer::newSpan('x')`, `trace('x', fn () => …)`, `$this->withSpan('x')`. */
export const spanHelper: CallIdiom = (call, file) => {
  if (!/span|^traced?$|^measure$/i.test(call.name)) return;
  if (/^(get|set|end|is|has|add|find|current|record|update|to|from)|^(span|currentSpan|activeSpan)$/i.test(call.name))
    return;
  if (/log|db/i.test(lastPart(phpVariable(call.receiver)))) return;
  const given = argument(call, 0, 'name', file.source);
  if (given?.type === 'string' || given?.type === 'encapsed_string') addSpan(file, call, file.values.text(given));
};

/** `#[WithSpan]` and `#[WithSpan('x')]` of the OpenTelemetry extension. */
export function attributeSpans(file: PhpFile): void {
  for (const { site, name, function: index } of file.annotations) {
    if (index < 0 || !/^(?:\w+\\)*(WithSpan|Traced?|Span)$/.test(name)) continue;
    const text = file.values.text(argument(site, 0, 'span_name', file.source));
    file.facts.spans.push({ name: text, range: file.source.range(site.node), function: index, kind: undefined });
  }
}
