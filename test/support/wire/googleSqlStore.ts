import { timestamp } from '../servers/data/googleRows';
import { compares } from './comparison';
import { parseGoogleSql, type Expression, type Order, type Select, type Source } from './googleSqlTree';

export type SqlRow = Readonly<Record<string, unknown>>;
type Parameters = ReadonlyMap<string, unknown>;

/** A point in time, to the microsecond. */
export class Timestamp {
  constructor(readonly us: number) {}

  valueOf(): number {
    return this.us;
  }

  toJSON(): string {
    return timestamp(BigInt(this.us) * 1_000n);
  }
}

/** A value of the type JSON: its null is not SQL's. */
class Json {
  constructor(readonly value: unknown) {}

  toJSON(): unknown {
    return this.value;
  }
}

/** Where an expression is worked out: of one row, or of a group that a row stands for. */
interface Scope {
  readonly row: SqlRow;
  readonly group?: readonly SqlRow[];
  readonly all: readonly SqlRow[];
}

/** Tables that are asked in GoogleSQL. */
export class GoogleSqlStore {
  constructor(private readonly tables: Readonly<Record<string, readonly SqlRow[]>>) {}

  /** @throws Error with the words of BigQuery where it would refuse the query. */
  rows(sql: string, parameters: Parameters): SqlRow[] {
    return new Run(this.tables, parameters).select(parseGoogleSql(sql));
  }
}

class Run {
  constructor(
    private readonly tables: Readonly<Record<string, readonly SqlRow[]>>,
    private readonly parameters: Parameters,
  ) {}

  /** @param outer the row that a query within an expression is about. */
  select({ items, source, join, where, groupBy, orderBy, limit }: Select, outer: SqlRow = {}): SqlRow[] {
    let rows = this.sourceRows(source, outer);
    if (join !== undefined) rows = this.joined(rows, this.sourceRows(join.source), join.on);
    if (where !== undefined) rows = rows.filter((row) => this.value(where, { row, all: rows }) === true);
    const scopes = groupBy === undefined ? rows.map((row): Scope => ({ row, all: rows })) : this.grouped(rows, groupBy);
    if (groupBy !== undefined) for (const [, item] of items) checkGrouped(item, groupBy);
    const sorted = orderBy === undefined ? scopes : sortedBy(scopes, orderBy, (by, scope) => this.value(by, scope));
    return sorted
      .slice(0, limit)
      .map((scope) => Object.fromEntries(items.map(([name, item]) => [name, this.value(item, scope)])));
  }

  private sourceRows({ from, alias }: Source, outer: SqlRow = {}): SqlRow[] {
    if (typeof from !== 'string' && 'node' in from) {
      const items = this.value(from, { row: outer, all: [] }) as readonly SqlRow[];
      return items.map((item) => ({ ...outer, [alias ?? '']: item }));
    }
    const rows = typeof from === 'string' ? this.tables[from] : this.select(from);
    if (rows === undefined) throw new NoSuchTable(from as string);
    return alias === undefined ? [...rows] : rows.map((row) => ({ ...row, [alias]: row }));
  }

  private joined(left: readonly SqlRow[], right: readonly SqlRow[], on: Expression): SqlRow[] {
    const pairs: SqlRow[] = [];
    for (const a of left) {
      for (const b of right) {
        const row = { ...a, ...b };
        if (this.value(on, { row, all: [] }) === true) pairs.push(row);
      }
    }
    return pairs;
  }

