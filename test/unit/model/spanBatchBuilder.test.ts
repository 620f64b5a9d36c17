import assert from 'node:assert/strict';
import { OperationTable } from '../../../src/model/operationTable';
import { columnBytes, spanIdOf, startOf, traceIdOf } from '../../../src/model/spanBatch';
import { SpanBatchBuilder } from '../../../src/model/spanBatchBuilder';

/** Appends a row whose values all follow from `n`. */
function append(builder: SpanBatchBuilder, n: number): void {
  const cold = new Uint8Array(n % 7).fill(n);
  builder.reserve(1, cold.length);
  const row = builder.count;
  builder.traceIds.fill(n % 250, row * 16, row * 16 + 16);
  builder.spanIds.fill(n % 250, row * 8, row * 8 + 8);
  builder.parentIds.fill(0, row * 8, row * 8 + 8);
  builder.startNs[row] = BigInt(n) << 40n;
  builder.endNs[row] = (BigInt(n) << 40n) + 5n;
  builder.operation[row] = 0;
  builder.resource[row] = builder.internResource(new Uint8Array([n % 3]));
  builder.scope[row] = builder.internScope(new Uint8Array([n % 2]));
  builder.status[row] = n % 3;
  builder.eventCount[row] = n;
  builder.linkCount[row] = 1;
  builder.cold.set(cold, builder.coldLength);
  builder.coldLength += cold.length;
  builder.commitRow();
}

describe('SpanBatchBuilder', () => {
  it('grows, views and seals the same rows', () => {
    const builder = new SpanBatchBuilder(new OperationTable());
    for (let n = 1; n <= 1000; n++) append(builder, n);
    const view = builder.view();
    const bytes = builder.byteLength;
    const sealed = builder.seal();
    assert.equal(sealed.count, 1000);
    assert.equal(sealed.startNs.byteLength, 8000);
    assert.equal(startOf(sealed, 999), 1000n << 40n);
    assert.equal(traceIdOf(sealed, 0), '01'.repeat(16));
    assert.equal(spanIdOf(sealed, 249), undefined);
    assert.deepEqual(sealed.cold.subarray(sealed.coldStart[4], sealed.coldStart[5]), new Uint8Array(5).fill(5));
    assert.deepEqual([sealed.resources.length, sealed.scopes.length], [3, 2]);
    assert.deepEqual(view.eventCount, sealed.eventCount);
    assert.equal(columnBytes(sealed) + sealed.traceIds.byteLength, bytes + sealed.coldStart.BYTES_PER_ELEMENT);
    assert.deepEqual([builder.count, builder.byteLength, builder.view().count], [0, 0, 0]);
  });

  it('rolls back rows with what only they used', () => {
    const builder = new SpanBatchBuilder(new OperationTable());
    append(builder, 6);
    append(builder, 12);
    const before = builder.view();
    const cold = before.cold.slice();
    append(builder, 7);
    append(builder, 8);
    builder.truncate(2);
    const after = builder.seal();
    assert.deepEqual([after.count, after.resources.length, after.scopes.length], [2, 1, 1]);
    assert.deepEqual(after.cold, cold);
    append(builder, 9);
    assert.deepEqual(builder.seal().resources, [new Uint8Array([0])]);
  });

  it('refuses to truncate to more rows than there are', () => {
    assert.throws(() => new SpanBatchBuilder(new OperationTable()).truncate(1), RangeError);
  });
});
