import assert from 'node:assert/strict';
import net from 'node:net';
import { SpanlightError } from '../../../../src/base/errors';
import { listeningInodes, ownerInLsof, portOwner } from '../../../../src/traces/receiver/portOwner';
import { isLoopback } from '../../../../src/traces/receiver/loopbackGuard';
import { ReceiverBed } from '../../../support/receiverBed';

function listen(port = 0): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

const portOf = (server: net.Server): number => (server.address() as net.AddressInfo).port;

describe('ports of the receiver', () => {
  it('takes the next free one, and says by what the wanted one is held', async () => {
    const blocker = await listen();
    const wanted = portOf(blocker);
    const bed = await ReceiverBed.start({ httpPort: wanted });
    const { http } = bed.receiver.status();
    assert.equal(http.wanted, wanted);
    assert.notEqual(http.port, wanted);
    assert.equal(http.url, `http://127.0.0.1:${http.port}`);
    // The blocker is this very process; where there is neither /proc nor lsof, it is "another program".
    assert.match(http.takenBy ?? '', process.platform === 'linux' ? new RegExp(`\\(pid ${process.pid}\\)$`) : /./);
    assert.ok(bed.logged.some((line) => line.includes(`${wanted} is held by`)));
    assert.equal((await bed.post('')).status, 200);
    await bed.close();
    blocker.close();
  });

  it('knows another Spanlight', async () => {
    const first = await ReceiverBed.start();
    const { port } = first.receiver.status().http;
    const second = await ReceiverBed.start({ httpPort: port });
    assert.match(second.receiver.status().http.takenBy ?? '', /^another Spanlight/);
    assert.equal(first.receiver.counters.rejectedRequests, 0);
    const third = await ReceiverBed.start({ httpPort: first.receiver.status().grpc.port });
    assert.match(third.receiver.status().http.takenBy ?? '', /^another Spanlight/);
    assert.equal(first.receiver.counters.rejectedRequests, 0);
    await Promise.all([first.close(), second.close(), third.close()]);
  });

  it('does not say that a wanted port is held when it is not', async () => {
    const bed = await ReceiverBed.start();
    assert.equal(bed.receiver.status().http.takenBy, undefined);
    await bed.close();
  });

  it('frees the ports when it closes, also with connections open', async () => {
    const bed = await ReceiverBed.start();
    const { http, grpc } = bed.receiver.status();
    const idle = net.connect(http.port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    idle.on('error', () => undefined);
    await bed.close();
    for (const { port } of [http, grpc]) (await listen(port)).close();
    idle.destroy();
  });

  it('says whether other machines can reach it', async () => {
    for (const [host, open] of [
      ['127.0.0.1', false],
      ['localhost', false],
      ['0.0.0.0', true],
    ] as const) {
      const bed = await ReceiverBed.start({ host });
      assert.equal(bed.receiver.status().openToNetwork, open, host);
      await bed.close();
    }
  });

  it('says what is wrong with a host that is not of this machine', async () => {
    await assert.rejects(ReceiverBed.start({ host: '192.0.2.1' }), (error) => {
      assert.ok(error instanceof SpanlightError);
      assert.match(error.describe(), /192\.0\.2\.1.*spanlight\.receiver\.host/);
      return true;
    });
  });
});

describe('portOwner', () => {
  it('reads listening sockets out of /proc/net/tcp', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:10DE 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100 0',
      '   1: 0100007F:10DE 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0 20 4',
      '   2: 00000000:10DF 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4713 1 0 100 0',
    ].join('\n');
    assert.deepEqual(listeningInodes(table, 4318), ['4711']);
    assert.deepEqual(listeningInodes('', 4318), []);
  });

  it("reads lsof's fields", () => {
    assert.equal(ownerInLsof('p4711\ncnode\nf20\n'), 'node (pid 4711)');
    assert.equal(ownerInLsof(''), undefined);
  });

  it('finds nobody at a free port', async () => {
    const server = await listen();
    const port = portOf(server);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(await portOwner(port, true), undefined);
  });
});

describe('isLoopback', () => {
  it('knows the names of this machine and no others', () => {
    for (const name of ['localhost', 'a.localhost', '127.0.0.1', '127.255.0.3', '::1'])
      assert.ok(isLoopback(name), name);
    for (const name of ['', 'localhost.evil.test', '127.0.0.1.nip.test', '0.0.0.0', '::', '10.0.0.1', '1270.0.0.1']) {
      assert.ok(!isLoopback(name), name);
    }
  });
});
