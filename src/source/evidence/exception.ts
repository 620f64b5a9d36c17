import { containsLine, line1, toLine0, toLine1 } from '../../base/positions';
import { attributeText } from '../../model/attributes';
import type { OperationKey } from '../../model/operation';
import { callsiteCandidate, type Candidate, type EvidenceContext } from '../candidate';
import { parseQualifiedName } from '../names/qualifiedName';
import { isLibraryPath } from '../paths/libraryPaths';
import { lineNow, locate } from '../placeInCode';
import { parseStack } from '../stack/parseStack';
import type { ParsedStack, StackFrame } from '../stack/stackFrame';
import { CONFIDENCE } from './confidences';

/** Frames looked at before a stack is given up. */
const MAX_FRAMES = 60;

/**
 * The innermost frame of a recorded exception that is code of the workspace. It says where the error was thrown; as the
 * place of the whole span it counts only where nothing else speaks.
 */
export async function exceptionEvidence(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const text = attributeText(operation.attributes, 'exception.stacktrace');
  if (text === undefined) return [];
  const stack = parseStack(text);
  if (!stack) return [];
  const found = await innermostFrame(stack, operation, context);
  if (!found)
    context.miss('not-in-workspace', 'Every frame of the recorded exception is library code or not in the workspace.');
  return found ? [found] : [];
}

async function innermostFrame(
  stack: ParsedStack,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate | undefined> {
  for (const frame of stack.frames.slice(0, MAX_FRAMES)) {
    if (frame.file !== undefined && isLibraryPath(frame.file)) continue;
    const isBare = frame.file === undefined || !/[\\/]/.test(frame.file);
    const byName = stack.dialect === 'java' || (stack.dialect === 'php' && isBare);
    const place = byName ? await namedFrame(stack.dialect, frame, context) : await fileFrame(frame, operation, context);
    if (place) return place;
  }
  return undefined;
}

async function fileFrame(
  frame: StackFrame,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate | undefined> {
  if (frame.file === undefined || frame.line === undefined) return undefined;
  const place = { file: frame.file, line: frame.line, column: frame.column, function: frame.function };
  const found = await locate(place, operation, context, false);
  if (!found || found.drifted || found.line === undefined) return undefined;
  return atRow(
    found.file,
    found.facts,
    found.line,
    CONFIDENCE.exception[found.confirmed ? 'confirmed' : 'line'],
    found.was,
  );
}

/** Java and PHP's SDK print the class and the file's bare name: the class finds the file, the method confirms the line. */
async function namedFrame(
  dialect: 'java' | 'php',
  frame: StackFrame,
  context: EvidenceContext,
): Promise<Candidate | undefined> {
  const wanted = frame.function === undefined ? undefined : parseQualifiedName(dialect, frame.function);
  if (!wanted || frame.line === undefined) return undefined;
  const items = await context.functions.find(wanted, dialect, context.scope, context.touch);
  const matching: Candidate[] = [];
  for (const { file, facts, index } of items) {
    const { range, nameRange } = facts.functions[index]!;
    const now = await lineNow(file, frame.line, context);
    if (facts.module !== wanted.module || !containsLine(range, toLine0(line1(now.line)))) continue;
    matching.push(
      atRow(file, facts, now.edited ? toLine1(nameRange.startLine) : now.line, CONFIDENCE.exception.confirmed),
    );
  }
  if (matching.length === 1) return matching[0];
  return frame.file?.endsWith('.kt') === true ? kotlinFrame(wanted.module, frame.file, frame.line, context) : undefined;
}

/** Kotlin's functions outside classes, accessors and initializers have no name in source: package and file tell. */
async function kotlinFrame(
  module: string,
  name: string,
  line: number,
  context: EvidenceContext,
): Promise<Candidate | undefined> {
  const found: Candidate[] = [];
  context.touch('paths');
  for (const file of context.index.modules.called(name).filter((one) => context.scope.allowsNamed(one))) {
    const facts = await context.facts(file);
    const now = await lineNow(file, line, context);
    const row = toLine0(line1(now.line));
    const isInside = facts?.functions.some(({ range }) => containsLine(range, row)) === true;
    if (facts && facts.module === module && isInside)
      found.push(atRow(file, facts, now.line, CONFIDENCE.exception.line));
  }
  return found.length === 1 ? found[0] : undefined;
}

function atRow(
  file: Candidate['file'],
  facts: Parameters<typeof callsiteCandidate>[1],
  line: number,
  confidence: number,
  was?: string,
): Candidate {
  const row = toLine0(line1(line));
  const range = { startLine: row, startColumn: 0, endLine: row, endColumn: 0 };
  const text = `exception thrown at ${file.relative}:${line}${was === undefined ? '' : ` (${was})`}`;
  return callsiteCandidate(file, facts, range, { kind: 'exception', confidence, text, secondary: true });
}
