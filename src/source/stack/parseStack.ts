import { parseDotnetStack } from './dotnetStack';
import { parseElixirStack } from './elixirStack';
import { parseGoStack } from './goStack';
import { parseJavaStack } from './javaStack';
import { parseJavaScriptStack } from './javaScriptStack';
import { parsePhpStack } from './phpStack';
import { parsePythonStack } from './pythonStack';
import { parseRubyStack } from './rubyStack';
import { parseRustStack } from './rustStack';
import type { ParsedStack, StackFrame } from './stackFrame';

/** A stack has no use beyond this; a hostile one may be megabytes. */
const MAX_STACK_CHARS = 64 * 1024;

const PARSERS: readonly [ParsedStack['dialect'], (text: string) => StackFrame[]][] = [
  ['python', parsePythonStack],
  // Before Java's and JavaScript's, which read their frames as well.
  ['php', parsePhpStack],
  ['rust', parseRustStack],
  ['java', parseJavaStack],
  ['javascript', parseJavaScriptStack],
  ['dotnet', parseDotnetStack],
  ['go', parseGoStack],
  ['ruby', parseRubyStack],
  ['elixir', parseElixirStack],
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
