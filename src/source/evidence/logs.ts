import type { Attributes } from '../../model/attributes';
import type { OperationKey } from '../../model/operation';
import { NO_PLACES, type Candidate, type EvidenceContext, type FoundPlaces } from '../candidate';
import { CONFIDENCE, SHARED } from './confidences';
import { fileLineEvidence } from './fileLine';
import { functionNameEvidence } from './functionName';

/** Log records looked at per span. */
const MAX_RECORDS = 20;

/** Below this a record's own code attributes are no sure place. */
const SURE = 0.85;

/**
 * Log records that were written within a span and say where (`code.file.path`, `code.function.name`): they lie in the
 * span's function, or in one that it calls. So only where all of them lie in one function, and never for spans of calls,
 * within which libraries write.
 */
export function logEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  if (operation.kind === 'CLIENT' || operation.kind === 'PRODUCER' || context.logs.length === 0) return NO_PLACES;
  return placesOfLogs(operation, context);
}

async function placesOfLogs(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const functions = new Map<string, Candidate>();
  for (const record of context.logs.slice(0, MAX_RECORDS)) {
    const place = await writtenAt(record, operation, context);
    if (place !== undefined) functions.set(`${place.file.path}#${place.function}`, place);
  }
  const confidence = functions.size > 1 ? SHARED.log : CONFIDENCE.log.written;
  return [...functions.values()].map((place) => ({ ...place, kind: 'log', confidence }));
}

/** The function that wrote a record; undefined where that is a library's, or not sure. */
async function writtenAt(
  record: Attributes,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate | undefined> {
  const written = { ...operation, kind: 'INTERNAL', attributes: record } as const;
  const quiet = { ...context, miss: () => undefined };
  const byLine = await fileLineEvidence(written, quiet);
  const [best, ...others] = byLine.length > 0 ? byLine : await functionNameEvidence(written, quiet);
  if (best === undefined || others.length > 0 || best.anchor !== 'owner' || best.confidence < SURE) return undefined;
  return { ...best, text: `log record of ${best.text}` };
}
