import assert from 'node:assert/strict';
import type { AttributeValue } from '../../../../src/model/attributes';
import { Processes, tellingProcesses } from '../../../../src/engine/sources/processes';
import { OtlpIngest } from '../../../../src/traces/ingest';
import { EmbeddedStore } from '../../../../src/traces/store/embeddedStore';

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);

/** One span of a process, as OTLP in JSON. */
function request(resource: Readonly<Record<string, string>>): Uint8Array {
  const attributes = Object.entries(resource).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const start = String(BigInt(Date.now()) * 1_000_000n);
  const span = {
    traceId: '1'.repeat(32),
    spanId: '2'.repeat(16),
    name: 'x',
    kind: 2,
    startTimeUnixNano: start,
    endTimeUnixNano: start,
  };
  return Buffer.from(
    JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] }),
  );
}

describe('processes of services', () => {
  it('are those whose spans came, and the newest counts', () => {
    const processes = new Processes();
    const changes: string[] = [];
    processes.onDidChange((service) => changes.push(service));
    const ingest = new OtlpIngest(tellingProcesses(new EmbeddedStore(), processes));
    const send = (revision: string, instance: string): void => {
      const resource = { 'service.name': 'orders', 'vcs.ref.head.revision': revision, 'service.instance.id': instance };
      ingest.traces(request(resource), 'json');
    };
    send(OLD, '1');
    send(NEW, '2');
    // The old one is still there while the new one is rolled out.
    send(OLD, '1');
    assert.equal(processes.originOf('orders')?.revision?.text, NEW);
    assert.deepEqual(changes, ['orders', 'orders']);
    // Rolled back.
    send(OLD, '3');
    assert.equal(processes.originOf('orders')?.revision?.text, OLD);
    assert.equal(processes.originOf('users'), undefined);
  });

  it('say nothing where nothing tells them apart', () => {
    const processes = new Processes();
    processes.note(new Map<string, AttributeValue>([['service.name', 'orders']]));
    assert.equal(processes.originOf('orders'), undefined);
  });
});
