import { escapeRegExp } from '../../../src/base/texts/escapeRegExp';
import { compares } from './comparison';

/** A value of a row. */
export type NrqlValue = unknown;
export type NrqlRow = Readonly<Record<string, NrqlValue>>;
/** Whether a row is meant. */
export type NrqlFilter = (row: NrqlRow) => boolean;

/** One column of an answer. */
export interface NrqlColumn {
  readonly label: string;
  /** `attribute` for a row's own value. */
  readonly fn: string;
  readonly attribute: string;
  readonly percents: readonly number[];
  readonly filter?: NrqlFilter;
}

/** A query, as much of NRQL as tests ask. */
export interface NrqlQuery {
  readonly columns: readonly NrqlColumn[] | '*';
  readonly from: string;
  readonly where: NrqlFilter;
  readonly facets: readonly string[];
  readonly order?: { readonly attribute: string; readonly descending: boolean };
  readonly limit: number | undefined;
  readonly since: number | undefined;
  readonly until: number | undefined;
}

/** Longer queries are refused. */
const MAX_QUERY = 4_096;
const MAX_LIMIT = 5_000;
const MAX_FACETS = 5;
const FUNCTIONS = ['count', 'sum', 'min', 'max', 'percentile', 'uniqueCount', 'latest', 'keyset'];

interface Token {
  readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'sign';
  readonly text: string;
}

/** Reads a query. @throws SyntaxError as the service words it. */
export function parseNrql(text: string): NrqlQuery {
  if (text.length > MAX_QUERY) throw new SyntaxError('NRQL Syntax Error: the query is too long');
  return new Parser(tokens(text)).query();
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  const pattern = /\s+|'((?:[^'\\]|\\.)*)'|`([^`]+)`|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w.]*)|(<=|>=|!=|[=<>(),*])/gsy;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null)
      throw new SyntaxError(`NRQL Syntax Error: Error at line 1 position ${at + 1}, unexpected '${text[at]!}'`);
    const [, quoted, name, number, word, sign] = match;
    if (quoted !== undefined) found.push({ kind: 'text', text: quoted.replace(/\\(.)/gs, '$1') });
    else if (name !== undefined) found.push({ kind: 'quoted', text: name });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (word !== undefined) found.push({ kind: 'word', text: word });
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign });
  }
  return found;
}

class Parser {
  private at = 0;

  constructor(private readonly list: readonly Token[]) {}

  query(): NrqlQuery {
    this.expect('SELECT');
    const columns = this.takes('*') ? '*' : this.separated(() => this.column());
    this.expect('FROM');
    const from = this.next().text;
    const where = this.takes('WHERE') ? this.either() : () => true;
    const facets = this.takes('FACET') ? this.separated(() => this.name()) : [];
    if (facets.length > MAX_FACETS) throw new SyntaxError('NRQL Syntax Error: FACET supports up to 5 attributes');
    const order = this.takes('ORDER') ? this.order() : undefined;
    if (order !== undefined && facets.length > 0) throw new SyntaxError('NRQL Syntax Error: unexpected ORDER BY');
    const limit = this.takes('LIMIT') ? this.limit() : undefined;
    const since = this.takes('SINCE') ? this.number() : undefined;
    const until = this.takes('UNTIL') ? this.number() : undefined;
    if (this.at < this.list.length) throw this.unexpected();
    return { columns, from, where, facets, limit, since, until, ...(order === undefined ? {} : { order }) };
  }

  private limit(): number {
    const limit = this.takes('MAX') ? MAX_LIMIT : this.number();
    if (limit > MAX_LIMIT) throw new SyntaxError(`NRQL Syntax Error: LIMIT must be at most ${MAX_LIMIT}`);
    return limit;
  }

  private order(): { attribute: string; descending: boolean } {
    this.expect('BY');
    return { attribute: this.name(), descending: this.takes('DESC') || !this.takes('ASC') };
  }

  private column(): NrqlColumn {
    const column = this.expression();
    return this.takes('AS') ? { ...column, label: this.next().text } : column;
  }

  private expression(): NrqlColumn {
    const token = this.peek();
    if (token?.kind === 'word' && this.list[this.at + 1]?.text === '(') {
      this.at += 2;
      return token.text === 'filter' ? this.filtered() : this.called(token.text);
    }
    const attribute = this.name();
    return { label: attribute, fn: 'attribute', attribute, percents: [] };
  }

