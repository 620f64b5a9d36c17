import assert from 'node:assert/strict';
import zlib from 'node:zlib';
import { grpcFrame } from '../../../../src/traces/receiver/grpc/grpcFrames';
import { encodeJson, encodeProtobuf, testSpanId, testTraceId } from '../../../support/otlpSpans';
import { ReceiverBed } from '../../../support/receiverBed';

const SPANS = 8_000;

function manySpans(more: object[] = []) {
  const attributes = { 'http.route': '/orders/:id', 'db.statement': 'SELECT * FROM orders WHERE id = ?' };
  const spans = Array.from({ length: SPANS }, (_, i) => ({
    traceId: testTraceId(1 + (i >> 3)),
    spanId: testSpanId(i + 1),
    attributes: { ...attributes, n: i },
  }));
  return { service: 'bulk', spans: [...spans, ...more] };
}

describe('large bodies', () => {
  let bed: ReceiverBed;
  beforeEach(async () => {
    bed = await ReceiverBed.start();
  });
  afterEach(() => bed.close());
  const spans = (): number => bed.store.counters().receivedSpans;

  it('are taken whole over every way in', async () => {
    const protobuf = encodeProtobuf(manySpans());
    const json = encodeJson(manySpans());
    assert.ok(protobuf.length > 1_050_000 && json.length > 1_050_000, String(protobuf.length));
    assert.equal((await bed.post(protobuf)).status, 200);
    assert.equal(String((await bed.json(json)).body), '{}');
    const headers = { 'Content-Encoding': 'gzip' };
    assert.equal((await bed.post(zlib.gzipSync(protobuf), { headers })).status, 200);
    assert.equal((await bed.call([grpcFrame(protobuf)])).status, '0');
    assert.equal(spans(), SPANS * 4);
    assert.equal(bed.receiver.counters.acceptedSpans, SPANS * 4);
    assert.equal(bed.store.counters().traces, SPANS / 8);
  });

  it('let others in between', async () => {
    const done: string[] = [];
    const large = bed.json(encodeJson(manySpans())).then(() => done.push('large'));
    while (spans() === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(spans() < SPANS, 'nothing was seen of the large body before it was taken whole');
    await bed.post(encodeProtobuf({ spans: [{}] })).then(() => done.push('small'));
    await large;
    assert.deepEqual(done, ['small', 'large']);
    assert.equal(spans(), SPANS + 1);
  });

  it('lose a bad span alone, and say so', async () => {
    const answer = await bed.json(encodeJson(manySpans([{ traceId: 'xyz' }, { name: 'x'.repeat(5 * 1024 * 1024) }])));
    const { partialSuccess } = JSON.parse(String(answer.body)) as {
      partialSuccess: { rejectedSpans: string; errorMessage: string };
    };
    assert.equal(partialSuccess.rejectedSpans, '2');
    assert.match(partialSuccess.errorMessage, /1 items larger than 4 MiB rejected; 1 span rejected: traceId is not/);
    assert.deepEqual([spans(), bed.receiver.counters.rejectedSpans], [SPANS, 2]);
  });

  it('leave nothing when they are cut, and say what was taken when a later part is broken', async () => {
    const json = encodeJson(manySpans());
    const protobuf = encodeProtobuf(manySpans());
    assert.match(String((await bed.json(json.slice(0, -9))).body), /ends too early/);
    assert.match(String((await bed.post(protobuf.subarray(0, -9))).body), /not OTLP protobuf/);
    assert.equal(spans(), 0);
    const at = json.lastIndexOf('"traceId"');
    const broken = await bed.json(`${json.slice(0, at)}nonsense,${json.slice(at)}`);
    assert.equal(broken.status, 400);
    assert.match(String(broken.body), /not JSON: .* (\d+) items before were taken/);
    assert.ok(spans() > SPANS / 2 && spans() < SPANS);
    assert.equal(bed.receiver.counters.acceptedSpans, spans());
  });

  it('of nothing but bad spans are given up', async () => {
    const body = `{"resourceSpans":[{"scopeSpans":[{"spans":[${'1,'.repeat(600_000)}1]}]}]}`;
    const answer = await bed.json(body);
    assert.equal(answer.status, 400);
    assert.match(String(answer.body), /More than 100000 items/);
  });

  it('do not keep the receiver from closing', async () => {
    const sent = bed.json(encodeJson(manySpans())).catch(() => undefined);
    while (spans() === 0) await new Promise((resolve) => setImmediate(resolve));
    await bed.close();
    await sent;
    await assert.rejects(bed.post(''));
  });
});
