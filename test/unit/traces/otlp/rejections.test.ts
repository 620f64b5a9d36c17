import assert from 'node:assert/strict';
import { OperationTable } from '../../../../src/model/operationTable';
import { SpanBatchBuilder } from '../../../../src/model/spanBatchBuilder';
import { ReceiverCounters } from '../../../../src/traces/receiver/counters';
import { decodeTracesJson } from '../../../../src/traces/otlp/tracesJson';

describe('rejections', () => {
  it('refuse a body that holds next to nothing but bad spans', () => {
    const body = `{"resourceSpans":[{"scopeSpans":[{"spans":[${'1,'.repeat(100_001)}1]}]}]}`;
    const builder = new SpanBatchBuilder(new OperationTable());
    assert.throws(() => decodeTracesJson(body, builder), /More than 100000 items/);
    assert.equal(builder.count, 0);
  });

  it('are told in one bounded line, whatever the sender wrote', () => {
    const told: string[] = [];
    const counters = new ReceiverCounters((message) => told.push(message));
    counters.rejected(`bad \u001b]0;title\u0007 thing\n${'x'.repeat(100_000)}`);
    assert.match(told[0]!, /^bad {1,2}\]0;title {1,2}thing x+/);
    assert.ok(told[0]!.length < 1_000 && !/\p{Cc}/u.test(told[0]!));
    assert.equal(counters.rejectedRequests, 1);
  });
});
