import assert from 'node:assert/strict';
import type { OperationId } from '../../../../src/model/operation';
import { Processes, tellingProcesses } from '../../../../src/engine/sources/processes';
import { OtlpIngest } from '../../../../src/traces/ingest';
import { EmbeddedStore } from '../../../../src/traces/store/embeddedStore';

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);

/** One span of a process, as OTLP in JSON. */
function request(name: string, resource: Readonly<Record<string, string>>): Uint8Array {
  const attributes = Object.entries(resource).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const start = String(BigInt(Date.now()) * 1_000_000n);
  const span = {
    traceId: '1'.repeat(32),
    spanId: '2'.repeat(16),
    name,
    kind: 2,
    startTimeUnixNano: start,
    endTimeUnixNano: start,
  };
  return Buffer.from(
    JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] }),
  );
}

describe('the process an operation was measured in', () => {
  it('is the newest whose spans came', () => {
    const store = new EmbeddedStore();
    const processes = new Processes((operation) => store.operationTable.id(operation));
    const changes: (readonly OperationId[])[] = [];
    processes.onDidChange((ids) => changes.push(ids));
    const ingest = new OtlpIngest(tellingProcesses(store, processes));
    const send = (name: string, resource: Record<string, string>): void => {
      ingest.traces(request(name, { 'service.name': 'orders', ...resource }), 'json');
    };
    const revisionOf = (operation: number): string | undefined =>
      processes.originOf(store.operationTable.id(operation))?.revision?.text;
    send('x', { 'vcs.ref.head.revision': OLD, 'service.instance.id': '1' });
    send('y', { 'vcs.ref.head.revision': OLD, 'service.instance.id': '1' });
    send('x', { 'vcs.ref.head.revision': NEW, 'service.instance.id': '2' });
    // The old one is still there while the new one is rolled out.
    send('x', { 'vcs.ref.head.revision': OLD, 'service.instance.id': '1' });
    assert.deepEqual([revisionOf(0), revisionOf(1)], [NEW, OLD]);
    assert.equal(changes.length, 3);
    // Rolled back.
    send('x', { 'vcs.ref.head.revision': OLD, 'service.instance.id': '3' });
    assert.equal(revisionOf(0), OLD);
  });

  it('is one where processes live for a request each', () => {
    let now = 1_000_000;
    const processes = new Processes(
      () => {
        throw new Error('no operation was heard of');
      },
      () => now,
    );
    const number = (pid: number): number => processes.numberOf(new Map([['process.pid', pid]]));
    const many = new Set(Array.from({ length: 200 }, (_, pid) => number(pid)));
    assert.equal(many.size, 30);
    now += 61_000;
    assert.ok(!many.has(number(1_000)));
    assert.ok(many.has(number(3)));
  });

  it('is unknown where nothing tells', () => {
    const store = new EmbeddedStore();
    const processes = new Processes((operation) => store.operationTable.id(operation));
    new OtlpIngest(tellingProcesses(store, processes)).traces(request('x', { 'service.name': 'orders' }), 'json');
    assert.equal(processes.originOf(store.operationTable.id(0)), undefined);
  });
});
