import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CancellationTokenSource,
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  FileChangeType,
  type FileEvent,
} from 'vscode-languageserver-protocol/node';
import { uriOfPath } from '../../../src/engine/workspace/uris';
import type { EngineSettings } from '../../../src/protocol/engine';
import { builtEngine, TestEngine, testSettings, waitFor } from './engineProcess';
import { sendOrders } from './sendTraces';
import { lineOf, shopWorkspace, type ShopWorkspace } from './shopWorkspace';

describe('engine in trouble', () => {
  const engines: TestEngine[] = [];
  const shops: ShopWorkspace[] = [];
  const servers: Server[] = [];

  before(function () {
    this.timeout(60_000);
    builtEngine();
  });

  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop()));
    for (const shop of shops.splice(0)) shop.dispose();
    for (const server of servers.splice(0)) server.close();
  });

  async function start(folders: readonly string[], settings?: EngineSettings): Promise<TestEngine> {
    const engine = await TestEngine.start(folders, settings);
    engines.push(engine);
    return engine;
  }

  function shop(name?: string): ShopWorkspace {
    const made = shopWorkspace(name);
    shops.push(made);
    return made;
  }

  function always(more: Partial<EngineSettings['receiver']> = {}): EngineSettings {
    return testSettings({ receiver: { start: 'always', host: '127.0.0.1', httpPort: 0, grpcPort: 0, ...more } });
  }

  it('survives requests that make no sense, each with a clear answer', async () => {
    const engine = await start([]);
    const send = (method: string, params: unknown): Promise<unknown> => engine.connection.sendRequest(method, params);
    const bad: [string, unknown, RegExp][] = [
      ['spanlight/hints', {}, /`uri` must be a text/],
      ['spanlight/hints', { uri: 7 }, /`uri` must be a text/],
      ['spanlight/hover', { uri: 'file:///x', line: -1, column: 0, theme: 'dark' }, /`line` must be a whole number/],
      ['spanlight/hover', { uri: 'file:///x', line: 1, column: 0, theme: 'pink' }, /`theme` must be one of light/],
      ['spanlight/openTrace', { traceId: 'nonsense' }, /“nonsense” is not a trace id.*32 hex digits/],
      ['spanlight/openTrace', { traceId: '0'.repeat(32) }, /is not a trace id/],
      ['spanlight/spanDetails', { traceId: 'a'.repeat(32), row: 1.5 }, /`row` must be/],
      ['spanlight/traces', { limit: 1e9 }, /`limit` must be/],
      ['spanlight/resolveFrame', null, /`params` must be an object/],
      ['spanlight/exporterEnvironment', null, /does not listen.*Start it first/],
    ];
    for (const [method, params, message] of bad) await assert.rejects(send(method, params), message, method);
    await assert.rejects(send('spanlight/hints', [1, 2, 3]), /must be an object/);
    await assert.rejects(send('spanlight/unknown', {}), /Unhandled method/);
    // What is no message at all.
    for (const message of [{ jsonrpc: '2.0' }, { id: 1, method: 7 }, 'text', 42, [], { jsonrpc: '2.0', id: {} }]) {
      engine.child.send(message);
    }
    assert.equal((await engine.request('spanlight/status', null)).pid, engine.child.pid);
    assert.equal(engine.child.exitCode, null);
  });

  it('answers a cancelled request as cancelled, and the next one', async () => {
    const { folder, ordersFile } = shop();
    const engine = await start([folder]);
    const source = new CancellationTokenSource();
    const uri = uriOfPath(ordersFile);
    const asked = engine.request('spanlight/hover', { uri, line: 0, column: 0, theme: 'dark' }, source.token);
    source.cancel();
    await asked.catch((error: unknown) => assert.match(String(error), /ancel/));
    assert.equal(await engine.request('spanlight/hover', { uri, line: 0, column: 0, theme: 'dark' }), null);
  });

  it('works without a workspace, and receives when asked to', async () => {
    const engine = await start([]);
    const { receiver } = await waitFor('the decision about the receiver', async () => {
      const status = await engine.request('spanlight/status', null);
      return status.receiver.reason === undefined ? undefined : status;
    });
    assert.deepEqual([receiver.state, receiver.reason], ['off', 'Nothing in the workspace names OpenTelemetry.']);
    const started = await engine.request('spanlight/startReceiver', null);
    assert.equal(started.state, 'listening');
    const [traceId] = await sendOrders(started.http!.url, { count: 2 });
    const view = await engine.request('spanlight/openTrace', { traceId: traceId! });
    assert.equal(view!.count, 4);
    assert.match(await engine.request('spanlight/mappingReport', null), /Mapping report/);
    assert.equal((await engine.request('spanlight/stopReceiver', null)).state, 'off');
    await assert.rejects(fetch(`${started.http!.url}/v1/traces`, { method: 'POST' }));
    assert.equal((await engine.request('spanlight/status', null)).spans, 8);
  });

  it('explains a file that is in no folder', async () => {
    const { ordersFile, ordersText } = shop();
    const engine = await start([]);
    const uri = await engine.open(ordersFile, 'typescript', ordersText);
    const line = lineOf(ordersText, 'neverCalled');
    const column = ordersText.split('\n')[line]!.indexOf('neverCalled');
    const hover = await engine.request('spanlight/hover', { uri, line, column, theme: 'highContrast' });
    assert.match(hover!.sections[0]!.rows[1]![0]!.text, /^This file is in no folder of the workspace/);
  });

  it('gives two windows a port each', async () => {
    const taken = createServer();
    servers.push(taken.listen(0, '127.0.0.1'));
    await once(taken, 'listening');
    const httpPort = (taken.address() as AddressInfo).port;
    const [first, second] = await Promise.all([start([], always({ httpPort })), start([], always({ httpPort }))]);
    const urls = await Promise.all([first.receiverUrl(), second.receiverUrl()]);
    assert.notEqual(urls[0], urls[1]);
    for (const engine of [first, second]) {
      const { receiver } = await engine.request('spanlight/status', null);
      assert.equal(receiver.http!.wanted, httpPort);
      assert.notEqual(receiver.http!.port, httpPort);
      const notice = await waitFor('a notice', () => engine.notices[0]);
      assert.match(
        notice.message,
        new RegExp(`^Port ${httpPort} is taken.* Spanlight listens on ${receiver.http!.port} instead\\.`),
      );
      assert.equal(notice.actions[0]!.command, 'spanlight.copyExporterEnvironment');
    }
    await sendOrders(urls[1], { count: 1 });
    assert.equal((await first.request('spanlight/status', null)).spans, 0);
    assert.equal((await second.request('spanlight/status', null)).spans, 4);
  });

  it('does not listen where a setting says never, and says why', async () => {
    const { folder } = shop();
    const receiver = { start: 'never', host: '127.0.0.1', httpPort: 0, grpcPort: 0 } as const;
    const engine = await start([folder], testSettings({ receiver }));
    const answer = await engine.request('spanlight/startReceiver', null);
    assert.deepEqual([answer.state, answer.reason], ['off', 'The setting spanlight.receiver.start says never.']);
  });

  it('lets an untrusted workspace open no port and choose no address', async () => {
    const { folder } = shop();
    const receiver = { start: 'auto', host: '0.0.0.0', httpPort: 0, grpcPort: 0 } as const;
    const engine = await start([folder], testSettings({ receiver, trusted: false }));
    const off = await waitFor('a reason', async () => (await engine.request('spanlight/status', null)).receiver.reason);
    assert.match(off, /not trusted/);
    const started = await engine.request('spanlight/startReceiver', null);
    assert.equal(new URL(started.http!.url).hostname, '127.0.0.1');
    assert.ok(engine.logs.some((line) => line.includes('127.0.0.1 instead of 0.0.0.0')));
    await engine.notify('spanlight/didChangeSettings', testSettings({ trusted: true }));
    assert.match(await engine.receiverUrl(), /127\.0\.0\.1/);
  });

  it('follows the settings: another port, other words', async () => {
    const { folder, ordersFile } = shop();
    const engine = await start([folder], always());
    const before = await engine.receiverUrl();
    await sendOrders(before, { count: 30 });
    const uri = uriOfPath(ordersFile);
    const words = async (): Promise<string | undefined> => {
      const { hints } = await engine.request('spanlight/hints', { uri });
      return hints[0]?.parts.map((part) => part.text).join('');
    };
    assert.match(await waitFor('a hint', words), /^p50/);
    const settings = always({ grpcPort: 0, httpPort: 0 });
    await engine.notify('spanlight/didChangeSettings', {
      ...settings,
      hints: { ...settings.hints, percentiles: [95] },
    });
    await waitFor('other words', async () => ((await words())?.startsWith('p95') === true ? true : undefined));
    const wrong = { receiver: { httpPort: 'nonsense' }, trusted: true };
    await engine.notify('spanlight/didChangeSettings', wrong as unknown as EngineSettings);
    await waitFor('a complaint', () =>
      engine.logs.find((line) => line.includes('spanlight.receiver.httpPort must be')),
    );
  });

  it('keeps two folders apart, and follows when one comes or goes', async () => {
    const [orders, billing] = [shop('orders-api'), shop('billing-api')];
    const engine = await start([orders.folder]);
    const url = await engine.receiverUrl();
    const event = { added: [{ uri: uriOfPath(billing.folder), name: 'billing' }], removed: [] };
    await engine.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, { event });
    await sendOrders(url, { count: 30, service: 'orders-api' });
    await sendOrders(url, { count: 10, service: 'billing-api' });
    const countAt = (file: string): Promise<string> =>
      waitFor(`a hint in ${file}`, async () => {
        const { hints } = await engine.request('spanlight/hints', { uri: uriOfPath(file) });
        const at = lineOf(orders.ordersText, 'createOrder');
        return hints
          .find((hint) => hint.line === at)
          ?.parts.map((part) => part.text)
          .join('');
      });
    assert.match(await countAt(orders.ordersFile), / · 30/);
    assert.match(await countAt(billing.ordersFile), / · 10/);
    const gone = { added: [], removed: event.added };
    await engine.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, { event: gone });
    await waitFor('no hints in the folder that went', async () => {
      const { hints } = await engine.request('spanlight/hints', { uri: uriOfPath(billing.ordersFile) });
      return hints.length === 0 ? true : undefined;
    });
    assert.match(await countAt(orders.ordersFile), / · 30/);
  });

  it('finds code that was written after the spans came', async () => {
    const { folder, ordersFile, ordersText } = shop();
    rmSync(ordersFile);
    const engine = await start([folder]);
    await sendOrders(await engine.receiverUrl(), { count: 30 });
    const uri = uriOfPath(ordersFile);
    await waitFor('the operations to be looked for', async () => {
      const { mapping } = await engine.request('spanlight/status', null);
      return mapping.unmapped > 0 ? true : undefined;
    });
    assert.deepEqual((await engine.request('spanlight/hints', { uri })).hints, []);
    writeFileSync(ordersFile, ordersText);
    const changes: FileEvent[] = [{ uri, type: FileChangeType.Created }];
    await engine.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
    await waitFor('news of the file', () => (engine.changedHints.includes(uri) ? true : undefined));
    rmSync(ordersFile);
    const deleted: FileEvent[] = [{ uri, type: FileChangeType.Deleted }];
    await engine.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: deleted });
    await waitFor('no hints any more', async () => {
      const { hints } = await engine.request('spanlight/hints', { uri });
      return hints.length === 0 ? true : undefined;
    });
  });

  it('reads source that no parser likes, and the files beside it', async () => {
    const { folder, ordersFile } = shop();
    writeFileSync(path.join(folder, 'src', 'broken.ts'), 'export class { function (((( => `${');
    writeFileSync(path.join(folder, 'src', 'large.ts'), `const x = [${'1,'.repeat(2_500_000)}];\n`);
    writeFileSync(path.join(folder, 'src', 'minified.js'), `!function(){${'var a=1;'.repeat(40_000)}}()`);
    writeFileSync(path.join(folder, 'src', 'binary.py'), Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a, 0xc3]));
    const engine = await start([folder]);
    await sendOrders(await engine.receiverUrl(), { count: 30 });
    await waitFor('hints in the good file', async () => {
      const { hints } = await engine.request('spanlight/hints', { uri: uriOfPath(ordersFile) });
      return hints.length >= 2 ? true : undefined;
    });
  });

  it('is seen to be gone when it is killed', async () => {
    const engine = await start([], always());
    const { pid } = await engine.request('spanlight/status', null);
    const closed = new Promise<void>((resolve) => engine.connection.onClose(resolve));
    process.kill(pid, 'SIGKILL');
    await closed;
    assert.notEqual(engine.child.signalCode ?? engine.child.exitCode, null);
  });

  it('goes when its host goes', async () => {
    const engine = await start([], always());
    await engine.receiverUrl();
    const exit = once(engine.child, 'exit');
    engine.child.disconnect();
    assert.deepEqual(await exit, [0, null]);
  });

  it('shows that it reads the workspace, and lets that be cancelled', async function () {
    this.timeout(30_000);
    const folder = mkdtempSync(path.join(tmpdir(), 'spanlight-many-'));
    try {
      writeFileSync(path.join(folder, 'package.json'), '{"name":"many","dependencies":{"@opentelemetry/api":"1"}}');
      for (let i = 0; i < 1_500; i++) {
        writeFileSync(
          path.join(folder, `f${i}.ts`),
          `router.get('/r${i}', function h${i}() { return fetch('/x'); });\n`.repeat(20),
        );
      }
      const engine = await start([folder]);
      await sendOrders(await engine.receiverUrl(), { count: 1 });
      const progress = await waitFor('progress', () => engine.progress[0] as { token: string } | undefined);
      await engine.connection.sendNotification('window/workDoneProgress/cancel', { token: progress.token });
      await waitFor('the end of the reading', async () => {
        const { indexing } = await engine.request('spanlight/status', null);
        const said = engine.logs.some((line) => line.includes('was cancelled'));
        return indexing === undefined && said ? true : undefined;
      });
      assert.ok((await engine.request('spanlight/status', null)).spans > 0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
