import type { Mapping, UnmappedCode } from '../../model/location';

/** What operations without a place have in common. Causes of {@link isNeutral} are no fault of anybody. */
export const CAUSES: Readonly<Record<UnmappedCode, string>> = {
  ambiguous: 'Several places fit equally well',
  'not-this-code': 'What fits was said not to be their code',
  'low-confidence': 'The evidence is too weak to show a place',
  'file-not-read': 'The file they name is not read',
  'line-not-found': 'The file they name has no such line',
  'file-not-found': 'The file they name is not in the workspace',
  'symbol-not-found': 'No code of their service answers, sends or declares what they name',
  'service-not-bound': 'Their service is bound to no folder',
  'not-in-workspace': 'What they name is not in the workspace',
  'no-evidence': 'The spans say nothing that points at code',
  'library-code': 'Recorded in code of libraries',
  'library-call': 'Made by libraries, inside functions that call them',
};

/** Whether an operation of that cause has no place because there is nothing of the workspace to point at. */
export function isNeutral(code: UnmappedCode): boolean {
  return code === 'library-code' || code === 'library-call';
}

/** The same of an answer. */
export function needsNoPlace(mapping: Mapping): boolean {
  return mapping.status !== 'mapped' && isNeutral(mapping.reason.code);
}
