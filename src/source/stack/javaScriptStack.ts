import type { StackFrame } from './stackFrame';

/** `at async OrderService.place [as run] (file:///app/dist/orders.js:12:5)`, `at /app/a.js:1:2`, `at new A (a.js:1:2)`. */
const FRAME = /^\s*at (?:(?:async )?(.+?) \((.+?):(\d+):(\d+)\)|(?:async )?(.+?):(\d+):(\d+))\s*$/;

/** V8's `error.stack`: innermost frame on top. */
export function parseJavaScriptStack(text: string): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const row of text.split('\n')) {
    const match = FRAME.exec(row);
    if (!match) continue;
    const named = match[1] !== undefined;
    frames.push({
      function: named ? functionName(match[1]!) : undefined,
      file: named ? match[2] : match[5],
      line: Number(named ? match[3] : match[6]),
      column: Number(named ? match[4] : match[7]),
    });
  }
  return frames;
}

function functionName(printed: string): string | undefined {
  const name = printed
    .replace(/ \[as [^\]]+\]$/, '')
    .replace(/^(new|async) /, '')
    .trim();
  return name === '<anonymous>' || name.endsWith('.<anonymous>') ? undefined : name;
}
