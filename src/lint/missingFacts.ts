import type { ProcessUnit } from './project/processUnit';
import type { ExplainedFact } from './rule';

/** One of many that are missing says enough. */
const MAX_SHOWN = 5;

/** Says that manifests of a unit are not there or cannot be read: what they would add is not known. */
export function missingFacts({ missing, unread }: Pick<ProcessUnit, 'missing' | 'unread'>): ExplainedFact[] {
  const facts: ExplainedFact[] = [];
  if (unread !== undefined) {
    const text = 'what covers its calls may stand in a file that is not read, so nothing is reported here';
    facts.push({ topic: 'unknown', text, evidence: unread.slice(0, MAX_SHOWN) });
  }
  if (missing !== undefined) {
    const text = 'what these manifests would add is not known, and that something is not declared proves nothing';
    facts.push({ topic: 'unknown', text, evidence: missing.slice(0, MAX_SHOWN) });
  }
  return facts;
}
