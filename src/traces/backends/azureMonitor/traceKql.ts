import type { TraceId } from '../../../model/ids';
import type { TimeWindow } from '../../../model/time';
import { azureSpans } from '../../formats/azure/azureSpans';
import { nanosOfIso } from '../../formats/recordTimes';
import { textOf } from '../../formats/recordValues';
import { hashedTraceId, traceIdOf } from '../../formats/recordIds';
import type { JsonObject } from '../../otlp/jsonFields';
import { candidateLimit, withMargin, type CandidatePage } from '../candidateSearch';
import { LatestRows } from '../latestRows';
import { SpanCollector } from '../spanCollector';
import { literal, where, within, type Condition } from './kql';
import type { LogsApi } from './logsApi';
import { IS_NO_LOG } from './spanKql';
import type { WrittenIds } from './writtenIds';

/** Rows of one page; an answer may have half a million, and a hundred megabytes. */
const MAX_ROWS = 20_000;
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
  const most = candidateLimit(limit);
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
  const pages = new LatestRows({
    window: withMargin(window),
    ...{ pageSize: MAX_ROWS, tickNs: TICK_NS, timeOf: (row) => nanosOfIso(row.TimeGenerated), keyOf },
  });
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

/** The same for the copies of a span that two pages have. */
function keyOf(row: JsonObject): string {
  const id = textOf(row.Id) ?? '';
  return id === '' ? JSON.stringify(row) : `${String(row.OperationId)} ${id} ${String(row.Type)}`;
}
