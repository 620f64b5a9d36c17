import { TraceQlError } from '../language/traceQlError';

const CURE = 'In double quotes write \\" for a quote and \\\\ for a backslash, or put the text between backticks.';
const SIMPLE: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '"': '"' },
};
/** By the letter after the backslash: how many digits of which base follow. */
const CODES: Readonly<Record<string, readonly [digits: number, base: number]>> = { x: [2, 16], u: [4, 16], U: [8, 16] };

/** A text in quotes and the offset behind it. */
export interface QuotedText {
  readonly value: string;
  readonly end: number;
}

/**
 * Reads a text in double quotes, with Go's escapes, or in backticks, where nothing is special.
 * @throws TraceQlError if the second quote or an escape is wrong.
 */
export function readString(text: string, from: number): QuotedText {
  if (text[from] === '`') {
    const close = text.indexOf('`', from + 1);
    if (close < 0) throw open(text, from);
    return { value: text.slice(from + 1, close).replaceAll('\r', ''), end: close + 1 };
  }
  let value = '';
  for (let at = from + 1; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '"') return { value, end: at + 1 };
    if (text[at] !== '\\') {
      value += text[at]!;
      continue;
    }
    const escape = readEscape(text, at);
    value += escape.value;
    at = escape.end - 1;
  }
  throw open(text, from);
}

/**
 * Reads the quoted part of an attribute's name; only `\"` and `\\` mean something else than they are.
 * @throws TraceQlError if the second quote or an escape is wrong.
 */
export function readQuotedName(text: string, from: number): QuotedText {
  let value = '';
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '"') return { value, end: at + 1 };
    if (text[at] === '\\') {
      at++;
      if (text[at] !== '"' && text[at] !== '\\') throw badEscape(text, at - 1, at + 1);
    }
    value += text[at]!;
  }
  throw open(text, from);
}

function readEscape(text: string, from: number): QuotedText {
  const letter = text[from + 1] ?? '';
  const simple = Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined;
  if (simple !== undefined) return { value: simple, end: from + 2 };
  const octal = /^[0-7]{3}/.exec(text.slice(from + 1, from + 4));
  if (octal !== null) return { value: String.fromCharCode(parseInt(octal[0], 8)), end: from + 4 };
  const code = Object.hasOwn(CODES, letter) ? CODES[letter] : undefined;
  if (code === undefined) throw badEscape(text, from, from + 2);
  const digits = text.slice(from + 2, from + 2 + code[0]);
  const point = parseInt(digits, code[1]);
  if (digits.length < code[0] || /[^0-9a-f]/i.test(digits) || point > 0x10ffff) {
    throw badEscape(text, from, from + 2 + digits.length);
  }
  return { value: String.fromCodePoint(point), end: from + 2 + code[0] };
}

function open(text: string, from: number): TraceQlError {
  const cure = `Close it with ${text[from]!}.`;
  return new TraceQlError('A text is not closed.', { from, to: text.length }, cure);
}

function badEscape(text: string, from: number, to: number): TraceQlError {
  return new TraceQlError(`${text.slice(from, to)} means nothing in a text.`, { from, to }, CURE);
}
