import type { IndexColumn, SpanColumns } from '../../model/spanBatch';

/**
 * A batch of its own with some rows of another, in the order given, in arrays of exactly their size; resources and
 * scopes that no row uses are left behind.
 */
export function copyRows(batch: SpanColumns, rows: Uint32Array): SpanColumns {
  const count = rows.length;
  const coldStart = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) {
    coldStart[i + 1] = coldStart[i]! + batch.coldStart[rows[i]! + 1]! - batch.coldStart[rows[i]!]!;
  }
  const cold = new Uint8Array(coldStart[count]!);
  const spanIds = new Uint8Array(count * 8);
  const parentIds = new Uint8Array(count * 8);
  for (let i = 0; i < count; i++) {
    const row = rows[i]!;
    cold.set(batch.cold.subarray(batch.coldStart[row], batch.coldStart[row + 1]), coldStart[i]);
    spanIds.set(batch.spanIds.subarray(row * 8, row * 8 + 8), i * 8);
    parentIds.set(batch.parentIds.subarray(row * 8, row * 8 + 8), i * 8);
  }
  const resource = renumbered(batch.resource, rows, batch.resources);
  const scope = renumbered(batch.scope, rows, batch.scopes);
  return {
    count,
    spanIds,
    parentIds,
    startNs: pickTimes(batch.startNs, rows),
    endNs: pickTimes(batch.endNs, rows),
    operation: pick(batch.operation, new Uint32Array(count), rows),
    resource: resource.column,
    scope: scope.column,
    status: pick(batch.status, new Uint8Array(count), rows),
    eventCount: pick(batch.eventCount, new Uint16Array(count), rows),
    linkCount: pick(batch.linkCount, new Uint16Array(count), rows),
    coldStart,
    cold,
    resources: resource.used,
    scopes: scope.used,
    operations: batch.operations,
  };
}

function pick<T extends IndexColumn>(from: IndexColumn, to: T, rows: Uint32Array): T {
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]!]!;
  return to;
}

function pickTimes(from: BigUint64Array, rows: Uint32Array): BigUint64Array {
  const to = new BigUint64Array(rows.length);
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]!]!;
  return to;
}

function renumbered(column: IndexColumn, rows: Uint32Array, values: readonly Uint8Array[]) {
  const numbers = new Map<number, number>();
  const used: Uint8Array[] = [];
  const renumberedColumn = Uint32Array.from(rows, (row) => {
    const old = column[row]!;
    const known = numbers.get(old);
    if (known !== undefined) return known;
    numbers.set(old, used.length);
    return used.push(values[old]!) - 1;
  });
  return { column: renumberedColumn, used };
}
