import type { AttributeView } from '../../protocol/traceView';

/** A piece of a value with the look it gets; `plain` has none. */
export interface Piece {
  readonly text: string;
  readonly look: 'plain' | 'keyword' | 'string' | 'number' | 'name';
}

export interface FormattedValue {
  readonly pieces: readonly Piece[];
  /** Of several lines, drawn in the editor's font. */
  readonly block: boolean;
}

/** Beyond this, a value is shown as it is: formatting would cost more than it tells. */
const LONGEST_FORMATTED = 100_000;

/** Formats JSON and SQL lightly; everything else stays as sent. */
export function formatValue(attribute: AttributeView): FormattedValue {
  const { key, value } = attribute;
  if (value.length <= LONGEST_FORMATTED) {
    const json = formatJson(value);
    if (json !== undefined) return { pieces: json, block: true };
    if (isSql(key, value)) return { pieces: formatSql(value), block: true };
  }
  return { pieces: [{ text: value, look: look(attribute) }], block: value.includes('\n') };
}

function look(attribute: AttributeView): Piece['look'] {
  if (attribute.type === 'int' || attribute.type === 'double') return 'number';
  return attribute.type === 'bool' ? 'keyword' : 'plain';
}

/** Objects and arrays only: a bare number or string is no more readable as JSON. */
function formatJson(value: string): Piece[] | undefined {
  const first = value.trimStart()[0];
  if (first !== '{' && first !== '[') return undefined;
  let pretty: string;
  try {
    const parsed: unknown = JSON.parse(value);
    if (Array.isArray(parsed) && value.length < 80 && parsed.every((entry) => typeof entry !== 'object'))
      return undefined;
    pretty = JSON.stringify(parsed, undefined, 2);
  } catch {
    return undefined; // Looks like JSON and is not: shown as sent.
  }
  return split(pretty, /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g, (m) => {
    if (m[1] !== undefined) return m[2] === undefined ? 'string' : 'name';
    return m[3] === undefined ? 'keyword' : 'number';
  });
}

function isSql(key: string, value: string): boolean {
  if (key !== 'db.statement' && key !== 'db.query.text') return false;
  return /^\s*(?:\/\*|--|\(|select|insert|update|delete|with|merge|create|alter|drop|begin|commit|call|explain)/i.test(
    value,
  );
}

const CLAUSES =
  /(?<!\b(?:left|right|full|inner|cross|outer))\s+(?=(?:from|where|group by|order by|having|limit|offset|values|set|returning|on conflict|union(?: all)?|(?:(?:left|right|full|inner|cross)(?: outer)? )?join)\b)/gi;
const SQL =
  /('(?:[^']|'')*')|\b(\d+(?:\.\d+)?)\b|\b(select|distinct|from|where|group|order|by|having|limit|offset|insert|into|values|update|set|delete|returning|on|conflict|do|nothing|union|all|left|right|full|inner|outer|cross|join|and|or|not|in|is|null|like|between|exists|as|asc|desc|with|case|when|then|else|end|merge|using|create|alter|drop|table|index|begin|commit|for|count|sum|min|max|avg)\b/gi;

/** Breaks before clauses and colours keywords; text in quotes is left alone. */
function formatSql(value: string): Piece[] {
  const broken = value.includes('\n') ? value : outsideQuotes(value, (part) => part.replace(CLAUSES, '\n'));
  return split(broken, SQL, (m) => (m[1] !== undefined ? 'string' : m[2] !== undefined ? 'number' : 'keyword'));
}

function outsideQuotes(text: string, change: (part: string) => string): string {
  return text
    .split(/('(?:[^']|'')*')/)
    .map((part, i) => (i % 2 === 1 ? part : change(part)))
    .join('');
}

function split(text: string, pattern: RegExp, lookOf: (match: RegExpExecArray) => Piece['look']): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), look: 'plain' });
    const found = match[1] ?? match[0];
    pieces.push({ text: found, look: lookOf(match) });
    at = match.index + found.length;
    pattern.lastIndex = at;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), look: 'plain' });
  return pieces;
}
