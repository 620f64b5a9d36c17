import { nanos, type TimeWindow } from '../../model/time';
import type { JsonObject } from '../otlp/jsonFields';

/** How a backend pages through its rows. */
export interface RowPaging {
  /** Where rows are looked for. */
  readonly window: TimeWindow;
  /** Rows of a full page. */
  readonly pageSize: number;
  /** How finely the backend tells times: rows of the same tick may be on either of two pages. */
  readonly tickNs: bigint;
  readonly timeOf: (row: JsonObject) => bigint | undefined;
  /** The same for a row that comes again. */
  readonly keyOf: (row: JsonObject) => string;
}

/** Rows that come the latest first, as many as fit into an answer at once: the next ones end where the last ones began. */
export class LatestRows {
  readonly rows: JsonObject[] = [];
  /** False once the last page was not full. */
  goesOn = true;
  /** Where the next page is looked for. */
  window: TimeWindow;
  private readonly seen = new Set<string>();

  constructor(private readonly paging: RowPaging) {
    this.window = paging.window;
  }

  /** Takes a page; rows that were on the one before are left out. */
  take(page: readonly JsonObject[]): void {
    const { pageSize, tickNs, timeOf, keyOf } = this.paging;
    const before = this.rows.length;
    let earliest: bigint | undefined;
    for (const row of page) {
      const time = timeOf(row);
      if (time !== undefined && (earliest === undefined || time < earliest)) earliest = time;
      const key = keyOf(row);
      if (this.seen.has(key)) continue;
      this.seen.add(key);
      this.rows.push(row);
    }
    this.goesOn = page.length >= pageSize && earliest !== undefined && this.rows.length > before;
    if (earliest !== undefined) this.window = { from: this.window.from, to: nanos(earliest + tickNs) };
  }
}
