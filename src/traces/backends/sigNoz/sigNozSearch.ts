import type { TraceId } from '../../../model/ids';
import type { TimeWindow } from '../../../model/time';
import type { Trace } from '../../../model/trace';
import { MOST_MATCHED, type TraceSummary } from '../../../model/traceSource';
import { bestGroup } from '../../traceql/plan/narrowing';
import type { PreparedSearch } from '../../traceql/plan/prepareSearch';
import type { FoundTraces } from '../foundTraces';
import { SpanCollector } from '../spanCollector';
import { streamedSearch } from '../streamedSearch';
import { conditionsFilter, NOTHING } from './conditionFilter';
import type { FieldKeys } from './fieldKeys';
import { allOf } from './filterText';
import { foundTraceIds, tracesWith } from './foundTraceIds';
import type { SigNozApi } from './sigNozApi';
import type { TraceSpans } from './traceSpans';

/** Traces whose spans are fetched at once. */
const LARGEST_PAGE = 50;

/** A search made ready. */
export interface SigNozSearch {
  readonly prepared: PreparedSearch;
  readonly anySemconv: boolean;
  readonly window: TimeWindow;
  readonly limit: number;
  /** What every matching span must meet besides: the environment. */
  readonly always: string | undefined;
  /** Told of spans that could not be read. */
  readonly onRejected: (reason: string) => void;
}

/**
 * Traces that a query finds, those with the latest spans first: SigNoz names traces with a span that meets what its filters
 * can say, their spans are fetched, and the query is evaluated on them.
 */
export async function* searchSigNoz(
  api: SigNozApi,
  spans: TraceSpans,
  keys: FieldKeys,
  search: SigNozSearch,
  signal: AbortSignal,
): AsyncGenerator<TraceSummary> {
  const { prepared, window, limit } = search;
  const filters = groupFilters(keys, search);
  if (filters === NOTHING) return;
  const matches = (trace: Trace) => (prepared.isEmpty ? [] : prepared.match(trace)?.spanIds.slice(0, MOST_MATCHED));
  const traces = foundTraces(api, spans, search, filters, signal);
  yield* streamedSearch({ window, limit, traces, matches }, signal);
}

/** For each span that a trace must have, the filter that it meets; the one that narrows the most comes first. */
function groupFilters(
  keys: FieldKeys,
  { prepared, anySemconv, always }: SigNozSearch,
): readonly (string | undefined)[] | typeof NOTHING {
  const { pushdown } = prepared;
  const best = bestGroup(pushdown);
  const ofTrace = pushdown.trace.filter(({ field }) => field.name === 'trace:id');
  const others = pushdown.groups.filter((group) => group !== best);
  const filters = [[...best, ...ofTrace], ...others].map((group) => conditionsFilter(group, keys, anySemconv));
  if (filters.includes(NOTHING)) return NOTHING;
  const [first, ...rest] = filters;
  return [allOf([first, always]), ...rest.filter((filter) => filter !== undefined)];
}

async function* foundTraces(
  api: SigNozApi,
  spans: TraceSpans,
  { window, limit, onRejected }: SigNozSearch,
  [filter, ...others]: readonly (string | undefined)[],
  signal: AbortSignal,
): AsyncGenerator<FoundTraces> {
  const size = Math.max(1, Math.min(LARGEST_PAGE, limit));
  for await (const page of foundTraceIds(api, { filter, window }, signal)) {
    let ids: readonly TraceId[] = page;
    for (const other of others) ids = await tracesWith(api, ids, other!, window, signal);
    for (let from = 0; from < ids.length; from += size) {
      const collector = new SpanCollector();
      await spans.collect(ids.slice(from, from + size), collector, signal);
      const traces = collector.traces();
      if (collector.rejection !== undefined) onRejected(collector.rejection);
      yield traces;
    }
  }
}
