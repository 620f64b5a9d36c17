import type { Expression } from '../../syntax/code/expression';
import type { Finding } from '../../model/finding';
import { findingAt } from '../report';
import { classesOf } from './names/classes';
import { argumentOf, lastPart, placeOf, type PythonCode, type Site } from './names/pythonCode';
import type { TracedCode } from './process/tracedCode';

const SETS = /^opentelemetry\.trace\.(propagation\.)?set_span_in_context$/;
const SPAN_CONTEXT = /^opentelemetry\.trace\.(span\.)?SpanContext$/;

/**
 * EXTRACT-UNUSED: what names a remote span is set as the span of a context. The API takes nothing but spans out of contexts, so that
 * a span which is started with this one is a root.
 */
export function contextAsSpan(traced: TracedCode): Finding[] {
  const { code } = traced;
  return traced.sources.flatMap((source) => {
    if (!source.has(/\bset_span_in_context\s*\(/)) return [];
    if (!traced.processesOf(source).some(({ tracing }) => tracing.is === 'yes')) return [];
    return code.sitesIn(source).flatMap((site) => {
      const set = SETS.test(site.name) ? argumentOf(site.call, 'span', 0) : undefined;
      if (set === undefined || !isSpanContext(code, site, set)) return [];
      const message =
        'A `SpanContext` is no span: the context that is made of it has none, and spans started with it begin a new trace. ' +
        'Wrap it in `NonRecordingSpan(…)`.';
      return [findingAt('EXTRACT-UNUSED', source, placeOf(site), { severity: 'warning', message })];
    });
  });
}

/** Whether a value is for sure made by `SpanContext(…)`, or asked of a span. */
function isSpanContext(code: PythonCode, { source, function: fn }: Site, value: Expression): boolean {
  const places = value.kind === 'name' ? code.names.valuesOf(source, fn, value) : [{ source, function: fn, value }];
  return (
    places.length > 0 &&
    places.every(({ value: one, ...place }) => {
      if (one.kind !== 'call') return false;
      if (lastPart(one.callee) === 'get_span_context') return true;
      const classes = classesOf(code, place.source, place.function, one);
      return classes.length > 0 && classes.every((name) => SPAN_CONTEXT.test(name));
    })
  );
}
