import type { SpanId } from '../../model/ids';
import { STATUS_ERROR } from '../../model/operation';
import type { Trace } from '../../model/trace';
import type { TraceSummary } from '../../model/traceSource';

/** What a list of traces shows of one that is here whole. */
export function summariseTrace(trace: Trace, matched: readonly SpanId[]): TraceSummary {
  const root = Math.max(0, trace.parent.indexOf(-1));
  let errorCount = 0;
  for (const status of trace.status) if (status === STATUS_ERROR) errorCount++;
  return {
    traceId: trace.id,
    rootService: trace.services[trace.service[root]!] ?? '',
    rootName: trace.names[trace.name[root]!] ?? '',
    startNs: trace.startNs,
    durationNs: trace.durationNs,
    spanCount: trace.count,
    errorCount,
    services: trace.services,
    matched,
  };
}
