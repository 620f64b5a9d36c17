import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { CliBundle } from '../../support/cliBundle';
import { encodeJson } from '../../support/otlpSpans';

describe('spanlight receive', () => {
  let bundle: CliBundle;
  const running = new Set<ChildProcessWithoutNullStreams>();

  before(function () {
    this.timeout(60_000);
    bundle = new CliBundle();
  });
  after(() => bundle.remove());
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
    running.clear();
  });

  function spanlight(...args: string[]) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [bundle.script, ...args], {
      encoding: 'utf8',
      timeout: 15_000,
    });
    return { stdout, stderr, status };
  }

  /** Starts the command; `said` waits for output of either kind that matches. */
  function start(...args: string[]) {
    const child = spawn(process.execPath, [bundle.script, 'receive', ...args]);
    running.add(child);
    const output = { out: '', err: '' };
    child.stdout.on('data', (chunk) => (output.out += String(chunk)));
    child.stderr.on('data', (chunk) => (output.err += String(chunk)));
    const said = async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const match = pattern.exec(output.out) ?? pattern.exec(output.err);
        if (match !== null) return match;
        assert.equal(child.exitCode, null, output.err);
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), once(child, 'exit')]);
      }
    };
    return { child, output, said };
  }

  it('says in one line what is wrong with its options, and exits with 2', () => {
    const cases: [string[], RegExp][] = [
      [['--port', '-1'], /--port "-1" is no port\. Ports are numbers from 0 to 65535\./],
      [['--port=-1'], /--port "-1" is no port/],
      [['--port', 'abc'], /--port "abc" is no port/],
      [['--port', '70000'], /--port "70000" is no port/],
      [['--port', ''], /is no port/],
      [['--grpc-port', '1.5'], /--grpc-port "1\.5" is no port/],
      [['--port', '4317'], /cannot both have port 4317/],
      [['--port'], /--port/],
      [['--prot', '1'], /--prot/],
      [['here'], /here/],
      [['--port', '\u001b[31m9'], /--port "�\[31m9" is no port/],
      [['--host', '192.0.2.1'], /192\.0\.2\.1.*--host/],
    ];
    for (const [args, words] of cases) {
      const { stdout, stderr, status } = spanlight('receive', ...args);
      assert.deepEqual([status, stdout], [2, ''], args.join(' '));
      assert.match(stderr, words);
      assert.match(stderr, /^spanlight receive: [^\n]*\n$/);
    }
  });

  it('helps with every command, however it is asked', () => {
    for (const command of ['map', 'trace', 'receive']) {
      for (const args of [
        [command, '-h'],
        [command, '--help'],
        ['help', command],
      ]) {
        const { stdout, stderr, status } = spanlight(...args);
        assert.deepEqual([status, stderr], [0, ''], args.join(' '));
        assert.match(stdout, new RegExp(`^spanlight ${command} `), args.join(' '));
      }
    }
    assert.match(spanlight('-h').stdout, /^spanlight <command>/);
    const wrong = spanlight('\u001b[2Jmop');
    assert.deepEqual([wrong.status, wrong.stderr.includes('\u001b')], [2, false]);
  });

  it('says by what a port is taken, and which one it took instead', async () => {
    const blocker = net.createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as net.AddressInfo;
    const owner = process.platform === 'linux' ? `by .*\\(pid ${process.pid}\\)` : 'by .+';
    const words = new RegExp(`Port ${port} is taken ${owner}\\. Spanlight listens on (\\d+) instead\\.`);
    const text = start('--port', String(port), '--grpc-port', '0');
    assert.notEqual(Number((await text.said(words))[1]), port);
    const json = start('--port', String(port), '--grpc-port', '0', '--json');
    await json.said(words);
    assert.match(json.output.out, /^\{"listening":\{"http":"http:\/\/127/);
    blocker.close();
  });

  it('says that other machines can send', async () => {
    await start('--port', '0', '--host', '0.0.0.0').said(/Other machines can send/);
    const { said, output } = start('--port', '0');
    await said(/Listening/);
    assert.doesNotMatch(output.out, /Other machines/);
  });

  it('shows no control characters of a sender', async () => {
    const { said, output } = start('--port', '0');
    const url = (await said(/on (http:\S+) \(HTTP\)/))[1]!;
    const startNs = BigInt(Date.now()) * 1_000_000n;
    const spans = [{ name: 'evil\u001b[2J\nname', startNs, endNs: startNs }];
    const headers = { 'Content-Type': 'application/json' };
    await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: encodeJson({ service: 'a\u0007b', spans }) });
    await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: '\u001b[31m' });
    await said(/a�b: evil�\[2J�name/);
    await said(/is not JSON/);
    for (const control of ['\u001b', '\u0007']) assert.ok(!(output.out + output.err).includes(control));
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends on ${signal}, whatever is connected`, async function () {
      if (process.platform === 'win32') this.skip();
      const { child, said } = start('--port', '0', '--json');
      const [, http, grpc] = await said(/"http":"(.*?)","grpc":"(.*?)"/);
      const sockets = [http, grpc].map((url) =>
        net.connect(Number(new URL(url!).port), '127.0.0.1').on('error', () => undefined),
      );
      for (const socket of sockets) if (socket.connecting) await once(socket, 'connect');
      const session = http2.connect(grpc!).on('error', () => undefined);
      await once(session, 'remoteSettings');
      child.kill(signal);
      assert.deepEqual(await once(child, 'exit'), [0, null]);
      session.destroy();
    });
  }

  it('ends in peace when nobody reads on', async () => {
    const { child, said } = start('--port', '0', '--json');
    await said(/listening/);
    child.stdout.destroy();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });
});
