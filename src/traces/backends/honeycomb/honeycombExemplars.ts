import type { OperationStats } from '../../../model/operation';
import { HONEYCOMB_START, honeycombSpans } from '../../formats/honeycombSpans';
import { isBadRecord, type SpanRecord } from '../../formats/spanRecord';
import type { JsonObject } from '../../otlp/jsonFields';
import { exemplarsOf } from '../spanExemplars';
import type { HoneycombScope } from './honeycombSchema';
import { START_FIELD, type AskedOperations, type QuerySpec } from './querySpec';

/** Spans that are asked for: the failed ones first, then the longest. */
const MOST_SPANS = 1_000;
const RANK = 'spanlight.rank';
/** Spans that are not further from the median than by this factor are typical. */
const TYPICAL = 2;
/** What makes a failed span come before all others: no span lasts so many milliseconds. */
const FAILED_FIRST = 1e12;

/** Single spans of the operations that were counted, with what opens them. */
export function exemplarSpec({ breakdowns, filters, times }: AskedOperations, { columns }: HoneycombScope): QuerySpec {
  const more = ['trace.trace_id', 'trace.span_id', 'duration_ms', 'status_message', 'status_code', 'error'];
  const own = more.filter((name) => columns.has(name) && !breakdowns.includes(name));
  const failed = columns.has('error') ? `IF($error, SUM($duration_ms, ${FAILED_FIRST}), $duration_ms)` : '$duration_ms';
  return {
    breakdowns: [...breakdowns.slice(0, 90), ...own, HONEYCOMB_START],
    calculations: [{ op: 'MAX', column: RANK }],
    calculated_fields: [START_FIELD, { name: RANK, expression: failed }],
    filters,
    orders: [{ op: 'MAX', column: RANK, order: 'descending' }],
    ...{ limit: MOST_SPANS, ...times },
  };
}

/** Finds the exemplars of an operation among rows of {@link exemplarSpec}, by the row that counted it. */
export function exemplarsByRow(
  rows: readonly JsonObject[],
  breakdowns: readonly string[],
): (row: JsonObject, stats: Pick<OperationStats, 'latency'>) => OperationStats['exemplars'] {
  const byKey = new Map<string, SpanRecord[]>();
  const keyOf = (row: JsonObject): string => JSON.stringify(breakdowns.slice(0, 90).map((name) => row[name] ?? null));
  for (const row of rows) {
    const [span] = honeycombSpans({ results: [row] });
    if (span === undefined || isBadRecord(span)) continue;
    byKey.set(keyOf(row), [...(byKey.get(keyOf(row)) ?? []), span]);
  }
  return (row, { latency }) => exemplarsOf(byKey.get(keyOf(row)) ?? [], latency.quantile(0.5), TYPICAL);
}
