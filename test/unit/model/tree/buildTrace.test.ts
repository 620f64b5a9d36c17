import assert from 'node:assert/strict';
import { buildTrace } from '../../../../src/model/tree/buildTrace';
import type { SpanId } from '../../../../src/model/ids';
import { traceIdAt } from '../../../../src/model/ids';
import { ROW, type Trace } from '../../../../src/model/trace';
import { batchOf, emptyDecoder, EPOCH, traceOf, treeText, type SpanSpec } from '../../../support/spanRows';

const MS = 1e6;
const span = (id: number, parent: number, start: number | null, end: number | null, more?: Partial<SpanSpec>) => ({
  id,
  parent,
  start,
  end,
  name: String(id),
  ...more,
});

function flagged(trace: Trace, flag: number): string[] {
  return Array.from({ length: trace.count }, (_, row) => row)
    .filter((row) => (trace.flags[row]! & flag) !== 0)
    .map((row) => trace.names[trace.name[row]!]!);
}

/** What every trace promises, however broken its spans. */
function assertWellFormed(trace: Trace): void {
  for (let row = 0; row < trace.count; row++) {
    const parent = trace.parent[row]!;
    assert.ok(parent < row);
    assert.equal(trace.depth[row], parent < 0 ? 0 : trace.depth[parent]! + 1);
    assert.ok(trace.subtreeEnd[row]! > row && trace.subtreeEnd[row]! <= trace.count);
    if (parent >= 0) assert.ok(trace.subtreeEnd[row]! <= trace.subtreeEnd[parent]!);
    assert.ok(trace.start[row]! >= 0 && trace.duration[row]! >= 0);
    assert.ok(trace.start[row]! + trace.duration[row]! <= trace.durationNs);
  }
}

