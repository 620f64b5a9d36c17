const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** What a Go string literal says: without its quotes, and for one in double quotes with its escapes read. */
export function unquoted(literal: string): string {
  const inside = literal.slice(1, literal.length > 1 ? -1 : undefined);
  if (literal.startsWith('`') || !inside.includes('\\')) return inside;
  return inside.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([^]))/g,
    (whole, x?: string, u?: string, long?: string, octal?: string, one?: string) => {
      if (one !== undefined) return ESCAPES[one] ?? one;
      const point = octal === undefined ? parseInt(x ?? u ?? long ?? '', 16) : parseInt(octal, 8);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
