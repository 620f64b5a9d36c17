import type { KqlToken } from './kqlTokens';
import { KQL_SCALARS, KQL_TEXT_OPERATORS } from './kqlFunctions';
import {
  compared,
  isNull,
  toBool,
  toNumber,
  toText,
  type KqlExpression,
  type KqlRow,
  type KqlValue,
} from './kqlValues';

/** What stands at the place of a column's name. */
export type ColumnCheck = (name: string) => void;

/** Reads expressions, as much of them as tests ask; whatever else there is in KQL is refused. */
export class KqlExpressions {
  at = 0;
  /** Refuses columns that there are not. */
  checkColumn: ColumnCheck = () => undefined;
  hasColumn: (name: string) => boolean = () => true;

  constructor(protected readonly list: readonly KqlToken[]) {}

  expression(): KqlExpression {
    const parts = [this.both()];
    while (this.takes('or')) parts.push(this.both());
    return parts.length === 1 ? parts[0]! : (row) => parts.some((part) => toBool(part(row)) === true);
  }

  list1<T>(read: () => T): T[] {
    const found = [read()];
    while (this.takes(',')) found.push(read());
    return found;
  }

  takes(text: string): boolean {
    const token = this.list[this.at];
    if (token === undefined || token.kind === 'text' || token.text !== text) return false;
    this.at++;
    return true;
  }

  expect(text: string): void {
    if (!this.takes(text)) throw this.unexpected();
  }

  next(kind: KqlToken['kind']): string {
    const token = this.list[this.at];
    if (token?.kind !== kind) throw this.unexpected();
    this.at++;
    return token.text;
  }

  peek(ahead = 0): KqlToken | undefined {
    return this.list[this.at + ahead];
  }

  unexpected(): SyntaxError {
    const text = this.list[this.at]?.text ?? 'the end';
    return new SyntaxError(`SYN0002: A recognition error occurred in the query: ${text}`);
  }

  private both(): KqlExpression {
    const parts = [this.comparison()];
    while (this.takes('and')) parts.push(this.comparison());
    return parts.length === 1 ? parts[0]! : (row) => parts.every((part) => toBool(part(row)) === true);
  }

  private comparison(): KqlExpression {
    const left = this.product();
    const operator = this.peek();
    if (operator === undefined || operator.kind === 'text') return left;
    if (this.takes('in')) {
      this.expect('(');
      const values = this.list1(() => this.product());
      this.expect(')');
      return (row) => values.some((value) => compared(left(row), value(row)) === 0);
    }
    const ofTexts = KQL_TEXT_OPERATORS[operator.text];
    if (ofTexts !== undefined) {
      this.at++;
      const right = this.product();
      return (row) => ofTexts(toText(left(row)), toText(right(row)));
    }
    if (!/^(==|!=|<=?|>=?)$/.test(operator.text)) return left;
    this.at++;
    const right = this.product();
    return (row) => meets(operator.text, compared(left(row), right(row)));
  }

  private product(): KqlExpression {
    const left = this.indexed();
    if (!this.takes('*')) return left;
    const right = this.indexed();
    return (row) => {
      const [a, b] = [toNumber(left(row)), toNumber(right(row))];
      return a === null || b === null ? null : a * b;
    };
  }

  private indexed(): KqlExpression {
    let value = this.operand();
    for (;;) {
      const before = value;
      if (this.takes('[')) {
        const key = this.expression();
        this.expect(']');
        value = (row) => member(before(row), key(row));
      } else if (this.takes('.')) {
        const name = this.next('word');
        value = (row) => member(before(row), name);
      } else return value;
    }
  }

  private operand(): KqlExpression {
    const token = this.peek();
    if (this.takes('(')) {
      const inner = this.expression();
      this.expect(')');
      return inner;
    }
    if (token?.kind === 'text') return this.constant(this.next('text'));
    if (token?.kind === 'number') return this.constant(Number(this.next('number')));
    if (token?.kind === 'datetime') return this.constant(instant(this.next('datetime')));
    const name = this.next('word');
    if (name === 'true' || name === 'false') return this.constant(name === 'true');
    return this.peek()?.text === '(' ? this.call(name) : this.column(name);
  }

  private call(name: string): KqlExpression {
    this.expect('(');
    if (name === 'real') {
      if (this.next('word') !== 'null') throw this.unexpected();
      this.expect(')');
      return this.constant(null);
    }
    if (name === 'column_ifexists') {
      const column = this.next('text');
      this.expect(',');
      const otherwise = this.expression();
      this.expect(')');
      return this.hasColumn(column) ? (row) => row[column] ?? null : otherwise;
    }
    const scalar = KQL_SCALARS[name];
    if (scalar === undefined) throw new SyntaxError(`SEM0260: Unknown function: '${name}'.`);
    const args = this.takes(')') ? [] : this.list1(() => this.expression());
    if (args.length > 0) this.expect(')');
    return (row) => scalar(...args.map((argument) => argument(row)));
  }

  private column(name: string): KqlExpression {
    this.checkColumn(name);
    return (row) => row[name] ?? null;
  }

  private constant(value: KqlValue): KqlExpression {
    return () => value;
  }
}

function member(value: KqlValue, key: KqlValue): KqlValue {
  if (isNull(value) || typeof value !== 'object') return null;
  const found = (value as KqlRow)[toText(key)];
  return Object.hasOwn(value as object, toText(key)) ? (found ?? null) : null;
}

function meets(operator: string, order: number | undefined): boolean {
  if (order === undefined) return operator === '!=';
  switch (operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

function instant(text: string): string | null {
  if (text === 'null') return null;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/.test(text)) throw new SyntaxError(`SEM0003: ${text} is no datetime`);
  return text;
}
