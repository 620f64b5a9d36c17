import { toLine1 } from '../../base/positions';
import type { BrokenRoot } from '../../lint/proof/suspects';
import type { Finding } from '../../model/finding';
import { SPAN_KINDS } from '../../model/operation';
import type { Trace } from '../../model/trace';
import type { SuspectView } from '../../protocol/traceView';

/** Who knows what may be suspected. */
export interface Suspicion {
  readonly folderOf: (service: string) => string | undefined;
  readonly suspects: (root: BrokenRoot) => readonly Finding[];
}

/** Where a root span of a trace may have lost its parent, for the page of the trace. */
export function suspectViews(trace: Trace, row: number, { folderOf, suspects }: Suspicion): SuspectView[] {
  const kind = SPAN_KINDS[trace.kind[row]!] ?? 'UNSPECIFIED';
  const folder = folderOf(trace.services[trace.service[row]!] ?? '');
  return suspects({ traceId: trace.id, kind, folder }).map(({ file, range, rule, message }) => ({
    file,
    line: toLine1(range.startLine),
    rule,
    message,
  }));
}
