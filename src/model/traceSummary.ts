import type { SpanId } from './ids';
import { STATUS_ERROR } from './operation';
import type { Trace } from './trace';
import type { TraceSummary } from './traceSource';

/** What a list of traces shows of one that is here whole. @param matched spans that a search found in it. */
export function summariseTrace(trace: Trace, matched: readonly SpanId[] = []): TraceSummary {
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
