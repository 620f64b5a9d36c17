import { cellOf, keyPlace, parseFilter, SigNozRefusal, type Cell, type KeyPlace, type RowTest } from './sigNozFilter';
import type { SigNozRow } from './sigNozRows';

type Json = Readonly<Record<string, unknown>>;

const REQUEST_FIELDS = [
  'schemaVersion',
  'start',
  'end',
  'requestType',
  'compositeQuery',
  'variables',
  'noCache',
  'formatOptions',
];
const SPEC_FIELDS =
  'name stepInterval signal source aggregations disabled filter groupBy order selectFields limit limitBy offset cursor having secondaryAggregations functions legend'.split(
    ' ',
  );
const INTRINSIC =
  'timestamp trace_id span_id trace_state parent_span_id flags name kind kind_string duration_nano status_code status_message status_code_string events links response_status_code external_http_url http_url external_http_method http_method http_host db_name db_operation has_error is_remote'.split(
    ' ',
  );
/** What a SigNoz of 2025 gives where nothing is selected. */
const DEFAULTS = ['timestamp', 'span_id', 'trace_id', 'name', 'service.name', 'duration_nano', 'response_status_code'];

/** How the queries of version 5 are answered (`pkg/querier`, `pkg/statementbuilder/tracesstatementbuilder`). */
export class SigNozStore {
  private readonly known = new Set<string>();

  /**
   * @param isOlder refuses keys that no span has had, and gives attributes with raw rows only by their names.
   * @param sameNames attributes that are one for groups and selected columns.
   */
  constructor(
    readonly rows: readonly SigNozRow[],
    private readonly isOlder: boolean,
    private readonly sameNames: readonly (readonly string[])[] = [],
  ) {
    for (const row of rows) {
      for (const map of [row.strings, row.numbers, row.bools])
        for (const name of Object.keys(map)) this.known.add(`attribute.${name}`);
      for (const name of Object.keys(row.resource)) this.known.add(`resource.${name}`);
    }
  }

  queryRange(body: Json): object {
    checkFields(body, REQUEST_FIELDS, '');
    const { start, end, requestType } = body as { start: number; end: number; requestType: string };
    if (!Number.isInteger(start) || !Number.isInteger(end)) throw new SigNozRefusal('invalid request body');
    if (start >= end) throw new SigNozRefusal('start time must be before end time');
    if (!['raw', 'scalar', 'time_series'].includes(requestType))
      throw new SigNozRefusal(`invalid request type: ${requestType}`);
    const queries = (body['compositeQuery'] as { queries: { type: string; spec: Json }[] }).queries;
    if (queries.length === 0) throw new SigNozRefusal('at least one query is required');
    const names = queries.map(({ spec }) => spec['name']);
    if (new Set(names).size < names.length) throw new SigNozRefusal(`duplicate query name '${String(names[0])}'`);
    const results = queries.map(({ type, spec }) => {
      if (type !== 'builder_query') throw new SigNozRefusal(`unknown query type "${type}"`);
      checkFields(spec, SPEC_FIELDS, ' in query spec');
      if (spec['signal'] !== 'traces') throw new SigNozRefusal(`invalid signal "${String(spec['signal'])}"`);
      const filter = (spec['filter'] as { expression?: string } | undefined)?.expression ?? '';
      const test: RowTest = filter === '' ? () => true : parseFilter(filter, (place) => this.isKnown(place));
      const [from, to] = [BigInt(start) * 1_000_000n, BigInt(end) * 1_000_000n];
      const rows = this.rows.filter((row) => row.startNs >= from && row.startNs < to && test(row));
      if (requestType === 'raw') return this.raw(spec, rows);
      return requestType === 'scalar' ? this.scalar(spec, rows) : this.series(spec, rows);
    });
    // The results of several queries come in no order.
    return {
      type: requestType,
      data: { results: results.reverse() },
      meta: { rowsScanned: this.rows.length, bytesScanned: 0, durationMs: 1 },
    };
  }

  keys(): object {
    const keys: Record<string, object[]> = {};
    const add = (name: string, fieldContext: string, fieldDataType: string): void => {
      const own = (keys[name] ??= []);
      const entry = { name, signal: 'traces', fieldContext, fieldDataType };
      if (!own.some((one) => JSON.stringify(one) === JSON.stringify(entry))) own.push(entry);
    };
    for (const name of INTRINSIC) add(name, 'span', 'string');
    for (const row of this.rows) {
      for (const name of Object.keys(row.strings)) add(name, 'attribute', 'string');
      for (const name of Object.keys(row.numbers)) add(name, 'attribute', 'number');
      for (const name of Object.keys(row.bools)) add(name, 'attribute', 'bool');
      for (const name of Object.keys(row.resource)) add(name, 'resource', 'string');
    }
    return { keys, complete: true };
  }

