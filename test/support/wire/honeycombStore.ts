import type { Calculation, QueryFilter, QuerySpec } from '../../../src/traces/backends/honeycomb/querySpec';
import type { HoneycombRow } from '../servers/data/honeycombRows';

type Columns = Readonly<Record<string, unknown>>;

/** A query that is refused, as problem details. */
export class HoneycombProblem extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const MINUTE_S = 60;
const WEEK_S = 7 * 86_400;
const PERCENTILE = /^P(\d+)$/;

/** Events, and what a query gives of them. */
export class HoneycombStore {
  constructor(private readonly rows: readonly HoneycombRow[]) {}

  /** Datasets with the time of their last event. */
  datasets(): { name: string; slug: string; last_written_at: string }[] {
    const latest = new Map<string, number>();
    for (const { dataset, seconds } of this.rows) latest.set(dataset, Math.max(seconds, latest.get(dataset) ?? 0));
    return [...latest].map(([name, seconds]) => ({
      ...{ name, slug: slugOf(name) },
      last_written_at: new Date(seconds * 1000).toISOString(),
    }));
  }

  columns(dataset: string): { key_name: string; type: string; hidden: boolean }[] {
    const types = new Map<string, string>();
    for (const row of this.of(dataset)) {
      for (const [name, value] of Object.entries(row.columns)) types.set(name, typeOf(value));
    }
    return [...types].map(([key_name, type]) => ({ key_name, type, hidden: false }));
  }

  /** The groups of a query; the time ranges are cut to minutes. */
  results(dataset: string, spec: QuerySpec, nowMs: number, limit: number): Columns[] {
    this.check(dataset, spec);
    const [from, to] = timesOf(spec, nowMs / 1000);
    const rows = this.of(dataset)
      .filter(({ seconds }) => seconds >= from && seconds < to)
      .map((row) => ({ ...row.columns, ...calculatedFields(row, spec) }))
      .filter((row) => (spec.filters ?? []).every((filter) => meets(row, filter)));
    const { breakdowns = [], calculations, orders = [] } = spec;
    const groups = new Map<string, Columns[]>();
    for (const row of rows) {
      const key = JSON.stringify(breakdowns.map((name) => row[name] ?? null));
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [row]);
      else group.push(row);
    }
    const found = [...groups.values()].map((group): Record<string, unknown> => {
      const [first] = group as [Columns];
      const named = breakdowns.filter((name) => (first[name] ?? null) !== null).map((name) => [name, first[name]]);
      const counted = calculations.map((calculation) => [labelOf(calculation), calculated(calculation, group)]);
      return Object.fromEntries([...named, ...counted]) as Record<string, unknown>;
    });
    const [order] = orders;
    if (order !== undefined) found.sort((a, b) => Number(b[labelOf(order)]) - Number(a[labelOf(order)]));
    return found.slice(0, limit);
  }

  private of(dataset: string): readonly HoneycombRow[] {
    if (dataset === '__all__') return this.rows;
    const own = this.rows.filter((row) => slugOf(row.dataset) === dataset);
    if (own.length === 0) throw new HoneycombProblem(404, 'Dataset not found');
    return own;
  }

  /** Columns that no dataset has are refused, and so are more than a query takes. */
  private check(dataset: string, spec: QuerySpec): void {
    const known = new Set(this.of(dataset).flatMap((row) => Object.keys(row.columns)));
    for (const { name } of spec.calculated_fields ?? []) known.add(name);
    const { breakdowns = [], filters = [], calculations } = spec;
    if (breakdowns.length > 100) throw new HoneycombProblem(422, 'too many breakdowns');
    const used = [
      ...breakdowns,
      ...filters.map(({ column }) => column),
      ...calculations.flatMap(({ column }) => column ?? []),
    ];
    const unknown = used.find((name) => !known.has(name));
    if (unknown !== undefined) throw new HoneycombProblem(422, `unknown column: ${unknown}`);
  }
}

/** What addresses call a dataset. */
function slugOf(dataset: string): string {
  return dataset.toLowerCase().replaceAll(' ', '-');
}

function timesOf({ time_range: range, start_time: start, end_time: end }: QuerySpec, now: number): [number, number] {
  const to = end ?? now;
  const from = start ?? to - (range ?? 7200);
  if (to - from > WEEK_S || from < now - WEEK_S - MINUTE_S)
    throw new HoneycombProblem(400, 'only the last 7 days can be queried');
  const step = to - from <= 6 * 3600 ? MINUTE_S : to - from <= 2 * 86_400 ? 5 * MINUTE_S : 30 * MINUTE_S;
  return [Math.floor(from / step) * step, Math.floor(to / step) * step];
}

function calculatedFields(row: HoneycombRow, { calculated_fields: fields = [] }: QuerySpec): Columns {
  return Object.fromEntries(
    fields.map(({ name, expression }) => {
      if (expression === 'EVENT_TIMESTAMP()') return [name, row.seconds];
      const duration = Number(row.columns['duration_ms']);
      const [, more] = /^IF\(\$error, SUM\(\$duration_ms, ([\de+]+)\), \$duration_ms\)$/.exec(expression) ?? [];
      if (more === undefined && expression !== '$duration_ms')
        throw new HoneycombProblem(422, `cannot read ${expression}`);
      return [name, row.columns['error'] === true && more !== undefined ? duration + Number(more) : duration];
    }),
  );
}

function meets(row: Columns, { column, op, value }: QueryFilter): boolean {
  const own = row[column] ?? null;
  const text = typeof own === 'string' ? own : '';
  switch (op) {
    case 'exists':
      return own !== null;
    case 'does-not-exist':
      return own === null;
    case 'in':
      return (value as readonly unknown[]).includes(own);
    case 'starts-with':
      return own !== null && text.startsWith(String(value));
    case 'ends-with':
      return own !== null && text.endsWith(String(value));
    case 'contains':
      return own !== null && text.includes(String(value));
    case '=':
      return own === value;
    default:
      return compares(own, op, value);
  }
}

function compares(own: unknown, op: string, value: unknown): boolean {
  if (typeof own !== 'number' || typeof value !== 'number') return false;
  if (op === '>') return own > value;
  if (op === '>=') return own >= value;
  return op === '<' ? own < value : own <= value;
}

function labelOf({ op, column, name }: Pick<Calculation, 'op' | 'column' | 'name'>): string {
  return name ?? (column === undefined ? op : `${op}(${column})`);
}

function calculated({ op, column, filters = [] }: Calculation, group: readonly Columns[]): number | null {
  const rows = group.filter((row) => filters.every((filter) => meets(row, filter)));
  if (op === 'COUNT') return rows.length;
  const values = rows.map((row) => row[column!]).filter((value) => typeof value === 'number');
  if (values.length === 0) return null;
  if (op === 'SUM') return values.reduce((sum, value) => sum + value, 0);
  const sorted = values.sort((a, b) => a - b);
  if (op === 'MIN') return sorted[0]!;
  if (op === 'MAX') return sorted.at(-1)!;
  const [, digits = ''] = PERCENTILE.exec(op) ?? [];
  if (digits === '') throw new HoneycombProblem(422, `unknown op ${op}`);
  const share = digits === '999' ? 0.999 : digits === '001' ? 0.001 : Number(digits) / 100;
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

function typeOf(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}