describe('buildTrace', () => {
  it('puts spans into pre-order with siblings by start, whatever order they arrive in', () => {
    const spans = [
      span(1, 0, 0, 100),
      span(2, 1, 10, 40),
      span(3, 1, 50, 90),
      span(4, 2, 12, 20),
      span(5, 2, 11, 30),
      span(6, 3, 60, 61),
    ];
    for (const order of [
      [0, 1, 2, 3, 4, 5],
      [5, 4, 3, 2, 1, 0],
      [3, 0, 5, 2, 4, 1],
    ]) {
      const trace = traceOf(order.map((i) => spans[i]!));
      assert.equal(treeText(trace), '1[2[5 4] 3[6]]');
      assert.deepEqual([...trace.subtreeEnd], [6, 4, 3, 4, 6, 6]);
      assert.deepEqual([...trace.start], [0, 10, 11, 12, 50, 60]);
      assert.equal(trace.startNs, EPOCH);
      assert.equal(trace.durationNs, 100);
      assertWellFormed(trace);
    }
  });

  it('joins rows of several batches', () => {
    const first = batchOf([span(2, 1, 10, 20), { ...span(9, 0, 0, 1), trace: 2 }]);
    const second = batchOf([span(1, 0, 0, 30, { service: 'gateway' }), span(3, 2, 12, 14)]);
    const trace = buildTrace({
      id: traceIdAt(first.traceIds, 0),
      parts: [
        { batch: first, rows: Uint32Array.of(0) },
        { batch: second, rows: Uint32Array.of(0, 1) },
      ],
      decoder: emptyDecoder,
    });
    assert.equal(treeText(trace), '1[2[3]]');
    assert.deepEqual(trace.services, ['gateway', 'shop']);
    assert.equal(trace.details(2).parentSpanId, '0000000000000002');
    assert.equal(trace.details(2).startNs, EPOCH + 12n);
    assert.equal(trace.rowOf('0000000000000003' as SpanId), 2);
    assert.equal(trace.rowOf('0000000000000009' as SpanId), -1);
  });

  it('shows orphans and several roots beside each other', () => {
    const trace = traceOf([span(3, 77, 5, 6), span(1, 0, 10, 20), span(2, 0, 0, 4), span(4, 3, 5, 6)]);
    assert.equal(treeText(trace), '2 3[4] 1');
    assert.deepEqual(flagged(trace, ROW.orphan), ['3']);
    assert.equal(trace.problems.roots, 2);
    assert.equal(trace.problems.orphans, 1);
    assertWellFormed(trace);
  });

  it('cuts a cycle at its earliest span and keeps what hangs below', () => {
    const trace = traceOf([span(1, 3, 20, 30), span(2, 1, 10, 15), span(3, 2, 30, 40), span(4, 3, 31, 32)]);
    assert.equal(treeText(trace), '2[3[1 4]]');
    assert.deepEqual(flagged(trace, ROW.cycle), ['2', '3', '1', '4']);
    assert.deepEqual([trace.problems.cycles, trace.problems.roots, trace.problems.orphans], [4, 0, 0]);
    assertWellFormed(trace);
  });

  it('keeps a span that is its own parent, beside a healthy tree', () => {
    const trace = traceOf([span(1, 1, 5, 6), span(2, 0, 0, 9), span(3, 1, 5, 6)]);
    assert.equal(treeText(trace), '2 1[3]');
    assert.deepEqual(flagged(trace, ROW.cycle), ['1', '3']);
  });

  it('gives the children of a duplicate id to the first span that has it', () => {
    const trace = traceOf([
      span(1, 0, 0, 10),
      span(2, 1, 1, 5, { name: 'first' }),
      span(2, 1, 2, 6, { name: 'second' }),
      span(3, 2, 3, 4),
      span(2, 2, 3, 5, { name: 'third' }),
    ]);
    assert.equal(treeText(trace), '1[first[3 third] second]');
    assert.deepEqual(flagged(trace, ROW.duplicate), ['first', 'third', 'second']);
    assert.equal(trace.problems.duplicates, 2);
    assert.equal(trace.rowOf('0000000000000002' as SpanId), 1);
  });

  it('keeps spans without an id as leaves', () => {
    const trace = traceOf([span(0, 1, 1, 2), span(0, 1, 3, 4), span(1, 0, 0, 9)]);
    assert.equal(treeText(trace), '1[0 0]');
    assert.equal(trace.spanId(1), undefined);
    assert.deepEqual(flagged(trace, ROW.duplicate), []);
  });

  it('gives spans without start or end, and those that end before they start, a length of 0', () => {
    const trace = traceOf([
      span(1, 0, 100, 200),
      span(2, 1, 110, null),
      span(3, 1, null, 150),
      span(4, 1, null, null),
      span(5, 1, 160, 140),
    ]);
    assert.equal(treeText(trace), '1[4 2 3 5]');
    assert.deepEqual([...trace.start], [0, 0, 10, 50, 60]);
    assert.deepEqual([...trace.duration], [100, 0, 0, 0, 0]);
    assert.deepEqual(flagged(trace, ROW.unfinished), ['4', '2', '3']);
    assert.deepEqual(flagged(trace, ROW.negative), ['5']);
    assert.equal(trace.startNs, EPOCH + 100n);
    assert.equal(trace.durationNs, 100);
    assertWellFormed(trace);
  });

  it('survives a trace in which no span has a time', () => {
    const trace = traceOf([span(1, 0, null, null), span(2, 1, null, null)]);
    assert.equal(treeText(trace), '1[2]');
    assert.equal(trace.startNs, 0n);
    assert.equal(trace.durationNs, 0);
  });

  it('flags clock skew, but not children that outlive their parent', () => {
    const call = span(1, 0, 10 * MS, 60 * MS, { kind: 'CLIENT' });
    const skewed = (child: SpanSpec) => flagged(traceOf([call, child]), ROW.skewed);
    assert.deepEqual(skewed(span(2, 1, 5 * MS, 40 * MS, { kind: 'SERVER' })), ['2'], 'starts before the call');
    assert.deepEqual(skewed(span(2, 1, 30 * MS, 70 * MS, { kind: 'SERVER' })), ['2'], 'answers after the call');
    assert.deepEqual(skewed(span(2, 1, 30 * MS, 90 * MS, { kind: 'SERVER' })), [], 'the call gave up');
    assert.deepEqual(skewed(span(2, 1, 30 * MS, 70 * MS, { kind: 'CONSUMER' })), [], 'asynchronous');
    assert.deepEqual(skewed(span(2, 1, 9.5 * MS, 40 * MS)), [], 'less than clocks explain');
  });

  it('keeps nanoseconds exact and takes absurd times', () => {
    const trace = traceOf([span(1, 0, 0, 8_640_000_000_000_001), span(2, 1, 1, 2)]);
    assert.equal(trace.duration[0], 8_640_000_000_000_001);
    assert.equal(trace.start[1], 1);
    const absurd = traceOf([span(1, 0, -Number(EPOCH) + 4096, 5), span(2, 1, 7, 9)]);
    assert.equal(absurd.count, 2);
    assertWellFormed(absurd);
  });

  it('takes a chain of 10,000 spans, parents last', () => {
    const depth = 10_000;
    const trace = traceOf(Array.from({ length: depth }, (_, i) => span(depth - i, depth - i - 1, depth - i, 20_000)));
    assert.equal(trace.depth[depth - 1], depth - 1);
    assertWellFormed(trace);
  });

  it('takes 100,000 siblings in random order', () => {
    let seed = 1;
    const children = Array.from({ length: 100_000 }, (_, i) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return span(i + 2, 1, seed, seed + 10, { name: 'child' });
    });
    const trace = traceOf([...children, span(1, 0, 0, 2 ** 33, { name: 'root' })]);
    assert.equal(trace.subtreeEnd[0], 100_001);
    for (let row = 2; row < trace.count; row++) assert.ok(trace.start[row]! >= trace.start[row - 1]!);
    assertWellFormed(trace);
  });

  it('takes a cycle of 10,000 spans', () => {
    const count = 10_000;
    const trace = traceOf(Array.from({ length: count }, (_, i) => span(i + 1, i === 0 ? count : i, count - i, count)));
    assert.equal(trace.problems.cycles, count);
    assert.equal(trace.depth[count - 1], count - 1);
    assert.equal(trace.names[trace.name[0]!], String(count));
  });
});
