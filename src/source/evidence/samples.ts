import type { OperationKey } from '../../model/operation';
import type { Candidate, EvidenceContext } from '../candidate';
import type { SpanSample } from '../mapperOptions';
import { resolve } from '../resolve';
import { SHARED } from './confidences';
import { readEvidence } from './kinds';

/**
 * The places of an operation where single spans of it say more than all have in common. All samples must lead to one
 * function: a statement that was seen three times says nothing of the calls that send another. Else what they point at is
 * at most offered.
 * @param plain the places that the operation alone points at.
 */
export async function sampledCandidates(
  operation: OperationKey,
  plain: readonly Candidate[],
  samples: readonly SpanSample[],
  context: EvidenceContext,
): Promise<Candidate[]> {
  const told = new Set<string>();
  const all: Candidate[][] = [];
  for (const { attributes, logs } of samples) {
    const sampled = { ...operation, attributes: new Map([...operation.attributes, ...attributes]) };
    const miss: EvidenceContext['miss'] = (code, text, ...more) => {
      if (!told.has(text)) context.miss(code, text, ...more);
      told.add(text);
    };
    all.push(await readEvidence(sampled, { ...context, logs, miss }));
  }
  const places = all.map(shownPlace);
  const isCall = operation.kind === 'CLIENT' || operation.kind === 'PRODUCER';
  const known = new Set(places.filter((place) => place !== undefined));
  // That a span has no log record or stack is nothing against the others'; a call that is found nowhere is another call.
  if (known.size === 1 && !(isCall && places.includes(undefined))) return all[places.findIndex(Boolean)]!;
  // A call that is made in several functions stands inside the one around it, in each trace.
  if (isCall) return [...plain];
  const words = (one: Candidate): string => `${one.kind} ${one.file.path}:${one.line}`;
  const distinct = new Map(all.flat().map((one) => [words(one), one]));
  for (const one of plain) distinct.delete(words(one));
  const more = [...distinct.values()];
  return [...plain, ...more.map((one) => ({ ...one, confidence: Math.min(one.confidence, SHARED.sample) }))];
}

/** The function that a sample alone would be shown at. */
function shownPlace(candidates: readonly Candidate[]): string | undefined {
  const mapping = resolve(candidates, []);
  if (mapping.status !== 'mapped') return undefined;
  const { file, line, symbol } = mapping.location;
  const at = candidates.find((one) => one.file.path === file && one.line === line);
  return `${file}#${at === undefined || at.function < 0 ? `${symbol}:${line}` : at.function}`;
}
