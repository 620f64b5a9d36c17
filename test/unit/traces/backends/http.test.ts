import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { BackendError, type BackendFault } from '../../../../src/traces/backends/backendError';
import { createAuthoriser } from '../../../../src/traces/backends/secrets';
import { BackendHttp, urlPath, type BackendRequest } from '../../../../src/traces/backends/transport/backendHttp';
import { backendConfig, backendDeps, TestLog, TestSecrets } from '../../../support/wire/backendBed';
import { startFaultServer, type Fault, type FaultServer } from '../../../support/wire/faultServer';
import { refusalOf } from '../../../support/refusal';

const SECRET = 'correct-horse-battery';

describe('http to backends', () => {
  let server: FaultServer;
  let log: TestLog;
  let secrets: TestSecrets;
  const open: BackendHttp[] = [];

  before(async () => {
    server = await startFaultServer();
  });
  after(() => server.close());
  beforeEach(() => {
    log = new TestLog();
    secrets = new TestSecrets(SECRET);
  });
  afterEach(() => {
    for (const http of open.splice(0)) http.dispose();
  });

  function client(url = server.url, auth: 'none' | 'bearer' | 'basic' = 'bearer', timeouts = {}): BackendHttp {
    const config = backendConfig({ kind: 'jaeger', url, name: 'prod', auth, user: 'ann' });
    const deps = backendDeps({ logger: log, secrets, transport: { ...backendDeps().transport, ...timeouts } });
    const http = new BackendHttp({ ...deps, config, authoriser: createAuthoriser(config, secrets) });
    open.push(http);
    return http;
  }

  async function faultOf(work: Promise<unknown>): Promise<BackendError> {
    const error = await refusalOf(work, BackendError);
    assert.ok(!JSON.stringify([error.describe(), error.stack, String(error.cause), log.lines]).includes(SECRET));
    assert.match(error.message, /\.$/);
    return error;
  }

  const get = (http: BackendHttp, request: Partial<BackendRequest> = {}, signal = new AbortController().signal) =>
    http.json({ path: '/api/services', ...request }, signal);

  it('sends the secret as a header, asked for once, and counts', async () => {
    server.next({ kind: 'body', body: '{"a":[1]}' });
    const http = client(`${server.url}/prefix`);
    assert.deepEqual(
      await get(http, { path: urlPath`/x/${'a/b c'}`, query: { q: '{ name = "é" }', none: undefined } }),
      {
        a: [1],
      },
    );
    await get(http);
    const seen = server.requests.at(-2)!;
    assert.equal(seen.headers.authorization, `Bearer ${SECRET}`);
    assert.equal(seen.url, '/prefix/x/a%2Fb%20c?q=%7B+name+%3D+%22%C3%A9%22+%7D');
    assert.equal(secrets.asked.length, 1);
    assert.equal(secrets.asked[0]?.backend, 'prod');
    assert.deepEqual(http.traffic.snapshot(), {
      requests: 2,
      retries: 0,
      failures: 0,
      bytesSent: 0,
      bytesReceived: 18,
    });
  });

  it('keeps large integers and unpacks, within bounds', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(100_000) });
    server.next({ kind: 'body', body: '{"id":12345678901234567890}' });
    assert.deepEqual(await get(client()), { id: '12345678901234567890' });
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    server.next({ kind: 'body', body: gzipSync(body), headers });
    assert.deepEqual(await get(client()), JSON.parse(body));
    assert.equal((await faultOf(get(client(), { maxBytes: 50_000 }))).fault, 'tooLarge');
    assert.equal((await faultOf(get(client(), { maxWireBytes: 50 }))).fault, 'tooLarge');
    server.next({ kind: 'body', body: gzipSync(body).subarray(0, 100), headers });
    assert.equal((await faultOf(get(client()))).fault, 'incomplete');
  });

  const faults: readonly (readonly [string, Fault, BackendFault, RegExp])[] = [
    ['401', { kind: 'status', status: 401, body: 'no' }, 'unauthorised', /does not know who asks \(401\): no\./],
    ['403', { kind: 'status', status: 403 }, 'forbidden', /not allow/],
    ['404', { kind: 'status', status: 404, body: '404 page not found' }, 'notFound', /page not found/],
    ['400', { kind: 'status', status: 400, body: '{"error":{"message":"bad query"}}' }, 'badRequest', /bad query/],
    ['500', { kind: 'status', status: 500, body: `{"errors":[{"msg":"${SECRET}"}]}` }, 'server', /failed \(500\): …\./],
    ['503', { kind: 'status', status: 503 }, 'server', /\(503\)/],
    ['429', { kind: 'status', status: 429 }, 'throttled', /too often/],
    ['a page', { kind: 'html', page: '<html><body>Jaeger UI</body></html>' }, 'wrongType', /web page/],
    ['a login page', { kind: 'html', page: '<html><form><input type="password"></form>' }, 'login', /sign in/],
    ['a page as JSON', { kind: 'body', body: '<!doctype html><title>Sign in</title>' }, 'login', /sign in/],
    ['a redirect to login', { kind: 'redirect', location: '/login?redirectTo=x' }, 'login', /sign in/],
    ['a redirect elsewhere', { kind: 'redirect', location: 'https://example.com/' }, 'wrongType', /redirects to https/],
    ['another type', { kind: 'wrongType', type: 'image/png', body: 'PNG' }, 'wrongType', /image\/png/],
    ['malformed JSON', { kind: 'body', body: '{"a":nope}' }, 'malformed', /not JSON/],
    ['JSON that ends early', { kind: 'halfJson' }, 'incomplete', /broke off/],
    ['half a body', { kind: 'halfBody' }, 'incomplete', /broke off/],
    ['a closed connection', { kind: 'hangUp' }, 'disconnected', /closed the connection/],
  ];
  for (const [name, fault, expected, message] of faults) {
    it(`says what ${name} means`, async () => {
      server.next(fault);
      const error = await faultOf(get(client()));
      assert.equal(error.fault, expected, error.describe());
      assert.match(error.message, message);
      assert.ok(error.place?.startsWith('http://127.0.0.1'), error.place);
      assert.ok((error.cure?.length ?? 0) > 10);
    });
  }

  it('says that nobody listens, and that a host is not known', async () => {
    const gone = await startFaultServer();
    await gone.close();
    assert.equal((await faultOf(get(client(gone.url)))).fault, 'refused');
    assert.equal((await faultOf(get(client('http://no-such-host.invalid')))).fault, 'unknownHost');
    assert.equal((await faultOf(get(client(server.url.replace('http:', 'https:'))))).fault, 'tls');
  });

  it('gives up when nothing comes', async () => {
    server.next({ kind: 'silence' });
    assert.equal((await faultOf(get(client(server.url, 'none', { headersTimeoutMs: 50 })))).fault, 'timeout');
    server.next({ kind: 'stall' });
    assert.equal((await faultOf(get(client(server.url, 'none', { bodyTimeoutMs: 50 })))).fault, 'timeout');
  });

  it('asks again after 503, and when Retry-After says so', async () => {
    const http = client();
    const date = new Date(Date.now() + 1500).toUTCString();
    server.next(
      { kind: 'status', status: 503 },
      { kind: 'status', status: 429, headers: { 'retry-after': date } },
      { kind: 'body', body: '{"ok":true}' },
    );
    assert.deepEqual(await get(http), { ok: true });
    assert.equal(http.traffic.retries, 2);
    server.next({ kind: 'status', status: 429, headers: { 'retry-after': '0.2' } }, { kind: 'body', body: '{}' });
    await get(http);
    const [first, second] = server.requests.slice(-2);
    assert.ok(second!.atMs - first!.atMs >= 190);
    server.next({ kind: 'status', status: 429, headers: { 'retry-after': '3600' } });
    const before = server.requests.length;
    assert.equal((await faultOf(get(http))).fault, 'throttled');
    assert.equal(server.requests.length, before + 1);
  });

  it('does not repeat what must not be repeated', async () => {
    server.next({ kind: 'status', status: 503 });
    const before = server.requests.length;
    await faultOf(get(client(), { body: '{}', idempotent: false }));
    assert.equal(server.requests.length, before + 1);
    assert.equal(server.requests.at(-1)?.method, 'POST');
  });

  it('follows redirects within the origin only', async () => {
    server.next({ kind: 'redirect', location: '/else' }, { kind: 'body', body: '{"here":1}' });
    assert.deepEqual(await get(client()), { here: 1 });
    assert.equal(server.requests.at(-1)?.url, '/else');
    server.next({ kind: 'redirect', location: '/loop' });
    assert.equal((await faultOf(get(client()))).fault, 'wrongType');
  });

  it('asks for the secret anew after 401', async () => {
    const http = client();
    server.next({ kind: 'status', status: 401 }, { kind: 'body', body: '{}' });
    await faultOf(get(http));
    await get(http);
    assert.equal(secrets.refusals, 1);
    assert.equal(secrets.asked.length, 2);
  });

  it('ends at once when cancelled: waiting, in the middle of a body, and between two tries', async () => {
    for (const fault of [
      { kind: 'silence' },
      { kind: 'stall' },
      { kind: 'status', status: 503, headers: { 'retry-after': '3' } },
    ] as const) {
      server.next(fault);
      const abort = new AbortController();
      const reason = new Error('enough');
      const work = get(client(), {}, abort.signal);
      setTimeout(() => abort.abort(reason), 60);
      await assert.rejects(work, (error) => error === reason);
    }
  });

  it('cuts a body of any size into items', async () => {
    const spans = Array.from({ length: 500 }, (_, id) => ({ id, text: '[{"}],\\"' }));
    server.next({
      kind: 'body',
      body: JSON.stringify({ data: [{ name: 'a', spans, processes: { p: 1 } }], total: 0 }),
    });
    const answer = await client().ask({ path: '/' }, new AbortController().signal);
    const seen: [string, unknown][] = [];
    for await (const item of answer.items({ 'data[].spans[]': 'span', 'data[]': 'trace' }))
      seen.push([item.label, item.read()]);
    assert.equal(seen.length, 502);
    assert.deepEqual(seen[499], ['span', spans[499]]);
    assert.deepEqual(seen.slice(500), [
      ['trace', { name: 'a', spans: [], processes: { p: 1 } }],
      ['', { data: [], total: 0 }],
    ]);
  });
});
