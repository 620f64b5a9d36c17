import type { OperationSurroundings } from '../../hints/hover/operationHover';
import { criticalPath } from '../../insight/criticalPath';
import { operationContext, type ContextShare } from '../../insight/operationContext';
import { selfTime } from '../../insight/selfTime';
import { traceNotices } from '../../insight/traceNotices';
import type { OperationStats } from '../../model/operation';
import type { Trace } from '../../model/trace';
import type { LiveSource } from '../sources/liveSource';
import type { TraceFindings } from './traceViews';

/** What the insight room says about one trace. */
export function findingsOf(trace: Trace): TraceFindings {
  return { selfTime: selfTime(trace), criticalPath: criticalPath(trace), notices: traceNotices(trace) };
}

/** Where an operation's time goes and who calls it, from a few of its traces. */
export async function surroundingsOf(
  source: LiveSource,
  stats: OperationStats,
  signal: AbortSignal,
): Promise<OperationSurroundings | undefined> {
  const context = operationContext(await source.sampleTraces(stats.id, signal), stats.id);
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
