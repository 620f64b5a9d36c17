import type { IndexColumn, SpanColumns } from '../../model/spanBatch';
import type { SpanBatchBuilder } from '../../model/spanBatchBuilder';

/** The rows of a builder as they are kept: see {@link SpanColumns}. The builder is empty afterwards, with room for `mostRoom` cold bytes at the most. */
export function takeRows(builder: SpanBatchBuilder, mostRoom: number): SpanColumns {
  const { count, spanIds, parentIds, startNs, endNs, operation, status, coldStart, ...open } = builder.view();
  const { resource, scope, eventCount, linkCount, resources, scopes, operations } = open;
  const taken = narrowed({
    count,
    spanIds: spanIds.slice(),
    parentIds: parentIds.slice(),
    startNs: startNs.slice(),
    endNs: endNs.slice(),
    operation: operation.slice(),
    status: status.slice(),
    coldStart: coldStart.slice(),
    cold: builder.takeCold(mostRoom),
    ...{ resource, scope, eventCount, linkCount, resources, scopes, operations },
  });
  builder.clear();
  return taken;
}

/** The same columns, with copies of those that are indices and counts, as narrow as their values allow. */
export function narrowed(batch: SpanColumns): SpanColumns {
  return {
    ...batch,
    resource: narrow(batch.resource, batch.resources.length),
    scope: narrow(batch.scope, batch.scopes.length),
    eventCount: narrow(batch.eventCount, highest(batch.eventCount) + 1),
    linkCount: narrow(batch.linkCount, highest(batch.linkCount) + 1),
  };
}

/** A copy in the narrowest column that holds values below `limit`. */
function narrow(column: IndexColumn, limit: number): IndexColumn {
  if (limit <= 0x100) return new Uint8Array(column);
  return limit <= 0x10000 ? new Uint16Array(column) : new Uint32Array(column);
}

function highest(column: IndexColumn): number {
  let found = 0;
  for (let row = 0; row < column.length; row++) if (column[row]! > found) found = column[row]!;
  return found;
}
