import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SpanlightError } from '../../../../../src/base/errors';
import type { TraceId } from '../../../../../src/model/ids';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import type { Backend } from '../../../../../src/traces/backends/backend';
import { readBackendConfig, type BackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { BackendError } from '../../../../../src/traces/backends/backendError';
import { BACKEND_TYPES, createBackend } from '../../../../../src/traces/backends/createBackend';
import { refusalOf } from '../../../../support/refusal';
import { isoNanos, type GoogleSpan, type GoogleTrace } from '../../../../support/servers/data/googleTraces';
import { backendConfig, backendDeps, TestLog, TestSecrets } from '../../../../support/wire/backendBed';
import {
  GOOGLE_PROJECT,
  GOOGLE_TOKEN,
  startGoogleTraceWire,
  type GoogleError,
  type GoogleTraceOptions,
  type GoogleTraceServer,
} from '../../../../support/wire/googleTraceServer';
import { RoutedTransport, type RouteAnswer } from '../../../../support/wire/routedTransport';

const { signal } = new AbortController();
const NOW_NS = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
const window: TimeWindow = { from: nanos(NOW_NS - 3_600_000_000_000n), to: nanos(NOW_NS + 60_000_000_000n) };

let traces = 0;

function span(more: Partial<GoogleSpan> = {}): GoogleSpan {
  const start = NOW_NS - 60_000_000_000n;
  return {
    spanId: '1',
    name: 'GET /',
    startTime: isoNanos(start),
    endTime: isoNanos(start + 5_000_000n),
    labels: { 'service.name': 'shop' },
    ...more,
  };
}

function trace(...spans: readonly GoogleSpan[]): GoogleTrace {
  return { projectId: GOOGLE_PROJECT, traceId: (++traces).toString(16).padStart(32, 'a'), spans };
}

/** An error as Google's front end words it. */
function refusal(code: number, status: string, message: string, reason?: string): GoogleError {
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' };
  return { code, status, message, ...(reason === undefined ? {} : { details: [info] }) };
}

describe('Google Cloud Trace’s quirks', () => {
  let server: GoogleTraceServer;
  let backend: Backend;
  let log: TestLog;

  async function start(
    kept: readonly GoogleTrace[],
    { token = GOOGLE_TOKEN, options = {}, ...wire }: Partial<GoogleTraceOptions> & Partial<BackendConfig> = {},
  ): Promise<void> {
    server = await startGoogleTraceWire({ traces: kept, ...wire });
    log = new TestLog();
    const config = {
      ...{ kind: 'googlecloud', url: server.url, auth: 'bearer' as const },
      ...(wire.environment === undefined ? {} : { environment: wire.environment }),
      options: { project: GOOGLE_PROJECT, readUnits: 10_000, ...options },
    };
    backend = createBackend(backendConfig(config), backendDeps({ secrets: new TestSecrets(token), logger: log }));
  }

  afterEach(async () => {
    backend.dispose();
    await server.close();
  });

  const operations = () => backend.operations({ window, service: 'shop' }, signal);
  const lists = () => server.asked.filter(({ pathname }) => pathname.endsWith('/traces'));

  async function found(text: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const { traceId } of backend.search({ text, window, limit: 500 }, signal)) ids.push(traceId);
    return ids;
  }

  async function steps(): Promise<string[]> {
    const said: string[] = [];
    for await (const { step, result, message, cure } of backend.testConnection(signal))
      said.push(`${step} ${result}: ${message} ${cure ?? ''}`);
    return said;
  }

  it('goes on where a page is empty and not the last', async () => {
    await start([trace(span())], { emptyPages: 2 });
    assert.equal((await found('')).length, 1);
    assert.equal(server.asked.length, 3);
    assert.equal((await operations())[0]?.count, 1);
    assert.ok(server.asked.length <= 3 + 5, 'requests of hints');
  });

  it('samples a service by its latest and its longest traces, and says so', async () => {
    const many = Array.from({ length: 120 }, (_, at) => {
      const begin = NOW_NS - BigInt(1 + at) * 1_000_000_000n;
      // The longest is among the oldest.
      const length = at === 119 ? 900_000_000n : 2_000_000n;
      return trace(span({ startTime: isoNanos(begin), endTime: isoNanos(begin + length) }));
    });
    await start(many, { emptyPages: 0 });
    const [stats] = await operations();
    assert.deepEqual([stats?.exact, stats?.count, stats?.latency.max], [false, 60, 2e6]);
    assert.match(stats?.estimate ?? '', /latest traces stand for all/);
    assert.equal(stats?.exemplars.slowest?.durationNs, 900e6);
    assert.deepEqual(
      lists().map(({ searchParams }) => [searchParams.get('orderBy'), searchParams.get('filter')]),
      [
        ['start desc', '+service.name:"shop"'],
        ['duration desc', '+service.name:"shop"'],
      ],
    );
  });

  it('keeps to the units that a project may read in a minute, and shows what is left', async () => {
    await start([trace(span())], { options: { readUnits: 100 } });
    await backend.services(signal);
    assert.deepEqual([backend.traffic.left?.remaining, backend.traffic.left?.limit], [75, 100]);
    await backend.trace('a'.repeat(32) as TraceId, signal);
    assert.equal(backend.traffic.left?.remaining, 74);
    await found('');
    await found('{ name = "x" }').catch(() => []);
    const error = await refusalOf(backend.services(signal), BackendError);
    assert.equal(error.fault, 'throttled');
    assert.ok(lists().length <= 4, `${lists().length}`);
  });

  it('finds decimal ids again, up to 64 bits', async () => {
    const child = span({ spanId: '18446744073709551615', parentSpanId: '9223372036854775808' });
    const kept = trace(span({ spanId: '9223372036854775808' }), child);
    await start([kept]);
    const read = await backend.trace(kept.traceId as TraceId, signal);
    assert.deepEqual(
      [read?.details(1).spanId, read?.details(1).parentSpanId],
      ['ffffffffffffffff', '8000000000000000'],
    );
  });

  it('says that a large trace is not whole', async () => {
    const kept = trace(...Array.from({ length: 1_200 }, (_, at) => span({ spanId: String(at + 1) })));
    await start([kept]);
    assert.equal((await backend.trace(kept.traceId as TraceId, signal))?.count, 1_000);
    assert.ok(log.lines.some((line) => /1000 spans and no more/.test(line)));
  });

  it('asks for services by the label that names them', async () => {
    await start([trace(span({ labels: { 'g.co/gae/app/module': 'default' } }))], { emptyPages: 0 });
    assert.deepEqual(
      (await backend.services(signal)).map(({ service }) => service),
      ['default'],
    );
    assert.equal((await backend.operations({ window, service: 'default' }, signal))[0]?.count, 1);
    assert.equal(server.asked.at(-1)?.searchParams.get('filter'), '+g.co/gae/app/module:"default"');
  });

  it('finds names by the part of them that was kept', async () => {
    const name = `GET /${'x'.repeat(150)}`;
    await start([trace(span({ name: name.slice(0, 128) }))]);
    assert.equal((await found(`{ name =~ "GET /xxx.*" }`)).length, 1);
    assert.equal((await found(`{ resource.service.name = "shop" }`)).length, 1);
    assert.match(
      backend.testedHere!({ text: `{ span.order = "a" && kind = server }` }) ?? '',
      /Spanlight tests the rest/,
    );
    assert.equal(backend.testedHere!({ text: '{ resource.service.name = "shop" }' }), undefined);
  });

  it('leaves traces of other environments alone', async () => {
    const labels = { 'service.name': 'shop', 'deployment.environment': 'prod' };
    await start([trace(span({ labels })), trace(span())], { environment: 'prod' });
    assert.equal((await found('')).length, 1);
  });

  const refusals: readonly (readonly [string, GoogleError, RegExp])[] = [
    [
      'the API is not enabled',
      refusal(
        403,
        'PERMISSION_DENIED',
        'Cloud Trace API has not been used in project 4711 before or it is disabled.',
        'SERVICE_DISABLED',
      ),
      /authorised failed: The Cloud Trace API is not enabled in the project shop-prod-42\. Enable it at https:\/\/console\.cloud\.google\.com\/apis\/library\/cloudtrace\.googleapis\.com\?project=shop-prod-42/,
    ],
    [
      'the account may not read',
      refusal(403, 'PERMISSION_DENIED', 'The caller does not have permission', 'IAM_PERMISSION_DENIED'),
      /authorised failed: .* does not let this account read shop-prod-42.*Cloud Trace User at https:\/\/console\.cloud\.google\.com\/iam-admin/,
    ],
    [
      'the project is another one',
      refusal(403, 'PERMISSION_DENIED', 'Project #0 is invalid', 'CONSUMER_INVALID'),
      /authorised failed: There is no project shop-prod-42 .*Check "project".*the id of a project and not its name or number/,
    ],
    [
      'the token is for something else',
      refusal(
        403,
        'PERMISSION_DENIED',
        'Request had insufficient authentication scopes.',
        'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
      ),
      /authorised failed: The token .* may not be used for The Cloud Trace API.*scope cloud-platform/,
    ],
    [
      'it was asked too often',
      refusal(429, 'RESOURCE_EXHAUSTED', "Quota exceeded for quota metric 'Read requests'", 'RATE_LIMIT_EXCEEDED'),
      /asked too often: Quota exceeded.*iam-admin\/quotas/,
    ],
  ];
  for (const [what, error, expected] of refusals) {
    it(`says that ${what}, and where that is put right`, async () => {
      await start([]);
      server.refuse(error, error, error);
      const said = (await steps()).join('\n');
      assert.match(said, expected);
      assert.ok(!said.includes(GOOGLE_TOKEN));
    });
  }

  it('asks again where it was asked too often, and says nothing if that helps', async () => {
    await start([trace(span())]);
    server.refuse(refusal(429, 'RESOURCE_EXHAUSTED', 'slow down', 'RATE_LIMIT_EXCEEDED'));
    assert.equal((await backend.services(signal)).length, 1);
    assert.equal(backend.traffic.retries, 1);
  });

  it('says that a token has expired, and how to get another', async () => {
    await start([], { token: 'another' });
    const said = (await steps()).join('\n');
    assert.match(said, /authorised failed: .*expired.*gcloud auth print-access-token/);
    assert.ok(!said.includes('another'), said);
  });

  it('says that there are no traces yet, and where to look', async () => {
    await start([]);
    assert.match(
      (await steps()).join('\n'),
      /traces failed: There are no traces .*traces\/explorer\?project=shop-prod-42/,
    );
  });

  it('says that nothing names a project', async () => {
    await start([], { options: { project: '' } });
    const error = await refusalOf(backend.services(signal), BackendError);
    assert.match(`${error.message} ${error.cure}`, /which project.*Set "project"/);
    assert.equal(backend.deepLink('a'.repeat(32) as TraceId), undefined);
  });

  it('says that the name of a project is not its id, without asking', async () => {
    await start([], { options: { project: 'My Project' } });
    const error = await refusalOf(backend.services(signal), BackendError);
    assert.match(`${error.message} ${error.cure}`, /"My Project" is no id .*https:.*cloud-resource-manager/);
    assert.equal(backend.traffic.requests, 0);
  });

  it('tells a trace that is not there from an address that is not the API', async () => {
    await start([]);
    assert.equal(await backend.trace('b'.repeat(32) as TraceId, signal), undefined);
  });
});

