import type { TraceId } from '../../../model/ids';
import { nanos, type TimeWindow } from '../../../model/time';
import { azureSpans } from '../../formats/azure/azureSpans';
import { nanosOfIso } from '../../formats/recordTimes';
import { textOf } from '../../formats/recordValues';
import { hashedTraceId, traceIdOf } from '../../formats/recordIds';
import type { JsonObject } from '../../otlp/jsonFields';
import type { CandidatePage } from '../candidateSearch';
import { SpanCollector } from '../spanCollector';
import { literal, where, within, type Condition } from './kql';
import type { LogsApi } from './logsApi';
import { IS_NO_LOG } from './spanKql';
import type { WrittenIds } from './writtenIds';

/** Rows of one page; an answer may have half a million, and a hundred megabytes. */
const MAX_ROWS = 20_000;
/** Traces named at once; more are asked for by parts of the window. */
const MOST_CANDIDATES = 2_000;
const FEWEST_CANDIDATES = 100;
/** A trace may begin, and go on, beyond the part of a window that it was found in. */
const MARGIN_NS = 3_600_000_000_000n;
const MAX_PAGES = 50;
const TICK_NS = 100n;

/** Traces that have a span which meets some conditions, the latest first. */
export async function candidates(
  api: LogsApi,
  written: WrittenIds,
  conditions: readonly (Condition | string)[],
  window: TimeWindow,
  limit: number,
  signal: AbortSignal,
): Promise<CandidatePage> {
  const most = Math.min(MOST_CANDIDATES, Math.max(FEWEST_CANDIDATES, limit * 2));
  const spans = `${api.place.dialect.spans}${where([within(window), ...conditions])}`;
  const query = `${spans} | summarize Latest=max(TimeGenerated) by OperationId | top ${most} by Latest desc`;
  const { rows } = await api.rows(query, signal);
  const ids = rows.flatMap(({ OperationId: operation }) => {
    const text = textOf(operation) ?? '';
    if (text === '') return [];
    const id = traceIdOf(text) ?? hashedTraceId(text);
    written.note(id, text);
    return [id];
  });
  return { ids: [...new Set(ids)], isCut: rows.length >= most };
}

/** What of some traces is fetched. */
export interface SpanRequest {
  readonly ids: readonly TraceId[];
  /** Where they were found. */
  readonly window: TimeWindow;
  /** Columns of spans; all where left out. */
  readonly columns?: readonly string[];
  readonly withEvents: boolean;
  readonly maxWireBytes?: number;
}

/** The spans of some traces. */
export interface CollectedSpans {
  readonly collector: SpanCollector;
  readonly rows: readonly JsonObject[];
  /** Why they are not all; undefined where they are. */
  readonly partial: string | undefined;
}

/** Collects the spans of some traces and their events, page by page, the latest first. */
export async function collectTraces(
  api: LogsApi,
  written: WrittenIds,
  { ids, window, columns, withEvents, maxWireBytes }: SpanRequest,
  signal: AbortSignal,
): Promise<CollectedSpans> {
  const collector = new SpanCollector();
  if (ids.length === 0) return { collector, rows: [], partial: undefined };
  const { dialect } = api.place;
  const operations = `OperationId in (${ids
    .flatMap((id) => written.of(id))
    .map(literal)
    .join(', ')})`;
  const isSpan = `Type in ("${dialect.requests}", "${dialect.dependencies}", "${dialect.exceptions}")`;
  const conditions = withEvents ? [operations, `(${isSpan} or ${IS_NO_LOG})`] : [operations];
  const events = withEvents ? ['ExceptionType', 'OuterMessage', 'Details', 'Message', 'SeverityLevel'] : [];
  const project =
    columns === undefined
      ? ''
      : ` | project ${[...columns, ...events.filter((name) => isOf(dialect, name))].join(', ')}`;
  const pages = new Pages({ from: nanos(window.from - MARGIN_NS), to: nanos(window.to + MARGIN_NS) });
  let partial: string | undefined;
  for (let page = 0; page < MAX_PAGES && pages.goesOn && partial === undefined; page++) {
    const tables = withEvents ? dialect.spansAndEvents : dialect.spans;
    const query = `${tables}${where([within(pages.window), ...conditions])}${project} | top ${MAX_ROWS} by TimeGenerated desc`;
    const found = await api.rows(query, signal, maxWireBytes === undefined ? {} : { maxWireBytes });
    pages.take(found.rows);
    partial = found.partial;
  }
  if (pages.goesOn) partial ??= `there are more than ${MAX_PAGES * MAX_ROWS} spans`;
  collector.addRecords(azureSpans(pages.rows));
  return { collector, rows: pages.rows, partial };
}

/** Classic exceptions have their type in the column of another type. */
function isOf({ exceptions }: LogsApi['place']['dialect'], column: string): boolean {
  return column !== 'ExceptionType' || exceptions === 'AppExceptions';
}

/** Rows that come the latest first: the next ones end where the last ones began. */
class Pages {
  readonly rows: JsonObject[] = [];
  goesOn = true;
  private readonly seen = new Set<string>();

  constructor(public window: TimeWindow) {}

  take(rows: readonly JsonObject[]): void {
    const before = this.rows.length;
    let earliest: bigint | undefined;
    for (const row of rows) {
      const time = nanosOfIso(row.TimeGenerated);
      if (time !== undefined && (earliest === undefined || time < earliest)) earliest = time;
      const id = textOf(row.Id) ?? '';
      const key = id === '' ? JSON.stringify(row) : `${String(row.OperationId)} ${id} ${String(row.Type)}`;
      if (this.seen.has(key)) continue;
      this.seen.add(key);
      this.rows.push(row);
    }
    // Rows of the same tick may be on either page.
    this.goesOn = rows.length >= MAX_ROWS && earliest !== undefined && this.rows.length > before;
    if (earliest !== undefined) this.window = { from: this.window.from, to: nanos(earliest + TICK_NS) };
  }
}
