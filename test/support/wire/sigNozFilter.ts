import { compares } from './comparison';
import type { SigNozRow } from './sigNozRows';

/** SigNoz's filter language (`grammar/FilterQuery.g4`), as far as spans are concerned, evaluated on rows. */

/** A question that is refused, with what SigNoz says. */
export class SigNozRefusal extends Error {
  constructor(
    message: string,
    readonly status: number = 400,
    readonly details: readonly string[] = [],
  ) {
    super(message);
  }
}

export type Cell = string | number | bigint | boolean | undefined;

/** A field by the text of its key: `resource.service.name`, `attribute.http.route`, `duration_nano`. */
export interface KeyPlace {
  readonly context: string;
  readonly name: string;
}

const CONTEXTS = ['resource', 'attribute', 'span'];

export function keyPlace(text: string): KeyPlace {
  const dot = text.indexOf('.');
  const context = text.slice(0, Math.max(0, dot));
  return CONTEXTS.includes(context) ? { context, name: text.slice(dot + 1) } : { context: '', name: text };
}

/** The value of a field; a bare name is looked for in the columns, the attributes and the resource. */
export function cellOf(row: SigNozRow, { context, name }: KeyPlace): Cell {
  const inColumns = name === 'timestamp' ? row.startNs : row.columns[name];
  const inAttributes = row.strings[name] ?? row.numbers[name] ?? row.bools[name];
  if (context === 'span') return inColumns;
  if (context === 'attribute') return inAttributes;
  if (context === 'resource') return row.resource[name];
  return inColumns ?? inAttributes ?? row.resource[name];
}

export type RowTest = (row: SigNozRow) => boolean;

const TOKEN =
  /\s*(?:('(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*")|([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|(<>|!=|<=|>=|==?|<|>)|([(),[\]])|([a-zA-Z$_@{#][\w$@#{}:\-/]*(?:\.[\w$@#{}:\-/]+)*))/y;

interface Token {
  readonly kind: 'text' | 'number' | 'operator' | 'mark' | 'word';
  readonly text: string;
}

/** @param isKnown whether spans have had such a key; an older SigNoz refuses others. */
export function parseFilter(expression: string, isKnown: (place: KeyPlace) => boolean): RowTest {
  return new FilterParser(tokensOf(expression), isKnown).whole();
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const kinds = ['text', 'number', 'operator', 'mark', 'word'] as const;
  for (let at = 0; at < text.trimEnd().length; at = TOKEN.lastIndex) {
    const found = TOKEN.exec(text);
    if (found === null) throw syntax(`token recognition error at: '${text.slice(at, at + 10)}'`);
    const group = found.slice(1).findIndex((part) => part !== undefined);
    tokens.push({ kind: kinds[group]!, text: found[group + 1]! });
  }
  return tokens;
}

function syntax(detail: string): SigNozRefusal {
  return new SigNozRefusal('Found 1 syntax errors while parsing the filter expression.', 400, [detail]);
}

class FilterParser {
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly isKnown: (place: KeyPlace) => boolean,
  ) {}

  whole(): RowTest {
    const test = this.or();
    if (this.at < this.tokens.length) throw syntax(`extraneous input '${this.tokens[this.at]!.text}'`);
    return test;
  }

  private or(): RowTest {
    const tests = [this.and()];
    while (this.word('OR')) tests.push(this.and());
    return (row) => tests.some((test) => test(row));
  }

  private and(): RowTest {
    const tests = [this.unary()];
    while (this.word('AND')) tests.push(this.unary());
    return (row) => tests.every((test) => test(row));
  }

  private unary(): RowTest {
    const negated = this.word('NOT');
    const test = this.primary();
    return negated ? (row) => !test(row) : test;
  }

  private primary(): RowTest {
    if (this.mark('(')) {
      const test = this.or();
      this.expect(')');
      return test;
    }
    const key = this.next('word');
    const place = keyPlace(key.text);
    if (!this.isKnown(place))
      throw new SigNozRefusal('Found 1 errors while parsing the search expression.', 400, [
        `key \`${place.name}\` not found`,
      ]);
    const negated = this.word('NOT');
    const positive = this.comparison();
    const test: RowTest = (row) => {
      const cell = cellOf(row, place);
      const isThere = cell !== undefined;
      return positive(cell, isThere);
    };
    return negated ? (row) => !test(row) : test;
  }

  private comparison(): (cell: Cell, isThere: boolean) => boolean {
    if (this.word('EXISTS')) return (_, isThere) => isThere;
    if (this.word('IN')) {
      this.expect('(');
      const values = [this.value()];
      while (this.mark(',')) values.push(this.value());
      this.expect(')');
      return (cell) => values.some((value) => compared(cell, '=', value));
    }
    if (this.word('REGEXP')) {
      const text = String(this.value());
      // RE2 takes flags within patterns, which JavaScript does not yet.
      const pattern = new RegExp(text.replace('(?i)', ''), text.includes('(?i)') ? 'sui' : 'su');
      return (cell, isThere) => isThere && pattern.test(String(cell));
    }
    const { text } = this.next('operator');
    const value = this.value();
    const operator = text === '==' ? '=' : text === '<>' ? '!=' : text;
    // What is not there is unequal to everything.
    return (cell, isThere) => (isThere ? compared(cell, operator, value) : operator === '!=');
  }

  private value(): Cell {
    const token = this.tokens[this.at++];
    if (token?.kind === 'text') {
      const inner = token.text.slice(1, -1);
      return inner.replaceAll('\\\\', '\\').replaceAll("\\'", "'");
    }
    if (token?.kind === 'number') return Number(token.text);
    if (token?.kind !== 'word') throw syntax(`mismatched input '${token?.text ?? '<EOF>'}'`);
    return /^(true|false)$/i.test(token.text) ? token.text.toLowerCase() === 'true' : token.text;
  }

  private next(kind: Token['kind']): Token {
    const token = this.tokens[this.at++];
    if (token?.kind !== kind) throw syntax(`mismatched input '${token?.text ?? '<EOF>'}'`);
    return token;
  }

  private word(text: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== 'word' || token.text.toUpperCase() !== text) return false;
    this.at++;
    return true;
  }

  private mark(text: string): boolean {
    if (this.tokens[this.at]?.text !== text || this.tokens[this.at]?.kind !== 'mark') return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.mark(text)) throw syntax(`missing '${text}'`);
  }
}

/** Values of two types are compared as texts, but numbers that stand in texts. */
function compared(cell: Cell, operator: string, value: Cell): boolean {
  if (cell === undefined || value === undefined) return false;
  const isNumber = typeof value === 'number' && (typeof cell === 'number' || typeof cell === 'bigint');
  const [a, b] = isNumber || typeof value === 'number' ? [Number(cell), Number(value)] : [String(cell), String(value)];
  return compares(operator, a, b);
}
