import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { Duplex } from 'node:stream';
import zlib from 'node:zlib';
import { loadMessages } from '../../../../../src/traces/otlp/messages';
import { grpcFrame, grpcMessageText } from '../../../../../src/traces/receiver/grpc/grpcFrames';
import { encodeProtobuf, testSpanId, testTraceId } from '../../../../support/otlpSpans';
import { ReceiverBed } from '../../../../support/receiverBed';

const LIMIT = 128 * 1024;
const LOGS = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const METRICS = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';

function compressed(message: Uint8Array): Buffer {
  const frame = grpcFrame(zlib.gzipSync(message));
  frame[0] = 1;
  return frame;
}

describe('the OTLP/gRPC receiver', () => {
  let bed: ReceiverBed;
  const spans = (): number => bed.store.counters().receivedSpans;

  before(async () => {
    bed = await ReceiverBed.start({ maxBodyBytes: LIMIT });
  });
  after(() => bed.close());

  it('takes a call and answers with an empty message', async () => {
    const before = spans();
    const answer = await bed.call([grpcFrame(encodeProtobuf({ spans: [{}, {}] }))]);
    assert.deepEqual([answer.httpStatus, answer.status, answer.trailersOnly], [200, '0', false]);
    assert.equal(answer.headers['content-type'], 'application/grpc');
    assert.match(String(answer.headers['grpc-accept-encoding']), /^identity,gzip/);
    assert.deepEqual(answer.body, Buffer.alloc(5));
    assert.equal(spans() - before, 2);
  });

  it('takes a message in any pieces', async () => {
    const before = spans();
    const frame = grpcFrame(encodeProtobuf({ spans: [{}] }));
    const cuts = [1, 3, 5, 6, 40, frame.length];
    await bed.call(cuts.map((to, i) => frame.subarray(i === 0 ? 0 : cuts[i - 1], to)));
    await bed.call([...frame].map((byte) => Buffer.from([byte])));
    assert.equal(spans() - before, 2);
  });

  it('takes gzip, and a message that is not compressed although others may be', async () => {
    const before = spans();
    const body = encodeProtobuf({ spans: [{}] });
    assert.equal((await bed.call([compressed(body)], { 'grpc-encoding': 'gzip' })).status, '0');
    assert.equal((await bed.call([grpcFrame(body)], { 'grpc-encoding': 'gzip' })).status, '0');
    assert.equal(spans() - before, 2);
  });

  it('takes an empty request, logs and metrics', async () => {
    for (const path of [undefined, LOGS, METRICS]) {
      const headers = path === undefined ? {} : { ':path': path };
      assert.equal((await bed.call([grpcFrame(new Uint8Array(0))], headers)).status, '0', path);
    }
  });

  it('says how many spans it left out', async () => {
    const answer = await bed.call([grpcFrame(encodeProtobuf({ spans: [{ traceId: '' }, {}] }))]);
    assert.equal(answer.status, '0');
    const { partialSuccess } = loadMessages().collector.ExportResponse.decode(answer.body.subarray(5));
    assert.equal(String(partialSuccess?.rejected), '1');
    assert.match(partialSuccess?.errorMessage ?? '', /trace_id/);
  });

  const refused: [string, readonly Uint8Array[], http2.OutgoingHttpHeaders, string, RegExp][] = [
    ['an unknown method', [], { ':path': '/some.Service/Export' }, '12', /some.Service/],
    [
      'an unknown signal',
      [],
      { ':path': '/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export' },
      '12',
      /unknown/,
    ],
    ['what is no protobuf', [grpcFrame(Buffer.from('hello'))], {}, '3', /not OTLP protobuf/],
    ['a cut message', [grpcFrame(Buffer.alloc(10)).subarray(0, 9)], {}, '3', /not one whole/],
    ['no message', [], {}, '3', /not one whole/],
    ['two messages', [grpcFrame(Buffer.alloc(0)), grpcFrame(Buffer.alloc(0))], {}, '3', /not one whole/],
    ['a compressed message without a word of it', [compressed(Buffer.alloc(9))], {}, '3', /without grpc-encoding/],
    ['an unknown compression', [compressed(Buffer.alloc(9))], { 'grpc-encoding': 'snappy' }, '12', /"snappy"/],
    ['too much', [grpcFrame(Buffer.alloc(LIMIT + 1))], {}, '8', /larger/],
    ['the announcement of too much', [Buffer.from([0, 0xff, 0xff, 0xff, 0xff])], {}, '8', /larger/],
    ['a gzip bomb', [compressed(Buffer.alloc(20 * 1024 * 1024))], { 'grpc-encoding': 'gzip' }, '8', /larger/],
    ['a web page', [], { origin: 'https://example.test' }, '7', /Origin/],
    ['another host', [], { ':authority': 'rebound.example.test' }, '7', /rebound.example.test/],
  ];
  for (const [what, frames, headers, status, message] of refused) {
    it(`refuses ${what} with ${status}`, async () => {
      const before = bed.receiver.counters.rejectedRequests;
      const answer = await bed.call(frames, headers);
      assert.deepEqual([answer.httpStatus, answer.status, answer.trailersOnly], [200, status, true]);
      assert.match(answer.message, message);
      assert.equal(bed.receiver.counters.rejectedRequests - before, 1);
    });
  }

  it('refuses what is no gRPC with 415', async () => {
    const answer = await bed.call([], { 'content-type': 'application/x-protobuf' });
    assert.equal(answer.httpStatus, 415);
    assert.match(answer.message, /OTLP\/gRPC/);
  });

  it('encodes messages as gRPC wants', () => {
    assert.equal(grpcMessageText('100 % größer\n'), '100 %25 gr%C3%B6%C3%9Fer%0A');
  });

  it('goes on after bytes that are no HTTP/2, and after calls that are given up', async () => {
    const socket = net.connect(Number(new URL(bed.grpcUrl).port), '127.0.0.1');
    socket.end('\u0000\u0001\u0002 hello');
    await once(socket.resume(), 'close');
    const session = http2.connect(bed.grpcUrl);
    const stream = session.request({ ':method': 'POST', ':path': LOGS, 'content-type': 'application/grpc' });
    stream.on('error', () => undefined);
    stream.write(Buffer.from([0, 0]));
    await new Promise((resolve) => setTimeout(resolve, 30));
    stream.close(http2.constants.NGHTTP2_CANCEL);
    session.destroy();
    assert.equal((await bed.call([grpcFrame(new Uint8Array(0))])).status, '0');
  });

  it('does not take the way in which grpc-go hangs up for a bad request', async () => {
    const before = bed.receiver.counters.rejectedRequests;
    const socket = net.connect(Number(new URL(bed.grpcUrl).port), '127.0.0.1');
    const pipe = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, () => done()),
    });
    socket.on('data', (chunk) => pipe.push(chunk));
    const session = http2.connect(bed.grpcUrl, { createConnection: () => pipe });
    session.on('error', () => undefined);
    const stream = session.request({ ':method': 'POST', ':path': METRICS, 'content-type': 'application/grpc' });
    stream.resume().end(grpcFrame(new Uint8Array(0)));
    await once(stream, 'close');
    // GOAWAY with the highest of all stream ids.
    socket.write(Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]));
    await once(socket, 'close');
    assert.equal(bed.receiver.counters.rejectedRequests, before);
    assert.ok(bed.logged.some((line) => line.includes('a session ended with')));
    session.destroy();
  });

  it('counts what is no HTTP/2, and says where a sender of HTTP/1 or TLS went wrong', async () => {
    const { counters } = bed.receiver;
    const before = counters.rejectedRequests;
    const port = Number(new URL(bed.grpcUrl).port);
    assert.equal(await exchange(port, 'hello?\r\n'), '');
    assert.match(counters.lastRejection ?? '', /not HTTP\/2/);
    assert.equal(await exchange(port, Buffer.from([0x16, 3, 1, 2, 0, 1])), '');
    assert.match(counters.lastRejection ?? '', /TLS.*OTEL_EXPORTER_OTLP_INSECURE/);
    const head = 'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n';
    const answer = await exchange(port, `${head}\r\n{}`);
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n[^]*text\/plain[^]*OTLP\/gRPC; OTLP\/HTTP goes to http:/);
    assert.ok(answer.includes(bed.httpUrl));
    const json = await exchange(port, `${head}Content-Type: application/json\r\n\r\n{}`);
    assert.match(json, /application\/json\r\n[^]*\{"code":3,"message":"This is the port for OTLP\/gRPC/);
    assert.equal(counters.rejectedRequests, before + 4);
  });

  it('answers a look with HTTP/1 without counting it', async () => {
    const before = bed.receiver.counters.rejectedRequests;
    const answer = await exchange(Number(new URL(bed.grpcUrl).port), 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[^]*Server: Spanlight\r\n[^]*port for OTLP\/gRPC/);
    assert.equal(bed.receiver.counters.rejectedRequests, before);
  });

  it('knows HTTP/2 when its first bytes come one by one', async () => {
    const socket = net.connect(Number(new URL(bed.grpcUrl).port), '127.0.0.1');
    for (const byte of Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1')) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const [settings] = (await once(socket, 'data')) as [Buffer];
    assert.equal(settings[3], 4);
    socket.destroy();
  });

  it('speaks of gRPC and not of HTTP when it refuses a compression', async () => {
    for (const encoding of ['snappy', 'x-gzip', 'toString']) {
      const { status, message } = await bed.call([compressed(Buffer.alloc(9))], { 'grpc-encoding': encoding });
      assert.equal(status, '12');
      assert.match(message, /^grpc-encoding "[a-z-]+" is not supported; use gzip, deflate/);
    }
  });

  it('joins logs to their spans', async () => {
    const { LogsData } = loadMessages().logs.v1;
    const ids = { traceId: Buffer.from(testTraceId(77), 'hex'), spanId: Buffer.from(testSpanId(1), 'hex') };
    const logRecords = [
      { ...ids, severityNumber: 17, body: { stringValue: 'it broke' } },
      { body: { stringValue: 'no span' } },
    ];
    const logs = LogsData.encode(LogsData.fromObject({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })).finish();
    await bed.call([grpcFrame(encodeProtobuf({ spans: [{ traceId: testTraceId(77), spanId: testSpanId(1) }] }))]);
    assert.equal((await bed.call([grpcFrame(logs)], { ':path': LOGS })).status, '0');
    assert.equal(bed.store.counters().logs, 1);
  });
});

/** Sends bytes, and returns what comes until the other side hangs up. */
async function exchange(port: number, bytes: string | Buffer): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  let reply = '';
  socket.on('data', (chunk) => (reply += String(chunk)));
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return reply;
}
