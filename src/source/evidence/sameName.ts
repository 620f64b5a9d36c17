import type { OperationKey } from '../../model/operation';
import { ownerCandidate, type Candidate, type EvidenceContext } from '../candidate';
import { isLibraryScope } from '../libraryScopes';
import { CONFIDENCE } from './confidences';

/**
 * The only function of the service's folder that bears the span's name: `place` or `OrderService.place`. No kind of
 * evidence in the list, since a name alone says too little: it helps whoever is asked where an operation belongs.
 */
export async function sameNameGuess(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  if (isLibraryScope(operation.scope) || context.scope.own === undefined) return [];
  const [type, name] = namesIn(operation.name);
  if (name === undefined) return [];
  const found: Candidate[] = [];
  const named = [name, ...(type === undefined ? [] : [type])].flatMap((word) => context.index.filesDeclaring(word));
  for (const file of new Set(named)) {
    if (!context.reaches(file) || context.scope.ownership(file) !== 'own') continue;
    const facts = await context.facts(file);
    for (const [index, fact] of (facts?.functions ?? []).entries()) {
      if (fact.name !== name || (type !== undefined && fact.container.at(-1) !== type)) continue;
      const because = {
        kind: 'same-name',
        confidence: CONFIDENCE['same-name'].name,
        text: `the function is called ${name}`,
      } as const;
      found.push(ownerCandidate(file, facts!, index, because));
    }
  }
  return found.length === 1 ? found : [];
}

/** The type, if one is named, and the function. Nothing for names that are no identifiers. */
function namesIn(spanName: string): [type: string | undefined, name: string | undefined] {
  const parts = /^(?:([\p{L}_$][\p{L}\p{N}_$]*)[.#:]{1,2})?([\p{L}_$][\p{L}\p{N}_$]*[?!]?)$/u.exec(spanName);
  return [parts?.[1], parts?.[2]];
}
