import assert from 'node:assert/strict';
import { requestsLeftWords, type RequestsLeft } from '../../../../src/base/requestsLeft';
import { BackendError } from '../../../../src/traces/backends/backendError';
import { createAuthoriser } from '../../../../src/traces/backends/secrets';
import { BackendHttp, type BackendRequest } from '../../../../src/traces/backends/transport/backendHttp';
import {
  refreshPauseMs,
  type KnownLimit,
  type LimitUse,
} from '../../../../src/traces/backends/transport/requestBudget';
import { backendConfig, backendDeps, TestLog } from '../../../support/wire/backendBed';
import { startFaultServer, type Fault, type FaultServer } from '../../../support/wire/faultServer';

const { signal } = new AbortController();

/** An answer, as Datadog tells how many more there may be. */
function answer(remaining: number, limit: number, resetSeconds: number): Fault {
  const headers = {
    'content-type': 'application/json',
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-period': '3600',
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(resetSeconds),
  };
  return { kind: 'body', body: '{}', headers };
}

describe('budget of requests', () => {
  let server: FaultServer;
  let log: TestLog;
  const open: BackendHttp[] = [];

  before(async () => {
    server = await startFaultServer();
  });
  after(() => server.close());
  beforeEach(() => {
    log = new TestLog();
  });
  afterEach(() => {
    for (const http of open.splice(0)) http.dispose();
  });

  function client(limits: Readonly<Record<string, KnownLimit>> = {}): BackendHttp {
    const config = backendConfig({ kind: 'jaeger', url: server.url, name: 'prod' });
    const deps = backendDeps({ logger: log });
    const http = new BackendHttp({ ...deps, config, limits, authoriser: createAuthoriser(config, deps.secrets) });
    open.push(http);
    return http;
  }

  const ask = (http: BackendHttp, request: Partial<BackendRequest> = {}) =>
    http.json({ path: '/', ...request }, signal);

  async function refused(work: Promise<unknown>): Promise<BackendError> {
    const error: unknown = await work.then(
      () => assert.fail('no error'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof BackendError && error.fault === 'throttled', String(error));
    return error;
  }

  it('knows what is left, and says nothing where nothing is said', async () => {
    const http = client();
    server.next({ kind: 'body', body: '{}' }, answer(287, 300, 1500));
    await ask(http);
    assert.equal(http.traffic.left, undefined);
    await ask(http);
    const { remaining, limit, resetMs } = http.traffic.left as unknown as RequestsLeft;
    assert.deepEqual([remaining, limit], [287, 300]);
    assert.ok(Math.abs(resetMs - Date.now() - 1_500_000) < 2_000);
  });

  it('asks no more when nothing is left, and says for how long', async () => {
    const http = client();
    server.next(answer(0, 300, 1500));
    await ask(http);
    const before = server.requests.length;
    const error = await refused(ask(http));
    assert.match(error.message, /^prod takes no more requests for the next 26.min: it takes 300 in 1.h\.$/);
    assert.equal(server.requests.length, before);
    assert.ok(log.lines.some((line) => /0 of 300 requests left, more in 26.min; it is asked less often/.test(line)));
  });

  it('waits where there are more soon', async () => {
    const http = client();
    server.next(answer(0, 300, 1), answer(299, 300, 3600));
    await ask(http);
    const before = performance.now();
    await ask(http);
    assert.ok(performance.now() - before >= 1_000);
    assert.equal(http.traffic.left?.remaining, 299);
  });

  it('lets no more out at once than there are left', async () => {
    const http = client();
    server.next(answer(3, 300, 1500), answer(2, 300, 1500), answer(1, 300, 1500), answer(0, 300, 1500));
    await ask(http);
    const before = server.requests.length;
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => ask(http)));
    assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 3);
    assert.equal(server.requests.length - before, 3);
  });

  it('counts a request as often as it weighs', async () => {
    server.next({ kind: 'body', body: '{}', headers: { 'content-type': 'application/json' } });
    const http = client({ '': { requests: 60, periodMs: 60_000 } });
    const heavy = { path: '/a', weight: 25 };
    await Promise.all([http.json(heavy, signal), http.json(heavy, signal)]);
    assert.equal(http.traffic.left?.remaining, 10);
    await assert.rejects(
      http.json(heavy, signal),
      (error) => error instanceof BackendError && error.fault === 'throttled',
    );
    await http.json({ path: '/a' }, signal);
    assert.equal(http.traffic.left?.remaining, 9);
  });

  it('keeps the last ones for what somebody waits for', async () => {
    const http = client();
    server.next(answer(60, 300, 1500));
    await ask(http, { isBackground: true });
    assert.match((await refused(ask(http, { isBackground: true }))).message, /hardly any more requests/);
    await ask(http);
  });

  it('does not repeat what was refused for long', async () => {
    const http = client();
    const headers = { 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '900' };
    server.next({ kind: 'status', status: 429, headers }, answer(1, 300, 900));
    const before = server.requests.length;
    assert.equal((await refused(ask(http))).status, 429);
    assert.equal(server.requests.length - before, 1);
    assert.equal(http.traffic.retries, 0);
    assert.equal((await refused(ask(http))).status, undefined);
  });

  it('holds all others while one was told to come back soon, and none of them afterwards', async () => {
    const http = client();
    server.next({ kind: 'status', status: 429, headers: { 'retry-after': '1' } }, { kind: 'body', body: '{}' });
    const first = ask(http);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = server.requests.length;
    const others = Promise.all([ask(http), ask(http), ask(http)]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(server.requests.length, before);
    await Promise.all([first, others]);
    assert.equal(http.traffic.left, undefined);
  });

  it('keeps limits apart, and counts where answers do not', async () => {
    const http = client({ create: { requests: 2, periodMs: 60_000 } });
    server.next({ kind: 'body', body: '{}' });
    await ask(http, { rate: 'create' });
    assert.equal(http.traffic.left?.remaining, 1);
    await ask(http, { rate: 'create' });
    assert.match((await refused(ask(http, { rate: 'create' }))).message, /it takes 2 in 1.min/);
    for (let count = 0; count < 5; count++) await ask(http);
  });

  it('keeps counting a limit that headers say nothing of', async () => {
    const http = client({ runs: { requests: 2, periodMs: 60_000, isSeparate: true } });
    server.next(answer(5000, 6000, 30));
    for (let count = 0; count < 2; count++) await ask(http, { rate: 'runs' });
    assert.match((await refused(ask(http, { rate: 'runs' }))).message, /it takes 2 in 1.min/);
  });

  it('ends waiting when nobody waits any more', async () => {
    const http = client();
    server.next(answer(0, 300, 2));
    await ask(http);
    const abort = new AbortController();
    const work = http.json({ path: '/' }, abort.signal);
    const reason = new Error('enough');
    setTimeout(() => abort.abort(reason), 20);
    await assert.rejects(work, (error) => error === reason);
  });

  it('tells how seldom to ask, so that what is left lasts', () => {
    const left = { remaining: 260, limit: 300, resetMs: 1_000_000 };
    const pause = (use: LimitUse['left'], requests: number, now = 0): number =>
      refreshPauseMs(
        new Map([['', { asked: 7, left: use }]]),
        new Map([
          ['', { asked: 7 + requests, left: use }],
          ['other', { asked: 1, left: { remaining: 100_000, resetMs: 1_000_000 } }],
        ]),
        now,
      );
    assert.equal(refreshPauseMs(new Map(), new Map([['', { asked: 3, left: undefined }]]), 0), 0);
    // One of 50,000 in 1,000 s is nothing.
    assert.equal(pause(left, 0), 20);
    // 60 of 300 are reserved, half of the other 200 may be used: 100 in 1,000 s.
    assert.equal(pause(left, 2), 20_000);
    assert.equal(pause({ ...left, remaining: 62 }, 2), 1_000_000);
    assert.equal(pause(left, 2, 1_000_000), 0);
  });

  it('is told in words', () => {
    const left = { remaining: 287, limit: 300, resetMs: 2_580_000 };
    assert.match(requestsLeftWords(left, 0) ?? '', /^287 of 300 requests left, more in 43.min$/);
    assert.match(
      requestsLeftWords({ remaining: 1, limit: 1, resetMs: 9_100 }, 0) ?? '',
      /^1 of 1 request left, more in 10.s$/,
    );
    assert.equal(requestsLeftWords(left, 2_580_000), undefined);
  });
});
