import { line1, toLine0 } from '../../base/positions';
import { attributeText } from '../../model/attributes';
import type { OperationKey } from '../../model/operation';
import { NO_PLACES, callsiteCandidate, type Candidate, type EvidenceContext, type FoundPlaces } from '../candidate';
import { parseStack } from '../stack/parseStack';
import type { ParsedStack } from '../stack/stackFrame';
import { CONFIDENCE } from './confidences';
import { innermostFrame } from './innermostFrame';

/**
 * The innermost frame of a recorded exception that is code of the workspace. It says where the error was thrown; as the
 * place of the whole span it counts only where nothing else speaks.
 */
export function exceptionEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const text = attributeText(operation.attributes, 'exception.stacktrace');
  const stack = text === undefined ? undefined : parseStack(text);
  return stack === undefined ? NO_PLACES : thrownAt(stack, operation, context);
}

async function thrownAt(stack: ParsedStack, operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const found = await innermostFrame(stack, operation, context);
  if (!found) {
    context.miss('not-in-workspace', 'Every frame of the recorded exception is library code or not in the workspace.');
    return [];
  }
  const { file, facts, line, confirmed, was } = found;
  const row = toLine0(line1(line));
  const range = { startLine: row, startColumn: 0, endLine: row, endColumn: 0 };
  const because = {
    kind: 'exception',
    confidence: CONFIDENCE.exception[confirmed ? 'confirmed' : 'line'],
    text: `exception thrown at ${file.relative}:${line}${was === undefined ? '' : ` (${was})`}`,
    secondary: true,
  } as const;
  return [callsiteCandidate(file, facts, range, because)];
}
