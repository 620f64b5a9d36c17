import type { OperationStats } from '../../model/operation';

/** Statistics that turn out to be of one operation, such as those of kinds in upper and in lower case, made one. */
export function joinedOperations(stats: readonly OperationStats[]): OperationStats[] {
  const byId = new Map<string, OperationStats>();
  for (const one of stats) {
    const known = byId.get(one.id);
    if (known === undefined) byId.set(one.id, one);
    else {
      const [more, less] = known.count < one.count ? [one, known] : [known, one];
      const sum = (of: 'count' | 'errorCount' | 'totalNs'): number => more[of] + less[of];
      const exemplars = { ...less.exemplars, ...more.exemplars };
      const counts = { count: sum('count'), errorCount: sum('errorCount'), totalNs: sum('totalNs') };
      byId.set(one.id, { ...more, ...counts, exemplars });
    }
  }
  return [...byId.values()];
}
