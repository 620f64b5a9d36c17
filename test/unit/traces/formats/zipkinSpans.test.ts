import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isBadRecord, type SpanRecord } from '../../../../src/traces/formats/spanRecord';
import { zipkinSpans } from '../../../../src/traces/formats/zipkinSpans';
import { parseJsonLossless } from '../../../../src/traces/otlp/losslessJson';

function convert(records: unknown): SpanRecord[] {
  const spans = [...zipkinSpans(records as unknown[])];
  return spans.filter((span): span is SpanRecord => !isBadRecord(span));
}

function fixture(name: string): SpanRecord[] {
  const file = path.join(__dirname, '..', '..', '..', 'fixtures', 'files', name);
  return convert(parseJsonLossless(readFileSync(file, 'utf8')));
}

const service = (span: SpanRecord | undefined) => span?.resource.get('service.name');

describe('zipkinSpans', () => {
  const spans = fixture('zipkin-v2.json');
  const byName = (name: string) => spans.find((span) => span.name === name)!;

  it('keeps both halves of a shared id, the server below its client', () => {
    const client = byName('get');
    const server = byName('get /api');
    assert.equal(client.spanId, '6b221d5bc9e6496c');
    assert.equal(server.parentSpanId, client.spanId);
    assert.notEqual(server.spanId, client.spanId);
    assert.deepEqual([client.kind, server.kind, service(client), service(server)], [3, 2, 'Frontend', 'backend']);
    assert.equal(byName('query').parentSpanId, server.spanId);
    assert.equal(byName('render').parentSpanId, client.spanId);
    assert.deepEqual([byName('late').spanId, byName('late').parentSpanId], ['0000000000000001', '000000000000ffff']);
    assert.equal(byName('own parent').parentSpanId, undefined);
  });

  it('merges partial records of one span', () => {
    assert.equal(spans.length, 6);
    const { startNs, endNs, status } = byName('query');
    assert.deepEqual([startNs, endNs - startNs, status.code], [1763706604172800000n, 100_000n, 2]);
  });

  it('reads tags, endpoints and annotations', () => {
    const { attributes, events, scope, status } = byName('get');
    assert.deepEqual(
      [...attributes],
      [
        ['http.status_code', 500],
        ['peer.service', 'backend'],
        ['network.peer.address', '192.168.99.2'],
        ['network.peer.port', 9000],
        ['network.local.address', '192.168.99.1'],
        ['network.local.port', 8081],
      ],
    );
    assert.deepEqual([scope.name, status], ['undici', { code: 2, message: '500' }]);
    assert.deepEqual(events, [
      { timeNs: 1763706604172400000n, name: 'wire send', attributes: new Map() },
      { timeNs: 1763706604172410000n, name: 'retry', attributes: new Map([['attempt', 2]]) },
    ]);
    const server = byName('get /api');
    assert.deepEqual([server.status.code, server.attributes.get('error')], [0, 'false']);
    assert.deepEqual(
      [...server.resource],
      [
        ['service.name', 'backend'],
        ['telemetry.sdk.language', 'nodejs'],
      ],
    );
  });

  it('splits what version 1 has in one record', () => {
    const old = fixture('zipkin-v1.json');
    assert.deepEqual(
      old.map((span) => [
        span.name,
        span.kind,
        service(span),
        span.startNs / 1000n,
        (span.endNs - span.startNs) / 1000n,
      ]),
      [
        ['get /api', 2, 'frontend', 1763706603000000n, 9000n],
        ['get', 3, 'frontend', 1763706603001000n, 5000n],
        ['get', 2, 'backend', 1763706603002000n, 3000n],
        ['load', 0, 'backend', 1763706603003500n, 500n],
      ],
    );
    const [root, client, server, local] = old;
    assert.equal(root!.parentSpanId, undefined);
    assert.equal(client!.parentSpanId, root!.spanId);
    assert.equal(server!.parentSpanId, client!.spanId);
    assert.equal(local!.parentSpanId, server!.spanId);
    assert.deepEqual([server!.status.code, client!.status.code], [2, 0]);
    assert.deepEqual([server!.events.map(({ name }) => name), client!.events.length], [['cache miss'], 0]);
    assert.equal(client!.attributes.get('peer.service'), 'somewhere');
    assert.deepEqual([...root!.attributes].slice(0, 2), [['http.path', '/api'], ['peer.service', 'browser']]); // prettier-ignore
  });

  it('lets a bad record cost only itself', () => {
    const good = { traceId: 'a', id: 'b' };
    const records = [good, null, { id: 'b' }, { traceId: 'a', id: 'c', timestamp: 'soon' }, { ...good, id: 'd' }];
    const converted = [...zipkinSpans(records)];
    assert.deepEqual(converted.map(isBadRecord).sort(), [false, false, true, true, true]);
  });
});
