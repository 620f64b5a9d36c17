import type { TimeWindow } from '../../model/time';
import { millisLossy, nanosFromMillis } from '../../model/time';
import type { TraceSummary } from '../../model/traceSource';
import type { BackendRequests, TraceListItem } from '../../protocol/backends';
import type { LiveSource } from '../sources/liveSource';
import type { IsHidden } from './hiddenOperations';
import { checkQuery, queryProblem } from './queryCheck';

type SearchParams = BackendRequests['spanlight/search']['params'];
type SearchResult = BackendRequests['spanlight/search']['result'];

/** Results are sent on in batches of this many, or when this long has passed since the last. */
const BATCH = 50;
const BATCH_MS = 150;
/** So many more are asked for, as some may be left out of lists: a few times the limit, but no burden to a backend. */
const HIDDEN_SHARE = 4;
const MOST_HIDDEN = 400;
const MOST_ASKED = 10_000;

/** What a search needs besides its parameters. */
export interface SearchContext {
  readonly source: LiveSource;
  readonly isHidden: IsHidden;
  /** Takes results as they come. */
  readonly send: (items: readonly TraceListItem[]) => void;
}

/**
 * Runs a search and sends its results while they come; traces of hidden operations are counted and left out. A search that
 * cannot be read finds nothing and has problems.
 */
export async function searchTraces(
  params: SearchParams,
  { source, isHidden, send }: SearchContext,
  signal: AbortSignal,
): Promise<SearchResult> {
  const { query, limit, anySemconv, withHidden = false } = params;
  const check = checkQuery({ text: query, ...(anySemconv === undefined ? {} : { anySemconv }) }, source);
  if (check.problems.length > 0) return { found: 0, hidden: 0, problems: check.problems };
  const window = windowOf(params);
  let batch: TraceListItem[] = [];
  let [found, hidden, sent] = [0, 0, performance.now()];
  const flush = (): void => {
    if (batch.length > 0) send(batch);
    batch = [];
    sent = performance.now();
  };
  const asked = {
    ...{
      text: query,
      limit: withHidden ? limit : Math.min(MOST_ASKED, limit + Math.min(limit * HIDDEN_SHARE, MOST_HIDDEN)),
    },
    ...(window === undefined ? {} : { window }),
    ...(anySemconv === undefined ? {} : { anySemconv }),
  };
  try {
    for await (const summary of source.search(asked, signal)) {
      if (!withHidden && isHidden(summary.rootName)) {
        hidden++;
        continue;
      }
      found++;
      batch.push(traceListItem(summary));
      if (batch.length >= BATCH || performance.now() - sent > BATCH_MS) flush();
      if (found >= limit) break;
    }
  } catch (error) {
    // Some of what a query asks for shows only in the spans that it is evaluated on.
    const problem = queryProblem(error);
    if (problem === undefined) throw error;
    return { found, hidden, problems: [problem] };
  } finally {
    flush();
  }
  return { found, hidden, problems: [] };
}

/** A summary as the host shows it. */
export function traceListItem(summary: TraceSummary): TraceListItem {
  const { startNs, matched, services, ...rest } = summary;
  return {
    ...rest,
    startMs: millisLossy(startNs),
    ...(services === undefined ? {} : { services }),
    ...(matched.length === 0 ? {} : { matched }),
  };
}

function windowOf({ fromMs, toMs }: SearchParams): TimeWindow | undefined {
  if (fromMs === undefined || toMs === undefined) return undefined;
  return { from: nanosFromMillis(fromMs), to: nanosFromMillis(toMs) };
}
