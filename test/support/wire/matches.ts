import assert from 'node:assert/strict';
import type { TraceId } from '../../../src/model/ids';
import type { Trace } from '../../../src/model/trace';
import { MOST_MATCHED, type TraceQuery } from '../../../src/model/traceSource';
import type { Backend } from '../../../src/traces/backends/backend';
import { prepareSearch } from '../../../src/traces/traceql/plan/prepareSearch';

/** The spans that matched, by trace. */
export type Matches = Map<TraceId, readonly string[]>;

/** What a query must find in some traces: what the evaluator finds in them. */
export function matchesIn(traces: readonly Trace[], query: Pick<TraceQuery, 'text' | 'anySemconv'>): Matches {
  const prepared = prepareSearch(query);
  return new Map(
    traces.flatMap((trace) => {
      const match = prepared.match(trace);
      return match === undefined ? [] : [[trace.id, match.spanIds.slice(0, MOST_MATCHED)] as const];
    }),
  );
}

/** What a backend finds; no trace may come twice. */
export async function matchesFound(backend: Backend, query: TraceQuery, signal: AbortSignal): Promise<Matches> {
  const found: Matches = new Map();
  for await (const summary of backend.search(query, signal)) {
    assert.ok(!found.has(summary.traceId), `${query.text} finds ${summary.traceId} twice`);
    found.set(summary.traceId, summary.matched);
  }
  return found;
}