  values(name: string, context: string): object {
    const cells = this.rows.flatMap((row) => cellOf(row, { context, name }) ?? []);
    const of = (type: string): Cell[] => [...new Set(cells.filter((cell) => typeof cell === type))];
    return {
      values: { stringValues: of('string'), numberValues: of('number'), boolValues: of('boolean') },
      complete: true,
    };
  }

  private isKnown({ context, name }: KeyPlace): boolean {
    if (!this.isOlder || INTRINSIC.includes(name)) return true;
    const contexts = context === '' ? ['attribute', 'resource'] : [context];
    return contexts.some((one) => this.known.has(`${one}.${name}`));
  }

  private raw(spec: Json, rows: readonly SigNozRow[]): object {
    const { limit = 100, offset = 0 } = spec as { limit?: number; offset?: number };
    if (limit > 10_000) throw new SigNozRefusal('limit exceeds maximum allowed value of 10000');
    const sorted = [...rows].sort(ordering(spec['order']));
    const selected = spec['selectFields'] as { name: string; fieldContext?: string }[] | undefined;
    const page = sorted.slice(offset, offset + limit);
    return {
      queryName: spec['name'],
      nextCursor: '',
      rows: page.length === 0 ? null : page.map((row) => this.rawRow(row, selected)),
    };
  }

  private rawRow(row: SigNozRow, selected: readonly { name: string; fieldContext?: string }[] | undefined): object {
    const timestamp = isoNanos(row.startNs);
    if (selected !== undefined) {
      const cells = selected.map(({ name, fieldContext = '' }) => {
        const cell = name === 'timestamp' ? timestamp : this.cell(row, { context: fieldContext, name });
        // Where a number is missing there is none; a text that is missing may be empty.
        return [name, typeof cell === 'number' ? rounded(cell) : (cell ?? (this.isOlder ? '' : null))];
      });
      return {
        timestamp,
        data: {
          timestamp,
          trace_id: row.columns['trace_id'],
          span_id: row.columns['span_id'],
          ...(Object.fromEntries(cells) as object),
        },
      };
    }
    if (this.isOlder) {
      const cells = DEFAULTS.map((name) => [
        name,
        name === 'timestamp' ? timestamp : (cellOf(row, keyPlace(name)) ?? ''),
      ]);
      return { timestamp, data: Object.fromEntries(cells) as object };
    }
    const numbers = Object.entries(row.numbers).map(([name, value]) => [name, rounded(value)]);
    return {
      timestamp,
      data: {
        ...{ timestamp, ...row.columns },
        events: row.events.map(({ name, timeUnixNano, attributeMap }) => ({
          ...{ name, timeUnixNano },
          ...(Object.keys(attributeMap).length === 0 ? {} : { attributes: attributeMap }),
        })),
        links: row.references.map(({ traceId, spanId }) => ({ traceId, ...(spanId === undefined ? {} : { spanId }) })),
        attributes: { ...row.strings, ...(Object.fromEntries(numbers) as object), ...row.bools },
        resource: row.resource,
      },
    };
  }

  private cell(row: SigNozRow, place: KeyPlace): Cell {
    const names = this.sameNames.find((same) => place.context === 'attribute' && same.includes(place.name));
    return [place.name, ...(names ?? [])]
      .map((name) => cellOf(row, { ...place, name }))
      .find((cell) => cell !== undefined);
  }

  private groupCells(spec: Json, row: SigNozRow): (string | null)[] {
    return ((spec['groupBy'] ?? []) as { name: string; fieldContext?: string }[]).map(({ name, fieldContext = '' }) => {
      const cell = this.cell(row, { context: fieldContext, name });
      return cell === undefined ? null : String(cell);
    });
  }

  private grouped(spec: Json, rows: readonly SigNozRow[]): Map<string, SigNozRow[]> {
    const groups = new Map<string, SigNozRow[]>();
    for (const row of rows) {
      const id = JSON.stringify(this.groupCells(spec, row));
      groups.set(id, [...(groups.get(id) ?? []), row]);
    }
    return groups;
  }

  private scalar(spec: Json, rows: readonly SigNozRow[]): object {
    const groupBy = (spec['groupBy'] ?? []) as { name: string }[];
    const expressions = aggregationsOf(spec);
    const order = ((spec['order'] ?? []) as { key: { name: string }; direction: string }[])[0];
    const at = order === undefined ? 0 : expressions.indexOf(order.key.name);
    if (at < 0) throw new SigNozRefusal(`invalid order by key '${order!.key.name}' for order by clause #1`);
    const found = [...this.grouped(spec, rows)].map(([id, members]) => ({
      cells: JSON.parse(id) as unknown[],
      numbers: expressions.map((expression) => aggregate(expression, members, (place) => this.isKnown(place))),
    }));
    found.sort((a, b) => (b.numbers[at] ?? 0) - (a.numbers[at] ?? 0));
    const limit = (spec['limit'] as number | undefined) ?? found.length;
    return {
      queryName: spec['name'],
      columns: [
        ...groupBy.map(({ name }) => column(spec, name, 'group', 0)),
        ...expressions.map((_, index) => column(spec, `__result_${index}`, 'aggregation', index)),
      ],
      data: found.slice(0, limit).map(({ cells, numbers }) => [...cells, ...numbers.map(sanitised)]),
    };
  }

