/** Reads as much of GoogleSQL as Spanlight writes. What it does not know is an error, as it would be for a service. */

export type Expression =
  | { readonly node: 'value'; readonly value: unknown }
  | { readonly node: 'parameter'; readonly name: string }
  | { readonly node: 'path'; readonly names: readonly string[] }
  | { readonly node: 'call'; readonly name: string; readonly args: readonly Expression[]; readonly more: CallClauses }
  | { readonly node: 'struct'; readonly fields: readonly (readonly [name: string, value: Expression])[] }
  | { readonly node: 'array'; readonly items: readonly Expression[] }
  | { readonly node: 'item'; readonly list: Expression; readonly at: Expression }
  | { readonly node: 'wholeRow'; readonly table: string; readonly except: readonly string[] }
  | { readonly node: 'exists'; readonly of: Select }
  | { readonly node: 'not'; readonly of: Expression }
  | { readonly node: 'isNull'; readonly of: Expression; readonly negated: boolean }
  | { readonly node: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression };

/** What may stand within the parentheses of a call, and behind them. */
export interface CallClauses {
  readonly star: boolean;
  readonly orderBy?: Order;
  readonly limit?: number;
  /** For `SAFE_CAST(… AS type)`. */
  readonly type?: string;
  readonly ignoresNulls: boolean;
  /** `OVER ()`. */
  readonly overAll: boolean;
}

export interface Order {
  readonly by: Expression;
  readonly descending: boolean;
}

export interface Source {
  /** A table, a query, or a column that is a list. */
  readonly from: string | Select | Expression;
  readonly alias: string | undefined;
}

export interface Select {
  readonly items: readonly (readonly [name: string, value: Expression])[];
  readonly source: Source;
  readonly join: { readonly source: Source; readonly on: Expression } | undefined;
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[] | undefined;
  readonly orderBy: Order | undefined;
  readonly limit: number | undefined;
}

const TOKEN = /\s*('(?:[^'\\]|\\.)*'|`[^`]+`|\d+(?:\.\d+)?|@?[A-Za-z_]\w*|<=|>=|!=|[-+*/=<>()[\],.])/y;
const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='];

/** @throws Error at what cannot be read. */
export function parseGoogleSql(sql: string): Select {
  const parser = new Parser(tokensOf(sql));
  const select = parser.select();
  parser.end();
  return select;
}

function tokensOf(sql: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < sql.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(sql);
    if (match === null) throw new Error(`Syntax error: Unexpected "${sql.slice(at, at + 20)}"`);
    found.push(match[1]!);
  }
  return found;
}

class Parser {
  private at = 0;

  constructor(private readonly tokens: readonly string[]) {}

  end(): void {
    if (this.at < this.tokens.length) throw new Error(`Syntax error: Unexpected "${this.tokens[this.at]}"`);
  }

  select(): Select {
    this.need('SELECT');
    const items = this.list(() => this.item());
    this.need('FROM');
    const source = this.source();
    const join = this.take('JOIN') ? { source: this.source(), on: this.joined() } : undefined;
    const where = this.take('WHERE') ? this.expression() : undefined;
    const groupBy = this.takeBoth('GROUP', 'BY') ? this.list(() => this.expression()) : undefined;
    const orderBy = this.takeBoth('ORDER', 'BY') ? this.order() : undefined;
    const limit = this.take('LIMIT') ? Number(this.next()) : undefined;
    return { items, source, join, where, groupBy, orderBy, limit };
  }

  private joined(): Expression {
    this.need('ON');
    return this.expression();
  }

  private item(): readonly [string, Expression] {
    const value = this.expression();
    if (this.take('AS')) return [this.next(), value];
    if (value.node === 'path') return [value.names.at(-1)!, value];
    throw new Error('a column without a name is of no use here');
  }

  private source(): Source {
    let from: Source['from'];
    if (this.take('UNNEST')) {
      this.need('(');
      from = this.expression();
      this.need(')');
    } else if (this.take('(')) {
      from = this.select();
      this.need(')');
    } else from = this.next().replaceAll('`', '');
    return { from, alias: this.take('AS') ? this.next() : undefined };
  }

  private order(): Order {
    return { by: this.expression(), descending: this.take('DESC') };
  }

  private expression(): Expression {
    return this.leftToRight(['OR'], () =>
      this.leftToRight(['AND'], () => (this.take('NOT') ? { node: 'not', of: this.comparison() } : this.comparison())),
    );
  }

