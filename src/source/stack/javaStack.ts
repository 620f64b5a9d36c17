import type { StackFrame } from './stackFrame';

/** `at app//com.shop.Orders$Inner.place(Orders.java:42) ~[shop.jar:1.0]`, `at java.base/java.lang.Thread.run(Thread.java)`. */
const FRAME =
  /^\s*at (?:[\w.@-]*\/{1,2})?([\w.$<>/-]+)\(([^():\s]+\.\w+|Native Method|Unknown Source|<generated>)(?::(\d+))?\)/;

/** `Throwable.printStackTrace`: innermost frame on top, and of a chain `Caused by:` the last cause first. */
export function parseJavaStack(text: string): StackFrame[] {
  const parts: StackFrame[][] = [[]];
  for (const row of text.split('\n')) {
    if (/^\s*Caused by: /.test(row)) parts.push([]);
    const match = FRAME.exec(row);
    if (!match) continue;
    const hasFile = /\.\w+$/.test(match[2]!);
    parts.at(-1)!.push({
      function: match[1],
      file: hasFile ? match[2] : undefined,
      line: match[3] === undefined ? undefined : Number(match[3]),
    });
  }
  // A V8 stack has frames of this look too ("at eval (native)"); Java's names always have a class before the method.
  const frames = parts.reverse().flat();
  return frames.filter((frame) => frame.function?.includes('.') === true);
}
