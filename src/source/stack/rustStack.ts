import type { StackFrame } from './stackFrame';

const NAME = /^\s*\d+:\s+(?:0x[0-9a-f]+ - )?(\S.*?)\s*$/;
const PLACE = /^\s*at (\S.*?\.rs):(\d+)(?::(\d+))?\s*$/;

/** `std::backtrace::Backtrace`: a row with the function, one with the place; innermost first, the runtime's own on top. */
export function parseRustStack(text: string): StackFrame[] {
  const frames: StackFrame[] = [];
  let name: string | undefined;
  for (const row of text.split('\n')) {
    const place = PLACE.exec(row);
    if (place !== null) {
      const column = place[3] === undefined ? {} : { column: Number(place[3]) };
      frames.push({ function: withoutHash(name), file: place[1], line: Number(place[2]), ...column });
      name = undefined;
    } else name = NAME.exec(row)?.[1];
  }
  return frames;
}

/** `shop::orders::place::{{closure}}::h0123456789abcdef`, `<shop::Orders as shop::Store>::find`. */
function withoutHash(name: string | undefined): string | undefined {
  return name?.replace(/::h[0-9a-f]{16}$/, '').replace(/^<(.+?) as .+?>::/, '$1::');
}
