import type { TraceView } from '../../protocol/traceView';

/**
 * Checks what the rest of the page relies on, so that a damaged trace is said and not an endless loop: lengths of
 * columns, a pre-order tree, and indices that exist.
 * @returns what is wrong, undefined if nothing.
 */
export function checkTrace(trace: TraceView): string | undefined {
  const { columns: c, count } = trace;
  const columns = [c.start, c.duration, c.self, c.parent, c.depth, c.subtreeEnd, c.kind, c.status, c.flags];
  const short = [...columns, c.service, c.name, c.eventCount, c.linkCount].some((column) => column.length < count);
  if (short || c.spanIds.length < count * 8) return 'its columns are shorter than its number of spans';
  const path = trace.criticalPath;
  if (path.from.length < path.row.length || path.to.length < path.row.length) return 'its critical path is cut short';
  for (let row = 0; row < count; row++) {
    const parent = c.parent[row]!;
    const end = c.subtreeEnd[row]!;
    if (end <= row || end > count) return `row ${row} ends its subtree at ${end}`;
    if (parent >= row || parent < -1) return `row ${row} has row ${parent} for a parent`;
    if (parent >= 0 && end > c.subtreeEnd[parent]!) return `row ${row} reaches beyond its parent's subtree`;
    if (c.service[row]! >= trace.services.length) return `row ${row} names a service that is not listed`;
    if (c.name[row]! >= trace.names.length) return `row ${row} has a name that is not listed`;
  }
  return undefined;
}
