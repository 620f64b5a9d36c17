import { parseDotnetStack } from './dotnetStack';
import { parseGoStack } from './goStack';
import { parseJavaStack } from './javaStack';
import { parseJavaScriptStack } from './javaScriptStack';
import { parsePythonStack } from './pythonStack';
import type { ParsedStack, StackFrame } from './stackFrame';

/** A stack has no use beyond this; a hostile one may be megabytes. */
const MAX_STACK_CHARS = 64 * 1024;

const PARSERS: readonly [ParsedStack['dialect'], (text: string) => StackFrame[]][] = [
  ['python', parsePythonStack],
  ['java', parseJavaStack],
  ['javascript', parseJavaScriptStack],
  ['dotnet', parseDotnetStack],
  ['go', parseGoStack],
];

/** Frames of an `exception.stacktrace`; the dialect is the one that reads the most frames. Undefined if none reads any. */
export function parseStack(text: string): ParsedStack | undefined {
  const head = text.length > MAX_STACK_CHARS ? text.slice(0, MAX_STACK_CHARS) : text;
  let best: ParsedStack | undefined;
  for (const [dialect, parse] of PARSERS) {
    const frames = parse(head);
    if (frames.length > (best?.frames.length ?? 0)) best = { dialect, frames };
  }
  return best;
}
