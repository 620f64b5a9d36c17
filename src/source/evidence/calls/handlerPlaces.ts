import type { HandlerFact } from '../../../syntax/facts';
import { ownerCandidate, type Candidate, type EvidenceContext } from '../../candidate';
import type { Entry } from '../../index/keyedTable';
import { SHARED } from '../confidences';

/** The functions that an entry's handler means; several that source does not tell apart are worth less than shown. */
export async function handlerPlaces(
  { file: path, value }: Entry<{ readonly handler: HandlerFact }>,
  because: { readonly kind: 'rpc' | 'graphql'; readonly confidence: number; readonly text: string },
  context: EvidenceContext,
): Promise<Candidate[]> {
  const file = context.files.get(path)!;
  const facts = await context.facts(file);
  if (!facts) return [];
  const found = await context.functions.handler(file, facts, value.handler, '', context.scope, context.touch);
  const confidence = found.length > 1 ? SHARED[because.kind] : because.confidence;
  return found.map((at) => ownerCandidate(at.file, at.facts, at.index, { ...because, confidence }));
}
