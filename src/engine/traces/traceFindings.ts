import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OperationSurroundings } from '../../hints/hover/operationHover';
import { criticalPath } from '../../insight/criticalPath';
import { operationContext, type ContextShare } from '../../insight/operationContext';
import { selfTime } from '../../insight/selfTime';
import { traceNotices } from '../../insight/traceNotices';
import type { OperationStats } from '../../model/operation';
import type { Trace } from '../../model/trace';
import type { EmbeddedStore } from '../../traces/store/embeddedStore';
import type { TraceFindings } from './traceViews';

/** Traces that a hover's breakdown is made of, at most, and the time spent on getting them. */
const SAMPLED_TRACES = 20;
const SAMPLING_MS = 60;

/** What the insight room says about one trace. */
export function findingsOf(trace: Trace): TraceFindings {
  return { selfTime: selfTime(trace), criticalPath: criticalPath(trace), notices: traceNotices(trace) };
}

/** Where an operation's time goes and who calls it, from its latest traces. */
export async function surroundingsOf(
  store: EmbeddedStore,
  stats: OperationStats,
  signal: AbortSignal,
): Promise<OperationSurroundings | undefined> {
  const end = performance.now() + SAMPLING_MS;
  const traces: Trace[] = [];
  for (const id of store.traceIdsOf(stats.id, SAMPLED_TRACES)) {
    const trace = store.traceNow(id);
    if (trace !== undefined) traces.push(trace);
    if (signal.aborted || performance.now() > end) break;
    await nextTurn();
  }
  const context = operationContext(traces, stats.id);
  if (context === undefined) return undefined;
  const label = ({ service, name }: ContextShare): string =>
    service === stats.key.service ? name : `${service} ${name}`;
  return {
    spentIn: context.children.map((child) => ({
      label: label(child),
      callsPerCall: child.perCall,
      share: child.share,
    })),
    ownShare: context.ownShare,
    calledBy: context.callers.map((caller) => ({ label: label(caller), share: caller.share })),
  };
}