  private grouped(rows: readonly SqlRow[], by: readonly Expression[]): Scope[] {
    const groups = new Map<string, SqlRow[]>();
    for (const row of rows) {
      const key = JSON.stringify(by.map((one) => this.value(one, { row, all: rows })));
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    return [...groups.values()].map((group) => ({ row: group[0]!, group, all: rows }));
  }

  private value(of: Expression, scope: Scope): unknown {
    switch (of.node) {
      case 'value':
        return of.value;
      case 'parameter':
        if (!this.parameters.has(of.name)) throw new Error(`Query parameter '${of.name}' not found`);
        return this.parameters.get(of.name);
      case 'path':
        return pathOf(of.names, scope.row);
      case 'struct':
        return Object.fromEntries(of.fields.map(([name, field]) => [name, this.value(field, scope)]));
      case 'array':
        return of.items.map((item) => this.value(item, scope));
      case 'item':
        return (this.value(of.list, scope) as unknown[] | null)?.[this.value(of.at, scope) as number] ?? null;
      case 'wholeRow':
        return Object.fromEntries(
          Object.entries(scope.row[of.table] as SqlRow).filter(([name]) => !of.except.includes(name)),
        );
      case 'exists':
        return this.select(of.of, scope.row).length > 0;
      case 'not': {
        const inner = this.value(of.of, scope);
        return inner === null ? null : inner !== true;
      }
      case 'isNull':
        return (this.value(of.of, scope) === null) !== of.negated;
      case 'binary':
        return binary(of.operator, this.value(of.left, scope), this.value(of.right, scope));
      case 'call':
        return this.call(of, scope);
    }
  }

  private call(call: Extract<Expression, { node: 'call' }>, scope: Scope): unknown {
    const { name, args, more } = call;
    const aggregate = AGGREGATES[name];
    if (aggregate === undefined)
      return scalar(
        call,
        args.map((arg) => this.value(arg, scope)),
      );
    const rows = more.overAll ? scope.all : scope.group;
    if (rows === undefined) throw new Error(`Aggregate function ${name} not allowed here`);
    const inner = rows.map((row): Scope => ({ row, all: rows }));
    const ordered =
      more.orderBy === undefined ? inner : sortedBy(inner, more.orderBy, (by, one) => this.value(by, one));
    const values = ordered.map((one) => (args[0] === undefined ? 1 : this.value(args[0], one)));
    const known = name === 'ARRAY_AGG' && !more.ignoresNulls ? values : values.filter((value) => value !== null);
    return aggregate(known.slice(0, more.limit), args[1] === undefined ? 0 : Number(this.value(args[1], scope)));
  }
}

/** What BigQuery answers 404 for. */
export class NoSuchTable extends Error {}

const AGGREGATES: Readonly<Record<string, (values: unknown[], parts: number) => unknown>> = {
  COUNT: (values) => values.length,
  COUNTIF: (values) => values.filter((value) => value === true).length,
  SUM: (values) => (values.length === 0 ? null : values.reduce<number>((sum, value) => sum + Number(value), 0)),
  MIN: (values) => extreme(values, (a, b) => a < b),
  MAX: (values) => extreme(values, (a, b) => a > b),
  ARRAY_AGG: (values) => (values.length === 0 ? null : values),
  APPROX_QUANTILES(values, parts) {
    if (values.length === 0) return null;
    const sorted = values.map(Number).sort((a, b) => a - b);
    return Array.from({ length: parts + 1 }, (_, part) => sorted[Math.round((part / parts) * (sorted.length - 1))]);
  },
};

function extreme(values: readonly unknown[], isBetter: (a: number, b: number) => boolean): unknown {
  return values.reduce<unknown>(
    (best, value) => (best === null || isBetter(value as number, best as number) ? value : best),
    null,
  );
}

function scalar({ name, more }: Extract<Expression, { node: 'call' }>, args: readonly unknown[]): unknown {
  const [a = null, b = null, c = null] = args;
  switch (name) {
    case 'TO_JSON_STRING':
      return JSON.stringify(a);
    case 'JSON_VALUE':
    case 'JSON_QUERY':
      return jsonAt(a, b as string, name === 'JSON_VALUE');
    case 'JSON_TYPE':
      return a === null ? null : typeOfJson((a as Json).value);
    case 'COALESCE':
    case 'IFNULL':
      return args.find((arg) => arg !== null) ?? null;
    case 'IF':
      return a === true ? b : c;
    case 'TIMESTAMP_MICROS':
      return new Timestamp(Number(a));
    case 'UNIX_MICROS':
      return (a as Timestamp).us;
    case 'DIV':
      return Math.trunc(Number(a) / Number(b));
    case 'REGEXP_CONTAINS':
      return a === null ? null : re2(b as string).test(a as string);
    case 'SAFE_CAST': {
      if (more.type !== 'FLOAT64') throw new Error(`Invalid cast to ${more.type}`);
      const number = typeof a !== 'string' || a.trim() === '' ? NaN : Number(a);
      return Number.isNaN(number) ? null : number;
    }
    default:
      throw new Error(`Function not found: ${name}`);
  }
}

/** RE2 has flags within an expression. */
function re2(regex: string): RegExp {
  return new RegExp(regex.replaceAll('(?i)', ''), regex.includes('(?i)') ? 'i' : '');
}

/** `$."key"` of a column of JSON. */
function jsonAt(column: unknown, path: string, wantsScalar: boolean): unknown {
  const key = /^\$\."(.*)"$/.exec(path)?.[1];
  if (key === undefined) throw new Error(`Invalid JSONPath "${path}"`);
  const value = (column as Record<string, unknown> | null)?.[key];
  if (value === undefined) return null;
  if (!wantsScalar) return new Json(value);
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isScalar ? String(value) : null;
}

function typeOfJson(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function binary(operator: string, left: unknown, right: unknown): unknown {
  if (operator === 'AND')
    return left === false || right === false ? false : left === null || right === null ? null : true;
  if (operator === 'OR') return left === true || right === true ? true : left === null || right === null ? null : false;
  if (left === null || right === null) return null;
  if (operator === 'IN') return (right as unknown[]).includes(left);
  const numbers = [left, right].every((value) => typeof value !== 'string');
  if (!numbers && typeof left !== typeof right) throw new Error(`No matching signature for operator ${operator}`);
  const [a, b] = (numbers ? [Number(left), Number(right)] : [left, right]) as [number, number];
  if (operator === '+') return a + b;
  return operator === '-' ? a - b : compares(operator, a, b);
}

function pathOf([first = '', ...rest]: readonly string[], row: SqlRow): unknown {
  if (!(first in row)) throw new Error(`Unrecognized name: ${first}`);
  let value = row[first];
  for (const name of rest) {
    if (typeof value !== 'object' || value === null) return null;
    if (!(name in value)) throw new Error(`Field name ${name} does not exist`);
    value = (value as SqlRow)[name];
  }
  return value ?? null;
}

/** Outside of aggregates, a group has only what it was grouped by. */
function checkGrouped(item: Expression, by: readonly Expression[]): void {
  const known = by.map((one) => JSON.stringify(one));
  if (known.includes(JSON.stringify(item))) return;
  if (item.node === 'path')
    throw new Error(
      `SELECT list expression references column ${item.names.join('.')} which is neither grouped nor aggregated`,
    );
  if (item.node === 'call' && AGGREGATES[item.name] === undefined) for (const arg of item.args) checkGrouped(arg, by);
  if (item.node === 'struct') for (const [, field] of item.fields) checkGrouped(field, by);
}

function sortedBy(
  scopes: readonly Scope[],
  { by, descending }: Order,
  valueOf: (by: Expression, scope: Scope) => unknown,
): Scope[] {
  const keyed = scopes.map((scope) => [Number(valueOf(by, scope)), scope] as const);
  const sign = descending ? -1 : 1;
  return keyed.sort(([a], [b]) => sign * (a - b)).map(([, scope]) => scope);
}
