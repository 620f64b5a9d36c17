import type { TraceId } from '../../../model/ids';
import { nanosFromMillis, type TimeWindow } from '../../../model/time';
import { traceIdOf } from '../../formats/recordIds';
import { itemsOf, textOf } from '../../formats/recordValues';
import { allOf, inTexts } from './filterText';
import type { SigNozApi } from './sigNozApi';
import { rowSpan } from './rowSpan';
import { LATEST_FIRST, spanField, type FieldName } from './sigNozQuery';

/** Spans asked for at first, and at most: pages grow, for where many spans are of few traces. */
const FIRST_ROWS = 100;
const MOST_ROWS = 5000;

/** Traces that have a span which a filter finds. */
export interface TraceIdRequest {
  /** All spans where it is undefined. */
  readonly filter: string | undefined;
  readonly window: TimeWindow;
}

const IDS: readonly FieldName[] = ['timestamp', 'trace_id', 'span_id'].map(spanField);

/**
 * The ids of traces, those with the latest spans first, each once. Pages are of spans: each goes on where the one before
 * ended, by the millisecond, which is what SigNoz can be asked for, and leaves out those of that millisecond it has had.
 */
export async function* foundTraceIds(
  api: SigNozApi,
  { filter, window }: TraceIdRequest,
  signal: AbortSignal,
): AsyncGenerator<readonly TraceId[]> {
  const seen = new Set<TraceId>();
  let to = window.to;
  let offset = 0;
  for (let limit = FIRST_ROWS; to > window.from; limit = Math.min(MOST_ROWS, limit * 2)) {
    const query = {
      name: 'A',
      filter,
      selectFields: IDS,
      order: LATEST_FIRST,
      limit,
      ...(offset > 0 ? { offset } : {}),
    };
    const fresh: TraceId[] = [];
    let [rows, lastMs, ofLast] = [0, Infinity, 0];
    for await (const row of api.rows({ from: window.from, to }, query, signal)) {
      rows++;
      const span = rowSpan(row);
      if (span === undefined) continue;
      const startMs = Number(span.startNs / 1_000_000n);
      ofLast = startMs === lastMs ? ofLast + 1 : 1;
      lastMs = startMs;
      const id = traceIdOf(span.traceId);
      if (id === undefined || seen.has(id)) continue;
      seen.add(id);
      fresh.push(id);
    }
    if (fresh.length > 0) yield fresh;
    if (rows < limit || !Number.isFinite(lastMs)) return;
    const next = nanosFromMillis(lastMs + 1);
    offset = next < to ? ofLast : offset + rows;
    to = next < to ? next : to;
  }
}

/** Those of some traces that have a span which a filter finds. */
export async function tracesWith(
  api: SigNozApi,
  ids: readonly TraceId[],
  filter: string,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<TraceId[]> {
  if (ids.length === 0) return [];
  const query = {
    ...{ name: 'A', filter: allOf([inTexts('trace_id', ids), `(${filter})`]), aggregations: ['count()'] },
    ...{ groupBy: [spanField('trace_id')], limit: ids.length },
  };
  const { results } = await api.results('scalar', window, [query], signal);
  const found = new Set(itemsOf(results.get('A')?.data).flatMap((row) => textOf(itemsOf(row)[0]) ?? []));
  return ids.filter((id) => found.has(id));
}
