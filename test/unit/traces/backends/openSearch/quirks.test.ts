import assert from 'node:assert/strict';
import type { TraceId } from '../../../../../src/model/ids';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import type { Backend } from '../../../../../src/traces/backends/backend';
import type { BackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { BackendError } from '../../../../../src/traces/backends/backendError';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { backendConfig, backendDeps, TestLog, TestSecrets } from '../../../../support/wire/backendBed';
import { startFaultServer, type Fault, type FaultServer } from '../../../../support/wire/faultServer';
import { refusalOf } from '../../../../support/refusal';

const { signal } = new AbortController();
const TRACE = '0af7651916cd43dd8448eb211c80319c' as TraceId;
const START_NS = 1_763_737_200_123_456_789n;
const window: TimeWindow = { from: nanos(START_NS - 1_000_000_000n), to: nanos(START_NS + 1_000_000_000n) };
const WHOLE = { timed_out: false, _shards: { total: 2, successful: 2, skipped: 0, failed: 0 } };
const KEYWORD = { keyword: { type: 'keyword' } };

/** What `_field_caps` says of the default format. */
const FIELDS = body({
  fields: {
    traceId: KEYWORD,
    serviceName: KEYWORD,
    name: KEYWORD,
    'span.attributes.http@route': KEYWORD,
    'span.attributes.server@port': { keyword: { type: 'keyword' }, long: { type: 'long' } },
  },
});

function body(json: unknown): Fault {
  return { kind: 'body', body: JSON.stringify(json) };
}

function refused(status: number, json: unknown): Fault {
  return { kind: 'status', status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) };
}

function services(...names: string[]): Fault {
  const buckets = names.map((service) => ({ key: { service }, doc_count: 3, failed: { doc_count: 1 } }));
  return body({ ...WHOLE, aggregations: { services: { buckets } } });
}

/** One hit, as `_search` gives it. */
function hit(spanId: string, source: object = {}) {
  const _source = {
    traceId: TRACE,
    spanId,
    parentSpanId: '',
    name: 'GET /',
    kind: 'SPAN_KIND_SERVER',
    startTime: '2025-11-21T15:00:00.123456789Z',
    endTime: '2025-11-21T15:00:00.123456790Z',
    durationInNanos: 1,
    serviceName: 'shop',
    'status.code': 0,
    ...source,
  };
  return { _index: 'otel-v1-apm-span-000001', _source, sort: [Number(START_NS), spanId, 'SPAN_KIND_SERVER'] };
}

