import { readNumber } from './numberLiteral';
import { readQuotedName, readString } from './stringLiteral';
import { COLON_SCOPES, DOT_SCOPES, OPERATORS, type Token } from './tokens';
import { TraceQlError } from '../language/traceQlError';

const SPACE = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/uy;
const WORD = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
/** What a name without quotes is made of; `-`, `+`, `/` and the like belong to it. */
const NAME_PART = /[^\s{}()=~!<>&|^,"]+/uy;

/** The tokens up to the end of the text or up to the first thing that is none. */
export interface Tokens {
  /** The last one is of type `end`. */
  readonly tokens: readonly Token[];
  /** Why the rest could not be read; its range begins where the last token stands. */
  readonly error: TraceQlError | undefined;
}

/** Splits a query into tokens. Never throws. */
export function tokenize(text: string): Tokens {
  const lexer = new Lexer(text);
  try {
    lexer.run();
    return { tokens: lexer.tokens, error: undefined };
  } catch (error) {
    if (!(error instanceof TraceQlError)) throw error;
    const { from } = error.range;
    return { tokens: [...lexer.tokens, { type: 'end', text: '', from, to: from }], error };
  }
}

class Lexer {
  readonly tokens: Token[] = [];
  private at = 0;

  constructor(private readonly text: string) {}

  run(): void {
    for (this.at = this.behind(SPACE); this.at < this.text.length; this.at = this.behind(SPACE)) this.one();
    this.add('end', this.at);
  }

  private one(): void {
    const { text, at } = this;
    const char = text[at]!;
    const number = /[\d.]/.test(char) ? readNumber(text, at) : undefined;
    if (number !== undefined) this.add('number', at + number.text.length, number);
    else if (char === '"' || char === '`') {
      const { value, end } = readString(text, at);
      this.add('string', end, { text: value });
    } else if (char === '.') this.attribute(at + 1);
    else if (!this.word()) this.operator();
  }

  /** Reads a word; or a scope, if a dot or colon follows at once. */
  private word(): boolean {
    const end = this.behind(WORD);
    if (end === this.at) return false;
    const word = this.text.slice(this.at, end);
    if (this.text[end] === '.' && DOT_SCOPES.some((scope) => scope === word)) this.attribute(end + 1);
    else if (this.text[end] === ':' && COLON_SCOPES.some((scope) => scope === word)) this.add('scope', end + 1);
    else this.add('word', end);
    return true;
  }

  private attribute(from: number): void {
    this.add('scope', from);
    let name = '';
    for (;;) {
      if (this.text[this.at] === '"') {
        const { value, end } = readQuotedName(this.text, this.at);
        name += value;
        this.at = end;
        continue;
      }
      const end = this.behind(NAME_PART);
      if (end === this.at) break;
      name += this.text.slice(this.at, end);
      this.at = end;
    }
    const end = this.at;
    this.at = from;
    if (end > from) this.add('attribute', end, { text: name });
  }

  private operator(): void {
    const { text, at } = this;
    const operator = OPERATORS.find((candidate) => text.startsWith(candidate, at));
    if (operator === undefined) {
      const char = String.fromCodePoint(text.codePointAt(at)!);
      const range = { from: at, to: at + char.length };
      if (char === "'") throw new TraceQlError('Single quotes mean nothing.', range, 'Put texts in double quotes.');
      throw new TraceQlError(`${char} means nothing here.`, range, 'Leave it out, or put it in double quotes.');
    }
    this.add('operator', at + operator.length);
  }

  private add(type: Token['type'], to: number, more: Partial<Token> = {}): void {
    this.tokens.push({ type, text: this.text.slice(this.at, to), from: this.at, to, ...more });
    this.at = to;
  }

  /** The offset behind what matches at the current one; the current one if it does not match. */
  private behind(pattern: RegExp): number {
    pattern.lastIndex = this.at;
    return pattern.test(this.text) ? pattern.lastIndex : this.at;
  }
}
