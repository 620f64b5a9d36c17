import assert from 'node:assert/strict';
import type { TraceId } from '../../../../../src/model/ids';
import { OperationTable } from '../../../../../src/model/operationTable';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import { MOST_MATCHED, type TraceSummary } from '../../../../../src/model/traceSource';
import type { Backend } from '../../../../../src/traces/backends/backend';
import type { BackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { ClickhouseClient } from '../../../../../src/traces/backends/clickhouse/clickhouseClient';
import { SqlParameters } from '../../../../../src/traces/backends/clickhouse/sql';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { SpanCollector } from '../../../../../src/traces/backends/spanCollector';
import type { JsonObject } from '../../../../../src/traces/otlp/jsonFields';
import { EmbeddedStore } from '../../../../../src/traces/store/embeddedStore';
import { prepareSearch } from '../../../../../src/traces/traceql/plan/prepareSearch';
import { spansByTrace, type OtlpTraces } from '../../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../../support/servers/data/sentTraces';
import { describeServer } from '../../../../support/servers/describeServer';
import { send } from '../../../../support/servers/httpCalls';
import { clickhouseHeaders, writeTo } from '../../../../support/servers/writeTraces';
import { backendConfig, backendDeps, TestSecrets } from '../../../../support/wire/backendBed';

/** Queries that SQL answers, in part or as a whole, each in another way. */
const QUERIES = [
  '{name =~ "(?i)get .*"}',
  '{name !~ "GET.*|POST.*" && kind != server}',
  '{statusMessage = "nothing left"}',
  '{span.code.line.number > 20 && kind = internal}',
  '{span.payment.amount > 19}',
  '{span.payment.amount > 19.5}',
  '{span.payment.retry = false}',
  '{span.payment.retry != true}',
  '{span."odd.number.text" = 42}',
  '{span."odd.lines" = "one\\ntwo\\t\\"three\\" \\\\four"}',
  '{span."ключ 鍵" = "значение 値"}',
  '{.service.version != nil}',
  '{resource.deployment.environment.name = nil}',
  '{.db.system =~ "post.*"}',
  '{instrumentation:name =~ ".*http.*"}',
  '{traceDuration > 20ms && status = error}',
  '{rootName = "POST /orders" && kind = client}',
  '{event.exception.type != nil}',
  '{kind = client} > {kind = server}',
  '{status = error} | by(resource.service.name) | count() > 1',
  '{status = unset && kind = unspecified}',
  '{span:id = "7b27ba8206bc7605" || name = "listen"}',
  '{duration = 0ns}',
];

describeServer('clickhouse', 'ClickHouse itself', (server) => {
  const { signal } = new AbortController();
  const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
  const window: TimeWindow = { from: nanos(nowNs - 3_600_000_000_000n), to: nanos(nowNs + 60_000_000_000n) };
  let traces: OtlpTraces;
  let backend: Backend;

  before(async function () {
    this.timeout(60_000);
    traces = await writeTo(server(), sentTraces(nowNs));
    backend = createBackend(config(), deps());
  });
  after(() => backend?.dispose());

  function config(more: Partial<BackendConfig> = {}): BackendConfig {
    const { url, user } = server();
    return backendConfig({ kind: 'clickhouse', url, auth: 'basic', user, ...more });
  }

  function deps() {
    return backendDeps({ secrets: new TestSecrets(server().password) });
  }

  async function found(text: string, source = backend, anySemconv = false): Promise<TraceSummary[]> {
    const summaries: TraceSummary[] = [];
    for await (const one of source.search({ text, window, limit: 1000, anySemconv }, signal)) summaries.push(one);
    return summaries;
  }

  async function statement(sql: string): Promise<void> {
    await send(server().url, { method: 'POST', headers: clickhouseHeaders(server()), body: sql });
  }

  it('counts operations as the embedded store does, to the bucket', async () => {
    const store = new EmbeddedStore({
      maxBytes: 64 << 20,
      operations: new OperationTable(),
      now: () => Number(nowNs / 1_000_000n),
      keepMinutes: 62,
    });
    const collector = new SpanCollector(store);
    collector.addJson(traces as unknown as JsonObject);
    collector.flush();
    store.commit(0);
    const expected = new Map(store.operationStats(window).map((stats) => [stats.id, stats]));
    const actual = await backend.operations({ window }, signal);
    assert.ok(actual.length > 20);
    assert.deepEqual(actual.map(({ id }) => id).sort(), [...expected.keys()].sort());
    for (const { id, key, count, errorCount, totalNs, latency, errorLatency, trend, exemplars } of actual) {
      const other = expected.get(id)!;
      assert.deepEqual([count, errorCount], [other.count, other.errorCount], key.name);
      assert.ok(Math.abs(totalNs - other.totalNs) <= 1e-9 * totalNs, key.name);
      for (const q of [0, 0.25, 0.5, 0.95, 0.99, 1]) {
        assert.equal(latency.quantile(q), other.latency.quantile(q), `${key.name} ${q}`);
      }
      assert.equal(errorLatency?.quantile(0.5), other.errorLatency?.quantile(0.5), key.name);
      assert.equal(
        trend.reduce((sum, point) => sum + point.count, 0),
        count,
      );
      assert.equal(exemplars.slowest?.durationNs, latency.max);
      assert.equal(exemplars.error === undefined, errorCount === 0);
      assert.equal(exemplars.typical === undefined, errorCount === count);
      assert.ok(key.resource.size > 0, key.name);
    }
    const stacks = actual.flatMap(({ exemplars }) => exemplars.error?.stack ?? []);
    assert.ok(stacks.length > 0 && stacks.every((stack) => /\n\s*(at |File |main\.)/.test(stack)), stacks.join('\n\n'));
  });

  it('counts only the operations that are asked for', async () => {
    const all = await backend.operations({ window, service: 'orders-api' }, signal);
    const { name } = all[0]!.key;
    const some = await backend.operations({ window, service: 'orders-api', names: [name] }, signal);
    assert.ok(some.length > 0 && some.length < all.length);
    assert.ok(some.every(({ key }) => key.name === name && key.service === 'orders-api'));
    assert.deepEqual(await backend.operations({ window, names: ["it's \\ nowhere"] }, signal), []);
  });

  it('finds with SQL what the evaluator finds in all traces', async function () {
    this.timeout(180_000);
    const ids = [...spansByTrace(traces).keys()] as TraceId[];
    const whole = await Promise.all(ids.map((id) => backend.trace(id, new AbortController().signal)));
    const empty: string[] = [];
    for (const text of QUERIES) {
      for (const anySemconv of /code\.|db\./.test(text) ? [false, true] : [false]) {
        const prepared = prepareSearch({ text, anySemconv, textValues: true });
        const expected = whole.flatMap((trace) => {
          const spans = prepared.match(trace!)?.spanIds;
          return spans === undefined ? [] : [[trace!.id, spans.slice(0, MOST_MATCHED).sort()]];
        });
        const actual = (await found(text, backend, anySemconv)).map((one) => [one.traceId, [...one.matched].sort()]);
        assert.deepEqual(actual.sort(), expected.sort(), text);
        if (actual.length === 0) empty.push(text);
      }
    }
    assert.deepEqual(empty, []);
  });

  it('sums traces up as they are', async () => {
    for (const summary of await found('')) {
      const trace = (await backend.trace(summary.traceId, signal))!;
      assert.equal(summary.spanCount, trace.count);
      assert.deepEqual([...(summary.services ?? [])].sort(), [...trace.services].sort());
      assert.equal(summary.errorCount, trace.status.filter((status) => status === 2).length);
      assert.equal(summary.durationNs, trace.durationNs);
      if (trace.problems.roots !== 1) continue;
      assert.equal(summary.rootName, trace.names[trace.name[trace.parent.indexOf(-1)]!], summary.traceId);
    }
  });

  it('knows names and values of attributes', async () => {
    const names = await backend.attributeNames!({ window }, signal);
    for (const name of ['span.http.route', 'resource.service.name', 'event.exception.type', 'span."ключ 鍵"']) {
      assert.ok(names.includes(name), `${name} of ${names.join(' ')}`);
    }
    const values = (name: string, service?: string) =>
      backend.attributeValues!(name, service === undefined ? { window } : { window, service }, signal);
    assert.deepEqual(await values('span.db.system', 'orders-api'), ['postgresql']);
    assert.deepEqual(await values('span."ключ 鍵"'), ['значение 値']);
    assert.ok((await values('resource.service.name')).includes('payment-api'));
    assert.ok((await values('name', 'api-gateway')).includes('POST /orders'));
    assert.ok((await values('event.exception.type')).length > 0);
    assert.deepEqual(await values('.nobody.has.this'), []);
    assert.deepEqual(await values('status'), ['error', 'ok', 'unset']);
  });

  it('shows one environment where one is set', async () => {
    const only = createBackend(config({ environment: 'test' }), deps());
    const none = createBackend(config({ environment: "it's nowhere" }), deps());
    try {
      assert.deepEqual(await none.services(signal), []);
      assert.deepEqual(await found('', none), []);
      assert.deepEqual(await none.operations({ window }, signal), []);
      assert.deepEqual((await none.serviceGraph!(window, signal)).edges, []);
      assert.ok((await only.services(signal)).length < (await backend.services(signal)).length);
    } finally {
      only.dispose();
      none.dispose();
    }
  });

  it('gets parameters as they were bound', async () => {
    const client = new ClickhouseClient(config(), deps());
    try {
      for (const value of ["it's \\ a\ttab\nand {p0:String} \r\0 ' \" ` % & + ; -- /*", '', '鍵🙂', '\\N', '[1]']) {
        const parameters = new SqlParameters();
        const sql = `SELECT ${parameters.text(value)} AS a, ${parameters.texts([value, 'x'])} AS b, ${parameters.integer(2n ** 63n - 1n)} AS c`;
        const [row] = await client.list(sql, parameters, signal);
        assert.deepEqual(row, { a: value, b: [value, 'x'], c: '9223372036854775807' });
      }
      await assert.rejects(client.list('DROP TABLE otel.otel_traces', new SqlParameters(), signal), /code 164/);
      await assert.rejects(client.list('SELECT nothing FROM otel.otel_traces', new SqlParameters(), signal), {
        fault: 'badRequest',
      });
    } finally {
      client.dispose();
    }
  });

  it('does not let anybody in', async () => {
    const stranger = createBackend(config(), backendDeps());
    try {
      const steps = [];
      for await (const { step, result } of stranger.testConnection(signal)) steps.push(`${step} ${result}`);
      assert.deepEqual(steps, ['reachable ok', 'authorised failed']);
    } finally {
      stranger.dispose();
    }
  });

  it('counts what it can of a service that puts ids into names', async () => {
    await statement(
      `INSERT INTO otel.otel_traces (Timestamp, TraceId, SpanId, SpanName, SpanKind, ServiceName, Duration)
SELECT fromUnixTimestamp64Nano(toInt64(${nowNs}) - 1000 * number), lower(hex(MD5(toString(number)))), lower(hex(cityHash64(number))),
  if(number % 2 = 0, 'GET /users', concat('GET /users/', toString(number))), 'Server', 'ids', 1000000 FROM numbers(160000)`,
    );
    const fresh = createBackend(config(), deps());
    try {
      const stats = await fresh.operations({ window, service: 'ids' }, signal);
      const most = stats.find(({ key }) => key.name === 'GET /users')!;
      assert.ok(most.count > 1000 && most.count <= 80_000, String(most.count));
      assert.equal(most.exact, false);
      assert.match(most.estimate!, /more operations than/);
      assert.ok(fresh.traffic.bytesReceived < 1 << 20);
      const [one] = await fresh.operations({ window, service: 'ids', names: ['GET /users'] }, signal);
      assert.deepEqual([one?.count, one?.exact], [80_000, true]);
    } finally {
      fresh.dispose();
    }
  });

  it('finds what is rare among thousands of traces in few requests', async () => {
    const columns = 'Timestamp, TraceId, SpanId, SpanName, SpanKind, ServiceName, Duration';
    // Of 6,000 traces of one span each, the oldest has another.
    await statement(
      `INSERT INTO otel.otel_traces (${columns})
SELECT fromUnixTimestamp64Nano(toInt64(${nowNs}) - 1000000 * least(number, 5999)),
  lower(hex(MD5(concat('rare', toString(least(number, 5999)))))), lower(hex(cityHash64(number))), 'work', 'Internal', 'rare', 1000
FROM numbers(6001)`,
    );
    const fresh = createBackend(config(), deps());
    try {
      const [only, ...others] = await found('{resource.service.name = "rare"} | count() > 1', fresh);
      assert.equal(only?.spanCount, 2);
      assert.deepEqual(others, []);
      // With a hundred traces at a time there were more than 180.
      const { requests } = fresh.traffic;
      assert.ok(requests < 40, `${requests} requests`);
    } finally {
      fresh.dispose();
    }
  });

  it('gives spans that end before they start a length of 0, and finds traces that the table of times forgot', async () => {
    const id = 'c11c0000000000000000000000000001' as TraceId;
    const row = `(fromUnixTimestamp64Nano(toInt64(${nowNs})), '${id}', '00000000000000a1', 'backwards', 'Server', 'clocks', -5)`;
    await statement(
      `INSERT INTO otel.otel_traces (Timestamp, TraceId, SpanId, SpanName, SpanKind, ServiceName, Duration) SELECT * FROM values('Timestamp DateTime64(9), a String, b String, c String, d String, e String, f Int64', ${row})`,
    );
    await statement('TRUNCATE TABLE otel.otel_traces_trace_id_ts');
    const trace = await backend.trace(id, signal);
    assert.equal(trace?.problems.negative, 1);
    assert.equal(trace.details(0).endNs, nowNs - 5n);
    const [stats] = await backend.operations({ window, service: 'clocks' }, signal);
    assert.deepEqual([stats?.count, stats?.latency.max, stats?.totalNs], [1, 0, 0]);
    assert.deepEqual((await found('{resource.service.name = "clocks" && duration > 1s}')).length, 0);
    assert.equal((await found('{resource.service.name = "clocks"}'))[0]?.durationNs, 0);
  });
});
