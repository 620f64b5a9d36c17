import type { Pipeline } from '../../traceql/language/ast';
import { fieldsOf, scopeOf } from '../../traceql/plan/fieldsRead';
import { otherNames } from '../../traceql/language/semconv';
import type { SpanDialect } from './spanSchema';

/** The parts of `_source` without which a query cannot be evaluated on the spans that come back. */
export function sourceFor(dialect: SpanDialect, pipeline: Pipeline, anySemconv: boolean): string[] {
  const parts = new Set(dialect.baseSource);
  const add = (more: readonly string[]): void => more.forEach((part) => parts.add(part));
  for (const field of fieldsOf(pipeline)) {
    const scope = scopeOf(field);
    if (scope === 'event') add(dialect.eventSource);
    else if (scope === 'link') add(dialect.linkSource);
    else if (scope === 'instrumentation') add(dialect.scopeSource);
    else if (field.node === 'attribute') {
      for (const name of [field.name, ...(anySemconv ? otherNames(field.name) : [])]) {
        add(dialect.attributeSource(name));
      }
    }
  }
  return [...parts];
}
