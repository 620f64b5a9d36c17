import assert from 'node:assert/strict';
import type { TraceView } from '../../../../src/protocol/traceView';
import { withExactBuffers } from '../../../../src/vscode/trace/exactBuffers';
import { normalizeTraceId, traceIdProblem } from '../../../../src/vscode/trace/traceIds';
import { rowOfSpan, rowsOfSpans, traceTitle } from '../../../../src/vscode/trace/traceRows';
import { notKeptWords } from '../../../../src/vscode/trace/traceWords';
import { isFromWebview } from '../../../../src/vscode/trace/webviewMessages';

function traceOf(spanIds: readonly string[], rootName: string): TraceView {
  const count = spanIds.length;
  return {
    traceId: 'a'.repeat(32),
    count,
    startMs: 0,
    startNs: '0',
    durationNs: 4.18e9,
    services: ['orders'],
    names: [rootName],
    columns: {
      start: new Float64Array(count),
      duration: new Float64Array(count),
      self: new Float64Array(count),
      parent: new Int32Array(count),
      depth: new Uint32Array(count),
      subtreeEnd: new Uint32Array(count),
      kind: new Uint8Array(count),
      status: new Uint8Array(count),
      flags: new Uint16Array(count),
      service: new Uint32Array(count),
      name: new Uint32Array(count),
      eventCount: new Uint16Array(count),
      linkCount: new Uint16Array(count),
      spanIds: new Uint8Array(Buffer.from(spanIds.join(''), 'hex')),
    },
    criticalPath: { row: new Uint32Array(), from: new Float64Array(), to: new Float64Array() },
    notices: [],
  };
}

describe('trace page', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';

  it('gives every column a buffer of its own', () => {
    const message = new ArrayBuffer(1 << 16);
    const trace = traceOf(['0102030405060708'], 'x');
    const shared = { ...trace, columns: { ...trace.columns, start: new Float64Array(message, 8, 4).fill(7) } };
    const sent = withExactBuffers(shared);
    assert.equal(sent.columns.start.buffer.byteLength, 32);
    assert.deepEqual([...sent.columns.start], [7, 7, 7, 7]);
    assert.ok(sent.columns.start instanceof Float64Array);
    assert.equal(sent.columns.duration, shared.columns.duration);
    assert.equal(sent.traceId, trace.traceId);
  });

  it('finds the row of a span', () => {
    const trace = traceOf(['0102030405060708', 'f1f2f3f4f5f6f7f8'], 'x');
    assert.equal(rowOfSpan(trace, 'f1f2f3f4f5f6f7f8'), 1);
    assert.equal(rowOfSpan(trace, 'ffffffffffffffff'), undefined);
    assert.equal(rowOfSpan(trace, 'no id'), undefined);
    const found = rowsOfSpans(trace, ['F1F2F3F4F5F6F7F8', 'ffffffffffffffff', '0102030405060708']);
    assert.deepEqual([...found], [0, 1]);
    assert.equal(rowsOfSpans(trace, []).length, 0);
  });

  it('titles the tab by root and duration', () => {
    const seconds = (): string => '4.18\u202fs';
    assert.equal(traceTitle(traceOf(['0102030405060708'], 'POST /orders'), seconds), 'POST /orders 4.18 s');
    assert.equal(traceTitle(traceOf(['0102030405060708'], 'x'.repeat(90)), seconds).length, 40 + ' 4.18 s'.length);
    assert.equal(traceTitle(traceOf([], 'x'), seconds), 'Trace 4.18 s');
  });

  it('takes trace ids as people paste them', () => {
    for (const text of [id, ` ${id.toUpperCase()}\n`, `00-${id}-00f067aa0ba902b7-01`, `0x${id}`]) {
      assert.equal(normalizeTraceId(text), id);
    }
    assert.equal(normalizeTraceId('4bf92f35-77b3-4da6-a3ce-929d0e0e4736'), id);
    assert.equal(normalizeTraceId('a3ce929d0e0e4736'), '0000000000000000a3ce929d0e0e4736');
    for (const text of ['', 'hello', `${id}0`]) assert.throws(() => normalizeTraceId(text), /no trace id/);
  });

  it('says of an id what is wrong with it', () => {
    assert.equal(traceIdProblem(id), undefined);
    assert.match(
      traceIdProblem('hello') ?? '',
      /^There is no trace id in “hello”\. A trace id is 32 hexadecimal digits;/,
    );
    for (const zeros of ['0'.repeat(32), '0', `00-${'0'.repeat(32)}-0000000000000001-01`]) {
      assert.match(traceIdProblem(zeros) ?? '', /^An id of zeros alone stands for “no trace”/, zeros);
    }
  });

  it('says why a trace is not there, and that it may come yet', () => {
    assert.match(notKeptWords(id, 'opened'), /is not kept here: .* If its spans arrive again, they are shown here\.$/);
    assert.match(notKeptWords(id, 'opened', 'prod'), /^prod has no trace 4bf9/);
    assert.match(notKeptWords(id, 'restored'), /before the window was reloaded\. .*in memory.* arrive again/);
  });

  it('believes only messages of the protocol', () => {
    assert.ok(isFromWebview({ type: 'ready' }));
    assert.ok(isFromWebview({ type: 'openSource', row: 3, beside: true }));
    assert.ok(isFromWebview({ type: 'request', id: 1, method: 'spanDetails', params: { row: 2 } }));
    assert.ok(isFromWebview({ type: 'cure', cure: 'searchTraces' }));
    for (const message of [
      null,
      { type: 'cure', cure: 'toString' },
      'ready',
      { type: 'toString' },
      { type: 'openSource', row: -1, beside: true },
      { type: 'openSource', row: '3', beside: true },
      { type: 'copy', text: { length: 1 } },
      { type: 'openFrame', file: 'a.ts', line: Number.NaN },
    ]) {
      assert.equal(isFromWebview(message), false, JSON.stringify(message));
    }
  });
});
