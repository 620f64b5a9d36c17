import assert from 'node:assert/strict';
import type { TraceId } from '../../../../../src/model/ids';
import type { OperationStats } from '../../../../../src/model/operation';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import type { Backend } from '../../../../../src/traces/backends/backend';
import type { BackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { BackendError } from '../../../../../src/traces/backends/backendError';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { refusalOf } from '../../../../support/refusal';
import type { NewRelicRow } from '../../../../support/servers/data/newRelicRows';
import { backendConfig, backendDeps, TestSecrets } from '../../../../support/wire/backendBed';
import {
  NEW_RELIC_ACCOUNT,
  NEW_RELIC_KEY,
  startNewRelicWire,
  type NewRelicWireOptions,
  type NewRelicWireServer,
} from '../../../../support/wire/newRelicServer';

const { signal } = new AbortController();
const TRACE = '0af7651916cd43dd8448eb211c80319c' as TraceId;
const NOW_MS = Math.floor(Date.now() / 1000) * 1000;
const window: TimeWindow = {
  from: nanos(BigInt(NOW_MS - 3_600_000) * 1_000_000n),
  to: nanos(BigInt(NOW_MS + 60_000) * 1_000_000n),
};

let spans = 0;

function row(more: NewRelicRow = {}): NewRelicRow {
  spans++;
  const id = spans.toString(16).padStart(16, '0');
  return {
    ...{ 'trace.id': TRACE, id, name: 'GET /', 'service.name': 'shop', 'entity.name': 'shop' },
    ...{ timestamp: NOW_MS - 60_000 + spans, 'duration.ms': spans, 'span.kind': 'server', 'otel.status_code': 'UNSET' },
    ...more,
  };
}

describe('New Relic’s quirks', () => {
  let server: NewRelicWireServer;
  let backend: Backend;

  async function start(
    rows: readonly NewRelicRow[],
    {
      key = NEW_RELIC_KEY,
      options = { account: NEW_RELIC_ACCOUNT },
      events = [],
      ...wire
    }: Partial<NewRelicWireOptions> & {
      readonly options?: BackendConfig['options'];
      readonly events?: readonly NewRelicRow[];
    } = {},
  ): Promise<TestSecrets> {
    server = await startNewRelicWire({ rows: { spans: rows, events }, ...wire });
    const secrets = new TestSecrets(key);
    const config = { kind: 'newrelic', url: server.url, auth: 'header', authHeader: 'API-Key', options } as const;
    backend = createBackend(backendConfig(config), backendDeps({ secrets }));
    return secrets;
  }

  afterEach(async () => {
    backend.dispose();
    await server.close();
  });

  const operations = (service = 'shop'): Promise<OperationStats[]> => backend.operations({ window, service }, signal);

  it('takes the spans of one name apart by what differs among them', async () => {
    await start([
      row({ name: 'GET', 'http.route': '/a', 'server.port': 80 }),
      row({ name: 'GET', 'http.route': '/a', 'server.port': 80 }),
      row({ name: 'GET', 'http.route': '/b', 'server.port': 80 }),
      row({ name: 'GET', 'server.port': 80 }),
      row({ name: 'GET', 'span.kind': 'client', 'http.route': '/a', 'server.port': 80 }),
      row({ name: 'query', 'span.kind': 'client', 'db.system.name': 'postgresql' }),
    ]);
    const found = await operations();
    const told = found.map(({ key: { attributes, kind, name }, count, exact }) =>
      JSON.stringify([name, kind, attributes.get('http.route'), attributes.get('server.port'), count, exact]),
    );
    assert.deepEqual(told.sort(), [
      '["GET","CLIENT","/a",80,1,true]',
      '["GET","SERVER","/a",80,2,true]',
      '["GET","SERVER","/b",80,1,true]',
      '["GET","SERVER",null,80,1,true]',
      '["query","CLIENT",null,null,1,true]',
    ]);
    const query = found.find(({ key }) => key.name === 'query')!;
    assert.equal(query.key.attributes.get('db.system.name'), 'postgresql');
    assert.ok(query.exemplars.slowest);
    assert.ok(backend.traffic.requests <= 5, `${backend.traffic.requests}`);
  });

  it('gives the percentiles that were counted, the trend and the failures', async () => {
    const rows = Array.from({ length: 200 }, (_, at) =>
      row({
        'duration.ms': at + 1,
        'otel.status_code': at % 10 === 0 ? 'ERROR' : 'OK',
        timestamp: NOW_MS - 1000 - at * 16_000,
      }),
    );
    await start(rows);
    const [{ latency, errorCount, errorLatency, trend, totalNs, exemplars, estimate }] = (await operations()) as [
      OperationStats,
    ];
    assert.ok(Math.abs(latency.quantile(0.5) / 1e6 - 101) < 2, `${latency.quantile(0.5)}`);
    assert.ok(Math.abs(latency.quantile(0.95) / 1e6 - 191) < 2, `${latency.quantile(0.95)}`);
    assert.equal(latency.max, 200e6);
    assert.equal(latency.count, 200);
    assert.equal(errorCount, 20);
    assert.equal(errorLatency?.max, 191e6);
    assert.equal(totalNs, 20_100e6);
    assert.equal(trend.length, 8);
    assert.equal(
      trend.reduce((sum, { count }) => sum + count, 0),
      200,
    );
    assert.equal(exemplars.slowest?.durationNs, 200e6);
    assert.ok(exemplars.error);
    assert.match(estimate ?? '', /estimates percentiles/);
  });

  it('counts agents’ spans, which name an entity, an error and no kind', async () => {
    const agent = { 'service.name': undefined, 'otel.status_code': undefined, 'span.kind': undefined };
    await start([
      row({
        ...agent,
        'entity.name': 'billing',
        'nr.entryPoint': true,
        category: 'generic',
        'error.class': 'IOError',
        'error.message': 'gone',
      }),
    ]);
    assert.deepEqual(
      (await backend.services(signal)).map(({ service, errorCount }) => [service, errorCount]),
      [['billing', 1]],
    );
    const [{ key, errorCount, exemplars }] = (await operations('billing')) as [OperationStats];
    assert.deepEqual([key.service, key.kind, errorCount], ['billing', 'SERVER', 1]);
    assert.equal(exemplars.error?.message, 'gone');
  });

  it('says of failures what their exceptions say', async () => {
    const failed = row({ 'otel.status_code': 'ERROR' });
    const event = { 'trace.id': TRACE, 'span.id': failed['id'], name: 'exception' };
    const events = [
      { ...event, timestamp: NOW_MS - 50_000, 'exception.message': 'retried' },
      {
        ...event,
        timestamp: NOW_MS - 40_000,
        'exception.message': 'gone',
        'exception.stacktrace': 'Error: gone\n    at pay',
      },
    ];
    await start([failed, row()], { events });
    const [{ exemplars }] = (await operations()) as [OperationStats];
    assert.deepEqual([exemplars.error?.message, exemplars.error?.stack], ['gone', 'Error: gone\n    at pay']);
    assert.ok(backend.traffic.requests <= 5, `${backend.traffic.requests}`);
  });

  it('lets no text of a search end the text that it is written into', async () => {
    const evil = `x' OR name = 'POST \\' OR \\\\' -- \n \u2028`;
    await start([row({ 'service.name': evil, 'entity.name': evil }), row({ name: evil }), row()]);
    const stats = await operations(evil);
    assert.deepEqual(
      stats.map(({ key, count }) => [key.service, count]),
      [[evil, 1]],
    );
    const found = [];
    for (const text of [
      `{ name = ${JSON.stringify(evil)} }`,
      `{ span.\`a\\\`b\` = "x'y" }`,
      `{ span.a = "x'" || name =~ "a'b.*" }`,
    ]) {
      try {
        for await (const { matched } of backend.search({ text, window, limit: 10 }, signal)) found.push(matched.length);
      } catch (error) {
        // A name that TraceQL itself does not take.
        assert.ok(!(error instanceof BackendError), String(error));
      }
    }
    assert.deepEqual(found, [1]);
    for (const nrql of server.queries) {
      const outside = nrql.replace(/'[^'\\]*'/g, '').replace(/`[^`]*`/g, '');
      assert.ok(!/['\\\n\u2028]/.test(outside), nrql);
    }
  });

  it('asks again for what is too slow to wait for, all of a request at once', async () => {
    await start([row(), row()], { slowEvery: 2 });
    assert.equal((await operations())[0]?.count, 2);
    assert.ok(server.polls > 0);
  });

  it('takes no more requests for hints than these may cost, however slow queries are', async () => {
    const routes = [row({ 'http.route': '/a' }), row({ 'http.route': '/b' }), row({ 'otel.status_code': 'ERROR' })];
    await start(routes, { slowEvery: 1, slowMs: 250, options: {} });
    const [mixed] = (await operations()) as [OperationStats];
    assert.ok(server.polls > 0);
    assert.equal(backend.traffic.requests, 5);
    assert.deepEqual([mixed.count, mixed.errorCount, mixed.exact], [3, 1, true]);
    assert.match(mixed.estimate ?? '', /counted together/);
    assert.equal(mixed.key.attributes.get('http.route'), undefined);
    // The account is known by now, and what spans carry: there are requests for telling them apart.
    const before = backend.traffic.requests;
    assert.equal((await operations()).length, 3);
    assert.ok(backend.traffic.requests - before <= 5);
  });

  it('says that a query was not finished within the requests of hints', async () => {
    await start([row(), row()], { slowEvery: 9, slowMs: 60_000 });
    const { fault, message, cure } = await refusalOf(operations(), BackendError);
    assert.equal(fault, 'timeout');
    assert.match(message, /within the requests that hints may take/);
    assert.ok(cure);
    assert.equal(backend.traffic.requests, 5);
  });

  it('waits for queries where an account may leave none running', async () => {
    await start([row(), row()], { isSynchronous: true });
    assert.equal((await operations())[0]?.count, 2);
    const before = backend.traffic.requests;
    await backend.services(signal);
    assert.equal(backend.traffic.requests, before + 1);
  });

  it('asks again when it was asked too often, and says so in the end', async () => {
    await start([row()]);
    const often = { message: 'Query limit exceeded', extensions: { errorClass: 'TOO_MANY_REQUESTS' } };
    server.refuse(often);
    assert.equal((await backend.services(signal)).length, 1);
    server.refuse(often, often, often);
    const refused = await refusalOf(backend.services(signal), BackendError);
    assert.equal(refused.fault, 'throttled');
    assert.match(refused.cure ?? '', /3,000 queries a minute/);
  });

  it('tells errors of status 200 apart', async () => {
    await start([row()]);
    const errors: readonly (readonly [string, Record<string, string>, string])[] = [
      ['Invalid API key', { error_code: 'BAD_API_KEY' }, 'unauthorised'],
      ['Access denied.', { errorClass: 'ACCESS_DENIED' }, 'forbidden'],
      [
        "NRQL Syntax Error: Error at line 1 position 1, unexpected 'SELEC'",
        { errorClass: 'INVALID_INPUT' },
        'badRequest',
      ],
      ['The query timed out', { errorClass: 'TIMEOUT' }, 'server'],
      ['An error occurred resolving this field', { errorClass: 'INTERNAL_SERVER_ERROR' }, 'server'],
    ];
    for (const [message, extensions, fault] of errors) {
      const error = { message, extensions };
      server.refuse(error, error, error);
      assert.equal((await refusalOf(backend.services(signal), BackendError)).fault, fault, message);
      // What was not asked for again is still to come.
      for (let at = 0; at < 3; at++) await backend.services(signal).catch(() => undefined);
    }
  });

  it('sends no key that only sends data, and says which one is wanted', async () => {
    const secrets = await start([row()], { key: 'eu01xx0123456789abcdef0123456789abcdNRAL' });
    const { fault, message, cure } = await refusalOf(backend.services(signal), BackendError);
    assert.equal(fault, 'unauthorised');
    assert.match(message, /a license key, which cannot read/);
    assert.match(cure ?? '', /NRAK-.*one\.newrelic\.com/);
    assert.equal(backend.traffic.requests, 0);
    assert.equal(secrets.refusals, 1);
  });

  it('says that a key is not known, and that it may be of another region', async () => {
    await start([row()], { key: 'NRAK-another' });
    const steps = [];
    for await (const step of backend.testConnection(signal)) steps.push(step);
    assert.deepEqual(
      steps.map(({ step, result }) => `${step} ${result}`),
      ['reachable ok', 'authorised failed'],
    );
    assert.match(steps[1]?.cure ?? '', /region.*api\.eu\.newrelic\.com/);
  });

  it('finds the account where there is one, and lists them where there are more', async () => {
    await start([row()], { options: {} });
    assert.equal((await backend.services(signal)).length, 1);
    backend.dispose();
    await server.close();
    await start([row()], { options: {}, others: [{ id: 7, name: 'Staging' }] });
    const { cure } = await refusalOf(backend.services(signal), BackendError);
    assert.match(cure ?? '', /1234567 \(Shop\), 7 \(Staging\)/);
  });

  it('says that an account may not be read', async () => {
    await start([row()], { options: { account: '99' } });
    const { fault, cure } = await refusalOf(backend.services(signal), BackendError);
    assert.equal(fault, 'forbidden');
    assert.match(cure ?? '', /account 99/);
  });

  it('says that not all operations were counted', async () => {
    const many = Array.from({ length: 310 }, (_, at) => row({ name: `GET /${at}` }));
    await start(many);
    const found = await operations();
    assert.equal(found.length, 300);
    assert.ok(
      found.every(({ exact, estimate }) => !exact && /300 most frequent operations.* 300 of 310/.test(estimate ?? '')),
    );
  });

  it('counts fewer operations where those of one answer are too large', async () => {
    const long = 'x'.repeat(600);
    await start(
      Array.from({ length: 400 }, (_, at) =>
        row({ name: `${long.replaceAll('x', () => Math.random().toString(36)[2] ?? 'y')}${at}` }),
      ),
    );
    const found = await operations();
    assert.equal(found.length, 60);
    assert.ok(backend.traffic.bytesReceived < 1 << 20, `${backend.traffic.bytesReceived}`);
  });

  it('says what of a search is tested here', async () => {
    await start([]);
    const tested = (text: string): string | undefined => backend.testedHere!({ text });
    assert.equal(tested('{ resource.service.name = "shop" && name = "GET /" && status = error }'), undefined);
    assert.match(tested('{ duration > 1s }') ?? '', /may match; Spanlight tests the query on them/);
    assert.match(tested('{ span.a = nil }') ?? '', /cannot be asked for any of this/);
  });

  it('leads to the trace in the region of its address', async () => {
    await start([]);
    const config = { kind: 'newrelic', auth: 'header', authHeader: 'API-Key', options: { account: 7 } } as const;
    const europe = createBackend(
      backendConfig({ ...config, url: 'https://api.eu.newrelic.com/graphql' }),
      backendDeps(),
    );
    assert.equal(
      europe.deepLink(TRACE),
      `https://one.eu.newrelic.com/distributed-tracing?account=7&query=trace.id%3D${TRACE}`,
    );
    europe.dispose();
  });
});
