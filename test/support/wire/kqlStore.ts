import { argMax, KQL_AGGREGATES, type KqlAggregate } from './kqlAggregates';
import { KqlExpressions } from './kqlExpressions';
import { kqlTokens } from './kqlTokens';
import { compared, isNull, toBool, toText, type KqlExpression, type KqlRow } from './kqlValues';

/** Rows and the columns that they have. */
export interface KqlTable {
  readonly columns: readonly string[];
  readonly rows: readonly KqlRow[];
}

/** The most rows of an answer. */
const MOST_ROWS = 500_000;

/** Tables, and what KQL answers of them: as much of the language as tests ask, and nothing beyond it. */
export class KqlStore {
  constructor(private readonly tables: Readonly<Record<string, KqlTable>>) {}

  /** @throws SyntaxError where the query is none, with the service's own codes. */
  results(query: string): KqlTable {
    return new Query(query, this.tables).results();
  }
}

class Query extends KqlExpressions {
  private table: KqlTable = { columns: [], rows: [] };

  constructor(
    text: string,
    private readonly tables: Readonly<Record<string, KqlTable>>,
  ) {
    super(kqlTokens(text));
    this.hasColumn = (name) => this.table.columns.includes(name);
    this.checkColumn = (name) => {
      if (!this.hasColumn(name)) {
        throw new SyntaxError(`SEM0100: Failed to resolve scalar expression named '${name}'`);
      }
    };
  }

  results(): KqlTable {
    this.table = this.union();
    while (this.takes('|')) this.table = this.operator(this.next('word'));
    if (this.peek() !== undefined) throw this.unexpected();
    const { columns, rows } = this.table;
    return { columns, rows: rows.slice(0, MOST_ROWS) };
  }

  private union(): KqlTable {
    this.expect('union');
    this.expect('isfuzzy');
    this.expect('=');
    this.expect('true');
    const found = this.list1(() => this.tables[this.next('word')]).filter((table) => table !== undefined);
    if (found.length === 0) throw new SyntaxError('SEM0100: union: none of the tables could be resolved');
    const columns = [...new Set(found.flatMap((table) => table.columns))];
    return { columns, rows: found.flatMap(({ rows }) => rows) };
  }

  private operator(name: string): KqlTable {
    const { columns, rows } = this.table;
    switch (name) {
      case 'where': {
        const test = this.expression();
        return { columns, rows: rows.filter((row) => toBool(test(row)) === true) };
      }
      case 'extend':
        return this.extended();
      case 'project': {
        const named = this.list1(() => this.named());
        const project = (row: KqlRow): KqlRow => Object.fromEntries(named.map(([column, of]) => [column, of(row)]));
        return { columns: named.map(([column]) => column), rows: rows.map(project) };
      }
      case 'project-rename':
        return this.renamed();
      case 'summarize':
        return this.summarized();
      case 'take':
        return { columns, rows: rows.slice(0, Number(this.next('number'))) };
      case 'top':
        return this.top();
      case 'mv-expand':
        return this.expanded();
      default:
        this.at--;
        throw this.unexpected();
    }
  }

  /** Columns of one `extend` do not see each other. */
  private extended(): KqlTable {
    const { columns, rows } = this.table;
    const named = this.list1(() => this.named());
    const extend = (row: KqlRow): KqlRow => ({
      ...row,
      ...Object.fromEntries(named.map(([column, of]) => [column, of(row)])),
    });
    return { columns: [...new Set([...columns, ...named.map(([column]) => column)])], rows: rows.map(extend) };
  }

  private renamed(): KqlTable {
    const pairs = this.list1(() => {
      const to = this.next('word');
      this.expect('=');
      const from = this.next('word');
      this.checkColumn(from);
      return [from, to] as const;
    });
    const names = new Map(pairs);
    const { columns, rows } = this.table;
    const rename = (row: KqlRow): KqlRow =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [names.get(name) ?? name, value]));
    return { columns: columns.map((name) => names.get(name) ?? name), rows: rows.map(rename) };
  }

  private summarized(): KqlTable {
    const aggregates = this.list1(() => this.aggregate());
    const by = this.takes('by') ? this.list1(() => this.named()) : [];
    const groups = new Map<string, { readonly values: KqlRow; readonly rows: KqlRow[] }>();
    for (const row of this.table.rows) {
      const values = Object.fromEntries(by.map(([column, of]) => [column, of(row)]));
      const key = JSON.stringify(values);
      const group = groups.get(key) ?? { values, rows: [] };
      groups.set(key, group);
      group.rows.push(row);
    }
    const rows = [...groups.values()].map(
      ({ values, rows: own }) => Object.assign({}, values, ...aggregates.map(({ of }) => of(own))) as KqlRow,
    );
    const columns = [...by.map(([column]) => column), ...aggregates.flatMap((one) => one.columns)];
    if (new Set(columns).size < columns.length) throw new SyntaxError('SEM0019: a column is there twice');
    return { columns, rows };
  }

  private aggregate(): { readonly columns: readonly string[]; readonly of: (rows: readonly KqlRow[]) => KqlRow } {
    if (this.takes('arg_max')) return this.largest();
    const column = this.next('word');
    this.expect('=');
    const name = this.next('word');
    const build = KQL_AGGREGATES[name];
    if (build === undefined) throw new SyntaxError(`SEM0260: Unknown function: '${name}'.`);
    this.expect('(');
    const args = this.takes(')') ? [] : this.list1(() => this.expression());
    if (args.length > 0) this.expect(')');
    const calculate: KqlAggregate = build(args);
    return { columns: [column], of: (rows) => ({ [column]: calculate(rows) }) };
  }

  private largest() {
    this.expect('(');
    const names = this.list1(() => {
      const name = this.next('word');
      this.checkColumn(name);
      return name;
    });
    this.expect(')');
    const of = (rows: readonly KqlRow[]): KqlRow => {
      const row = argMax(rows, (one) => one[names[0]!]);
      return Object.fromEntries(names.map((name) => [name, row?.[name] ?? null]));
    };
    return { columns: names, of };
  }

  private top(): KqlTable {
    const most = Number(this.next('number'));
    this.expect('by');
    const column = this.next('word');
    this.checkColumn(column);
    this.expect('desc');
    const { columns, rows } = this.table;
    const sorted = [...rows].sort((a, b) => {
      if (isNull(a[column]) || isNull(b[column])) return Number(isNull(a[column])) - Number(isNull(b[column]));
      return -compared(a[column], b[column])!;
    });
    return { columns, rows: sorted.slice(0, most) };
  }

  private expanded(): KqlTable {
    const column = this.next('word');
    this.checkColumn(column);
    for (const word of ['to', 'typeof', '(', 'string', ')']) this.expect(word);
    const { columns, rows } = this.table;
    const listOf = (row: KqlRow): readonly unknown[] => row[column] as readonly unknown[];
    return { columns, rows: rows.flatMap((row) => listOf(row).map((value) => ({ ...row, [column]: toText(value) }))) };
  }

  /** `Name=expression`, or a column. */
  private named(): readonly [string, KqlExpression] {
    if (this.peek()?.kind === 'word' && this.peek(1)?.text === '=') {
      const name = this.next('word');
      this.expect('=');
      return [name, this.expression()];
    }
    const name = this.next('word');
    this.checkColumn(name);
    return [name, (row) => row[name] ?? null];
  }
}