  private filtered(): NrqlColumn {
    const inner = this.expression();
    this.expect(',');
    this.expect('WHERE');
    const filter = this.either();
    this.expect(')');
    return { ...inner, filter };
  }

  private called(fn: string): NrqlColumn {
    if (!FUNCTIONS.includes(fn)) throw new SyntaxError(`NRQL Syntax Error: unknown function ${fn}()`);
    const attribute = this.takes('*') || this.peek()?.text === ')' ? '*' : this.name();
    const percents: number[] = [];
    while (this.takes(',')) percents.push(this.number());
    this.expect(')');
    return { label: attribute === '*' ? fn : `${fn}.${attribute}`, fn, attribute, percents };
  }

  private either(): NrqlFilter {
    const parts = [this.both()];
    while (this.takes('OR')) parts.push(this.both());
    return (row) => parts.some((part) => part(row));
  }

  private both(): NrqlFilter {
    const parts = [this.comparison()];
    while (this.takes('AND')) parts.push(this.comparison());
    return (row) => parts.every((part) => part(row));
  }

  private comparison(): NrqlFilter {
    if (this.takes('(')) {
      const inner = this.either();
      this.expect(')');
      return inner;
    }
    const read = this.operand();
    if (this.takes('IS')) return this.presence(read);
    if (this.takes('IN')) {
      this.expect('(');
      const values = this.separated(() => this.next().text);
      this.expect(')');
      return (row) => values.includes(String(read(row)));
    }
    if (this.takes('LIKE')) {
      const parts = this.next().text.split('%').map(escapeRegExp);
      const pattern = new RegExp(`^${parts.join('[^]*')}$`, 'i');
      return (row) => typeof read(row) === 'string' && pattern.test(read(row) as string);
    }
    return this.compared(read);
  }

  private compared(read: (row: NrqlRow) => NrqlValue): NrqlFilter {
    const operator = this.next().text;
    const token = this.next();
    if (token.kind !== 'text' && token.kind !== 'number') throw this.unexpected(-1);
    const constant = token.kind === 'number' ? Number(token.text) : token.text;
    return (row) => {
      const value = read(row);
      if (typeof value !== typeof constant) return false;
      const [a, b] = [value as number, constant as number];
      return compares(operator, a, b);
    };
  }

  private presence(read: (row: NrqlRow) => NrqlValue): NrqlFilter {
    const not = this.takes('NOT');
    const word = this.next().text;
    if (word === 'TRUE' || word === 'FALSE') return (row) => (read(row) === (word === 'TRUE')) !== not;
    if (word !== 'NULL') throw this.unexpected(-1);
    return (row) => ((read(row) ?? null) === null) !== not;
  }

  private operand(): (row: NrqlRow) => NrqlValue {
    if (this.peek()?.text === 'numeric' && this.list[this.at + 1]?.text === '(') {
      this.at += 2;
      const name = this.name();
      this.expect(')');
      return (row) => {
        const value = row[name];
        const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
        return typeof number === 'number' && Number.isFinite(number) ? number : null;
      };
    }
    const name = this.name();
    return (row) => row[name];
  }

  private name(): string {
    const token = this.next();
    if (token.kind !== 'word' && token.kind !== 'quoted') throw this.unexpected(-1);
    return token.text;
  }

  private number(): number {
    const token = this.next();
    if (token.kind !== 'number') throw this.unexpected(-1);
    return Number(token.text);
  }

  private separated<T>(read: () => T): T[] {
    const found = [read()];
    while (this.takes(',')) found.push(read());
    return found;
  }

  private takes(text: string): boolean {
    const token = this.peek();
    if (token === undefined || token.kind === 'text' || token.kind === 'quoted' || token.text !== text) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.takes(text)) throw this.unexpected();
  }

  private peek(): Token | undefined {
    return this.list[this.at];
  }

  private next(): Token {
    const token = this.list[this.at++];
    if (token === undefined) throw new SyntaxError('NRQL Syntax Error: unexpected end of query');
    return token;
  }

  private unexpected(offset = 0): SyntaxError {
    const token = this.list[this.at + offset];
    return new SyntaxError(`NRQL Syntax Error: unexpected '${token?.text ?? 'end of query'}'`);
  }
}
