import type { StackFrame } from './stackFrame';

/** `at Shop.Orders.<Place>d__5.MoveNext() in /src/Orders/Orders.cs:line 42`; the place is missing without symbols. */
const FRAME = /^\s*at (?:async )?([^\s(]+)\((.*?)\)(?: in (.+?):(?:line )?(\d+))?\s*$/;

/**
 * .NET's `Exception.ToString()`: innermost frame on top; inner exceptions are printed first, up to the row
 * `--- End of inner exception stack trace ---`, so their frames already come first.
 */
export function parseDotnetStack(text: string): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const row of text.split('\n')) {
    const match = FRAME.exec(row);
    if (!match?.[1]?.includes('.')) continue;
    frames.push({
      function: match[1],
      file: match[3],
      line: match[4] === undefined ? undefined : Number(match[4]),
    });
  }
  return frames;
}
