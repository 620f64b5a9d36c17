import { parseJsonLossless } from '../../otlp/losslessJson';
import { typedText, valueOf } from '../../formats/recordValues';
import type { AttributeValue } from '../../../model/attributes';

/** One step into the text: white space, a punctuation mark, a string, or a number or word. */
const TOKEN = /\s*([{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+)/gy;
const LONG_INTEGER = /^-?\d{16,}$/;

interface OpenObject {
  /** Of the values in it, with a dot at the end; empty at the top. */
  readonly prefix: string;
  key: string | undefined;
}

/**
 * Attributes out of a column of type JSON: ClickHouse takes `db.system` and `db.system.name` for paths and writes
 * `{"db":{"system":"x","system":{"name":"y"}}}`, where `JSON.parse` would keep the last `system` alone. Lists are values.
 *
 * @throws SyntaxError if the text is no JSON object.
 */
export function flatJson(text: string): Map<string, AttributeValue> {
  const found = new Map<string, AttributeValue>();
  const open: OpenObject[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const token = match[1]!;
    const inner = open.at(-1);
    if (token === '{') {
      open.push({ prefix: inner === undefined ? '' : `${inner.prefix}${inner.key ?? ''}.`, key: undefined });
    } else if (inner === undefined) throw new SyntaxError('not an object');
    else if (token === '}') {
      open.pop();
      const outer = open.at(-1);
      if (outer === undefined) return found;
      outer.key = undefined;
    } else if (token === ',' || token === ':') continue;
    else if (inner.key === undefined) inner.key = JSON.parse(token) as string;
    else {
      const list = token === '[' ? listAt(text, TOKEN.lastIndex - 1) : undefined;
      if (list !== undefined) TOKEN.lastIndex = list.end;
      const name = `${inner.prefix}${inner.key}`;
      found.set(name, list === undefined ? scalar(name, token) : list.value);
      inner.key = undefined;
    }
  }
  throw new SyntaxError('it ends before its end');
}

/** Where settings cannot be changed, integers may come in quotes. */
function scalar(name: string, token: string): AttributeValue {
  if (LONG_INTEGER.test(token)) return BigInt(token);
  const value = valueOf(JSON.parse(token));
  return typeof value === 'string' ? typedText(name, value) : value;
}

/** The list that opens at a place, and the place behind it. */
function listAt(text: string, from: number): { value: AttributeValue; end: number } {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (character === '[') depth++;
    else if (character === ']' && --depth === 0) {
      return { value: valueOf(parseJsonLossless(text.slice(from, at + 1))), end: at + 1 };
    }
  }
  throw new SyntaxError('a list does not end');
}
