import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { grpcFrame } from '../../../../src/traces/receiver/grpc/grpcFrames';
import { encodeProtobuf } from '../../../support/otlpSpans';
import { ReceiverBed } from '../../../support/receiverBed';

const EXPORT = {
  ':method': 'POST',
  ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  'content-type': 'application/grpc',
};
const ONE = grpcFrame(encodeProtobuf({ spans: [{}] }));

const portOf = (url: string): number => Number(new URL(url).port);

async function connected(url: string): Promise<net.Socket> {
  const socket = net.connect(portOf(url), '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket.resume();
}

/** A session that gives no error when it is ended. */
async function session(url: string): Promise<http2.ClientHttp2Session> {
  const made = http2.connect(url).on('error', () => undefined);
  await once(made, 'remoteSettings');
  return made;
}

async function callOn(made: http2.ClientHttp2Session): Promise<string> {
  const stream = made.request(EXPORT);
  let status = '';
  stream.on('trailers', (trailers: http2.IncomingHttpHeaders) => (status = String(trailers['grpc-status'])));
  stream.resume().end(ONE);
  await once(stream, 'close');
  return status;
}

async function within(limits: object, use: (bed: ReceiverBed) => Promise<void>): Promise<void> {
  const bed = await ReceiverBed.start({ limits });
  try {
    await use(bed);
  } finally {
    await bed.close();
  }
}

describe('connections to the receiver', () => {
  it('gives a new one the place of the one that has been idle longest', () =>
    within({ maxConnections: 4 }, async (bed) => {
      for (const url of [bed.grpcUrl, bed.httpUrl]) {
        const sockets = [];
        for (let i = 0; i < 8; i++) sockets.push(await connected(url));
        for (const socket of sockets.slice(0, 4)) if (!socket.closed) await once(socket, 'close');
        assert.deepEqual(
          sockets.map((socket) => socket.closed),
          [true, true, true, true, false, false, false, false],
        );
      }
      assert.equal((await bed.call([ONE])).status, '0');
      assert.equal((await bed.post('')).status, 200);
      assert.equal(bed.receiver.counters.rejectedRequests, 0);
    }));

  it('lets idle sessions of gRPC go before those with a call', () =>
    within({ maxConnections: 2 }, async (bed) => {
      const busy = await session(bed.grpcUrl);
      const call = busy.request(EXPORT);
      await new Promise<void>((resolve) => call.write(ONE.subarray(0, 3), () => resolve()));
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (let i = 0; i < 3; i++) assert.equal((await bed.call([ONE])).status, '0');
      call.resume().end(ONE.subarray(3));
      await once(call, 'close');
      assert.equal(bed.store.counters().receivedSpans, 4);
      busy.destroy();
    }));

  it('turns one away, and counts it, when all are busy', () =>
    within({ maxConnections: 1 }, async (bed) => {
      const busy = await connected(bed.httpUrl);
      busy.write('POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n');
      busy.write('Content-Length: 2\r\n\r\n{');
      await new Promise((resolve) => setTimeout(resolve, 50));
      await assert.rejects(bed.post(''));
      assert.match(bed.receiver.counters.lastRejection ?? '', /More than 1 HTTP connections are busy/);
      busy.write('}');
      await once(busy, 'data');
      assert.equal((await bed.post('')).status, 200);
    }));

  it('ends what says nothing, or not enough', () =>
    within({ headMs: 100, requestMs: 200 }, async (bed) => {
      const grpc = [await connected(bed.grpcUrl), await connected(bed.grpcUrl)];
      grpc[1]!.write('PRI * HT');
      const http = [await connected(bed.httpUrl), await connected(bed.httpUrl), await connected(bed.httpUrl)];
      http[1]!.write('POST /v1/traces HTTP/1.1\r\nHo');
      http[2]!.write('POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n');
      http[2]!.write('Content-Type: application/json\r\n\r\n{');
      await Promise.all([...grpc, ...http].map((socket) => once(socket, 'close')));
      assert.equal((await bed.post('')).status, 200);
    }));

  it('lets a session go that makes no call, and one that makes no more', () =>
    within({ firstCallMs: 100, grpcIdleMs: 100 }, async (bed) => {
      const silent = await session(bed.grpcUrl);
      await once(silent, 'close');
      const done = await session(bed.grpcUrl);
      assert.deepEqual([await callOn(done), await callOn(done)], ['0', '0']);
      if (!done.closed) await once(done, 'close');
      assert.equal((await bed.call([ONE])).status, '0');
      assert.equal(bed.receiver.counters.rejectedRequests, 0);
    }));

  it('ends a call that drips', () =>
    within({ requestMs: 300 }, async (bed) => {
      const dripping = await session(bed.grpcUrl);
      const call = dripping.request(EXPORT);
      call.on('error', () => undefined);
      // A message of 64 KB was announced, so that no number of drops makes it whole before its time is over.
      call.write(Buffer.from([0, 0, 1, 0, 0]));
      const timer = setInterval(() => call.write(Buffer.from([0])), 50);
      await once(call, 'close');
      clearInterval(timer);
      assert.match(bed.receiver.counters.lastRejection ?? '', /not complete after 0.3 s/);
      assert.equal(bed.receiver.counters.rejectedRequests, 1, 'refused once');
      assert.equal(await callOn(dripping), '0');
      dripping.destroy();
    }));

  it('closes with connections of every kind open', async () => {
    const bed = await ReceiverBed.start();
    const sockets = [await connected(bed.grpcUrl), await connected(bed.grpcUrl), await connected(bed.httpUrl)];
    sockets[1]!.write('PRI * HT');
    const idle = await session(bed.grpcUrl);
    const used = await session(bed.grpcUrl);
    assert.equal(await callOn(used), '0');
    const stuck = await session(bed.grpcUrl);
    const call = stuck.request(EXPORT);
    call.on('error', () => undefined);
    call.write(ONE.subarray(0, 3));
    const gone = [idle, used, stuck, ...sockets].map((one) => once(one, 'close'));
    await bed.close();
    await Promise.all(gone);
  });
});
