/** Integers from 9·10^15 on: a double holds all up to 2^53, which is a little more. Microseconds since 1970 are less. */
const LONG_INTEGER = /-?(?:9\d{15}|\d{17,})(?![\d.eE])/g;
const MAY_BE_LONG = /[:,[\s]-?(?:9\d{15}|\d{17})/;

/**
 * `JSON.parse`, but integers from 9·10^15 on become strings: as numbers they would be rounded. (OTLP/JSON writes
 * them as strings itself; some senders and exports do not.)
 *
 * @throws SyntaxError as `JSON.parse` does.
 */
export function parseJsonLossless(text: string): unknown {
  return JSON.parse(quoteLongIntegers(text)) as unknown;
}

/** Quotes long integers outside of strings. Texts without any come back as they are. */
function quoteLongIntegers(text: string): string {
  if (!MAY_BE_LONG.test(text)) return text;
  const parts: string[] = [];
  let copied = 0;
  /** Everything before this is passed; it is outside of strings. */
  let outside = 0;
  for (const { 0: digits, index } of text.matchAll(LONG_INTEGER)) {
    // A run of digits behind a point belongs to a number that is no integer.
    if (index > 0 && /[\d.eE+]/.test(text[index - 1]!)) continue;
    outside = passStrings(text, outside, index);
    if (outside > index) continue;
    parts.push(text.slice(copied, index), '"', digits, '"');
    copied = index + digits.length;
  }
  parts.push(text.slice(copied));
  return parts.join('');
}

/** The end of the last string that begins before `index`, seen from a place outside of strings. */
function passStrings(text: string, outside: number, index: number): number {
  let at = outside;
  for (let quote = text.indexOf('"', at); quote >= 0 && quote < index; quote = text.indexOf('"', at)) {
    at = stringEnd(text, quote);
  }
  return at;
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