  private comparison(): Expression {
    const left = this.sum();
    if (this.take('IS')) {
      const negated = this.take('NOT');
      this.need('NULL');
      return { node: 'isNull', of: left, negated };
    }
    if (this.take('IN')) {
      this.need('UNNEST');
      this.need('(');
      const right = this.expression();
      this.need(')');
      return { node: 'binary', operator: 'IN', left, right };
    }
    const operator = COMPARISONS.find((one) => this.take(one));
    return operator === undefined ? left : { node: 'binary', operator, left, right: this.sum() };
  }

  private sum(): Expression {
    return this.leftToRight(['+', '-'], () => this.postfix());
  }

  private leftToRight(operators: readonly string[], part: () => Expression): Expression {
    let left = part();
    for (;;) {
      const operator = operators.find((one) => this.take(one));
      if (operator === undefined) return left;
      left = { node: 'binary', operator, left, right: part() };
    }
  }

  private postfix(): Expression {
    let value = this.primary();
    while (this.take('[')) {
      if (!this.take('SAFE_OFFSET')) this.need('OFFSET');
      this.need('(');
      value = { node: 'item', list: value, at: this.expression() };
      this.need(')');
      this.need(']');
    }
    return value;
  }

  private primary(): Expression {
    const token = this.next();
    if (token === '-') return { node: 'value', value: -Number(this.next()) };
    if (token === '(') return this.parenthesised();
    if (token === '[') {
      const items = this.list(() => this.expression());
      this.need(']');
      return { node: 'array', items };
    }
    if (token.startsWith("'")) return { node: 'value', value: token.slice(1, -1).replace(/\\(.)/g, '$1') };
    if (/^\d/.test(token)) return { node: 'value', value: Number(token) };
    if (token.startsWith('@')) return { node: 'parameter', name: token.slice(1) };
    if (token === 'NULL') return { node: 'value', value: null };
    if (!/^[A-Za-z_]/.test(token)) throw new Error(`Syntax error: Unexpected "${token}"`);
    if (this.take('('))
      return token === 'EXISTS' ? this.exists() : token === 'STRUCT' ? this.struct() : this.call(token);
    const names = [token];
    while (this.take('.')) names.push(this.next());
    return { node: 'path', names };
  }

  /** An expression, or a row without some of its columns. */
  private parenthesised(): Expression {
    if (!this.take('SELECT')) {
      const inner = this.expression();
      this.need(')');
      return inner;
    }
    for (const word of ['AS', 'STRUCT']) this.need(word);
    const table = this.next();
    for (const word of ['.', '*', 'EXCEPT', '(']) this.need(word);
    const except = this.list(() => this.next());
    for (const word of [')', ')']) this.need(word);
    return { node: 'wholeRow', table, except };
  }

  private exists(): Expression {
    const of = this.select();
    this.need(')');
    return { node: 'exists', of };
  }

  private struct(): Expression {
    const fields = this.list(() => this.item());
    this.need(')');
    return { node: 'struct', fields };
  }

  private call(name: string): Expression {
    const star = this.take('*');
    const args = star || this.tokens[this.at] === ')' ? [] : this.list(() => this.expression());
    const type = this.take('AS') ? this.next() : undefined;
    const ignoresNulls = this.takeBoth('IGNORE', 'NULLS');
    const orderBy = this.takeBoth('ORDER', 'BY') ? this.order() : undefined;
    const limit = this.take('LIMIT') ? Number(this.next()) : undefined;
    this.need(')');
    const overAll = this.take('OVER');
    if (overAll) for (const word of ['(', ')']) this.need(word);
    const more: CallClauses = {
      ...{ star, ignoresNulls, overAll },
      ...(type === undefined ? {} : { type }),
      ...(orderBy === undefined ? {} : { orderBy }),
      ...(limit === undefined ? {} : { limit }),
    };
    return { node: 'call', name, args, more };
  }

  private list<T>(one: () => T): T[] {
    const items = [one()];
    while (this.take(',')) items.push(one());
    return items;
  }

  private take(word: string): boolean {
    if (this.tokens[this.at] !== word) return false;
    this.at++;
    return true;
  }

  private takeBoth(first: string, second: string): boolean {
    if (!this.take(first)) return false;
    this.need(second);
    return true;
  }

  private need(word: string): void {
    if (!this.take(word))
      throw new Error(`Syntax error: Expected "${word}" but got "${this.tokens[this.at] ?? 'the end'}"`);
  }

  private next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new Error('Syntax error: Unexpected end of script');
    return token;
  }
}
