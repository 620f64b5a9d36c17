import { containsLine, line1, toLine0, toLine1 } from '../../base/positions';
import type { OperationKey } from '../../model/operation';
import type { FileFacts } from '../../syntax/facts';
import type { EvidenceContext } from '../candidate';
import { parseQualifiedName } from '../names/qualifiedName';
import { lineNow, locate } from '../placeInCode';
import type { ParsedStack, StackFrame } from '../stack/stackFrame';
import { unreadLanguage } from '../unreadLanguages';
import type { WorkspaceFile } from '../workspace/workspaceFiles';

/** Frames looked at before a stack is given up. */
const MAX_FRAMES = 60;

/** Where a frame of a stack is in the workspace. */
export interface FramePlace {
  readonly file: WorkspaceFile;
  readonly facts: FileFacts;
  /** 1-based. */
  readonly line: number;
  /** The function that the frame names is at that line. */
  readonly confirmed: boolean;
  /** Where it was in the code that ran, see {@link locate}. */
  readonly was?: string | undefined;
}

/** The innermost frame that is code of the workspace. */
export async function innermostFrame(
  stack: ParsedStack,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<FramePlace | undefined> {
  for (const frame of stack.frames.slice(0, MAX_FRAMES)) {
    if (frame.file !== undefined && context.paths.isLibrary(frame.file)) continue;
    const isBare = frame.file === undefined || !/[\\/]/.test(frame.file);
    const byName = stack.dialect === 'java' || (stack.dialect === 'php' && isBare);
    const isPlaceless = stack.dialect === 'dotnet' && frame.file === undefined;
    const place = byName
      ? await namedFrame(stack.dialect, frame, operation, context)
      : isPlaceless
        ? await dotnetMethod(frame, context)
        : await fileFrame(frame, operation, context);
    if (place) return place;
  }
  return undefined;
}

async function fileFrame(
  frame: StackFrame,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<FramePlace | undefined> {
  if (frame.file === undefined || frame.line === undefined) return undefined;
  const place = { file: frame.file, line: frame.line, column: frame.column, function: frame.function };
  const found = await locate(place, operation, context, false);
  if (!found || found.drifted || found.line === undefined) return undefined;
  const { file, facts, line, confirmed, was } = found;
  return { file, facts, line, confirmed, was };
}

/** Java and PHP's SDK print the class and the file's bare name: the class finds the file, the method confirms the line. */
async function namedFrame(
  dialect: 'java' | 'php',
  frame: StackFrame,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<FramePlace | undefined> {
  const wanted = frame.function === undefined ? undefined : parseQualifiedName(dialect, frame.function);
  if (!wanted || frame.line === undefined) return undefined;
  const items = await context.functions.find(wanted, dialect, context.scope, context.touch);
  const matching: FramePlace[] = [];
  for (const { file, facts, index } of items) {
    const { range, nameRange } = facts.functions[index]!;
    const now = await lineNow(file, frame.line, context);
    if (facts.module !== wanted.module || !containsLine(range, toLine0(line1(now.line)))) continue;
    const line = now.edited ? toLine1(nameRange.startLine) : now.line;
    matching.push({ file, facts, line, confirmed: true });
  }
  if (matching.length === 1) return matching[0];
  if (frame.file?.endsWith('.kt') === true) return kotlinFrame(wanted.module, frame.file, frame.line, context);
  // Without a grammar the package's folders and the file's name tell.
  if (frame.file === undefined || unreadLanguage(frame.file) === undefined) return undefined;
  const file = [...wanted.module.split('.'), frame.file].join('/');
  return fileFrame({ ...frame, file, function: undefined }, operation, context);
}

/** .NET prints no files where symbols are missing: the method of that whole name is the place. */
async function dotnetMethod(frame: StackFrame, context: EvidenceContext): Promise<FramePlace | undefined> {
  const wanted = frame.function === undefined ? undefined : parseQualifiedName('dotnet', frame.function);
  if (!wanted || wanted.container.length === 0) return undefined;
  const whole = [wanted.module, ...wanted.container].filter((part) => part !== '').join('.');
  const found = (await context.functions.find(wanted, 'dotnet', context.scope, context.touch)).filter(
    ({ facts, index }) => [facts.module, ...facts.functions[index]!.container].join('.') === whole,
  );
  const [only] = found;
  if (found.length !== 1 || only === undefined) return undefined;
  const { file, facts, index } = only;
  return { file, facts, line: toLine1(facts.functions[index]!.nameRange.startLine), confirmed: true };
}

/** Kotlin's functions outside classes, accessors and initializers have no name in source: package and file tell. */
async function kotlinFrame(
  module: string,
  name: string,
  line: number,
  context: EvidenceContext,
): Promise<FramePlace | undefined> {
  const found: FramePlace[] = [];
  context.touch('paths');
  for (const file of context.index.modules.called(name).filter((one) => context.scope.allowsNamed(one))) {
    const facts = await context.facts(file);
    const now = await lineNow(file, line, context);
    const row = toLine0(line1(now.line));
    const isInside = facts?.functions.some(({ range }) => containsLine(range, row)) === true;
    if (facts && facts.module === module && isInside) found.push({ file, facts, line: now.line, confirmed: false });
  }
  return found.length === 1 ? found[0] : undefined;
}
