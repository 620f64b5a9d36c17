import assert from 'node:assert/strict';
import { parseTraceId } from '../../../src/model/ids';
import { OperationTable } from '../../../src/model/operationTable';
import { SpanBatchBuilder } from '../../../src/model/spanBatchBuilder';
import { BatchTraces } from '../../../src/traces/batchTraces';
import { decodeTracesProtobuf } from '../../../src/traces/otlp/tracesDecoder';
import { encodeProtobuf, testSpanId, testTraceId, type TestSpan } from '../../support/otlpSpans';

function tracesOf(spans: readonly TestSpan[]): BatchTraces {
  const builder = new SpanBatchBuilder(new OperationTable());
  decodeTracesProtobuf(encodeProtobuf({ service: 'shop', spans }), builder);
  return new BatchTraces(builder.seal());
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

  it('are none for an id that is not there, and none of an empty batch', () => {
    assert.equal(tracesOf([{}]).trace(parseTraceId(testTraceId(9))!), undefined);
    assert.deepEqual([...new BatchTraces(new SpanBatchBuilder(new OperationTable()).seal())], []);
  });
});
