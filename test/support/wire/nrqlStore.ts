import { parseNrql, type NrqlColumn, type NrqlQuery, type NrqlRow, type NrqlValue } from './nrqlParser';

const ROWS = 100;
const FACETS = 10;

/** Rows by event type, and what NRQL answers of them. */
export class NrqlStore {
  constructor(private readonly tables: Readonly<Record<string, readonly NrqlRow[]>>) {}

  /** The results of a query. @throws SyntaxError where it cannot be read. */
  results(text: string, nowMs: number): NrqlRow[] {
    const query = parseNrql(text);
    const from = query.since ?? nowMs - 3_600_000;
    const to = query.until ?? nowMs;
    const rows = (this.tables[query.from] ?? []).filter((row) => {
      const time = row['timestamp'] as number;
      return time >= from && time < to && query.where(row);
    });
    if (query.columns !== '*' && query.columns.some(({ fn }) => fn !== 'attribute')) return aggregated(query, rows);
    return selected(query, rows);
  }
}

function selected({ columns, order, limit = ROWS }: NrqlQuery, rows: readonly NrqlRow[]): NrqlRow[] {
  const { attribute = 'timestamp', descending = true } = order ?? {};
  const sorted = [...rows].sort((a, b) => {
    const difference = (a[attribute] as number) - (b[attribute] as number);
    return descending ? -difference : difference;
  });
  return sorted
    .slice(0, limit)
    .map((row) =>
      columns === '*'
        ? row
        : Object.fromEntries(columns.map((column) => [column.label, row[column.attribute] ?? null])),
    );
}

function aggregated(query: NrqlQuery, rows: readonly NrqlRow[]): NrqlRow[] {
  const columns = query.columns as readonly NrqlColumn[];
  const count = (of: readonly NrqlRow[]): NrqlRow =>
    Object.assign({}, ...columns.map((column) => calculated(column, of))) as NrqlRow;
  const { facets, limit = FACETS } = query;
  if (facets.length === 0) return [count(rows)];
  const groups = new Map<string, { readonly values: readonly NrqlValue[]; readonly rows: NrqlRow[] }>();
  for (const row of rows) {
    const values = facets.map((name) => row[name] ?? null);
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? { values, rows: [] };
    groups.set(key, group);
    group.rows.push(row);
  }
  const first = columns[0]!;
  const weight = (of: readonly NrqlRow[]): number => Number(Object.values(calculated(first, of))[0] ?? 0);
  return [...groups.values()]
    .sort((a, b) => weight(b.rows) - weight(a.rows))
    .slice(0, limit)
    .map(({ values, rows: own }) => ({
      facet: values.length === 1 ? values[0] : values,
      ...Object.fromEntries(facets.map((name, at) => [name, values[at]])),
      ...count(own),
    }));
}

function calculated(column: NrqlColumn, all: readonly NrqlRow[]): NrqlRow {
  const rows = column.filter === undefined ? all : all.filter(column.filter);
  const { label, fn, attribute } = column;
  if (fn === 'keyset') return keyset(rows);
  const there = attribute === '*' ? rows : rows.filter((row) => (row[attribute] ?? null) !== null);
  const numbers = there.map((row) => row[attribute] as number);
  switch (fn) {
    case 'count':
      return { [label]: there.length };
    case 'sum':
      return { [label]: numbers.reduce((sum, value) => sum + value, 0) };
    case 'min':
      return { [label]: numbers.length === 0 ? null : numbers.reduce((a, b) => (a < b ? a : b)) };
    case 'max':
      return { [label]: numbers.length === 0 ? null : numbers.reduce((a, b) => (a > b ? a : b)) };
    case 'uniqueCount':
      return { [label]: new Set(there.map((row) => row[attribute])).size };
    case 'latest':
      return {
        [label]:
          [...there].sort((a, b) => (b['timestamp'] as number) - (a['timestamp'] as number))[0]?.[attribute] ?? null,
      };
    default:
      return { [label]: percentiles(numbers, column.percents) };
  }
}

function percentiles(numbers: readonly number[], percents: readonly number[]): NrqlRow {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (percent: number): number | null => {
    if (sorted.length === 0) return null;
    return sorted[Math.min(sorted.length - 1, Math.floor((percent / 100) * sorted.length))]!;
  };
  return Object.fromEntries(percents.map((percent) => [String(percent), at(percent)]));
}

function keyset(rows: readonly NrqlRow[]): NrqlRow {
  const typed = (type: string): string[] =>
    [...new Set(rows.flatMap((row) => Object.keys(row).filter((key) => typeof row[key] === type)))].sort();
  const [stringKeys, numericKeys, booleanKeys] = ['string', 'number', 'boolean'].map(typed);
  return { allKeys: [...stringKeys!, ...numericKeys!, ...booleanKeys!].sort(), stringKeys, numericKeys, booleanKeys };
}
