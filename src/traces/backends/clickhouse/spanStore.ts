import type { TraceId } from '../../../model/ids';
import { nanos, type TimeWindow } from '../../../model/time';
import type { SpanCollector } from '../spanCollector';
import type { ClickhouseClient } from './clickhouseClient';
import { spanColumns, SpanRows, integer } from './spanRows';
import { hexList, SqlParameters } from './sql';
import { windowSql } from './spanSql';
import type { SpanTable } from './spanTable';

const NS_PER_SECOND = 1_000_000_000n;

/** Whole spans by their traces. */
export class SpanStore {
  constructor(
    private readonly client: ClickhouseClient,
    private readonly table: SpanTable,
  ) {}

  /** Collects every span of a trace. @returns false if there is none. */
  async trace(id: TraceId, into: SpanCollector, signal: AbortSignal): Promise<boolean> {
    const ids = spellings([id]);
    const times = await this.times(ids, 1, signal);
    if (times !== undefined && (await this.collect(ids, times, into, signal)) > 0) return true;
    // The table of times is filled from when it was made on, and may forget earlier than that of spans.
    return (await this.collect(ids, undefined, into, signal)) > 0;
  }

  /** Collects every span of some traces that began within a time, where one is given. @returns how many there were. */
  async collect(
    ids: readonly string[],
    times: TimeWindow | undefined,
    into: SpanCollector,
    signal: AbortSignal,
  ): Promise<number> {
    const parameters = new SqlParameters();
    const conditions = this.tracesSql(ids, times, parameters);
    const sql = `SELECT ${spanColumns(this.table)}\nFROM ${this.table.name}\nWHERE ${conditions}`;
    const rows = new SpanRows();
    let count = 0;
    for await (const row of this.client.rows(sql, parameters, signal)) {
      into.addRecords([rows.span(row)]);
      count++;
    }
    return count;
  }

  /** SQL for the spans of some traces. */
  tracesSql(ids: readonly string[], times: TimeWindow | undefined, parameters: SqlParameters): string {
    const own = `TraceId IN ${hexList(ids)}`;
    return times === undefined ? own : `${own} AND ${windowSql(times, parameters)}`;
  }

  /**
   * When spans of some traces began, by the table of times; undefined where that does not know all of them.
   * @param count how many traces the ids are of.
   */
  async times(ids: readonly string[], count: number, signal: AbortSignal): Promise<TimeWindow | undefined> {
    const { lookup } = this.table;
    if (lookup === undefined || ids.length === 0) return undefined;
    const sql = `SELECT toUnixTimestamp(min(Start)) AS first, toUnixTimestamp(max(End)) AS last, uniqExact(TraceId) AS n
FROM ${lookup} WHERE TraceId IN ${hexList(ids)}`;
    const [row] = await this.client.list(sql, new SqlParameters(), signal);
    const [first, last] = [integer(row?.first), integer(row?.last)];
    if (first === undefined || last === undefined || Number(row?.n) < count) return undefined;
    // Whole seconds, cut off.
    return { from: nanos(first * NS_PER_SECOND), to: nanos((last + 1n) * NS_PER_SECOND) };
  }
}

/** Ids as they may be written: some senders leave the upper half out where it is zero. */
export function spellings(ids: readonly TraceId[]): string[] {
  return ids.flatMap((id) => (id.startsWith('0'.repeat(16)) ? [id, id.slice(16)] : [id]));
}
