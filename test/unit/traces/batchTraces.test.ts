import assert from 'node:assert/strict';
import { parseTraceId } from '../../../src/model/ids';
import { OperationTable } from '../../../src/model/operationTable';
import type { SpanBatch } from '../../../src/model/spanBatch';
import { SpanBatchBuilder } from '../../../src/model/spanBatchBuilder';
import { BatchTraces } from '../../../src/traces/batchTraces';
import { decodeTracesProtobuf } from '../../../src/traces/otlp/tracesDecoder';
import { encodeProtobuf, TEST_START, testSpanId, testTraceId, type TestSpan } from '../../support/otlpSpans';

function batchOf(spans: readonly TestSpan[]): SpanBatch {
  const builder = new SpanBatchBuilder(new OperationTable());
  decodeTracesProtobuf(encodeProtobuf({ service: 'shop', spans }), builder);
  return builder.seal();
}

function tracesOf(spans: readonly TestSpan[]): BatchTraces {
  return new BatchTraces([batchOf(spans)]);
}

describe('traces of a batch', () => {
  it('are told apart however their spans are mixed, in the order of their first spans', () => {
    const spans = Array.from({ length: 30 }, (_, i): TestSpan => ({
      traceId: testTraceId(3 - (i % 3)),
      spanId: testSpanId(i + 1),
      ...(i < 3 ? {} : { parentSpanId: testSpanId((i % 3) + 1) }),
      name: `span ${i}`,
    }));
    const traces = tracesOf(spans);
    assert.deepEqual(traces.ids(), [testTraceId(3), testTraceId(2), testTraceId(1)]);
    for (const trace of traces)
      assert.deepEqual([trace.count, trace.problems.roots, trace.problems.orphans], [10, 1, 0]);
    const second = traces.trace(parseTraceId(testTraceId(2))!)!;
    assert.equal(second.details(0).name, 'span 1');
    assert.ok(Array.from({ length: 10 }, (_, row) => second.details(row).name).includes('span 28'));
  });

  it('may lie in several batches, some of them empty', () => {
    const parts = [0, 1, 2].map((part) =>
      batchOf(
        Array.from({ length: part === 1 ? 0 : 20 }, (_, i): TestSpan => ({
          traceId: testTraceId(2 - (i % 2)),
          spanId: testSpanId(100 * part + i + 1),
          name: `${part}.${i}`,
        })),
      ),
    );
    const traces = [...new BatchTraces(parts)];
    assert.deepEqual(
      traces.map(({ id, count }) => `${id} ${count}`),
      [testTraceId(2), testTraceId(1)].map((id) => `${id} 20`),
    );
    const names = Array.from({ length: 20 }, (_, row) => traces[1]!.details(row).name);
    const sent = [0, 2].flatMap((part) => Array.from({ length: 10 }, (_, i) => `${part}.${2 * i + 1}`));
    assert.deepEqual(names.sort(), sent.sort());
    assert.deepEqual(new BatchTraces([]).ids(), []);
  });

  it('have spans once that are there again, unless they differ', () => {
    const client: TestSpan = { spanId: testSpanId(1), name: 'call', attributes: { peer: 'mail' }, events: [] };
    const server: TestSpan = { ...client, attributes: { peer: 'shop' } };
    const rest: TestSpan = { spanId: testSpanId(2), parentSpanId: testSpanId(1) };
    const batches = [[client, server, rest], [server], [], [rest, client, rest]].map((spans) => batchOf(spans));
    const traces = new BatchTraces(batches, { withRepeats: false });
    assert.equal(traces.repeated, 4);
    const [trace] = traces;
    assert.equal(trace!.count, 3);
    const peers = Array.from({ length: 3 }, (_, row) => trace!.details(row).attributes.get('peer'));
    assert.deepEqual(peers.map(String).sort(), ['mail', 'shop', 'undefined']);
    assert.deepEqual(
      [...new BatchTraces(batches)].map(({ count }) => count),
      [7],
    );
  });

  it('keep spans of one id that differ in anything', () => {
    const span: TestSpan = { spanId: testSpanId(1), name: 'a' };
    const others: TestSpan[] = [
      { ...span, traceId: testTraceId(2) },
      { ...span, name: 'b' },
      { ...span, kind: 'SERVER' },
      { ...span, parentSpanId: testSpanId(9) },
      { ...span, startNs: 1n },
      { ...span, endNs: TEST_START + 99n },
      { ...span, status: { code: 2 } },
      { ...span, attributes: { key: 1 } },
    ];
    for (const other of others) {
      assert.equal(new BatchTraces([batchOf([span]), batchOf([other])], { withRepeats: false }).repeated, 0);
    }
    // Ids of zeros name no span.
    const unnamed = batchOf([{ ...span, spanId: '0000000000000000' }]);
    assert.equal(new BatchTraces([unnamed, unnamed], { withRepeats: false }).repeated, 0);
  });

  it('are none for an id that is not there, and none of an empty batch', () => {
    assert.equal(tracesOf([{}]).trace(parseTraceId(testTraceId(9))!), undefined);
    assert.deepEqual([...new BatchTraces([new SpanBatchBuilder(new OperationTable()).seal()])], []);
  });
});
