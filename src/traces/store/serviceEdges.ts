import { STATUS_ERROR } from '../../model/operation';
import type { OperationTable } from '../../model/operationTable';
import { linkParents } from '../../model/tree/parentLinks';
import type { TimeWindow } from '../../model/time';
import { wordsOf } from '../../model/tree/traceRows';
import type { ServiceGraph } from '../../model/traceSource';
import type { Segment } from './segment';

/**
 * Calls between services, found where a span's parent belongs to another service: the parent made the call, the span
 * answered it. Linear in the spans that are held.
 */
export function serviceEdges(
  segments: readonly Segment[],
  oldestTrace: number,
  operations: OperationTable,
  window: TimeWindow,
): ServiceGraph {
  const rows = liveRows(segments, oldestTrace, window);
  const ids = new Uint32Array(rows.count * 2);
  const parents = new Uint32Array(rows.count * 2);
  const group = new Uint32Array(rows.count);
  const operation = new Uint32Array(rows.count);
  const failed = new Uint8Array(rows.count);
  let at = 0;
  for (const [index, { batch, traces }] of segments.entries()) {
    const spanWords = wordsOf(batch.spanIds);
    const parentWords = wordsOf(batch.parentIds);
    for (const row of rows.bySegment[index]!) {
      ids.set(spanWords.subarray(2 * row, 2 * row + 2), 2 * at);
      parents.set(parentWords.subarray(2 * row, 2 * row + 2), 2 * at);
      group[at] = traces[row]!;
      operation[at] = batch.operation[row]!;
      failed[at++] = batch.status[row] === STATUS_ERROR ? 1 : 0;
    }
  }
  const { parent } = linkParents({ ids, parents, group });
  const edges = new Map<string, { caller: string; callee: string; count: number; errorCount: number }>();
  for (let row = 0; row < rows.count; row++) {
    if (parent[row]! < 0) continue;
    const caller = operations.key(operation[parent[row]!]!).service;
    const callee = operations.key(operation[row]!).service;
    if (caller === callee) continue;
    const key = `${caller}\u0000${callee}`;
    const edge = edges.get(key) ?? { caller, callee, count: 0, errorCount: 0 };
    edge.count++;
    edge.errorCount += failed[row]!;
    edges.set(key, edge);
  }
  return { edges: [...edges.values()] };
}

function liveRows(segments: readonly Segment[], oldestTrace: number, window: TimeWindow) {
  const [from, to] = [window.from as bigint, window.to as bigint];
  const bySegment = segments.map(({ batch, traces }) => {
    const rows: number[] = [];
    for (let row = 0; row < batch.count; row++) {
      const start = batch.startNs[row]!;
      if (traces[row]! >= oldestTrace && start >= from && start < to) rows.push(row);
    }
    return rows;
  });
  return { bySegment, count: bySegment.reduce((sum, rows) => sum + rows.length, 0) };
}
