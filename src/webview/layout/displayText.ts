/**
 * Text out of traces for one drawn line. Names may hold anything: line breaks, controls, marks that turn the writing
 * direction of what follows, a megabyte.
 */

const LONGEST = 300;

/** Controls and format characters that move or hide text: C0, C1, bidi embeddings, overrides and isolates, BOM. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** `text` cut to `limit` UTF-16 units without cutting a pair, with white space joined and unsafe characters made visible. */
export function displayText(text: string, limit = LONGEST): string {
  return clipText(text, limit).replace(UNSAFE, visible);
}

/** `text` cut to `limit` units, with `…` where something was cut; never between the halves of a surrogate pair. */
export function clipText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit;
  return `${text.slice(0, end)}…`;
}

/** Text of several lines: line breaks and tabs stay, what turns or hides text is made visible. */
export function displayBlock(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(UNSAFE, (unit) => (unit === '\n' || unit === '\t' ? unit : visible(unit)));
}

function visible(unit: string): string {
  if (unit === '\n' || unit === '\t' || unit === '\r' || unit === '\u2028' || unit === '\u2029') return ' ';
  return `[U+${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`;
}
