import { line1, toLine0 } from '../../base/positions';
import { attributeText } from '../../model/attributes';
import type { OperationKey } from '../../model/operation';
import {
  NO_PLACES,
  callsiteCandidate,
  ownerCandidate,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../candidate';
import { functionAt } from '../names/matchFunction';
import { parseStack } from '../stack/parseStack';
import type { ParsedStack } from '../stack/stackFrame';
import { CONFIDENCE } from './confidences';
import { innermostFrame } from './innermostFrame';

/**
 * `code.stacktrace`, the stack that a span was started or ended in (Java's span-stacktrace, Effect): its innermost frame in
 * the workspace is the call of a span going out, and in the function whose time any other span measures.
 */
export function codeStackEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const text = attributeText(operation.attributes, 'code.stacktrace');
  const stack = text === undefined ? undefined : parseStack(text);
  return stack === undefined ? NO_PLACES : placesOfStack(stack, operation, context);
}

async function placesOfStack(
  stack: ParsedStack,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate[]> {
  const found = await innermostFrame(stack, operation, context);
  if (!found) {
    context.miss('not-in-workspace', "Every frame of the span's stack is library code or not in the workspace.");
    return [];
  }
  const { file, facts, line, confirmed, was } = found;
  const because = {
    kind: 'file-line',
    confidence: CONFIDENCE['file-line'][confirmed ? 'stack' : 'unconfirmed'],
    text: `stack at ${file.relative}:${line}${was === undefined ? '' : ` (${was})`}`,
  } as const;
  const row = toLine0(line1(line));
  const around = functionAt(facts, row);
  const isCall = operation.kind === 'CLIENT' || operation.kind === 'PRODUCER';
  if (!isCall && around >= 0) return [ownerCandidate(file, facts, around, because)];
  return [callsiteCandidate(file, facts, { startLine: row, startColumn: 0, endLine: row, endColumn: 0 }, because)];
}