  private series(spec: Json, rows: readonly SigNozRow[]): object {
    const groupBy = (spec['groupBy'] ?? []) as { name: string }[];
    const stepNs = BigInt(spec['stepInterval'] as number) * 1_000_000_000n;
    if (stepNs < 5_000_000_000n) throw new SigNozRefusal('step interval is too short');
    const groups = [...this.grouped(spec, rows)];
    const aggregations = aggregationsOf(spec).map((expression, index) => ({
      ...{ index, alias: `__result_${index}`, meta: {} },
      series: groups.map(([id, members]) => {
        const cells = JSON.parse(id) as (string | null)[];
        const steps = new Map<bigint, SigNozRow[]>();
        for (const row of members) {
          const step = row.startNs - (row.startNs % stepNs);
          steps.set(step, [...(steps.get(step) ?? []), row]);
        }
        const labels = groupBy.map(({ name }, label) => ({
          key: { name, signal: '', fieldContext: '', fieldDataType: '' },
          value: cells[label] ?? '',
        }));
        return {
          labels: labels.reverse(),
          values: [...steps].map(([step, some]) => ({
            timestamp: Number(step / 1_000_000n),
            value: sanitised(aggregate(expression, some, () => true)),
          })),
        };
      }),
    }));
    return { queryName: spec['name'], aggregations };
  }
}

function checkFields(object: Json, fields: readonly string[], where: string): void {
  const unknown = Object.keys(object).find((name) => !fields.includes(name));
  if (unknown !== undefined) throw new SigNozRefusal(`unknown field "${unknown}"${where}`);
}

function aggregationsOf(spec: Json): string[] {
  const list = (spec['aggregations'] ?? []) as { expression: string }[];
  if (list.length === 0) throw new SigNozRefusal('at least one aggregation is required');
  return list.map(({ expression }) => expression);
}

function column(spec: Json, name: string, columnType: string, aggregationIndex: number): object {
  return {
    name,
    signal: '',
    fieldContext: '',
    fieldDataType: '',
    queryName: spec['name'],
    aggregationIndex,
    meta: {},
    columnType,
  };
}

function ordering(order: unknown): (a: SigNozRow, b: SigNozRow) => number {
  const keys = (order ?? []) as { key: { name: string }; direction: string }[];
  return (a, b) => {
    for (const { key, direction } of keys) {
      const [x, y] = [cellOf(a, { context: 'span', name: key.name })!, cellOf(b, { context: 'span', name: key.name })!];
      if (x !== y) return (x < y ? -1 : 1) * (direction === 'desc' ? -1 : 1);
    }
    return 0;
  };
}

/** `count()`, `p95(duration_nano)`, `maxIf(duration_nano, has_error = true)`; as ClickHouse has them. */
function aggregate(expression: string, rows: readonly SigNozRow[], isKnown: (place: KeyPlace) => boolean): number {
  const [, name = '', text = ''] = /^(\w+)\((.*)\)$/s.exec(expression) ?? [];
  const fn = name.toLowerCase();
  const isConditional = fn.endsWith('if');
  const parts = text === '' ? [] : text.split(/,\s*/);
  const test = isConditional ? parseFilter(parts.at(-1)!, isKnown) : () => true;
  const some = rows.filter(test);
  const plain = isConditional ? fn.slice(0, -2) : fn;
  if (plain === 'count') return some.length;
  const values = some.map((row) => Number(cellOf(row, keyPlace(parts[0]!)))).sort((a, b) => a - b);
  if (plain === 'sum') return values.reduce((sum, value) => sum + value, 0);
  if (plain === 'min') return values[0] ?? 0;
  if (plain === 'max') return values.at(-1) ?? 0;
  const [, digits] = /^p(05|10|20|25|50|75|90|95|99|999)$/.exec(plain) ?? [];
  if (digits === undefined) throw new SigNozRefusal(`unrecognized function: ${name}`);
  if (values.length === 0) return NaN;
  const place = Number(`0.${digits}`) * (values.length - 1);
  const [low, high] = [values[Math.floor(place)]!, values[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}

function sanitised(value: number): number | string {
  return Number.isNaN(value) ? 'NaN' : rounded(value);
}

/** Three decimals, of small numbers three digits. */
export function rounded(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  if (Math.abs(value) >= 1) return Number.isSafeInteger(value) ? value : Math.round(value * 1000) / 1000;
  return Number(value.toPrecision(3));
}

/** As Go writes times: without zeros at the end. */
export function isoNanos(ns: bigint): string {
  const seconds = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  const fraction = (ns % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}Z`;
}
