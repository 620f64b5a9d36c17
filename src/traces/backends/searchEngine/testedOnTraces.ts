import type { PreparedSearch } from '../../traceql/plan/prepareSearch';
import { testedConditions } from '../testedConditions';
import { isAsked, isAskedWhole } from './conditionClauses';
import type { SpanSchema } from './spanSchema';

/** What of a search the server is not asked for, see {@link testedConditions}. */
export function testedOnTraces(
  name: string,
  schema: SpanSchema,
  prepared: PreparedSearch,
  anySemconv: boolean,
): string | undefined {
  return testedConditions(name, prepared, (condition) => {
    if (isAskedWhole(schema, condition, anySemconv)) return 'whole';
    return isAsked(schema, condition, anySemconv) ? 'part' : 'not';
  });
}
