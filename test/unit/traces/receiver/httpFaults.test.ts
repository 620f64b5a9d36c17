import assert from 'node:assert/strict';
import net from 'node:net';
import { ReceiverBed } from '../../../support/receiverBed';

const LIMIT = 64 * 1024;

/** A head with CRLF, and its end. */
function head(...lines: string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

describe('what is hardly HTTP', () => {
  let bed: ReceiverBed;
  before(async () => {
    bed = await ReceiverBed.start({ maxBodyBytes: LIMIT });
  });
  after(() => bed.close());

  /** Sends bytes, and returns what comes until the receiver hangs up or `enough` came. */
  const send = (bytes: string | Buffer, enough?: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = net.connect(Number(new URL(bed.httpUrl).port), '127.0.0.1');
      let reply = '';
      socket.on('data', (chunk) => {
        reply += String(chunk);
        if (enough?.test(reply)) socket.destroy();
      });
      socket.once('close', () => resolve(reply));
      socket.once('error', reject);
      socket.write(bytes);
    });

  const refused: [string, string | Buffer, RegExp, RegExp][] = [
    [
      'a head without end',
      head('POST /v1/traces HTTP/1.1', 'Host: localhost', `X: ${'x'.repeat(20_000)}`),
      /^HTTP\/1\.1 431 /,
      /head of the request is too large/,
    ],
    ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400 [^]*text\/plain/, /is not HTTP: /],
    [
      'a head of JSON that is broken',
      head('POST /v1/traces HTTP/1.1', 'Content-Type: application/json', 'Content-Length: many'),
      /^HTTP\/1\.1 400 [^]*application\/json\r\n/,
      /\{"code":3,"message":"What came is not HTTP/,
    ],
    ['gRPC', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /^HTTP\/1\.1 400 /, /OTLP\/gRPC goes to http:\/\/127/],
    ['TLS', Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 0, 0]), /^HTTP\/1\.1 400 /, /tried TLS.*http:\/\//],
    [
      'two hosts',
      head('POST /v1/traces HTTP/1.1', 'Host: localhost', 'Host: evil.test', 'Connection: close', 'Content-Length: 0'),
      /^HTTP\/1\.1 400 /,
      /has 2 Host headers/,
    ],
    [
      'no host',
      head('POST /v1/traces HTTP/1.1', 'Connection: close', 'Content-Length: 0'),
      /^HTTP\/1\.1 400 /,
      /has 0 Host headers/,
    ],
    [
      'another host in the target',
      head('POST http://evil.test/v1/traces HTTP/1.1', 'Host: localhost', 'Connection: close', 'Content-Length: 0'),
      /^HTTP\/1\.1 403 /,
      /"evil\.test" is refused/,
    ],
    [
      'an expectation that is not known',
      head(
        'POST /v1/traces HTTP/1.1',
        'Host: localhost',
        'Content-Type: application/json',
        'Expect: wonders',
        'Content-Length: 2',
        'Connection: close',
      ),
      /^HTTP\/1\.1 417 /,
      /100-continue/,
    ],
    [
      'too much before it is sent',
      head(
        'POST /v1/traces HTTP/1.1',
        'Host: localhost',
        'Content-Type: application/json',
        'Expect: 100-continue',
        `Content-Length: ${LIMIT + 1}`,
      ),
      /^HTTP\/1\.1 413 /,
      /larger than/,
    ],
    [
      'the wrong type before it is sent',
      head('POST /v1/traces HTTP/1.1', 'Host: localhost', 'Expect: 100-continue', 'Content-Length: 9'),
      /^HTTP\/1\.1 415 /,
      /Content-Type/,
    ],
  ];
  for (const [what, bytes, status, words] of refused) {
    it(`refuses ${what}`, async () => {
      const before = bed.receiver.counters.rejectedRequests;
      const reply = await send(bytes);
      assert.match(reply, status);
      assert.match(reply.slice(reply.indexOf('\r\n\r\n')), words);
      assert.equal(bed.receiver.counters.rejectedRequests, before + 1);
    });
  }

  const post = ['Host: localhost', 'Content-Type: application/json', 'Content-Length: 2', 'Connection: close'];

  it('takes a target with the host in it', async () => {
    for (const host of ['localhost', '127.0.0.1:4318', '[::1]:4318']) {
      assert.match(await send(`${head(`POST http://${host}/v1/traces?x HTTP/1.1`, ...post)}{}`), /^HTTP\/1\.1 200 /);
    }
    assert.match(await send(head('GET http://localhost HTTP/1.1', ...post.slice(0, 1), ...post.slice(3))), /200 OK/);
  });

  it('asks for a body that waits to be asked for', async () => {
    const waiting = head('POST /v1/traces HTTP/1.1', ...post, 'Expect: 100-continue');
    assert.match(await send(waiting, /100 Continue/), /^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    assert.match(await send(`${waiting}{}`), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });
});
