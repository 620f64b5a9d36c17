import type { StackFrame } from './stackFrame';

const PLACE = /^\t(.+\.(?:go|s)):(\d+)(?: \+0x[0-9a-f]+)?\s*$/;

/**
 * Go's `runtime.Stack` and `debug.Stack`: two rows a frame, innermost on top. Frames above and with `panic(…)` are the
 * runtime's; so is the SDK's own frame that took the stack. OpenTelemetry's Go SDK cuts the text after 2,048 bytes.
 */
export function parseGoStack(text: string): StackFrame[] {
  const rows = text.split('\n');
  const frames: StackFrame[] = [];
  for (let i = 1; i < rows.length; i++) {
    const place = PLACE.exec(rows[i]!);
    if (!place) continue;
    const call = rows[i - 1]!.replace(/^created by /, '').replace(/ in goroutine \d+$/, '');
    frames.push({ function: withoutArguments(call), file: place[1], line: Number(place[2]) });
  }
  return frames;
}

/** `main.(*server).Place(0xc000…, {…})` to `main.(*server).Place`. */
function withoutArguments(call: string): string | undefined {
  const end = call.endsWith(')') ? call.lastIndexOf('(') : call.length;
  const name = call.slice(0, end).trim();
  return name === '' ? undefined : name;
}
