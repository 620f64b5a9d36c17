import type { ProcessUnit } from './project/processUnit';
import type { ExplainedFact } from './rule';

/** One of many that are missing says enough. */
const MAX_SHOWN = 5;

/** Says that manifests of a unit are not there: what they would add is not known. */
export function missingFacts({ missing }: Pick<ProcessUnit, 'missing'>): ExplainedFact[] {
  if (missing === undefined) return [];
  const text = 'what these manifests would add is not known, and that something is not declared proves nothing';
  return [{ topic: 'unknown', text, evidence: missing.slice(0, MAX_SHOWN) }];
}
