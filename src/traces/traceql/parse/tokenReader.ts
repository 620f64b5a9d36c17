import type { Token } from './tokens';
import { TraceQlError } from '../language/traceQlError';
import type { Tokens } from './lexer';

/** Parentheses within parentheses, and operators that make the tree deeper: beyond this a query is refused. */
const MAX_DEPTH = 100;
const MAX_OPERATORS = 1000;

/** Reads tokens one after the other. */
export class TokenReader {
  private at = 0;
  private depth = 0;
  private operators = 0;

  constructor(private readonly input: Tokens) {}

  get next(): Token {
    return this.input.tokens[this.at]!;
  }

  /** The token after the next one; the last one again at the end. */
  get afterNext(): Token {
    return this.input.tokens[this.at + 1] ?? this.next;
  }

  /** Where the token before ends. */
  get previousEnd(): number {
    return this.at === 0 ? 0 : this.input.tokens[this.at - 1]!.to;
  }

  take(): Token {
    const token = this.next;
    if (token.type === 'end') throw this.unexpected('Complete the query.');
    this.at++;
    return token;
  }

  isOperator(text: string): boolean {
    return this.next.type === 'operator' && this.next.text === text;
  }

  isWord(text: string): boolean {
    return this.next.type === 'word' && this.next.text === text;
  }

  /** Takes the operator if it is next. */
  skip(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.at++;
    return true;
  }

  /** @throws TraceQlError if the operator is not next. */
  expect(text: string, cure: string): Token {
    if (!this.isOperator(text)) throw this.unexpected(cure);
    return this.take();
  }

  /** What is wrong with the next token: the lexer's finding where it stopped there. */
  unexpected(cure: string): TraceQlError {
    const { next, input } = this;
    if (next.type !== 'end') {
      const what = next.type === 'string' ? 'A text' : next.text;
      return new TraceQlError(`${what} is not expected here.`, next, cure);
    }
    return input.error ?? new TraceQlError('The query ends too early.', next, cure);
  }

  /** @throws TraceQlError if the text goes on with something that is no token. */
  checkEnd(): void {
    if (this.input.error !== undefined) throw this.input.error;
  }

  /** Calls `read` one level deeper. @throws TraceQlError beyond {@link MAX_DEPTH} levels: the syntax tree is walked recursively. */
  nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) {
      throw new TraceQlError(`The query is nested more than ${MAX_DEPTH} deep.`, this.next, 'Leave parentheses out.');
    }
    const result = read();
    this.depth--;
    return result;
  }

  /**
   * Counts an operator unless it leaves the tree as deep as it is: the first of an expression, and one that only
   * lengthens a chain of `&&` or `||`. @throws TraceQlError beyond {@link MAX_OPERATORS}.
   */
  countOperator(operator: string, before: string | undefined): void {
    const lengthens = before === operator && (operator === '&&' || operator === '||');
    if (before === undefined || lengthens || ++this.operators <= MAX_OPERATORS) return;
    const message = `The query has more than ${MAX_OPERATORS} operators one after the other.`;
    throw new TraceQlError(message, this.next, 'Use =~ with alternatives.');
  }
}
