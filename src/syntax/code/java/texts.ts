import { unescapeText } from '../../extract/textBuilder';

/** What a string literal or text block stands for. */
export function textOfLiteral(written: string): string {
  if (!written.startsWith('"""')) return unescapeText(written.slice(1, -1));
  const inside = written.slice(3, -3);
  return unescapeText(withoutIndentation(inside.slice(inside.indexOf('\n') + 1)).replace(/\\\r?\n/g, ''));
}

/** The indentation that all lines share is not part of a text block; the closing quotes' line counts (JLS 3.10.6). */
function withoutIndentation(text: string): string {
  const lines = text.split(/\r?\n/);
  const counted = lines.filter((line, i) => line.trim() !== '' || i === lines.length - 1);
  const shared = Math.min(...counted.map((line) => /^[ \t]*/.exec(line)![0].length));
  return lines.map((line) => line.slice(shared).trimEnd()).join('\n');
}
