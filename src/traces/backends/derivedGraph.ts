import type { TraceId } from '../../model/ids';
import { STATUS_ERROR } from '../../model/operation';
import type { Trace } from '../../model/trace';
import type { ServiceGraph } from '../../model/traceSource';

/**
 * Calls between the services of some traces: a span whose parent belongs to another service. Each trace counts once. What
 * comes of it is an estimate: there may be more traces than these.
 */
export function graphOfTraces(traces: Iterable<Trace>): ServiceGraph {
  const edges = new Map<string, { caller: string; callee: string; count: number; errorCount: number }>();
  const seen = new Set<TraceId>();
  for (const trace of traces) {
    if (seen.has(trace.id)) continue;
    seen.add(trace.id);
    for (let row = 0; row < trace.count; row++) {
      const parent = trace.parent[row]!;
      if (parent < 0 || trace.service[parent] === trace.service[row]) continue;
      const caller = trace.services[trace.service[parent]!]!;
      const callee = trace.services[trace.service[row]!]!;
      const key = `${caller}\u0000${callee}`;
      const edge = edges.get(key) ?? { caller, callee, count: 0, errorCount: 0 };
      edge.count++;
      if (trace.status[row] === STATUS_ERROR) edge.errorCount++;
      edges.set(key, edge);
    }
  }
  const traceCount = `${seen.size} ${seen.size === 1 ? 'trace' : 'traces'}`;
  return { edges: [...edges.values()], estimate: `calls are those of ${traceCount}` };
}