describe('Google Cloud Trace, signed in to by application default credentials', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'spanlight-google-'))));
  after(() => rm(folder, { recursive: true }));

  async function open(
    answers: (token: string) => RouteAnswer,
  ): Promise<{ backend: Backend; transport: RoutedTransport }> {
    const file = path.join(folder, 'user.json');
    const user = {
      type: 'authorized_user',
      client_id: 'c',
      client_secret: 's',
      refresh_token: 'r',
      quota_project_id: 'quota-42',
    };
    await writeFile(file, JSON.stringify(user));
    let tokens = 0;
    let nowMs = Date.now();
    const transport = new RoutedTransport({
      'oauth2.googleapis.com': () => ({ body: { access_token: `t${++tokens}`, expires_in: 3600 } }),
      'cloudtrace.googleapis.com': ({ headers }) => answers(headers['authorization'] ?? ''),
    });
    const config = backendConfig({ kind: 'googlecloud', url: 'https://cloudtrace.googleapis.com', auth: 'google' });
    const environment = { GOOGLE_APPLICATION_CREDENTIALS: file };
    const now = (): number => (nowMs += 10_000);
    return { backend: createBackend(config, backendDeps({ transport, environment, now })), transport };
  }

  it('says whose quota counts, and takes the project from there', async () => {
    const { backend, transport } = await open(() => ({ body: { traces: [trace(span())] } }));
    assert.equal((await backend.services(signal)).length, 1);
    const asked = transport.asked.at(-1)!;
    assert.equal(asked.headers['x-goog-user-project'], 'quota-42');
    assert.match(asked.url.pathname, /\/projects\/quota-42\/traces$/);
    assert.match(backend.deepLink('a'.repeat(32) as TraceId) ?? '', /project=quota-42$/);
  });

  it('gets another token where one is not accepted any more', async () => {
    const error = { code: 401, status: 'UNAUTHENTICATED', message: 'Request had invalid authentication credentials.' };
    const { backend } = await open((token) =>
      token === 'Bearer t1' ? { status: 401, body: { error } } : { body: {} },
    );
    assert.deepEqual(await backend.services(signal), []);
    assert.equal(backend.traffic.retries, 1);
  });
});

