import assert from 'node:assert/strict';
import type { TraceId } from '../../../../../src/model/ids';
import type { OperationStats } from '../../../../../src/model/operation';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import type { Backend } from '../../../../../src/traces/backends/backend';
import type { BackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { BackendError } from '../../../../../src/traces/backends/backendError';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { viewOf } from '../../../../../src/traces/backends/googleCloud/spanSql';
import { DEFAULT_RETRY, pause } from '../../../../../src/traces/backends/transport/retry';
import { waitFor } from '../../../../support/processes';
import { refusalOf } from '../../../../support/refusal';
import { timestamp, type GoogleRow } from '../../../../support/servers/data/googleRows';
import { backendConfig, backendDeps, TestLog, TestSecrets } from '../../../../support/wire/backendBed';
import {
  failure,
  GOOGLE_DATASET,
  startBigQueryWire,
  type BigQueryOptions,
  type BigQueryServer,
} from '../../../../support/wire/bigQueryServer';
import { GOOGLE_PROJECT, GOOGLE_TOKEN, type GoogleError } from '../../../../support/wire/googleTraceServer';

const { signal } = new AbortController();
const NOW_NS = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
const window: TimeWindow = { from: nanos(NOW_NS - 3_600_000_000_000n), to: nanos(NOW_NS + 60_000_000_000n) };

let spans = 0;

/** @param secondsAgo when it began. */
function row(more: Partial<GoogleRow> = {}, secondsAgo = 60, durationNs = 5_000_000): GoogleRow {
  const start = NOW_NS - BigInt(secondsAgo) * 1_000_000_000n;
  const end = start + BigInt(durationNs);
  spans++;
  return {
    ...{ trace_id: spans.toString(16).padStart(32, 'b'), span_id: spans.toString(16).padStart(16, 'c') },
    ...{ trace_state: null, parent_span_id: null, name: 'GET /', kind: 2 },
    ...{ start_time: timestamp(start), start_time_unix_nano: String(start) },
    ...{ end_time: timestamp(end), end_time_unix_nano: String(end), duration_nano: durationNs },
    ...{ attributes: {}, events: [], links: [], status: { code: 0, message: '' } },
    resource: { attributes: { 'service.name': 'shop' } },
    instrumentation_scope: { name: 'http', version: '1' },
    ...more,
  };
}

describe('Google Cloud’s trace storage and its quirks', () => {
  let server: BigQueryServer;
  let backend: Backend;
  let log: TestLog;

  async function start(
    rows: readonly GoogleRow[],
    {
      options = {},
      firstDelayMs,
      ...wire
    }: Partial<BigQueryOptions> & Pick<Partial<BackendConfig>, 'options'> & { readonly firstDelayMs?: number } = {},
  ): Promise<void> {
    server = await startBigQueryWire({ rows, ...wire });
    log = new TestLog();
    const config = backendConfig({
      ...{ kind: 'googlecloud', url: server.url, auth: 'bearer' },
      options: { project: GOOGLE_PROJECT, dataset: GOOGLE_DATASET, ...options },
    });
    const deps = backendDeps({ secrets: new TestSecrets(GOOGLE_TOKEN), logger: log });
    const retry = firstDelayMs === undefined ? {} : { retry: { ...DEFAULT_RETRY, firstDelayMs } };
    backend = createBackend(config, { ...deps, ...retry });
  }

  afterEach(async () => {
    backend.dispose();
    await server.close();
  });

  const operations = (): Promise<OperationStats[]> => backend.operations({ window, service: 'shop' }, signal);

  async function found(text: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const { traceId } of backend.search({ text, window, limit: 50 }, signal)) ids.push(traceId);
    return ids;
  }

  async function steps(): Promise<string> {
    const said: string[] = [];
    for await (const { step, result, message, cure } of backend.testConnection(signal))
      said.push(`${step} ${result}: ${message} ${cure ?? ''}`);
    return said.join('\n');
  }

  it('counts in one query, reads the failures in another, and gives what they said', async () => {
    const error = { status: { code: 2, message: 'declined' } };
    const thrown = {
      name: 'exception',
      time: timestamp(NOW_NS),
      attributes: { 'exception.type': 'E', 'exception.stacktrace': 'E\n  at f' },
    };
    const rows = Array.from({ length: 200 }, (_, at) =>
      row(at % 10 === 0 ? { ...error, events: [thrown] } : {}, 10 + at * 17, (at + 1) * 1_000_000),
    );
    await start(rows);
    const [stats] = (await operations()) as [OperationStats];
    const { latency, errorLatency, trend, exemplars } = stats;
    assert.deepEqual([stats.count, stats.errorCount, stats.exact, stats.totalNs], [200, 20, true, 20_100e6]);
    assert.ok(Math.abs(latency.quantile(0.5) / 1e6 - 101) < 2, `${latency.quantile(0.5)}`);
    assert.ok(Math.abs(latency.quantile(0.95) / 1e6 - 191) < 2, `${latency.quantile(0.95)}`);
    assert.deepEqual([latency.max, errorLatency?.max], [200e6, 191e6]);
    assert.equal(trend.length, 8);
    assert.deepEqual(
      [trend.reduce((sum, { count }) => sum + count, 0), trend.reduce((sum, { errorCount }) => sum + errorCount, 0)],
      [200, 20],
    );
    assert.equal(exemplars.slowest?.durationNs, 200e6);
    assert.deepEqual([exemplars.error?.message, exemplars.error?.stack], ['declined', 'E\n  at f']);
    assert.ok(exemplars.typical);
    assert.equal(stats.key.resource.get('service.name'), 'shop');
    assert.match(stats.estimate ?? '', /estimates percentiles/);
    assert.equal(server.queries.length, 2);
  });

  it('tells operations apart by what their spans carry, in the types that has', async () => {
    const attributes = { 'http.route': '/a', 'server.port': 80, 'code.line.number': 7 };
    await start([
      row({ attributes }),
      row({ attributes }),
      row({ attributes: { 'http.route': '/b' } }),
      row({ kind: 3 }),
    ]);
    const told = (await operations()).map(({ key, count }) =>
      JSON.stringify([
        key.kind,
        key.scope,
        key.attributes.get('http.route'),
        key.attributes.get('code.line.number'),
        count,
      ]),
    );
    assert.deepEqual(told.sort(), [
      '["CLIENT","http",null,null,1]',
      '["SERVER","http","/a",7,2]',
      '["SERVER","http","/b",null,1]',
    ]);
  });

  it('reads spans that Google’s exporters sent, whose processes are among their attributes', async () => {
    const attributes = {
      ...{ 'service.name': 'shop', 'g.co/agent': 'opentelemetry-go', '/http/route': '/x', 'host.name': 'h' },
      'otel.scope.name': 'net/http',
    };
    const own = row({ attributes, resource: { attributes: {} }, instrumentation_scope: { name: '', version: '' } });
    await start([own]);
    const [stats] = await operations();
    assert.equal(stats?.key.attributes.get('http.route'), '/x');
    assert.deepEqual(
      await found('{ resource.service.name = "shop" && span.http.route = "/x" && resource.host.name = "h" }'),
      [own.trace_id],
    );
    const trace = await backend.trace(own.trace_id as TraceId, signal);
    assert.deepEqual([trace?.services, trace?.details(0).scope.name], [['shop'], 'net/http']);
  });

  it('says that some operations are not among those that were told of', async () => {
    await start(Array.from({ length: 320 }, (_, at) => row({ name: `op ${at}` }, 60, 1_000 + at)));
    const stats = await operations();
    assert.deepEqual([stats.length, stats[0]?.exact], [300, false]);
    assert.match(stats[0]?.estimate ?? '', /300 operations that take the most time, which have 300 of 320 calls/);
  });

  it('asks for a query that is not over again, where it runs', async () => {
    await start([row()], { slowEvery: 1 });
    assert.equal((await operations())[0]?.count, 1);
    assert.equal(server.polls, 2);
    assert.ok(backend.traffic.requests <= 5, `${backend.traffic.requests}`);
    assert.deepEqual(server.cancelled, []);
  });

  it('stops a query that nobody waits for any more', async () => {
    await start([row()], { neverReady: true });
    const abort = new AbortController();
    const asked = backend.services(abort.signal);
    await waitFor('the first question for its progress', 5_000, () => server.polls > 0);
    abort.abort(new Error('enough'));
    await assert.rejects(asked, /enough/);
    await waitFor('the query to be stopped', 5_000, () => server.cancelled.includes('job_1'));
  });

  it('stops a query that nobody waits for any more before the service has said which it is', async () => {
    await start([row()], { neverReady: true, heldMs: 300 });
    const abort = new AbortController();
    const asked = backend.services(abort.signal);
    await waitFor('the query to begin', 5_000, () => server.begun.length > 0);
    const before = performance.now();
    abort.abort(new Error('enough'));
    await assert.rejects(asked, /enough/);
    assert.ok(performance.now() - before < 200, 'nobody waits for that');
    await waitFor('the query to be stopped', 5_000, () => server.cancelled.includes('job_1'));
    assert.deepEqual([server.begun.length, server.polls], [1, 0]);
  });

  it('begins no query again that nobody waits for any more', async () => {
    await start([row()], { firstDelayMs: 200 });
    server.refuse(failure(503, 'backendError', 'Try again'));
    const abort = new AbortController();
    const asked = backend.services(abort.signal);
    await waitFor('the first request', 5_000, () => backend.traffic.retries > 0);
    abort.abort(new Error('enough'));
    await assert.rejects(asked, /enough/);
    await pause(500, signal);
    assert.deepEqual(server.begun, []);
  });

  it('asks no more than five times for hints, and stops what is not over then', async () => {
    await start([row()], { neverReady: true });
    const error = await refusalOf(operations(), BackendError);
    assert.deepEqual([error.fault, backend.traffic.requests <= 5], ['timeout', true]);
    await waitFor('the query to be stopped', 5_000, () => server.cancelled.includes('job_1'));
  });

  it('reads every page', async () => {
    await start(
      Array.from({ length: 25 }, () => row()),
      { pageRows: 4 },
    );
    assert.equal((await found('')).length, 25);
  });

  it('sends what is asked for as parameters, and never within the text of a query', async () => {
    const name = "x' OR TRUE -- \\";
    const own = row({ name, resource: { attributes: { 'service.name': name } }, attributes: { note: name } });
    await start([own, row()]);
    const quoted = JSON.stringify(name);
    assert.deepEqual(
      await found(`{ resource.service.name = ${quoted} && name = ${quoted} && span.note = ${quoted} }`),
      [own.trace_id],
    );
    assert.equal((await backend.operations({ window, service: name }, signal))[0]?.count, 1);
    for (const sql of server.queries) assert.ok(!sql.includes('OR TRUE'), sql);
    // A name that cannot be a path is not written into one.
    assert.deepEqual(await found(`{ span."it's" = "x" }`), []);
    for (const sql of server.queries) assert.ok(!sql.includes("it's"), sql);
  });

  it('passes on what may be billed, and where the data is', async () => {
    await start([row()], { options: { maximumBytesBilled: 1_000_000_000, location: 'US' } });
    await backend.services(signal);
    const [{ maximumBytesBilled, location, useLegacySql, requestId }] = server.begun as [Record<string, unknown>];
    assert.deepEqual(
      [maximumBytesBilled, location, useLegacySql, typeof requestId],
      ['1000000000', 'US', false, 'string'],
    );
  });

  it('reads columns only that a search looks at', async () => {
    await start([row()]);
    await found('{ name = "GET /" }');
    await found('{ event:name = "exception" }');
    const [plain, withEvents] = server.queries.filter((sql) => sql.includes('EXCEPT'));
    assert.match(plain ?? '', /EXCEPT \(events, links\)/);
    assert.equal(withEvents, undefined, 'no span has such an event, so that no trace is read');
  });

  it('finds spans by their events', async () => {
    const thrown = { name: 'exception', time: timestamp(NOW_NS), attributes: { 'exception.type': 'E', tries: 3 } };
    const own = row({ events: [thrown] });
    await start([own, row()]);
    for (const text of ['{ event:name = "exception" }', '{ event.exception.type = "E" }', '{ event.tries > 2 }'])
      assert.deepEqual(await found(text), [own.trace_id], text);
    assert.deepEqual(await found('{ event.tries > 3 }'), []);
  });

  it('tells errors within an answer, and warnings beside rows', async () => {
    await start([row()]);
    const errors = [{ reason: 'stopped', message: 'Job execution was cancelled' }];
    server.answer({ kind: 'bigquery#queryResponse', jobComplete: true, errors });
    const error = await refusalOf(backend.services(signal), BackendError);
    assert.deepEqual([error.fault, error.status], ['timeout', 200]);
    const schema = { fields: [{ name: 'row', type: 'STRING', mode: 'NULLABLE' }] };
    const partial = [{ reason: 'partial', message: 'Some rows were not read' }];
    server.answer({
      jobComplete: true,
      schema,
      errors: partial,
      rows: [{ f: [{ v: '{"service":"a","n":1,"e":0,"us":1}' }] }],
    });
    assert.equal((await backend.services(signal))[0]?.service, 'a');
    assert.ok(log.lines.some((line) => /Some rows were not read/.test(line)));
  });

  const refusals: readonly (readonly [string, GoogleError, RegExp])[] = [
    [
      'the dataset is not linked',
      failure(404, 'notFound', `Not found: Dataset ${GOOGLE_PROJECT}:traces was not found in location US`),
      /traces failed: BigQuery has no dataset traces_linked .*Link one \(https:\/\/cloud\.google\.com\/trace\/docs/,
    ],
    [
      'the account may not query',
      failure(
        403,
        'accessDenied',
        'Access Denied: Project shop-prod-42: User does not have bigquery.jobs.create permission',
      ),
      /authorised failed: .*bigquery\.jobs\.create.*BigQuery Job User and BigQuery Data Viewer at https:\/\/console/,
    ],
    [
      'a quota is used up',
      failure(403, 'quotaExceeded', 'Quota exceeded: Your project exceeded quota for free query bytes scanned'),
      /A quota of the project shop-prod-42 is used up.*iam-admin\/quotas/,
    ],
    [
      'a query would cost too much',
      failure(400, 'bytesBilledLimitExceeded', 'Query exceeded limit for bytes billed: 10. 20 or higher required.'),
      /would read more than .* may.*raise "maximumBytesBilled"/,
    ],
    [
      'the view is another one',
      failure(400, 'invalidQuery', 'Unrecognized name: duration_nano at [1:200]'),
      /does not take the query .*Unrecognized name.*take "dataset" out/,
    ],
    [
      'the API is not enabled',
      failure(403, 'accessNotConfigured', 'BigQuery API has not been used in project 4711 before or it is disabled.'),
      /The BigQuery API is not enabled .*apis\/library\/bigquery\.googleapis\.com\?project=shop-prod-42/,
    ],
  ];
  for (const [what, error, expected] of refusals) {
    it(`says that ${what}, and where that is put right`, async () => {
      await start([]);
      server.refuse(error, error, error);
      assert.match(await steps(), expected);
    });
  }

  it('asks again where it was asked too often, which BigQuery says with 403', async () => {
    await start([row()]);
    server.refuse(failure(403, 'rateLimitExceeded', 'Exceeded rate limits: too many concurrent queries'));
    assert.equal((await backend.services(signal)).length, 1);
    assert.equal(backend.traffic.retries, 1);
  });

  it('says which part of a search it tests', async () => {
    await start([]);
    assert.equal(backend.testedHere!({ text: '{ status = error && duration > 1s }' }), undefined);
    assert.match(
      backend.testedHere!({ text: '{ event:name = "x" && kind = server }' }) ?? '',
      /cannot be asked for all of event:name/,
    );
    assert.match(backend.testedHere!({ text: '{ link:traceID != nil }' }) ?? '', /cannot be asked for any of this/);
  });

  it('knows attributes and their values', async () => {
    await start([
      row({ attributes: { 'order.id': 'a' } }),
      row({ attributes: { 'order.id': 'a' } }),
      row({ attributes: { 'order.id': 'b' } }),
    ]);
    const query = { window, service: 'shop' };
    const names = await backend.attributeNames!(query, signal);
    assert.ok(names.includes('span.order.id') && names.includes('resource.service.name'), names.join());
    assert.deepEqual(await backend.attributeValues!('span.order.id', query, signal), ['a', 'b']);
    assert.deepEqual(await backend.attributeValues!('resource.service.name', query, signal), ['shop']);
  });
});

describe('the view of a linked dataset', () => {
  it('is named with or without its project, and by nothing that could end its name', () => {
    assert.equal(viewOf('traces', 'shop'), '`shop.traces._AllSpans`');
    assert.equal(viewOf('other-1.traces', 'shop'), '`other-1.traces._AllSpans`');
    assert.equal(viewOf('example.com:other-1.traces._AllSpans', 'shop'), '`example.com:other-1.traces._AllSpans`');
    assert.equal(viewOf('`other-1.traces`', 'shop'), '`other-1.traces._AllSpans`');
    for (const bad of ['a`b', 'a b', '', 'x; DROP']) assert.equal(viewOf(bad, 'shop'), undefined, bad);
  });
});
