import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import zlib from 'node:zlib';
import { loadMessages } from '../../../../src/traces/otlp/messages';
import { encodeJson, encodeProtobuf } from '../../../support/otlpSpans';
import { ReceiverBed, type HttpAnswer } from '../../../support/receiverBed';

const { ExportResponse, Status } = loadMessages().collector;
const LIMIT = 256 * 1024;

describe('the OTLP/HTTP receiver', () => {
  let bed: ReceiverBed;
  const spans = (): number => bed.store.counters().receivedSpans;

  before(async () => {
    bed = await ReceiverBed.start({ maxBodyBytes: LIMIT });
  });
  after(() => bed.close());

  it('takes protobuf and JSON, and answers with an empty response of the same type', async () => {
    const before = spans();
    const protobuf = await bed.post(encodeProtobuf({ spans: [{}, {}] }));
    assert.deepEqual(
      [protobuf.status, protobuf.headers['content-type'], protobuf.body.length],
      [200, 'application/x-protobuf', 0],
    );
    const json = await bed.json(encodeJson({ spans: [{}] }), { path: '/v1/traces/?x=1' });
    assert.deepEqual([json.status, json.headers['content-type'], String(json.body)], [200, 'application/json', '{}']);
    assert.equal(spans() - before, 3);
  });

  it('takes media types with parameters and in any case', async () => {
    const headers = { 'Content-Type': 'Application/JSON; charset=utf-8' };
    assert.equal((await bed.post('{}', { headers })).status, 200);
  });

  it('takes an empty request as a success', async () => {
    assert.equal((await bed.post('')).status, 200);
    assert.equal((await bed.json('{}')).status, 200);
    assert.equal((await bed.json('{"resourceSpans":[]}')).status, 200);
  });

  it('undoes gzip and deflate, and zstd where Node can', async () => {
    const body = encodeProtobuf({ spans: [{}] });
    const before = spans();
    const encodings: [string, Buffer][] = [
      ['gzip', zlib.gzipSync(body)],
      ['deflate', zlib.deflateSync(body)],
      ['identity', Buffer.from(body)],
    ];
    for (const [encoding, bytes] of encodings) {
      assert.equal((await bed.post(bytes, { headers: { 'Content-Encoding': encoding } })).status, 200, encoding);
    }
    assert.equal(spans() - before, 3);
    const zstd = await bed.post('x', { headers: { 'Content-Encoding': 'zstd' } });
    assert.equal(zstd.status, 'zstdCompress' in zlib ? 400 : 415);
  });

  it('says how many spans it left out, and why', async () => {
    const group = { spans: [{}, { traceId: '00'.repeat(16) }, { spanId: '' }] };
    const protobuf = await bed.post(encodeProtobuf(group));
    const { partialSuccess } = ExportResponse.decode(protobuf.body);
    assert.equal(String(partialSuccess?.rejected), '2');
    assert.match(partialSuccess?.errorMessage ?? '', /trace_id .* all zero \(1\), span_id .*\(1\)/);
    const json = await bed.json(encodeJson({ spans: [{}, { traceId: 'xyz' }] }));
    assert.equal(json.status, 200);
    assert.deepEqual(JSON.parse(String(json.body)), {
      partialSuccess: { rejectedSpans: '1', errorMessage: '1 span rejected: traceId is not 32 hex digits (1)' },
    });
  });

  it('answers metrics without looking, and takes logs', async () => {
    assert.equal((await bed.post('anything', { path: '/v1/metrics' })).status, 200);
    assert.equal((await bed.json('{"resourceLogs":[]}', { path: '/v1/logs' })).status, 200);
    assert.equal((await bed.post('', { path: '/v1/logs' })).status, 200);
  });

  /** What is sent, and the answer: status, and what its text says. */
  const refused: [string, () => Promise<HttpAnswer>, number, RegExp][] = [
    ['another method', () => bed.post('', { method: 'PUT' }), 405, /PUT is not allowed/],
    ['a page that is looked for', () => bed.post('', { method: 'GET' }), 405, /GET is not allowed/],
    ['another path', () => bed.post('', { path: '/v1/spans' }), 404, /\/v1\/traces/],
    [
      'another type',
      () => bed.post('x', { headers: { 'Content-Type': 'text/plain' } }),
      415,
      /"text\/plain" is not supported/,
    ],
    ['no type', () => bed.post('x', { headers: { 'Content-Type': '' } }), 415, /Content-Type/],
    ['no protobuf', () => bed.post('hello'), 400, /not OTLP protobuf: .* at byte \d/],
    ['truncated protobuf', () => bed.post(encodeProtobuf({ spans: [{}] }).subarray(0, 50)), 400, /at byte \d+/],
    ['no JSON', () => bed.json('{"resourceSpans":'), 400, /not JSON/],
    ['JSON of another shape', () => bed.json('[1]'), 400, /not an object/],
    ['JSON with another list', () => bed.json('{"resourceSpans":{}}'), 400, /resourceSpans is not a list/],
    ['no logs', () => bed.post('hello', { path: '/v1/logs' }), 400, /not OTLP protobuf/],
    ['no gzip', () => bed.post('hello', { headers: { 'Content-Encoding': 'gzip' } }), 400, /not gzip/],
    [
      'cut gzip',
      () => bed.post(zlib.gzipSync('hello').subarray(0, 20), { headers: { 'Content-Encoding': 'gzip' } }),
      400,
      /not gzip/,
    ],
    ['another encoding', () => bed.post('x', { headers: { 'Content-Encoding': 'br' } }), 415, /"br" is not supported/],
    [
      'an encoding from the prototype',
      () => bed.post('x', { headers: { 'Content-Encoding': 'toString' } }),
      415,
      /not supported/,
    ],
    ['too much', () => bed.post(Buffer.alloc(LIMIT + 1)), 413, /larger than/],
    [
      'too much in chunks',
      () => bed.post(Buffer.alloc(LIMIT * 3), { headers: { 'Transfer-Encoding': 'chunked' } }),
      413,
      /larger than/,
    ],
    [
      'a gzip bomb',
      () => bed.post(zlib.gzipSync(Buffer.alloc(200 * 1024 * 1024)), { headers: { 'Content-Encoding': 'gzip' } }),
      413,
      /larger than/,
    ],
    ['a web page', () => bed.post('', { headers: { Origin: 'https://example.test' } }), 403, /Origin/],
    ['a web page without an address', () => bed.post('', { headers: { Origin: 'null' } }), 403, /Origin/],
    [
      'a preflight',
      () => bed.post('', { method: 'OPTIONS', headers: { Origin: 'http://localhost:3000' } }),
      403,
      /Origin/,
    ],
    [
      'another host',
      () => bed.post('', { headers: { Host: 'rebound.example.test:4318' } }),
      403,
      /"rebound.example.test:4318" is refused/,
    ],
    [
      'a host that looks like loopback',
      () => bed.post('', { headers: { Host: '127.0.0.1.example.test' } }),
      403,
      /refused/,
    ],
  ];
  for (const [what, send, status, text] of refused) {
    it(`refuses ${what} with ${status}`, async () => {
      const before = bed.receiver.counters.rejectedRequests;
      const answer = await send();
      assert.equal(answer.status, status);
      assert.match(String(answer.body), text);
      assert.equal(bed.receiver.counters.rejectedRequests - before, 1);
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
    });
  }

  it('refuses with google.rpc.Status in the encoding of the request', async () => {
    const protobuf = await bed.post('hello');
    assert.equal(protobuf.headers['content-type'], 'application/x-protobuf');
    const status = Status.decode(protobuf.body);
    assert.equal(status.code, 3);
    assert.match(status.message, /not OTLP protobuf/);
    const json = await bed.json('hello');
    assert.equal(json.headers['content-type'], 'application/json');
    assert.equal((JSON.parse(String(json.body)) as { code: number }).code, 3);
  });

  it('says what is allowed', async () => {
    assert.equal((await bed.post('', { method: 'DELETE' })).headers.allow, 'POST');
    const encoding = await bed.post('x', { headers: { 'Content-Encoding': 'br' } });
    assert.match(encoding.headers['accept-encoding'] ?? '', /gzip/);
  });

  it('takes every way to name this machine', async () => {
    for (const host of ['localhost', 'LOCALHOST:4318', '127.0.0.1', '127.1.2.3:1', '[::1]:4318', 'shop.localhost']) {
      assert.equal((await bed.post('', { headers: { Host: host } })).status, 200, host);
    }
  });

  it('admits the host it was told to listen on, and every host when it listens everywhere', async () => {
    for (const host of ['0.0.0.0', 'localhost']) {
      const other = await ReceiverBed.start({ host });
      const answer = await other.post('', { headers: { Host: 'workstation.example.test' } });
      assert.equal(answer.status, host === 'localhost' ? 403 : 200);
      assert.equal((await other.post('', { headers: { Host: 'w', Origin: 'http://w' } })).status, 403);
      await other.close();
    }
  });

  it('greets a person who looks with a browser', async () => {
    const answer = await bed.post('', { method: 'GET', path: '/' });
    assert.deepEqual([answer.status, answer.headers.server], [200, 'Spanlight']);
  });

  it('goes on after broken requests', async () => {
    const before = bed.receiver.counters.rejectedRequests;
    for (const bytes of ['\u0000\u0001\u0002', 'GET / HTTP/9.9\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']) {
      const reply = await sendRaw(bed, bytes);
      assert.match(reply, /^HTTP\/1.1 400/, JSON.stringify(bytes));
    }
    assert.equal(bed.receiver.counters.rejectedRequests - before, 3);
    assert.equal((await bed.post('')).status, 200);
  });

  it('does not mind a sender that goes away', async () => {
    const socket = net.connect(Number(new URL(bed.httpUrl).port), '127.0.0.1');
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal((await bed.post('')).status, 200);
  });

  it('takes a value of a megabyte where the limit allows it', async () => {
    const roomy = await ReceiverBed.start();
    const body = encodeProtobuf({ spans: [{ attributes: { big: 'x'.repeat(1024 * 1024) } }] });
    assert.equal((await roomy.post(body)).status, 200);
    assert.equal(roomy.store.counters().receivedSpans, 1);
    await roomy.close();
  });

  it('logs a kind of refusal once', async () => {
    const fresh = await ReceiverBed.start();
    for (let i = 0; i < 5; i++) await fresh.post('hello');
    assert.equal(fresh.logged.filter((line) => line.includes('not OTLP protobuf')).length, 1);
    assert.match(fresh.receiver.status().lastRejection ?? '', /not OTLP protobuf/);
    assert.equal(fresh.receiver.status().rejectedRequests, 5);
    await fresh.close();
  });

  it('lets running requests end when it closes', async () => {
    const closing = await ReceiverBed.start();
    const body = encodeProtobuf({ spans: Array.from({ length: 2000 }, () => ({})) });
    const headers = { 'Content-Type': 'application/x-protobuf', 'Content-Length': body.length };
    const request = http.request(`${closing.httpUrl}/v1/traces`, { method: 'POST', headers });
    const answered = once(request, 'response');
    request.write(body.subarray(0, 100));
    while (closing.receiver.counters.requests === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = closing.close();
    request.end(body.subarray(100));
    const [response] = (await answered) as [http.IncomingMessage];
    response.resume();
    assert.equal(response.statusCode, 200);
    await closed;
    assert.equal(closing.store.counters().receivedSpans, 2000);
    await assert.rejects(closing.post(''), /ECONNREFUSED|socket hang up/);
  });
});

function sendRaw(bed: ReceiverBed, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(new URL(bed.httpUrl).port), '127.0.0.1');
    let reply = '';
    socket.on('data', (chunk) => (reply += String(chunk)));
    socket.once('close', () => resolve(reply));
    socket.once('error', reject);
    socket.write(bytes);
  });
}
