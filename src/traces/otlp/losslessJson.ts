/** Integers of this many digits and more do not always fit a double. */
const LONG_INTEGER = /-?\d{16,}(?![\d.eE])/g;

/**
 * `JSON.parse`, but integers of 16 and more digits become strings: as numbers they would be rounded. (OTLP/JSON writes
 * them as strings itself; some senders and exports do not.)
 *
 * @throws SyntaxError as `JSON.parse` does.
 */
export function parseJsonLossless(text: string): unknown {
  return JSON.parse(quoteLongIntegers(text)) as unknown;
}

/** Quotes long integers outside of strings. Texts without any come back as they are. */
function quoteLongIntegers(text: string): string {
  if (!/[:,[\s]-?\d{16}/.test(text)) return text;
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    const stop = quote < 0 ? text.length : quote;
    // A run of digits behind a point belongs to a number that is no integer.
    parts.push(
      text.slice(at, stop).replace(LONG_INTEGER, (digits, offset: number, whole: string) => {
        return offset > 0 && /[\d.eE+]/.test(whole[offset - 1]!) ? digits : `"${digits}"`;
      }),
    );
    at = quote < 0 ? text.length : stringEnd(text, quote);
    parts.push(text.slice(stop, at));
  }
  return parts.join('');
}

/** The position behind the string that opens at `open`. */
function stringEnd(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
  return text.length;
}