describe('what stands for the address of Google Cloud Trace', () => {
  const read = (url: string): BackendConfig => readBackendConfig({ kind: 'googlecloud', url }, 'here', BACKEND_TYPES);

  it('is a project, or a page of the console', () => {
    for (const text of ['shop-prod-42', 'https://console.cloud.google.com/traces/explorer?project=shop-prod-42']) {
      const { url, options, auth } = read(text);
      assert.deepEqual(
        [url, options, auth],
        ['https://cloudtrace.googleapis.com', { project: 'shop-prod-42' }, 'google'],
      );
    }
    assert.equal(read('https://proxy.example/trace').url, 'https://proxy.example/trace');
  });

  it('is neither the name or number of a project, nor a page that names none', () => {
    const said = (url: string): string => {
      try {
        read(url);
      } catch (error) {
        if (error instanceof SpanlightError) return `${error.message} ${error.cure}`;
      }
      return '';
    };
    assert.match(said('My Project'), /name of a project.*Write an address .*, or the id of a project/);
    assert.match(said('4711081547110815'), /4711081547110815 is the number of a project.*or the id of a project/);
    assert.match(said('https://console.cloud.google.com/traces/explorer'), /names no project.*or the id of a project/);
    assert.match(said('https://console.cloud.google.com/traces?project=My'), /names no project/);
    assert.match(said('http://'), /is not an address\. .*or the id of a project/);
  });
});
