import type { Fix } from '../../../model/finding';
import { mayBe } from '../../project/versions';
import type { GoAnalysis } from '../goAnalysis';
import type { CallPlace, GoUnit } from '../goUnit';
import { replace } from './edits';
import { importPackage } from './imports';

/** Keeps the trace of what is in the context without its end. */
export function backgroundFix({ unit }: GoAnalysis, { source, call }: CallPlace, context: string): Fix[] {
  if (call.callee.kind !== 'member' || call.callee.object.kind !== 'name') return [];
  const { name } = call.callee.object;
  if (!hasWithoutCancel(unit)) {
    const trace = importPackage(source, 'go.opentelemetry.io/otel/trace', 'trace');
    const given = `${trace.name}.ContextWithSpanContext(${source.textOf(call)}, ${trace.name}.SpanContextFromContext(${context}))`;
    return [
      { title: `Keep the trace of ${context} in a new context`, edits: [replace(source, call, given), ...trace.edits] },
    ];
  }
  return [
    {
      title: `Keep the trace of ${context} with context.WithoutCancel`,
      edits: [replace(source, call, `${name}.WithoutCancel(${context})`)],
    },
  ];
}

/** Whether the oldest Go that builds a process knows `context.WithoutCancel`, as those since 1.21 do. */
export function hasWithoutCancel({ code }: GoUnit): boolean {
  const { goVersion } = code.unit;
  return goVersion === undefined || mayBe({ range: '', version: goVersion }, '1.21') !== 'no';
}
