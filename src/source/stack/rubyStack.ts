import type { StackFrame } from './stackFrame';

/** `app/models/order.rb:12:in 'Order#place'`, before Ruby 3.4 ``in `block in place'``; all but the first with `from`. */
const FRAME = /^\s*(?:from )?((?:[A-Za-z]:)?[^:\s][^:\n]*?):(\d+):in [`'](.+?)'/;

/** `Exception#full_message(highlight: false, order: :top)`: innermost frame first; causes follow. */
export function parseRubyStack(text: string): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const row of text.split('\n')) {
    const match = FRAME.exec(row);
    if (match === null) continue;
    const name = match[3]!.replace(/^(?:(?:block(?: \(\d+ levels\))?|rescue|ensure) in )+/, '');
    frames.push({ function: name.startsWith('<') ? undefined : name, file: match[1], line: Number(match[2]) });
  }
  return frames;
}
