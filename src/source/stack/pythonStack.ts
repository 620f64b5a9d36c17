import type { StackFrame } from './stackFrame';

const FRAME = /^\s*(?:\|\s*)*File "([^"]+)", line (\d+)(?:, in (.+?))?\s*$/;
const NEXT = /^(?:During handling of the above exception|The above exception was the direct cause)/;

/**
 * Python's `traceback.format_exception`: innermost frame at the bottom. Of a chain of exceptions the last one is what
 * left the span, and its frames come first.
 */
export function parsePythonStack(text: string): StackFrame[] {
  const parts: StackFrame[][] = [[]];
  for (const row of text.split('\n')) {
    if (NEXT.test(row)) parts.push([]);
    const match = FRAME.exec(row);
    if (match) parts.at(-1)!.push({ function: plainName(match[3]), file: match[1], line: Number(match[2]) });
  }
  return parts.reverse().flatMap((frames) => frames.reverse());
}

function plainName(name: string | undefined): string | undefined {
  return name === undefined || name.startsWith('<') ? undefined : name;
}
