import type { PreparedSearch } from '../../traceql/plan/prepareSearch';
import { testedConditions } from '../testedConditions';
import { conditionFilter, NOTHING } from './conditionFilter';
import type { FieldKeys } from './fieldKeys';

/** What of a search SigNoz's filters cannot say, in a sentence; undefined where they say all of it. */
export function sigNozTestedHere(
  name: string,
  keys: FieldKeys,
  prepared: PreparedSearch,
  anySemconv: boolean,
): string | undefined {
  return testedConditions(name, prepared, (condition) => {
    const asked = conditionFilter(condition, keys, anySemconv);
    if (asked === NOTHING) return 'whole';
    return asked === undefined ? 'not' : asked.isWhole ? 'whole' : 'part';
  });
}