describe('OpenSearch’s quirks', () => {
  let server: FaultServer;
  let backend: Backend;
  let log: TestLog;

  before(async () => {
    server = await startFaultServer();
  });

  after(() => server.close());

  beforeEach(() => {
    log = new TestLog();
    backend = open();
  });

  afterEach(() => backend.dispose());

  function open(config: Partial<BackendConfig> = {}, secrets = new TestSecrets()): Backend {
    return createBackend(
      backendConfig({ kind: 'opensearch', name: 'logs', url: server.url, ...config }),
      backendDeps({ logger: log, secrets }),
    );
  }

  async function failure(...faults: readonly Fault[]): Promise<BackendError> {
    server.next(...faults);
    return await refusalOf(backend.services(signal), BackendError);
  }

  it('says that no index fits, whether the server answers 404 or finds no shard to ask', async () => {
    const missing = { type: 'index_not_found_exception', reason: 'no such index [spans]', index: 'spans' };
    for (const fault of [
      refused(404, { error: { root_cause: [missing], ...missing }, status: 404 }),
      body({ took: 0, timed_out: false, _shards: { total: 0, successful: 0, skipped: 0, failed: 0 } }),
    ]) {
      backend = open();
      const error = await failure(body({ fields: {} }), fault);
      assert.equal(error.fault, 'notFound');
      assert.match(error.message, /^logs has no index that "otel-v1-apm-span-\*" fits\.$/);
      assert.match(error.cure ?? '', /"index"/);
    }
  });

  it('says which right is missing', async () => {
    const type = 'security_exception';
    const reason = 'no permissions for [indices:data/read/search] and User [name=jane, backend_roles=[]]';
    const error = await failure(refused(403, { error: { root_cause: [{ type, reason }], type, reason }, status: 403 }));
    assert.equal(error.fault, 'forbidden');
    assert.match(error.message, /indices:data\/read\/search/);
  });

  it('says who was not let in, and never the password', async () => {
    const secrets = new TestSecrets('swordfish-42');
    backend = open({ auth: 'basic', user: 'jane' }, secrets);
    const error = await failure({
      kind: 'status',
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="OpenSearch Security"' },
      body: 'Unauthorized',
    });
    assert.equal(error.fault, 'unauthorised');
    assert.equal(secrets.refusals, 1);
    assert.equal(
      server.requests.at(-1)?.headers.authorization,
      `Basic ${Buffer.from('jane:swordfish-42').toString('base64')}`,
    );
    assert.ok(![error.describe(), ...log.lines].some((line) => line.includes('swordfish')));
  });

  it('sends an API key with or without its scheme', async () => {
    for (const [secret, sent] of [
      ['c29tZTprZXk=', 'ApiKey c29tZTprZXk='],
      ['ApiKey c29tZTprZXk=', 'ApiKey c29tZTprZXk='],
    ] as const) {
      backend = open({ auth: 'header', authHeader: 'Authorization' }, new TestSecrets(secret));
      server.next(FIELDS, services('shop'));
      await backend.services(signal);
      assert.equal(server.requests.at(-1)?.headers.authorization, sent);
    }
  });

  it('signs for a domain of Amazon OpenSearch Service', async () => {
    const environment = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI' };
    const config = backendConfig({
      ...{ kind: 'opensearch', name: 'logs', url: server.url, auth: 'aws' },
      options: { region: 'eu-central-1' },
    });
    backend = createBackend(config, backendDeps({ logger: log, environment }));
    server.next(FIELDS, services('shop'));
    await backend.services(signal);
    const { authorization } = server.requests.at(-1)!.headers;
    assert.match(
      authorization ?? '',
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/es\/aws4_request, /,
    );
    const refusal = JSON.stringify({
      Message: 'User: arn:aws:iam::1:user/jane is not authorized to perform: es:ESHttpPost',
    });
    const error = await failure({ kind: 'status', status: 403, body: refusal });
    assert.equal(error.fault, 'forbidden');
    assert.match(error.message, /es:ESHttpPost/);
  });

  it('says what a shard said, not that all of them failed', async () => {
    const cause = { type: 'illegal_argument_exception', reason: 'Text fields are not optimised for aggregations.' };
    const failed_shards = [{ shard: 0, index: 'spans', reason: cause }];
    const error = {
      ...{ root_cause: [cause], type: 'search_phase_execution_exception', reason: 'all shards failed' },
      ...{ phase: 'query', grouped: true, failed_shards, caused_by: { ...cause, caused_by: cause } },
    };
    const said = await failure(FIELDS, refused(400, { error, status: 400 }));
    assert.equal(said.fault, 'badRequest');
    assert.match(said.message, /not optimised for aggregations\.$/);
  });

  it('takes a proxy’s page for what it is', async () => {
    const page = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';
    const error = await failure({ kind: 'html', page });
    assert.equal(error.fault, 'wrongType');
  });

  it('says and counts answers that are not whole', async () => {
    const failures = [
      { shard: 1, index: 'spans', reason: { type: 'circuit_breaking_exception', reason: 'Data too large' } },
    ];
    const part = { total: 2, successful: 1, skipped: 0, failed: 1, failures };
    const buckets = [{ key: { service: 'shop' }, doc_count: 3, failed: { doc_count: 0 } }];
    server.next(FIELDS, body({ timed_out: true, _shards: part, aggregations: { services: { buckets } } }));
    assert.deepEqual(
      (await backend.services(signal)).map(({ service }) => service),
      ['shop'],
    );
    const [line] = log.lines.filter((text) => text.includes('in part'));
    assert.match(line ?? '', /ran out of time, 1 of 2 shards failed \(Data too large\) \(1 such/);
  });

  it('says of operations that were counted in part that they were', async () => {
    const part = { total: 2, successful: 1, skipped: 0, failed: 1 };
    const key = { service: 'shop', name: 'GET /', kind: 'SPAN_KIND_SERVER' };
    const operations = { buckets: [{ key, doc_count: 4, duration: { min: 5, max: 5, sum: 20 } }] };
    const present = { a0: { doc_count: 0 } };
    server.next(
      FIELDS,
      body({ ...WHOLE, hits: { hits: [] }, aggregations: present }),
      body({ ...WHOLE, _shards: part, aggregations: { operations } }),
    );
    const [stats] = await backend.operations({ window, service: 'shop' }, signal);
    assert.equal(stats?.count, 4);
    assert.equal(stats?.totalNs, 20);
    assert.equal(stats?.exact, false);
    assert.match(stats?.estimate ?? '', /1 of 2 shards failed/);
  });

  it('asks for fewer operations at once where the server does not count so many groups', async () => {
    const cause = { type: 'too_many_buckets_exception', reason: 'Trying to create too many buckets.', max_buckets: 9 };
    const error = { root_cause: [], type: 'search_phase_execution_exception', reason: '', caused_by: cause };
    const tooMany = refused(503, { error, status: 503 });
    const key = { service: 'shop', name: 'GET /', kind: 'SPAN_KIND_SERVER' };
    const operations = { buckets: [{ key, doc_count: 1 }] };
    server.next(
      FIELDS,
      body({ ...WHOLE, hits: { hits: [] }, aggregations: {} }),
      ...[tooMany, tooMany, tooMany],
      body({ ...WHOLE, aggregations: { operations } }),
    );
    assert.equal((await backend.operations({ window, service: 'shop' }, signal)).length, 1);
    server.next(tooMany);
    await assert.rejects(
      backend.operations({ window, service: 'shop' }, signal),
      (reason) => reason instanceof BackendError && /does not count that many groups/.test(reason.message),
    );
  });

  it('leaves out of the groups what indices index in different ways', async () => {
    const empty = body({ ...WHOLE, hits: { hits: [] }, aggregations: { a0: { doc_count: 2 }, a1: { doc_count: 2 } } });
    const operations = { buckets: [{ key: { service: 'shop', name: 'GET /', a0: '/' }, doc_count: 1 }] };
    server.next(FIELDS, empty, body({ ...WHOLE, aggregations: { operations } }));
    const [stats] = await backend.operations({ window, service: 'shop' }, signal);
    assert.deepEqual([...stats!.key.attributes], [['http.route', '/']]);
  });

  it('counts as one operation what two formats in the indices keep apart', async () => {
    const mixed = body({ fields: { 'span.attributes.http@route': KEYWORD, 'attributes.http.route': KEYWORD } });
    const counts = (at: number) => ({
      buckets: Array.from({ length: 110 }, (_, n) => ({ doc_count: n === at ? 3 : 0 })),
    });
    const bucket = (key: object, ms: number) => ({
      key: { service: 'shop', name: 'GET /', kind: 'SPAN_KIND_SERVER', ...key },
      doc_count: 3,
      duration: { count: 3, min: ms * 1e6, max: ms * 1e6, sum: 3 * ms * 1e6 },
      latency: counts(Math.ceil(4 * (Math.log2(ms * 1e6) - 10))),
      failed: { doc_count: 1, latest: { hits: { hits: [hit('00f067aa0ba902b7')] } } },
      slowest: { hits: { hits: [hit(ms === 8 ? '00f067aa0ba902b8' : '00f067aa0ba902b9')] } },
      trend: { buckets: [{ doc_count: 3, failed: { doc_count: 1 }, p95: { values: [{ key: 95, value: ms * 1e6 }] } }] },
    });
    const operations = { buckets: [bucket({ a0: '/', a1: null }, 8), bucket({ a0: null, a1: '/' }, 64)] };
    const present = { a0: { doc_count: 3 }, a1: { doc_count: 3 } };
    server.next(
      mixed,
      body({ ...WHOLE, hits: { hits: [] }, aggregations: present }),
      body({ ...WHOLE, aggregations: { operations } }),
    );
    const [stats, ...others] = await backend.operations({ window, service: 'shop' }, signal);
    assert.deepEqual(others, []);
    assert.equal(stats?.count, 6);
    assert.equal(stats?.errorCount, 2);
    assert.equal(stats?.totalNs, 216e6);
    assert.equal(stats?.latency.count, 6);
    assert.equal(stats?.latency.max, 64e6);
    assert.ok(stats.latency.quantile(0.25) < 8.4e6 && stats.latency.quantile(0.95) > 60e6);
    assert.deepEqual(stats?.trend, [{ count: 6, errorCount: 2, p95Ns: 64e6 }]);
    assert.equal(stats?.exemplars.error?.spanId, '00f067aa0ba902b7');
  });

  it('pulls no more than a megabyte for operations, however many there are, and says so', async () => {
    const stack = 'x'.repeat(6_000);
    const failed = (at: number) => ({
      doc_count: 1,
      latest: { hits: { hits: [hit('00f067aa0ba902b7', { 'status.code': 2, 'status.message': `${stack}${at}` })] } },
    });
    const page = (size: number, from: number): Fault => {
      const buckets = Array.from({ length: size }, (_, at) => ({
        key: { service: 'shop', name: `GET /${from + at}`, kind: 'SPAN_KIND_SERVER' },
        doc_count: 1,
        failed: failed(at),
      }));
      return body({ ...WHOLE, aggregations: { operations: { after_key: { name: `GET /${from + size}` }, buckets } } });
    };
    const present = body({ ...WHOLE, hits: { hits: [] }, aggregations: {} });
    server.next(FIELDS, present, page(50, 0), ...Array.from({ length: 50 }, (_, at) => page(80, 50 + 80 * at)));
    const stats = await backend.operations({ window, service: 'shop' }, signal);
    assert.ok(stats.length >= 50, `${stats.length} operations`);
    assert.ok(backend.traffic.bytesReceived <= 1 << 20, `${backend.traffic.bytesReceived} bytes`);
    assert.ok(backend.traffic.requests <= 5, `${backend.traffic.requests} requests`);
    assert.ok(stats.every(({ exact, estimate }) => !exact && /more operations/.test(estimate ?? '')));
    assert.ok(log.lines.some((line) => line.includes(`only the first ${stats.length} are here`)));
  });

  it('goes on after the last span of a full page, its time as a number and its id as a text', async () => {
    const ids = Array.from({ length: 5_000 }, (_, index) => String(1_000_000_000_000_000 + index));
    const text = JSON.stringify({ ...WHOLE, hits: { hits: ids.map((id) => hit(id)) } });
    // As the server writes it: JavaScript cannot.
    const page = text.replaceAll(`"sort":[${Number(START_NS)}`, `"sort":[${START_NS}`);
    const last = body({ ...WHOLE, hits: { hits: [hit('00f067aa0ba902b7')] } });
    server.next(FIELDS, { kind: 'body', body: page }, last);
    const trace = await backend.trace(TRACE, signal);
    assert.equal(trace?.count, 5_001);
    const asked = server.requests.at(-1)?.body ?? '';
    assert.match(asked, new RegExp(`"search_after":\\[${START_NS},"1000000000004999","SPAN_KIND_SERVER"\\]`));
  });

  it('reads times to the nanosecond, and dates without a format by their size', async () => {
    const spans = [
      hit('00f067aa0ba902b7'),
      hit('00f067aa0ba902b8', { startTime: 1_763_737_200_123, endTime: 1_763_737_200_124 }),
      hit('00f067aa0ba902b9', { startTime: '2025-11-21T15:00:00Z', endTime: '2025-11-21T16:00:00+01:00' }),
    ];
    server.next(FIELDS, body({ ...WHOLE, hits: { hits: spans } }));
    const trace = (await backend.trace(TRACE, signal))!;
    const times = Array.from({ length: trace.count }, (_, row) => trace.details(row)).map(({ startNs }) => startNs);
    assert.deepEqual(times.sort(), [
      1_763_737_200_000_000_000n,
      1_763_737_200_123_000_000n,
      1_763_737_200_123_456_789n,
    ]);
  });

  it('leads to no page where no Dashboards are named', () => {
    assert.equal(backend.deepLink(TRACE), undefined);
    backend = open({ options: { dashboardsUrl: 'https://dash.example/' } });
    const link = backend.deepLink(TRACE);
    assert.equal(link, `https://dash.example/app/observability-traces#/traces?datasourceId=&traceId=${TRACE}`);
  });
});
