import { parseSpanId, type SpanId, type TraceId } from '../../../model/ids';
import { nanos, type DurationNs, type TimeWindow } from '../../../model/time';
import { MOST_MATCHED, type TraceSummary } from '../../../model/traceSource';
import { itemsOf, textOf } from '../../formats/recordValues';
import { traceIdOf } from '../../formats/recordIds';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import type { JsonObject } from '../../otlp/jsonFields';
import { integer } from './spanRows';
import { DURATION_NS, IS_ERROR, START_NS } from './spanSql';

/** Matching spans of which the first are taken. */
const MAX_CONSIDERED = 1000;

/** Columns that sum up a trace, for {@link readSummary}; `GROUP BY TraceId` belongs to them. */
export function summaryColumns(matched: string | undefined): string {
  const considered = `groupArrayIf(${MAX_CONSIDERED})((${START_NS}, SpanId), ${matched ?? '0'})`;
  return `TraceId AS id, min(${START_NS}) AS first, max(${START_NS} + ${DURATION_NS}) AS last,
  count() AS spans, countIf(${IS_ERROR}) AS errors, groupUniqArray(50)(ServiceName) AS services,
  argMin(ServiceName, (ParentSpanId != '', Timestamp)) AS rootService,
  argMin(SpanName, (ParentSpanId != '', Timestamp)) AS rootName,
  arrayMap(s -> s.2, arraySlice(arraySort(${considered}), 1, ${MOST_MATCHED})) AS matched`;
}

/** Reads a row of {@link summaryColumns}; undefined for what has no id. */
export function readSummary(row: JsonObject): TraceSummary | undefined {
  const traceId = traceIdOf(row.id);
  const [first, last] = [integer(row.first), integer(row.last)];
  if (traceId === undefined || first === undefined || last === undefined) return undefined;
  const rootService = serviceName(row.rootService);
  const services = itemsOf(row.services).map(serviceName);
  return {
    traceId,
    rootService,
    rootName: textOf(row.rootName) ?? '',
    startNs: nanos(first),
    durationNs: Number(last - first) as DurationNs,
    spanCount: Number(row.spans),
    errorCount: Number(row.errors),
    services: services.sort((a, b) => Number(b === rootService) - Number(a === rootService)),
    matched: [...new Set(itemsOf(row.matched).flatMap(spanId))],
  };
}

/** The time that the spans of some traces took, to find them by. */
export function timesOf(summaries: readonly TraceSummary[]): TimeWindow {
  const starts = summaries.map(({ startNs }) => startNs);
  const ends = summaries.map(({ startNs, durationNs }) => startNs + BigInt(durationNs));
  const least = starts.reduce((a, b) => (a < b ? a : b));
  const most = ends.reduce((a, b) => (a > b ? a : b));
  return { from: least, to: nanos(most + 1n) };
}

/** What decoders call the service of spans that name none. */
export function serviceName(value: unknown): string {
  const name = textOf(value) ?? '';
  return name === '' ? UNKNOWN_SERVICE : name;
}

function spanId(value: unknown): SpanId[] {
  const id = typeof value === 'string' ? parseSpanId(value.padStart(16, '0')) : undefined;
  return id === undefined ? [] : [id];
}

/** The ids of candidates, in the order of the rows. */
export function traceIds(rows: readonly JsonObject[]): TraceId[] {
  return rows.flatMap((row) => traceIdOf(row.id) ?? []);
}
