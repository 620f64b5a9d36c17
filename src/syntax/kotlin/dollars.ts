/**
 * A text that the grammar can read: it knows no multi-dollar strings (`$$"${server.port}"`, Kotlin 2.2), in which one dollar
 * means itself. They become strings with an escaped dollar, of the same length, so that every offset stays.
 */
export function withEscapedDollars(text: string): string {
  if (!text.includes('$$"')) return text;
  return text.replace(/\$\$"([^"\n$\\]*)\$(?=\{)/g, ' "$1\\$$').replaceAll('$$"', '  "');
}
