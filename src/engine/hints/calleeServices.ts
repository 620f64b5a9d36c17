import type { TraceId } from '../../model/ids';
import type { OperationId, OperationStats } from '../../model/operation';
import type { Trace } from '../../model/trace';
import type { CalleeLookup } from '../boards/operationBoard';

/** Traces that are looked at per operation before its callee counts as unknown. */
const MOST_LOOKS = 3;

/**
 * Whom calls go to by what the traces show: the service of a call's child span. Span attributes alone often say no more
 * than `localhost`. Looked up once per operation, in its exemplar traces.
 */
export class CalleeServices implements CalleeLookup {
  private readonly found = new Map<OperationId, string>();
  private readonly looked = new Map<OperationId, Set<TraceId>>();

  constructor(private readonly trace: (id: TraceId) => Trace | undefined) {}

  serviceOf(stats: OperationStats): string | undefined {
    const known = this.found.get(stats.id);
    if (known !== undefined || stats.key.kind !== 'CLIENT') return known;
    const looked = this.looked.get(stats.id) ?? new Set();
    const exemplar = stats.exemplars.slowest ?? stats.exemplars.typical;
    if (exemplar === undefined || looked.size >= MOST_LOOKS || looked.has(exemplar.traceId)) return undefined;
    looked.add(exemplar.traceId);
    this.looked.set(stats.id, looked);
    const trace = this.trace(exemplar.traceId);
    const service = trace && childService(trace, trace.rowOf(exemplar.spanId));
    if (service !== undefined) this.found.set(stats.id, service);
    return service;
  }

  clear(): void {
    this.found.clear();
    this.looked.clear();
  }
}

/** The service of the first child in another service than its parent. */
function childService(trace: Trace, row: number): string | undefined {
  if (row < 0) return undefined;
  for (let child = row + 1; child < trace.subtreeEnd[row]!; child++) {
    if (trace.parent[child] === row && trace.service[child] !== trace.service[row]) {
      return trace.services[trace.service[child]!];
    }
  }
  return undefined;
}
