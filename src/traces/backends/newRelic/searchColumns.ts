import type { Pipeline } from '../../traceql/language/ast';
import { otherNames } from '../../traceql/language/semconv';
import { fieldsOf } from '../../traceql/plan/fieldsRead';
import { attributeName } from './nrql';
import { SCOPE_COLUMNS, SPAN_COLUMNS } from './spanNrql';

/** The columns without which a query cannot be evaluated on the spans that come back. */
export function columnsFor(pipeline: Pipeline | undefined, anySemconv: boolean): string[] {
  const columns = new Set(SPAN_COLUMNS);
  for (const field of pipeline === undefined ? [] : fieldsOf(pipeline)) {
    if (field.node === 'intrinsic') {
      if (field.name.startsWith('instrumentation:')) for (const name of SCOPE_COLUMNS) columns.add(name);
    } else if (field.scope !== 'event' && field.scope !== 'link') {
      for (const name of [field.name, ...(anySemconv ? otherNames(field.name) : [])]) columns.add(name);
    }
  }
  return [...columns].filter((name) => attributeName(name) !== undefined);
}
